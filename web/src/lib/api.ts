// The HTTP API as functions. A refusal is thrown as a Problem (its `status` and `type` come from
// the server's problem document), a lost connection as a Problem with status 0: callers need one
// kind of catch. Every request has a time limit, so a page never waits for ever.
import type {
  Checkpoint,
  Context,
  Coverage,
  Demo,
  KioskTransaction,
  Notice,
  ReaderCheck,
  Role,
  Transaction,
  Traveler,
} from "./types";

const request_ms_max = 15_000;

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    title: string,
    readonly detail: string,
  ) {
    super(title);
  }
  get connection_lost(): boolean {
    return this.status === 0;
  }
}

interface Options {
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
}

async function problem_of(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, string>;
  return new Problem(answer.status, body.type ?? "", body.title ?? answer.statusText, body.detail ?? "");
}

async function send<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers = { ...options.headers };
  if (options.json !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: options.form ?? (options.json === undefined ? undefined : JSON.stringify(options.json)),
      cache: "no-store",
      signal: AbortSignal.timeout(request_ms_max),
    });
    if (answer.ok) return (await answer.json()) as T;
  } catch {
    throw new Problem(0, "", "No connection to the server", "");
  }
  throw await problem_of(answer);
}

const id = encodeURIComponent;

export const sign_in = (token: string) => send<{ role: Role }>("POST", "/v1/session", { json: { token } });
export const session = () => send<{ role: Role }>("GET", "/v1/session");

// Null where the server does not run the demo.
export async function demo(): Promise<Demo | null> {
  try {
    return await send<Demo>("GET", "/v1/demo");
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export async function checkpoints(): Promise<Checkpoint[]> {
  return (await send<{ checkpoints: Checkpoint[] }>("GET", "/v1/checkpoints")).checkpoints;
}

export const notice = (version: string) => send<Notice>("GET", `/v1/notices/${id(version)}`);
export const context = (key: string) => send<Context>("GET", `/v1/contexts/${id(key)}`);
export const coverage = (key: string) => send<Coverage>("GET", `/v1/contexts/${id(key)}/coverage`);

export async function travelers(key: string): Promise<Traveler[]> {
  return (await send<{ travelers: Traveler[] }>("GET", `/v1/contexts/${id(key)}/travelers`)).travelers;
}

export function add_traveler(key: string, family_name: string, given_names: string, photo: Blob) {
  const form = new FormData();
  form.append("family_name", family_name);
  form.append("given_names", given_names);
  form.append("photo", photo, "photo.jpg");
  return send<Traveler>("POST", `/v1/contexts/${id(key)}/travelers`, { form });
}

export async function transactions(checkpoint: string): Promise<Transaction[]> {
  const path = `/v1/checkpoints/${id(checkpoint)}/transactions`;
  return (await send<{ transactions: Transaction[] }>("GET", path)).transactions;
}

const transaction_path = (key: string) => `/v1/transactions/${id(key)}`;
export const live_photo_path = (key: string) => `${transaction_path(key)}/live.jpg`;
export const held_photo_path = (key: string, index: number) => `${transaction_path(key)}/held/${index}.jpg`;

export const transaction = (key: string) => send<Transaction>("GET", transaction_path(key));

export function open_transaction(key: string, checkpoint: string, version: string, shown_at: Date) {
  const json = { checkpoint, notice: { version, shown_at: shown_at.toISOString() }, subjects: [{}] };
  return send<KioskTransaction>("PUT", transaction_path(key), { json });
}

// The key makes a repeated request safe: the server answers again what it answered first.
export function send_captures(key: string, frames: Blob[], captured_at: Date, idempotency_key: string) {
  const form = new FormData();
  frames.forEach((frame, index) => form.append("frame", frame, `frame${index}.jpg`));
  return send<KioskTransaction>("POST", `${transaction_path(key)}/captures`, {
    form,
    headers: { "Idempotency-Key": idempotency_key, "Captured-At": captured_at.toISOString() },
  });
}

export function opt_out(key: string, traveler?: string) {
  return send<KioskTransaction & Transaction>("POST", `${transaction_path(key)}/opt-out`, {
    json: traveler ? { traveler } : {},
  });
}

export interface DecisionRequest {
  decision: "identity_confirmed" | "admitted" | "boarded" | "referred";
  reason?: string;
  traveler?: string;
}

export const decide = (key: string, json: DecisionRequest) =>
  send<Transaction>("POST", `${transaction_path(key)}/decision`, { json });

export interface DocumentToPresent {
  mrz: string;
  mrz_mode: "strict" | "tolerant";
  boarding_pass: string;
  reader: Record<"chip_authentication" | "active_authentication" | "passive_authentication", ReaderCheck>;
  chip: Map<string, Blob>; // by the name of the part: com, sod, dg1 ...
}

// Without the chip's files as JSON, with them as parts. What was not given is left out.
export function present_document(key: string, document: DocumentToPresent) {
  const texts: Record<string, string> = {};
  if (document.mrz) Object.assign(texts, { mrz: document.mrz, mrz_mode: document.mrz_mode });
  if (document.boarding_pass) texts.boarding_pass = document.boarding_pass;
  for (const [name, check] of Object.entries(document.reader)) if (check !== "not_done") texts[name] = check;
  const path = `${transaction_path(key)}/document`;
  const headers = { "Idempotency-Key": random_id() };
  if (document.chip.size === 0) return send<Transaction>("POST", path, { json: texts, headers });
  const form = new FormData();
  for (const [name, text] of Object.entries(texts)) form.append(name, text);
  for (const [part, file] of document.chip) form.append(part, file, `${part}.bin`);
  return send<Transaction>("POST", path, { form, headers });
}

export const close_transaction = (key: string) => send<unknown>("POST", `${transaction_path(key)}/close`, { json: {} });

// 200 and 503 both carry the checks.
export async function ready(): Promise<{ ready: boolean; checks: Record<string, string> }> {
  try {
    const answer = await fetch("/v1/ready", { cache: "no-store", signal: AbortSignal.timeout(request_ms_max) });
    return (await answer.json()) as { ready: boolean; checks: Record<string, string> };
  } catch {
    throw new Problem(0, "", "No connection to the server", "");
  }
}

// Ids are made by the client: 32 hex digits.
export function random_id(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
