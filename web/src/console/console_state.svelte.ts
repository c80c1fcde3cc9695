// What the console knows: the checkpoint, its open transactions, the one on the screen, the flights
// and their photos. The server is the only source of truth: an event says that something changed,
// and what changed is then fetched. Nothing on the screen moves to another traveler while an
// officer is still needed for this one.
import * as api from "../lib/api";
import { EventStream } from "../lib/events";
import { form_words } from "../lib/document_words";
import type { Checkpoint, CheckpointEvent, Context, Coverage, Demo, Transaction, Traveler } from "../lib/types";
import { is_finished, next_to_show } from "./queue";

// A finished traveler's data leave the screen after this, or when the next one comes.
const finished_ms_max = 15_000;
// The officer sees the outcome with the pictures for a moment before they are erased.
const close_after_ms = 4_000;
const ready_every_ms = 10_000;

export class ConsoleState {
  checkpoint = $state<Checkpoint | null>(null);
  contexts = $state<Context[]>([]);
  coverage = $state<Record<string, Coverage>>({});
  queue = $state<Transaction[]>([]);
  shown = $state<Transaction | null>(null);
  demo = $state<Demo | null>(null);
  lost_since = $state<Date | null>(null);
  faults = $state<{ what: string[]; since: Date } | null>(null);
  problem = $state("");
  said = $state("");
  holding = false; // the officer is busy with the one on the screen, whatever its state

  #stream: EventStream | null = null;
  #clear_timer: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<void> | null = null;
  #refresh_again = false;

  async start(name: string): Promise<void> {
    try {
      this.demo = await api.demo();
      const all = await api.checkpoints();
      this.checkpoint = all.find((one) => one.checkpoint === name) ?? null;
      if (!this.checkpoint) {
        this.problem = `No checkpoint named "${name}". Here are: ${all.map((one) => one.checkpoint).join(", ")}.`;
        return;
      }
    } catch (error) {
      this.#explain(error);
      return;
    }
    this.#stream = new EventStream(name, {
      on_event: (event) => void this.#handle(event),
      on_connected: () => {
        this.lost_since = null;
        void this.#refresh_all();
      },
      on_lost: (since) => (this.lost_since = since),
    });
    this.#stream.start();
    window.addEventListener("online", () => this.#stream?.retry_now());
    void this.#check_ready();
    setInterval(() => void this.#check_ready(), ready_every_ms);
  }

  #explain(error: unknown): void {
    const problem = error as api.Problem;
    if (problem.connection_lost) this.problem = "No connection to the server. Check travelers by hand, then reload.";
    else if (problem.status === 401) this.problem = "You are not signed in. Open the link that the operator gave you.";
    else if (problem.status === 403) this.problem = "This sign-in may not open the officer console.";
    else this.problem = `${problem.message}. ${problem.detail}`;
  }

  async #check_ready(): Promise<void> {
    try {
      const { checks } = await api.ready();
      const what = Object.entries(checks).filter(([, state]) => state !== "ok").map(([name]) => name);
      this.faults = what.length > 0 ? { what, since: this.faults?.since ?? new Date() } : null;
    } catch {
      // The socket's own loss says so.
    }
  }

  async #handle(event: CheckpointEvent): Promise<void> {
    if (event.kind.startsWith("transaction.")) await this.refresh();
    const flight_changed = ["transaction.decided", "transaction.opted_out", "transaction.verdict", "transaction.closed"];
    if (flight_changed.includes(event.kind)) await this.#refresh_flights();
    else if (!event.kind.startsWith("transaction.")) await this.#refresh_all();
  }

  async #refresh_all(): Promise<void> {
    if (!this.checkpoint) return;
    try {
      const name = this.checkpoint.checkpoint;
      this.checkpoint = (await api.checkpoints()).find((one) => one.checkpoint === name) ?? this.checkpoint;
      await this.refresh();
      await this.#refresh_flights();
    } catch (error) {
      this.#explain_unless_lost(error);
    }
  }

  // Events may come faster than answers: one request is under way, at most one more waits.
  async refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#refresh_again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#fetch_transactions();
    try {
      await this.#refreshing;
    } finally {
      this.#refreshing = null;
    }
  }

  async #fetch_transactions(): Promise<void> {
    do {
      this.#refresh_again = false;
      try {
        const open = await api.transactions(this.checkpoint?.checkpoint ?? "");
        await this.#show(open);
      } catch (error) {
        this.#explain_unless_lost(error);
      }
    } while (this.#refresh_again);
  }

  async #show(open: Transaction[]): Promise<void> {
    this.queue = open;
    const next = next_to_show(this.shown, open, this.holding);
    if (next) this.#put(next);
    else if (this.shown && !open.some((one) => one.transaction === this.shown?.transaction)) {
      if (this.shown.state !== "closed") this.#put(await api.transaction(this.shown.transaction));
    }
  }

  #put(transaction: Transaction): void {
    const before = this.shown?.transaction === transaction.transaction ? this.shown : null;
    // A new picture answers what was said about the one before.
    const captures = transaction.attempts + transaction.unusable_captures;
    if (!before || captures > before.attempts + before.unusable_captures) this.said = "";
    // What was shown of a transaction does not vanish when it closes, except its pictures.
    this.shown = {
      ...transaction,
      evidence: transaction.evidence ?? before?.evidence ?? null,
      document: transaction.document ?? before?.document ?? null,
    };
    clearTimeout(this.#clear_timer);
    if (!is_finished(transaction)) return;
    this.#clear_timer = setTimeout(() => {
      if (this.shown?.transaction === transaction.transaction) this.shown = null;
    }, finished_ms_max);
  }

  async #refresh_flights(): Promise<void> {
    try {
      const keys = (this.checkpoint?.contexts ?? []).map((one) => one.context);
      this.contexts = await Promise.all(keys.map(api.context));
      const all = await Promise.all(keys.map(api.coverage));
      this.coverage = Object.fromEntries(all.map((one) => [one.context, one]));
    } catch (error) {
      this.#explain_unless_lost(error);
    }
  }

  #explain_unless_lost(error: unknown): void {
    if (error instanceof api.Problem && !error.connection_lost) {
      if (error.status === 401) this.#explain(error);
      else this.said = `${error.message}. ${error.detail}`;
    }
  }

  pick(transaction: Transaction): void {
    this.#put(transaction);
  }

  async travelers(): Promise<Traveler[]> {
    const lists = await Promise.all((this.checkpoint?.contexts ?? []).map((one) => api.travelers(one.context)));
    return lists.flat();
  }

  async decide(key: string, request: api.DecisionRequest, done: string): Promise<void> {
    await this.#act(key, () => api.decide(key, request), done);
  }

  // Empty when the document was read; else why it was not, in the server's words.
  async present(key: string, document: api.DocumentToPresent): Promise<string> {
    try {
      const after = await api.present_document(key, document);
      if (this.shown?.transaction === key) this.#put(after);
      this.said = form_words.done;
      void this.refresh();
      return "";
    } catch (error) {
      const problem = error as api.Problem;
      return problem.connection_lost ? form_words.lost : `${problem.message}: ${problem.detail}`;
    }
  }

  async opt_out(key: string, traveler: string | undefined): Promise<void> {
    await this.#act(key, () => api.opt_out(key, traveler), "Manual check recorded. No picture is kept.");
  }

  async #act(key: string, request: () => Promise<Transaction>, done: string): Promise<void> {
    try {
      const after = await request();
      this.said = done;
      if (this.shown?.transaction === key) this.#put(after);
      if (is_finished(after)) setTimeout(() => void api.close_transaction(key).catch(() => undefined), close_after_ms);
      void this.refresh();
    } catch (error) {
      const problem = error as api.Problem;
      this.said = problem.connection_lost
        ? "Not recorded: no connection. Write it down and record it later."
        : `Not recorded: ${problem.message}. ${problem.detail}`;
    }
  }
}
