// One table of words: what the officer, the traveler and the gate are told in each state, with the
// shape and the tone that go with it, so that no state is told apart by colour alone. "No match" is
// about pictures, never about people, and the traveler never reads "rejected", "failed" or a score.
import { one_in } from "./format";
import type { DecisionName, KioskTransaction, PictureReason, ReferReason, Transaction } from "./types";

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

type Judged = Pick<Transaction, "verdict" | "reason" | "decision" | "direction" | "allowed">;

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

function undecided_state({ verdict, reason }: Judged): State {
  if (verdict === "") return "waiting";
  if (verdict === "refer") return reason ?? "system_fault";
  return verdict;
}

export function officer_words(transaction: Judged): Words {
  const found = words[state_of(transaction)] ?? words.system_fault;
  if (found === words.opted_out && transaction.allowed.includes("admitted")) {
    return { ...found, next: "The document is checked. Now admit the traveler, or refer." };
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
  const { verdict, reason, decision, attempts_left } = transaction;
  if (decision === "opted_out") return told(words.opted_out, "manual_check");
  if (decision === "boarded" || decision === "admitted") return told(words.match, "go_ahead");
  if (decision === "" && verdict === "no_match" && attempts_left > 0) return told(words.no_match, "look_again", true);
  if (decision === "" && is_picture_reason(reason) && attempts_left > 0) return told(words[reason], reason, true);
  if (verdict === "match" && decision !== "referred") {
    return told(words.match, decided_by === "officer" ? "see_officer" : "go_ahead");
  }
  return told(words.not_confirmed, "officer_helps");
}

// The threshold's error rate, in words. Never a rate made up from one score.
export function rate_sentence(fpir_max: number): string {
  return `At this setting a stranger passes ${one_in(fpir_max)} searches.`;
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
