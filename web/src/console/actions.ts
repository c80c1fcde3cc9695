// The officer's actions: their keys, their names, and why one is not possible now. A rule that
// forbids an action never hides the button; it says why.
import type { DecisionName, PresentedDocument, Transaction, Traveler } from "../lib/types";
import { is_finished } from "./queue";

export type ActionName = "confirm" | "admit" | "board" | "refer" | "again" | "document" | "opt_out" | "help";

export interface Action {
  name: ActionName;
  key: string;
  label: string;
}

const confirm: Action = { name: "confirm", key: "I", label: "Identity confirmed" };
const admit: Action = { name: "admit", key: "A", label: "Admit" };
const board: Action = { name: "board", key: "B", label: "Board by hand" };
const common: Action[] = [
  { name: "refer", key: "R", label: "Refer" },
  { name: "again", key: "T", label: "Try again" },
  { name: "document", key: "D", label: "Present document" },
  { name: "opt_out", key: "O", label: "Opt-out" },
  { name: "help", key: "?", label: "Help" },
];

export function actions_for(direction: "exit" | "entry"): Action[] {
  return direction === "entry" ? [confirm, admit, ...common] : [board, ...common];
}

const decided_words: Record<DecisionName, string> = {
  "": "",
  boarded: "boarded",
  identity_confirmed: "identity confirmed",
  admitted: "admitted",
  referred: "referred",
  opted_out: "manual check chosen",
  abandoned: "ended without a decision",
};

// The decision an action asks the server for; the others ask for none.
const decision_of: Partial<Record<ActionName, string>> = {
  confirm: "identity_confirmed",
  admit: "admitted",
  board: "boarded",
  refer: "referred",
};

// Empty when the action is possible now.
export function why_not(action: ActionName, transaction: Transaction | null): string {
  if (action === "help") return "";
  if (!transaction) return "Nobody is here now.";
  if (is_finished(transaction)) {
    const what = decided_words[transaction.decision];
    return what ? `Already decided: ${what}.` : "This transaction is closed.";
  }
  const manual = transaction.decision === "opted_out";
  const mismatch = transaction.reason === "mismatch";
  if (action === "opt_out") return manual ? "The manual check is chosen already." : "";
  if (action === "again") {
    if (manual) return "The traveler chose the manual check.";
    if (transaction.verdict === "match") return "The camera has confirmed already.";
    if (waits_for_document(transaction)) return "The photo is taken. Ask for the document.";
    return transaction.attempts_left > 0 ? "" : "No attempt is left. Check the document.";
  }
  if (action === "document" && mismatch) return "The document did not match. Another one cannot take its place here.";
  if (action === "document" && document_decision(transaction)) return "";
  const wanted = decision_of[action];
  if (wanted && transaction.allowed.includes(wanted)) return "";
  if (mismatch && wanted && document_decision(transaction) === null && !transaction.allowed.includes("admitted")) {
    return "The document does not match. At this age the rules allow only to refer.";
  }
  return why_not_decided(action, transaction);
}

function why_not_decided(action: ActionName, transaction: Transaction): string {
  const identified = transaction.allowed.includes("admitted");
  if (identified && (action === "confirm" || action === "document")) return "The identity is confirmed. Admit or refer.";
  if (action === "admit") return "Confirm the identity first.";
  return "The rules of this checkpoint do not allow it now.";
}

// There is a usable picture, and a document to compare it with is awaited.
export function waits_for_document(transaction: Transaction): boolean {
  return transaction.state === "captured" && transaction.verdict === "" && transaction.decision === "";
}

export type DocumentDecision = "boarded" | "identity_confirmed";

// What a checked document leads to here: at a gate the traveler boards; at a booth the identity is
// confirmed, and admitting remains a second act.
export function document_decision(transaction: Transaction): DocumentDecision | null {
  const order: DocumentDecision[] = ["boarded", "identity_confirmed"];
  return order.find((decision) => transaction.allowed.includes(decision)) ?? null;
}

// The traveler of the list whom the presented document names, by its number and issuing state.
export function holder_on_list(document: PresentedDocument, people: Traveler[]): Traveler | null {
  const plain = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const { document_number, document_issuer } = document.holder;
  const same = (one: Traveler) =>
    one.documents.some(
      ({ number, issuer }) => plain(number) === plain(document_number) && (!issuer || issuer === document_issuer),
    );
  const found = people.filter(same);
  return found.length === 1 ? (found[0] ?? null) : null;
}
