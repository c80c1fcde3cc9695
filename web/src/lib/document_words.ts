// The words for a presented document: its chip, its place on the list, what is marked, and how it
// differs from the list or the boarding pass.
import { date_words, plain_date, sex_words } from "./format";
import type { ChipState, FieldDifference, ListStatus, PresentedDocument, ReaderCheck } from "./types";

export const chip_words: Record<ChipState, string> = {
  genuine: "Signed and unaltered",
  unproven: "Signed by somebody we do not know",
  altered: "Altered",
  none: "No chip",
};

// "Unproven" has several causes; the findings name the one at hand.
export const chip_notes: Record<ChipState, string> = {
  genuine: "",
  unproven: "No trusted state stands behind the chip's data. Its photo is not used.",
  altered: "Signature or data do not hold. Nothing on the chip counts.",
  none: "",
};

export const list_status_words: Record<ListStatus, string> = {
  listed: "On the list",
  cancelled: "Cancelled on the list",
  on_board: "On board by the list",
  not_on_board: "Not on board by the list",
};

export const reader_check_words: Record<ReaderCheck, string> = {
  not_done: "Not done",
  passed: "Passed",
  failed: "Failed",
};

export interface Marker {
  text: string;
  strong: boolean; // asks for an act; the others are good to know
}

export function markers_of(document: PresentedDocument): Marker[] {
  const markers: Marker[] = [];
  const { list_status } = document;
  if (list_status === "cancelled" || list_status === "not_on_board") {
    markers.push({ text: list_status_words[list_status], strong: true });
  } else if (!document.on_list) {
    markers.push({ text: "Not on the list", strong: true });
  }
  if (plain_date(document.holder.birth_date) === null) {
    markers.push({ text: "Birth date incomplete: you decide on the age", strong: true });
  }
  if (document.copying_unchecked) markers.push({ text: "Copying not checked", strong: false });
  if (document.boarding_pass) markers.push({ text: "Boarding pass read", strong: false });
  return markers;
}

export function age_words(age: PresentedDocument["age"]): string {
  if (!age) return "not known";
  return age.least === age.most ? String(age.least) : `${age.least} to ${age.most}`;
}

export const field_words: Record<string, string> = {
  family_name: "Family name",
  given_names: "Given names",
  sex: "Sex",
  birth_date: "Birth date",
  nationality: "Nationality",
  document_number: "Document number",
  document_issuer: "Issuing state",
  document_expiry: "Expiry",
  flight: "Flight",
};

export interface DifferenceWords {
  field: string; // "Birth date"
  degree: string;
  minor: boolean;
  sides: { source: string; value: string }[]; // always two
}

function value_words(field: string, value: string): string {
  if (!value) return "not given";
  if (field === "sex") return sex_words(value);
  return field.endsWith("_date") || field.endsWith("_expiry") ? date_words(value) : value;
}

export function difference_words(difference: FieldDifference): DifferenceWords {
  const { field, source, expected, presented, minor } = difference;
  const beside = source === "boarding_pass" ? "Boarding pass" : "List";
  // A flight is no field of a document: there the boarding pass is what was presented.
  const [first, second] = field === "flight" ? ["This checkpoint", beside] : [beside, "Document"];
  return {
    field: field_words[field] ?? field.replaceAll("_", " "),
    degree: minor ? "Differs slightly" : "Differs",
    minor,
    sides: [
      { source: first ?? "", value: value_words(field, expected) },
      { source: second ?? "", value: value_words(field, presented) },
    ],
  };
}

export function differences_in(document: PresentedDocument | null, ...fields: string[]): DifferenceWords[] {
  return (document?.differences ?? []).filter((one) => fields.includes(one.field)).map(difference_words);
}

// Those that no field of a card carries.
export function other_differences(document: PresentedDocument | null, shown: string[]): DifferenceWords[] {
  return (document?.differences ?? []).filter((one) => !shown.includes(one.field)).map(difference_words);
}

// What the second picture is.
export function held_photo_words(document: PresentedDocument | null): { title: string; alt: string } {
  if (document?.portrait === "chip") {
    return { title: "Passport chip", alt: "Photo on the chip of the presented document" };
  }
  if (document?.portrait === "held") {
    return { title: "Held for this document", alt: "Photo held for the presented document" };
  }
  return { title: "Held", alt: "Photo on file of the confirmed traveler" };
}

// The dialog in which a document is handed in.
export const form_words = {
  title: "Document",
  presented: "Document presented",
  from_list: "Pick from the list",
  zone: "Machine-readable zone",
  zone_hint: "Two or three lines. Type, paste, or let the reader type.",
  zone_whole: "All lines are complete.",
  zone_not_whole: "Complete are 2 lines of 44 or 36 characters, or 3 of 30. Here: ",
  from_camera: "Read by a camera: look-alike characters may be repaired",
  boarding_pass: "Boarding pass, text of the code",
  chip: "Files of the chip",
  chip_hint: "EF_SOD.bin, DG1.bin, DG2.bin and others, all at once",
  chosen: "Chosen: ",
  none_chosen: "None chosen",
  unknown: "Not a file of a chip, left out: ",
  twice: "The same part twice, left out: ",
  reader: "What the reader found out by itself",
  chip_authentication: "Chip authentication",
  active_authentication: "Active authentication",
  passive_authentication: "Passive authentication",
  empty: "Enter the zone or choose the chip's files.",
  read: "Read the document",
  reading: "Reading…",
  done: "Document read.",
  lost: "Not read: no connection. Nothing is lost; try again, or check by hand.",
} as const;
