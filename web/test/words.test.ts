// Proves that every state has its words, that the traveler is never blamed and never told more than
// the traveler's table holds, and that nothing but a match sends anybody ahead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, phrases } from "../src/kiosk/phrases";
import {
  context_kind_words,
  context_state_words,
  evidence_words,
  is_picture_reason,
  officer_words,
  profile_words,
  rate_sentence,
  traveler_result,
  words,
  works_without_list,
} from "../src/lib/words";
import type { Evidence, ReferReason, VerdictName } from "../src/lib/types";
import { kiosk_transaction, presented, transaction } from "./samples";

const reasons: ReferReason[] = [
  "near_tie", "already_done", "no_held_photo", "not_confirmed", "no_face", "face_too_small", "face_cut_off", "too_dark",
  "too_bright", "too_many_faces", "picture_unusable", "not_calibrated", "gallery_not_ready", "timed_out", "system_fault",
  "mismatch", "document_altered", "document_unusable",
];

test("the officer reads the words of the table", () => {
  const said = (verdict: VerdictName, reason: ReferReason | null = null) =>
    officer_words(transaction({ verdict, reason })).officer;
  assert.equal(said("match"), "Confirmed");
  assert.equal(said("no_match"), "Not confirmed, try again");
  assert.equal(said("refer", "near_tie"), "Two people on this list look alike");
  assert.equal(said("refer", "no_held_photo"), "No photo on file");
  assert.match(said("refer", "too_dark"), /^Picture not usable: /);
  assert.equal(officer_words(transaction({ decision: "opted_out" })).officer, "Manual check chosen");
  assert.equal(said("refer", "document_altered"), "Chip data do not match their signature");
  assert.equal(said("refer", "document_unusable"), "No document photo to compare. Check the document");
  const captured = transaction({ state: "captured" });
  assert.equal(officer_words(captured).officer, "Photo taken. Ask for the document");
});

test("a mismatch is referred, unless the rules leave it to a person", () => {
  const mismatch = { verdict: "refer", reason: "mismatch" } as const;
  const adult = officer_words(transaction({ ...mismatch, allowed: ["referred"] }));
  assert.equal(adult.officer, "Does not match the document. Refer to secondary");
  assert.deepEqual([adult.shape, adult.tone], ["octagon", "mismatch"]);
  const child = officer_words(transaction({ ...mismatch, allowed: ["identity_confirmed", "referred"] }));
  assert.equal(child.officer, "Does not match the document");
  assert.match(child.next, /confirm by hand or refer/);
  assert.deepEqual([child.shape, child.tone], ["octagon", "mismatch"]);
});

test("a document before the picture says what comes next", () => {
  const open = transaction({ state: "open", document: presented() });
  assert.equal(officer_words(open).officer, "Document read. Waiting for the camera");
  const unread = transaction({ state: "open", document: presented({ portrait: "none" }) });
  assert.equal(officer_words(unread).officer, "Document read. Check it by hand");
});

test("every reason has words that end in an act, and none of them is a match", () => {
  for (const reason of reasons) {
    const said = officer_words(transaction({ verdict: "refer", reason }));
    assert.ok(said.next.length > 0, reason);
    assert.notEqual(said.tone, "match", reason);
    assert.notEqual(said.shape, "tick", reason);
  }
});

test("a reason this page has never heard of is checked by hand", () => {
  const said = officer_words(transaction({ verdict: "refer", reason: "from_the_future" as ReferReason }));
  assert.match(said.officer, /^Check by hand/);
});

// Both tones of the diamond ask for the same act: a person decides.
test("a shape means one act, whatever colours can be seen", () => {
  const shapes = new Map<string, Set<string>>();
  for (const one of Object.values(words)) {
    const act = one.tone === "mismatch" ? "refer" : one.tone;
    shapes.set(act, (shapes.get(act) ?? new Set()).add(one.shape));
  }
  for (const [tone, set] of shapes) {
    for (const [other, others] of shapes) {
      if (tone !== other) for (const shape of set) assert.ok(!others.has(shape) || shape === "dots", `${tone} ${other} ${shape}`);
    }
  }
});

test("only a match or an officer sends the traveler ahead", () => {
  for (const reason of [...reasons.filter(is_picture_reason), "see_agent" as const, null]) {
    for (const verdict of ["", "no_match", "refer"] as const) {
      for (const attempts_left of [0, 1, 2]) {
        const told = traveler_result(kiosk_transaction({ verdict, reason, attempts_left }), "rule");
        assert.notEqual(told.phrase, "go_ahead");
        assert.notEqual(told.phrase, "see_officer");
        assert.notEqual(told.tone, "match");
      }
    }
  }
  assert.equal(traveler_result(kiosk_transaction({ verdict: "match", decision: "boarded" }), "rule").phrase, "go_ahead");
  assert.equal(traveler_result(kiosk_transaction({ verdict: "match" }), "officer").phrase, "see_officer");
  assert.equal(traveler_result(kiosk_transaction({ verdict: "match", decision: "referred" }), "rule").phrase, "officer_helps");
});

test("after the photo the traveler is asked for the document, and never told what was wrong with it", () => {
  const waiting = traveler_result(kiosk_transaction({ state: "captured" }), "officer");
  assert.deepEqual([waiting.phrase, waiting.again, waiting.tone], ["show_document", false, "manual"]);
  for (const reason of ["see_agent", "mismatch", "document_altered", "document_unusable"]) {
    const told = traveler_result(kiosk_transaction({ verdict: "refer", reason: reason as "see_agent" }), "officer");
    assert.deepEqual([told.phrase, told.tone], ["officer_helps", "refer"], reason);
  }
  assert.equal(traveler_result(kiosk_transaction({ state: "captured", decision: "opted_out" }), "rule").phrase, "manual_check");
  assert.equal(traveler_result(kiosk_transaction({ state: "captured", decision: "referred" }), "rule").phrase, "officer_helps");
});

test("another look is asked for only while an attempt is left", () => {
  const told = (attempts_left: number) => traveler_result(kiosk_transaction({ verdict: "no_match", attempts_left }), "rule");
  assert.deepEqual([told(1).phrase, told(1).again], ["look_again", true]);
  assert.deepEqual([told(0).phrase, told(0).again], ["officer_helps", false]);
  const dark = traveler_result(kiosk_transaction({ verdict: "refer", reason: "too_dark" }), "rule");
  assert.deepEqual([dark.phrase, dark.again], ["too_dark", true]);
});

test("the traveler reads no blame and no figure, in any language", () => {
  const names = Object.keys(phrases.en).sort();
  for (const { code } of languages) {
    assert.deepEqual(Object.keys(phrases[code]).sort(), names);
    for (const [name, text] of Object.entries(phrases[code])) {
      assert.ok(text.trim().length > 0, `${code} ${name}`);
      assert.doesNotMatch(text, /reject|fail|suspect|denied|error|refus|rechaz|sospech|\d|%/i, `${code} ${name}`);
    }
  }
});

test("the rate is the setting's, in words", () => {
  assert.equal(rate_sentence(0.001), "At this setting a stranger passes 1 time in 1,000 searches.");
  assert.equal(rate_sentence(0.01), "At this setting a stranger passes 1 time in 100 searches.");
});

test("with a document the rate is that of the whole verification, and the facts say what was compared", () => {
  const evidence = (fields: Partial<Evidence>): Evidence => {
    return { pack: "a", compared_with: "gallery", n: 2, identities: 1, attempt: 1, attempts_max: 3, fpir_max: 0.001, fmr_max: 0, ...fields };
  };
  assert.deepEqual(evidence_words(evidence({})), {
    rate: "At this setting a stranger passes 1 time in 1,000 searches.",
    facts: "2 photos of 1 traveler searched · attempt 1 of 3",
  });
  const chip = evidence_words(evidence({ compared_with: "chip_photo", n: 1, fpir_max: 0, fmr_max: 0.0005, attempt: 2 }));
  assert.equal(chip.rate, "At this setting a stranger with this document passes 1 time in 2,000.");
  assert.equal(chip.facts, "Compared with the photo on the chip · attempt 2 of 3");
  const held = evidence_words(evidence({ compared_with: "held_photo", fmr_max: 0.0005 }));
  assert.equal(held.facts, "Compared with 2 photos held for this document · attempt 1 of 3");
});

test("a land port needs no list, a gate does", () => {
  assert.ok(works_without_list({ profile: "pedestrian" }));
  assert.ok(works_without_list({ profile: "somewhere", order: "document_only" }));
  assert.ok(!works_without_list({ profile: "air-exit" }));
  assert.ok(!works_without_list({ profile: "pedestrian", order: "gallery_then_document" }));
});

test("states and kinds of a context, and profiles, are said in words", () => {
  assert.equal(context_state_words("open"), "");
  assert.equal(context_state_words("departed"), "Departed");
  assert.match(context_state_words("cancelled"), /^Cancelled/);
  assert.match(context_state_words("closed"), /^Closed/);
  assert.equal(context_kind_words("voyage"), "Voyage");
  assert.equal(context_kind_words(undefined), "Flight");
  assert.equal(profile_words("pedestrian"), "Land port on foot");
  assert.equal(profile_words("of-tomorrow"), "of-tomorrow");
});
