// Which transaction belongs on the screen. Pure, so that it can be tested.
import type { Transaction } from "../lib/types";

// A manual check is chosen but not over: the document still has to be checked.
const final_decisions = new Set(["boarded", "admitted", "referred", "abandoned"]);

export function is_finished(transaction: Transaction): boolean {
  return transaction.state === "closed" || final_decisions.has(transaction.decision);
}

// A person has to act: there is a verdict that does not decide by itself, or a document is awaited
// or was handed in.
export function needs_officer(transaction: Transaction): boolean {
  if (is_finished(transaction)) return false;
  const { verdict, decision, state, document } = transaction;
  return verdict !== "" || decision !== "" || state === "captured" || document !== null;
}

// Others that wait, oldest first.
export function waiting(open: Transaction[], shown: Transaction | null): Transaction[] {
  return open.filter((one) => one.transaction !== shown?.transaction && !is_finished(one));
}

// The transaction to put on the screen, or null to leave the screen as it is (apart from a
// transaction that is no longer open). The one on the screen stays while it needs the officer
// or while the officer holds it; otherwise the oldest that does comes, then the oldest that is open.
export function next_to_show(shown: Transaction | null, open: Transaction[], holding = false): Transaction | null {
  const current = open.find((one) => one.transaction === shown?.transaction) ?? null;
  if (current && (holding || needs_officer(current))) return current;
  const urgent = open.find(needs_officer);
  if (urgent) return urgent;
  if (current && !is_finished(current)) return current;
  return waiting(open, current)[0] ?? current;
}
