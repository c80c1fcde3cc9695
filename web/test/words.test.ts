// Proves that every state has its words, that the traveler is never blamed and never told more than
// the traveler's table holds, and that nothing but a match sends anybody ahead.
import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, phrases } from "../src/kiosk/phrases";
import { is_picture_reason, officer_words, rate_sentence, traveler_result, words } from "../src/lib/words";
import type { ReferReason, VerdictName } from "../src/lib/types";
import { kiosk_transaction, transaction } from "./samples";

const reasons: ReferReason[] = [
  "near_tie", "already_done", "no_held_photo", "not_confirmed", "no_face", "face_too_small", "face_cut_off", "too_dark",
  "too_bright", "too_many_faces", "picture_unusable", "not_calibrated", "gallery_not_ready", "timed_out", "system_fault",
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

test("a state is told by its shape where the tone is the same", () => {
  const shapes = new Map<string, Set<string>>();
  for (const one of Object.values(words)) shapes.set(one.tone, (shapes.get(one.tone) ?? new Set()).add(one.shape));
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
