// One table of words: what the officer, the traveler and the gate are told in each state, with the
// shape and the tone that go with it, so that no state is told apart by colour alone. "No match" is
// about pictures, never about people, and the traveler never reads "rejected", "failed" or a score.
import { one_in } from "./format";
import type {
  Checkpoint,
  ContextKind,
  ContextState,
  DecisionName,
  Evidence,
  KioskTransaction,
  PictureReason,
  ReferReason,
  Transaction,
} from "./types";

export type Shape = "tick" | "circle" | "diamond" | "square" | "octagon" | "page" | "dots";
export type Tone = "match" | "again" | "refer" | "mismatch" | "manual" | "quiet";

// A phrase of the traveler's page, which knows them in several languages.
export type Phrase =
  | "go_ahead"
  | "see_officer"
  | "look_again"
  | "officer_helps"
  | "manual_check"
  | "manual_today"
  | "show_document"
  | PictureReason;

export interface Words {
  officer: string;
  next: string; // the officer's next act, as a verb
  traveler: Phrase;
  gate: "Board" | "Look again" | "See agent" | "Check document";
  shape: Shape;
  tone: Tone;
}

type State =
  | "waiting"
  | "captured"
  | "document_first"
  | "document_by_hand"
  | "match"
  | "no_match"
  | ReferReason
  | "boarded_by_hand"
  | "admitted"
  | "admitted_by_hand"
  | "identity_confirmed"
  | "referred"
  | "opted_out"
  | "abandoned";

const helped = { traveler: "officer_helps", gate: "See agent", shape: "diamond", tone: "refer" } as const;
const passed = {
  officer: "Confirmed",
  next: "",
  traveler: "go_ahead",
  gate: "Board",
  shape: "tick",
  tone: "match",
} as const;
const by_hand = { traveler: "manual_today", gate: "Check document", shape: "page", tone: "manual" } as const;
const done_by_hand = { traveler: "go_ahead", gate: "Board", shape: "page", tone: "manual" } as const;

function picture(reason: PictureReason, what: string, ask: string): Words {
  const officer = `Picture not usable: ${what}`;
  return { officer, next: ask, traveler: reason, gate: "Look again", shape: "square", tone: "again" };
}

export const words: Record<State, Words> = {
  waiting: {
    officer: "Waiting for the camera",
    next: "The traveler is reading the notice or looking at the camera.",
    traveler: "look_again",
    gate: "Look again",
    shape: "dots",
    tone: "quiet",
  },
  captured: {
    officer: "Photo taken. Ask for the document",
    next: "Put it on the reader, or enter it: D.",
    traveler: "show_document",
    gate: "Check document",
    shape: "page",
    tone: "manual",
  },
  document_first: {
    officer: "Document read. Waiting for the camera",
    next: "Ask the traveler to look at the camera.",
    traveler: "look_again",
    gate: "Look again",
    shape: "dots",
    tone: "quiet",
  },
  document_by_hand: {
    officer: "Document read. Check it by hand",
    next: "Compare the traveler with the document, and decide.",
    traveler: "officer_helps",
    gate: "Check document",
    shape: "page",
    tone: "manual",
  },
  match: { ...passed },
  no_match: {
    officer: "Not confirmed, try again",
    next: "Ask the traveler to look at the camera once more.",
    traveler: "look_again",
    gate: "Look again",
    shape: "circle",
    tone: "again",
  },
  near_tie: { ...helped, officer: "Two people on this list look alike", next: "Check the document to tell them apart." },
  already_done: { ...helped, officer: "Confirmed here before", next: "Check the document and the boarding pass." },
  no_held_photo: { ...helped, officer: "No photo on file", next: "Check the document.", gate: "Check document" },
  not_confirmed: { ...helped, officer: "Not confirmed", next: "The camera could not confirm. Check the document." },
  no_face: picture("no_face", "no face seen", "Ask the traveler to stand in front of the camera."),
  face_too_small: picture("face_too_small", "too far away", "Ask the traveler to come closer."),
  face_cut_off: picture("face_cut_off", "face cut off", "Ask the traveler to stand in the middle."),
  too_dark: picture("too_dark", "too dark", "Give more light, or turn the traveler to the light."),
  too_bright: picture("too_bright", "too bright", "Turn the traveler away from the light."),
  too_many_faces: picture("too_many_faces", "several faces", "Ask for one person at a time."),
  picture_unusable: picture("picture_unusable", "cannot be read", "Take another picture, or check the document."),
  not_calibrated: {
    ...by_hand,
    officer: "Check by hand: no calibration",
    next: "Check the document. The model has no threshold for this error rate.",
  },
  gallery_not_ready: {
    ...by_hand,
    officer: "Check by hand: photos not ready",
    next: "Check the document. The photos of this flight are not ready.",
  },
  mismatch: {
    ...helped,
    officer: "Does not match the document. Refer to secondary",
    next: "No other end is possible here at this age.",
    shape: "octagon",
    tone: "mismatch",
  },
  document_altered: {
    ...helped,
    officer: "Chip data do not match their signature",
    next: "Nothing on the chip counts. Refer, or decide by the printed document.",
    tone: "mismatch",
  },
  document_unusable: {
    ...helped,
    officer: "No document photo to compare. Check the document",
    next: "Compare the traveler with the printed photo.",
    gate: "Check document",
  },
  timed_out: { ...by_hand, officer: "Check by hand: no answer in time", next: "Check the document." },
  system_fault: { ...by_hand, officer: "Check by hand: matcher fault", next: "Check the document." },
  boarded_by_hand: { ...done_by_hand, officer: "Boarded by hand", next: "Recorded as checked by document." },
  admitted: { ...passed, officer: "Admitted", next: "Entry recorded." },
  admitted_by_hand: { ...done_by_hand, officer: "Admitted by hand", next: "Recorded as checked by document." },
  identity_confirmed: {
    ...passed,
    officer: "Identity confirmed",
    next: "Now admit the traveler, or refer.",
    traveler: "see_officer",
  },
  referred: { ...helped, officer: "Referred", next: "Send the traveler to the second line." },
  opted_out: {
    officer: "Manual check chosen",
    next: "Check the document. No picture is kept.",
    traveler: "manual_check",
    gate: "Check document",
    shape: "page",
    tone: "manual",
  },
  abandoned: {
    officer: "Ended without a decision",
    next: "The traveler left, or the time ran out.",
    traveler: "officer_helps",
    gate: "See agent",
    shape: "dots",
    tone: "quiet",
  },
};

// An age at which the rules leave a mismatch to a person, or an age that nobody knows.
const mismatch_to_judge: Words = {
  ...words.mismatch,
  officer: "Does not match the document",
  next: "At this age you may decide: compare the pictures, then confirm by hand or refer.",
};

type Judged = Pick<Transaction, "state" | "verdict" | "reason" | "decision" | "direction" | "allowed" | "document">;

function state_of(transaction: Judged): State {
  const by_camera = transaction.verdict === "match";
  const decided: Record<DecisionName, State | null> = {
    "": null,
    boarded: by_camera ? "match" : "boarded_by_hand",
    identity_confirmed: "identity_confirmed",
    admitted: by_camera ? "admitted" : "admitted_by_hand",
    referred: "referred",
    opted_out: "opted_out",
    abandoned: "abandoned",
  };
  return decided[transaction.decision] ?? undecided_state(transaction);
}

function undecided_state({ state, verdict, reason, document }: Judged): State {
  if (verdict === "" && document) return document.portrait === "none" ? "document_by_hand" : "document_first";
  if (verdict === "") return state === "captured" ? "captured" : "waiting";
  if (verdict === "refer") return reason ?? "system_fault";
  return verdict;
}

export function officer_words(transaction: Judged): Words {
  const found = words[state_of(transaction)] ?? words.system_fault;
  if (found === words.opted_out && transaction.allowed.includes("admitted")) {
    return { ...found, next: "The document is checked. Now admit the traveler, or refer." };
  }
  if (found === words.mismatch && transaction.allowed.some((decision) => decision !== "referred")) {
    return mismatch_to_judge;
  }
  if (found !== words.match) return found;
  if (transaction.decision === "boarded") return { ...found, next: "Boarded." };
  return {
    ...found,
    next: transaction.direction === "entry" ? "Compare the pictures, then confirm the identity." : "Board the traveler.",
  };
}

const picture_reasons = new Set<string>([
  "no_face",
  "face_too_small",
  "face_cut_off",
  "too_dark",
  "too_bright",
  "too_many_faces",
  "picture_unusable",
]);

export function is_picture_reason(reason: string | null): reason is PictureReason {
  return reason !== null && picture_reasons.has(reason);
}

export interface KioskResult {
  phrase: Phrase;
  shape: Shape;
  tone: Tone;
  again: boolean; // look at the camera once more
}

// What the traveler is told. Where an officer decides, a match sends the traveler to the officer.
export function traveler_result(transaction: KioskTransaction, decided_by: "rule" | "officer"): KioskResult {
  const told = (found: Words, phrase: Phrase, again = false): KioskResult => {
    return { phrase, shape: found.shape, tone: found.tone, again };
  };
  const { state, verdict, reason, decision, attempts_left } = transaction;
  if (decision === "opted_out") return told(words.opted_out, "manual_check");
  if (decision === "boarded" || decision === "admitted") return told(words.match, "go_ahead");
  if (decision === "" && verdict === "no_match" && attempts_left > 0) return told(words.no_match, "look_again", true);
  if (decision === "" && is_picture_reason(reason) && attempts_left > 0) return told(words[reason], reason, true);
  if (decision === "" && verdict === "" && state === "captured") return told(words.captured, "show_document");
  if (verdict === "match" && decision !== "referred") {
    return told(words.match, decided_by === "officer" ? "see_officer" : "go_ahead");
  }
  return told(words.not_confirmed, "officer_helps");
}

// The threshold's error rate, in words. Never a rate made up from one score.
export function rate_sentence(fpir_max: number): string {
  return `At this setting a stranger passes ${one_in(fpir_max)} searches.`;
}

const several = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

// What was compared with what, and the error rate of that setting.
export function evidence_words(evidence: Evidence): { rate: string; facts: string } {
  const attempt = `attempt ${evidence.attempt} of ${evidence.attempts_max}`;
  if (evidence.compared_with === "chip_photo" || evidence.compared_with === "held_photo") {
    const held = `Compared with ${several(evidence.n, "photo", "photos")} held for this document`;
    const what = evidence.compared_with === "chip_photo" ? "Compared with the photo on the chip" : held;
    const rate = `At this setting a stranger with this document passes ${one_in(evidence.fmr_max)}.`;
    return { rate, facts: `${what} · ${attempt}` };
  }
  const searched = `${several(evidence.n, "photo", "photos")} of ${several(evidence.identities, "traveler", "travelers")}`;
  return { rate: rate_sentence(evidence.fpir_max), facts: `${searched} searched · ${attempt}` };
}

const rejection_words: Record<string, string> = {
  no_face: "no face in the photo",
  face_too_small: "face too small",
  face_cut_off: "face cut off",
  too_dark: "photo too dark",
  too_bright: "photo too bright",
  too_many_faces: "several faces in the photo",
  picture_unusable: "photo cannot be read",
};

export function photo_rejection(reason: string): string {
  return rejection_words[reason] ?? reason.replaceAll("_", " ");
}

export function traveler_state_words(state: string): string {
  return (
    {
      expected: "Not seen yet",
      confirmed: "Confirmed",
      manual: "By hand",
      referred: "Referred",
      opted_out: "Manual check",
    }[state] ?? state
  );
}

const profile_names: Record<string, string> = {
  "air-exit": "Air exit: boarding gate",
  "air-entry": "Air entry: primary booth",
  pedestrian: "Land port on foot",
  sea: "Cruise debarkation",
  private: "Private airfield or dock",
  transfer: "Transfer",
  paper: "Document check by hand",
};

export function profile_words(profile: string): string {
  return profile_names[profile] ?? profile;
}

// Where nothing is known in advance, no list is missing.
export function works_without_list(checkpoint: Pick<Checkpoint, "profile" | "order">): boolean {
  if (checkpoint.order) return checkpoint.order === "document_only" || checkpoint.order === "manual";
  return checkpoint.profile === "pedestrian" || checkpoint.profile === "paper";
}

const kind_names: Record<ContextKind, string> = {
  flight: "Flight",
  voyage: "Voyage",
  arrivals_window: "Arrivals",
  private_movement: "Private movement",
  encounters: "Documents presented",
};

export function context_kind_words(kind: ContextKind | undefined): string {
  return kind_names[kind ?? "flight"] ?? kind_names.flight;
}

// Empty for the usual state.
export function context_state_words(state: ContextState): string {
  return (
    {
      open: "",
      departed: "Departed",
      closed: "Closed: photos erased",
      cancelled: "Cancelled: photos erased",
    }[state] ?? state
  );
}
