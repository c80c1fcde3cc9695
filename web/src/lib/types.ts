// The shapes of the HTTP API (version 1) as the pages use them.

export type Role = "operator" | "officer" | "kiosk" | "carrier";
export type TransactionState = "open" | "captured" | "verdict" | "decided" | "closed";
export type VerdictName = "" | "match" | "no_match" | "refer";
export type DecisionName =
  | ""
  | "boarded"
  | "identity_confirmed"
  | "admitted"
  | "referred"
  | "opted_out"
  | "abandoned";
export type PictureReason =
  | "no_face"
  | "face_too_small"
  | "face_cut_off"
  | "too_dark"
  | "too_bright"
  | "too_many_faces"
  | "picture_unusable";
export type ReferReason =
  | PictureReason
  | "near_tie"
  | "already_done"
  | "no_held_photo"
  | "not_confirmed"
  | "not_calibrated"
  | "gallery_not_ready"
  | "mismatch"
  | "document_altered"
  | "document_unusable"
  | "timed_out"
  | "system_fault";

export interface TravelDocument {
  type: string;
  number: string;
  issuer: string;
  expiry: string | null;
}

export interface Traveler {
  traveler: string;
  kind: string;
  family_name: string;
  given_names: string;
  sex: string;
  birth_date: string | null;
  nationality: string;
  documents: TravelDocument[];
  reference: string;
  seat: string;
  state: "expected" | "confirmed" | "manual" | "referred" | "opted_out";
}

export interface Quality {
  interocular_px: number;
  luminance_mean: number;
  sharpness: number;
}

export interface Subject {
  zone: number;
  traveler: Traveler | null;
  faces_seen: number;
  quality: Quality | null;
}

// Scores come with the evidence, too; no page shows one, so they are not named here.
export interface Evidence {
  pack: string;
  compared_with: "gallery" | "chip_photo" | "held_photo";
  n: number;
  identities: number;
  attempt: number;
  attempts_max: number;
  fpir_max: number;
  fmr_max: number; // of the whole verification; 0 where a gallery was searched
}

export interface DocumentHolder {
  family_name: string;
  given_names: string;
  sex: string;
  birth_date: string | null;
  nationality: string;
  document_type: string;
  document_number: string;
  document_issuer: string;
  document_expiry: string | null;
}

export type ChipState = "none" | "genuine" | "unproven" | "altered";
export type ListStatus = "listed" | "cancelled" | "on_board" | "not_on_board";
export type ReaderCheck = "not_done" | "passed" | "failed";

export interface FieldDifference {
  field: string;
  source: "list" | "boarding_pass";
  expected: string;
  presented: string;
  minor: boolean;
}

export interface PresentedDocument {
  traveler?: string | null; // whose document it is, where the server says so
  holder: DocumentHolder;
  age: { least: number; most: number } | null;
  format: string;
  chip: ChipState;
  reader: Record<"chip_authentication" | "active_authentication" | "passive_authentication", ReaderCheck>;
  copying_unchecked: boolean;
  findings: { code: string; text: string }[];
  differences: FieldDifference[];
  boarding_pass: boolean;
  portrait: "none" | "chip" | "held";
  on_list: boolean;
  list_status: ListStatus | null;
  attempts: number;
}

export interface Transaction {
  transaction: string;
  checkpoint: string;
  state: TransactionState;
  opened_at: string;
  captured_at: string | null;
  direction: "exit" | "entry";
  decided_by: "rule" | "officer";
  verdict: VerdictName;
  reason: ReferReason | null;
  attempts: number;
  unusable_captures: number;
  attempts_left: number;
  decision: DecisionName;
  allowed: string[];
  subjects: Subject[];
  live_photo: boolean;
  held_photos: number;
  evidence: Evidence | null;
  document: PresentedDocument | null;
}

// All that a kiosk may know.
export interface KioskTransaction {
  transaction: string;
  checkpoint: string;
  state: TransactionState;
  verdict: VerdictName;
  reason: PictureReason | "see_agent" | null;
  attempts_left: number;
  decision: DecisionName;
}

export type ContextKind = "flight" | "voyage" | "arrivals_window" | "private_movement" | "encounters";
export type ContextState = "open" | "departed" | "closed" | "cancelled";

export interface Context {
  context: string;
  kind?: ContextKind; // not told to a kiosk
  designator: string;
  departure: string;
  arrival: string;
  departs_at: string | null;
  state: ContextState;
  // Counts are not told to a kiosk.
  travelers?: number;
  confirmed?: number;
  manual?: number;
  referred?: number;
  opted_out?: number;
  listed?: number;
  cancelled?: number;
  on_board?: number;
  not_on_board?: number;
}

export interface CoverageRow {
  traveler: string;
  photos_enrolled: number;
  rejected: string[];
  opted_out: boolean;
}

export interface Coverage {
  context: string;
  state: "waiting" | "building" | "ready" | "failed" | "closed";
  travelers: number;
  travelers_done: number;
  with_photo: number;
  without_photo: number;
  rejected_only: number;
  opted_out: number;
  rows: CoverageRow[];
}

export type MatchingOrder = "gallery_then_document" | "gallery_only" | "document_only" | "manual";

export interface Checkpoint {
  checkpoint: string;
  profile: string;
  direction: "exit" | "entry";
  decided_by: "rule" | "officer";
  order?: MatchingOrder;
  fpir_max: number;
  attempts_max: number;
  notice_version: string;
  contexts: Context[];
}

export interface NoticeText {
  title: string;
  lines: string[];
  continue: string;
  manual: string;
}

export interface Notice {
  version: string;
  control_number: string;
  languages: Record<string, NoticeText>;
}

export interface Credit {
  file: string;
  person: string;
  year?: string | number | null;
  author: string;
  licence: string;
  source: string;
}

export interface Demo {
  demo: boolean;
  credits: Credit[];
  checkpoints: { gate: string; booth: string };
}

export interface CheckpointEvent {
  sequence: number;
  checkpoint: string;
  kind: string;
  at: string;
  body: { transaction?: string; context?: string; [field: string]: unknown };
}
