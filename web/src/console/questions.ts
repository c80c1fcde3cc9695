// Decisions that bind ask once, in words that say what will happen.
import { full_name } from "../lib/format";
import type { DocumentHolder, Traveler } from "../lib/types";
import type { DocumentDecision } from "./actions";

export interface Question {
  title: string;
  text: string;
  yes: string;
  act: () => Promise<void>;
}

type Named = Pick<Traveler | DocumentHolder, "family_name" | "given_names">;

const name_of = (traveler: Named | null) => (traveler ? full_name(traveler) : "the traveler");

export const questions = {
  refer: (traveler: Named | null, act: Question["act"]): Question => ({
    title: `Refer ${name_of(traveler)}?`,
    text: "A supervisor takes over at the second line. This ends the transaction here, and the pictures are erased.",
    yes: "Refer",
    act,
  }),
  opt_out: (traveler: Traveler | null, act: Question["act"]): Question => ({
    title: `Manual check for ${name_of(traveler)}?`,
    text: traveler
      ? "The picture is erased now, and the photos on file leave this flight's gallery. Check the document instead. " +
        "It does not cost the traveler the place in line."
      : "The picture is erased now. Check the document instead. It does not cost the traveler the place in line.",
    yes: "Manual check",
    act,
  }),
  by_hand: (decision: DocumentDecision, traveler: Named, act: Question["act"]): Question => ({
    title: decision === "boarded" ? `Board ${full_name(traveler)} by hand?` : `Is this ${full_name(traveler)}?`,
    text: "You have checked the document, and it is this person. It is recorded as checked by document, not by picture.",
    yes: decision === "boarded" ? "Board by hand" : "Identity confirmed",
    act,
  }),
  admit_by_hand: (traveler: Named | null, act: Question["act"]): Question => ({
    title: `Admit ${name_of(traveler)} by hand?`,
    text: "The identity was confirmed by document. The entry is recorded as checked by document, not by picture.",
    yes: "Admit by hand",
    act,
  }),
};
