// One traveler after the other: notice, camera, result, start again. The camera runs only after the
// traveler has pressed CONTINUE under the notice. Whatever fails leads to a person, never to a dead
// end, and a manual check is counted even when it is chosen before anything else.
import * as api from "../lib/api";
import { EventStream } from "../lib/events";
import type { Checkpoint, CheckpointEvent, DecisionName, Demo, KioskTransaction, Notice, Role } from "../lib/types";
import { is_picture_reason, traveler_result, type KioskResult } from "../lib/words";
import type { KioskPhrase, Language } from "./phrases";

type Step = "loading" | "notice" | "opening" | "camera" | "sending" | "result";

interface Shown extends Omit<KioskResult, "phrase"> {
  phrase: KioskPhrase;
}

const result_ms = 5_000;
const again_ms = 2_500;
// As long as it may take to find a passport and have it read.
const document_ms = 60_000;
// A traveler who has gone must not keep the camera busy.
const unusable_in_a_row_max = 4;
const ready_every_ms = 10_000;

const over = new Set<DecisionName>(["boarded", "admitted", "referred", "abandoned"]);
const telling = new Set(["transaction.decided", "transaction.verdict", "transaction.document"]);
// What of a transaction a traveler is told.
const says = ({ verdict, reason, decision, attempts_left }: KioskTransaction) =>
  [verdict, reason, decision, attempts_left].join();
const asks_officer = { shape: "page", tone: "manual", again: false } as const;

export class KioskState {
  step = $state<Step>("loading");
  checkpoint = $state<Checkpoint | null>(null);
  notice = $state<Notice | null>(null);
  demo = $state<Demo | null>(null);
  role = $state<Role | null>(null);
  language = $state<Language>("en");
  result = $state<Shown | null>(null);
  hint = $state<KioskPhrase | null>(null); // what the server said of the last picture
  problem = $state("");
  down = $state(false);

  #transaction: KioskTransaction | null = null;
  #opening: Promise<KioskTransaction> | null = null;
  #visit = 0; // an answer that comes after its traveler has gone is dropped
  #shown_at = new Date();
  #unusable = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stream: EventStream | null = null;

  async start(name: string): Promise<void> {
    try {
      this.role = (await api.session()).role;
      this.demo = await api.demo();
      const all = await api.checkpoints();
      this.checkpoint = all.find((one) => one.checkpoint === name) ?? null;
      if (!this.checkpoint) {
        this.problem = `No checkpoint named "${name}".`;
        return;
      }
      this.notice = await api.notice(this.checkpoint.notice_version);
    } catch (error) {
      const { connection_lost, status } = error as api.Problem;
      this.problem = connection_lost || status !== 401 ? "out_of_service" : "not_signed_in";
      return;
    }
    this.#stream = new EventStream(name, {
      on_event: (event) => void this.#handle(event),
      on_connected: () => (this.down = false),
      on_lost: () => (this.down = true),
    });
    this.#stream.start();
    window.addEventListener("online", () => this.#stream?.retry_now());
    setInterval(() => void this.#check_ready(), ready_every_ms);
    void this.#check_ready();
    this.#begin();
  }

  async #check_ready(): Promise<void> {
    try {
      this.down = !(await api.ready()).ready;
    } catch {
      this.down = true;
    }
  }

  // The person before has gone: nothing of them stays, not even the language.
  #begin(): void {
    clearTimeout(this.#timer);
    this.#visit += 1;
    this.#transaction = null;
    this.#opening = null;
    this.#unusable = 0;
    this.result = null;
    this.hint = null;
    this.#shown_at = new Date();
    this.step = "notice";
  }

  // The notice counts as shown when it is shown in the traveler's language.
  choose_language(language: Language): void {
    this.language = language;
    if (this.step === "notice") this.#shown_at = new Date();
  }

  async proceed(): Promise<void> {
    if (this.step !== "notice") return;
    this.step = "opening";
    try {
      await this.#open();
      if (this.step === "opening") this.step = "camera";
    } catch {
      if (this.step === "opening") this.#finish({ ...asks_officer, phrase: "manual_today" });
    }
  }

  async manual_check(): Promise<void> {
    if (this.step === "loading") return;
    const visit = this.#visit;
    // Said at once: the traveler does not wait for the network to say no.
    this.#finish({ ...asks_officer, phrase: "manual_check" });
    try {
      const open = await this.#open();
      const after = await once_more(() => api.opt_out(open.transaction));
      if (this.#visit === visit) this.#transaction = after;
    } catch {
      // The officer sees the document in any case; nothing was captured that could remain.
    }
  }

  async captured(frames: Blob[]): Promise<void> {
    const transaction = this.#transaction;
    if (this.step !== "camera" || !transaction) return;
    this.step = "sending";
    const captured_at = new Date();
    const key = api.random_id();
    try {
      const after = await once_more(() => api.send_captures(transaction.transaction, frames, captured_at, key));
      if (this.step === "sending") this.#tell(after);
    } catch {
      if (this.step === "sending") this.#finish({ ...asks_officer, phrase: "manual_today" });
    }
  }

  camera_failed(): void {
    this.#finish({ ...asks_officer, phrase: "camera_off" });
  }

  // One transaction a visit, however often it is asked for.
  #open(): Promise<KioskTransaction> {
    this.#opening ??= this.#open_anew();
    return this.#opening;
  }

  async #open_anew(): Promise<KioskTransaction> {
    const { checkpoint, notice } = this;
    if (!checkpoint || !notice) throw new Error("not started");
    const visit = this.#visit;
    const [key, shown_at] = [api.random_id(), this.#shown_at];
    const open = await once_more(() => api.open_transaction(key, checkpoint.checkpoint, notice.version, shown_at));
    if (this.#visit === visit) this.#transaction = open;
    return open;
  }

  #tell(transaction: KioskTransaction): void {
    this.#transaction = transaction;
    const result = traveler_result(transaction, this.checkpoint?.decided_by ?? "officer");
    this.#unusable = is_picture_reason(transaction.reason) ? this.#unusable + 1 : 0;
    if (!result.again || this.#unusable >= unusable_in_a_row_max) {
      this.#finish(result.again ? { ...asks_officer, phrase: "officer_helps" } : result);
      return;
    }
    this.hint = is_picture_reason(transaction.reason) ? transaction.reason : null;
    this.result = result;
    this.step = "result";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.step = "camera"), again_ms);
  }

  #finish(result: Shown): void {
    this.result = result;
    this.step = "result";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), result.phrase === "show_document" ? document_ms : result_ms);
  }

  // What an officer still has to do, a manual check too, stays open for the officer.
  #end(): void {
    const transaction = this.#transaction;
    if (transaction && over.has(transaction.decision)) {
      void api.close_transaction(transaction.transaction).catch(() => undefined);
    }
    this.language = "en";
    this.#begin();
  }

  // An officer may decide, or read a document, while the traveler still stands here.
  async #handle(event: CheckpointEvent): Promise<void> {
    const mine = this.#transaction?.transaction;
    if (!telling.has(event.kind) || !mine || event.body.transaction !== mine) return;
    if (this.step === "sending") return; // the answer on its way says the same
    try {
      const after = (await api.transaction(mine)) as KioskTransaction;
      const before = this.#transaction;
      if ((this.step as Step) === "sending" || before?.transaction !== mine) return;
      // A document without an answer yet is nothing to tell.
      if (after.verdict === "" && after.decision === "") this.#transaction = after;
      else if (says(after) !== says(before)) this.#tell(after);
    } catch {
      // The result on the screen still stands.
    }
  }
}

// Once more after a lost connection; a refusal is an answer and stays one.
async function once_more<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof api.Problem) || (!error.connection_lost && error.status !== 429)) throw error;
    await new Promise((done) => setTimeout(done, 800));
    return request();
  }
}
