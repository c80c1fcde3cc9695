// Proves that the screen never moves away from somebody who needs the officer, and that an action
// is either possible or says why it is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { actions_for, document_decision, holder_on_list, why_not } from "../src/console/actions";
import { credit_lines } from "../src/console/credits";
import { is_finished, needs_officer, next_to_show, waiting } from "../src/console/queue";
import { quality_words } from "../src/lib/quality";
import type { Traveler } from "../src/lib/types";
import { presented, transaction } from "./samples";

const open = transaction({ transaction: "a", state: "open" });
const referred = transaction({ transaction: "b", verdict: "refer", reason: "near_tie" });
const boarded = transaction({ transaction: "c", verdict: "match", decision: "boarded", state: "decided" });
const manual = transaction({ transaction: "d", decision: "opted_out" });

test("a manual check needs the officer until the document is checked", () => {
  assert.ok(needs_officer(manual) && !is_finished(manual));
  assert.ok(is_finished(boarded) && !needs_officer(boarded));
  assert.ok(!needs_officer(open));
});

test("the screen stays with whom the officer works on", () => {
  assert.equal(next_to_show(referred, [open, referred, manual])?.transaction, "b");
});

test("the screen leaves a reader of the notice for somebody who needs the officer", () => {
  assert.equal(next_to_show(open, [open, referred])?.transaction, "b");
});

test("a boarded traveler stays until the next one comes", () => {
  assert.equal(next_to_show(boarded, [boarded])?.transaction, "c");
  assert.equal(next_to_show(boarded, [boarded, open])?.transaction, "a");
  assert.equal(next_to_show(boarded, []), null);
});

test("whoever waits to show a document, or has shown one, needs the officer", () => {
  const captured = transaction({ transaction: "e", state: "captured" });
  assert.ok(needs_officer(captured));
  assert.ok(needs_officer(transaction({ state: "open", document: presented() })));
  assert.equal(next_to_show(captured, [referred, captured])?.transaction, "e");
});

test("nobody takes the screen while the officer enters a document", () => {
  assert.equal(next_to_show(open, [open, referred], true)?.transaction, "a");
  assert.equal(next_to_show(open, [referred], true)?.transaction, "b");
});

test("the queue holds the others that are not over", () => {
  assert.deepEqual(waiting([open, referred, boarded, manual], referred).map((one) => one.transaction), ["a", "d"]);
});

test("an exit boards by hand, an entry confirms and admits in two acts", () => {
  assert.deepEqual(actions_for("exit").map((one) => one.key), ["B", "R", "T", "D", "O", "?"]);
  assert.deepEqual(actions_for("entry").map((one) => one.key), ["I", "A", "R", "T", "D", "O", "?"]);
  const booth = transaction({ direction: "entry", decided_by: "officer", verdict: "match" });
  const before = { ...booth, allowed: ["identity_confirmed", "referred"] };
  const after = { ...booth, decision: "identity_confirmed" as const, allowed: ["admitted", "referred"] };
  assert.equal(why_not("confirm", before), "");
  assert.equal(why_not("admit", before), "Confirm the identity first.");
  assert.notEqual(why_not("confirm", after), "");
  assert.equal(why_not("admit", after), "");
  assert.equal(why_not("document", before), "");
  assert.equal(why_not("document", after), "The identity is confirmed. Admit or refer.");
});

test("an action that is not possible says why", () => {
  assert.equal(why_not("refer", null), "Nobody is here now.");
  assert.equal(why_not("help", null), "");
  assert.equal(why_not("refer", boarded), "Already decided: boarded.");
  assert.equal(why_not("again", transaction({ verdict: "no_match", attempts_left: 0 })), "No attempt is left. Check the document.");
  assert.equal(why_not("opt_out", manual), "The manual check is chosen already.");
});

test("a mismatch leaves only what the rules leave, and says so", () => {
  const mismatch = { verdict: "refer", reason: "mismatch", attempts_left: 0 } as const;
  const adult = transaction({ ...mismatch, allowed: ["referred"], document: presented() });
  for (const action of ["confirm", "admit", "board"] as const) {
    assert.equal(why_not(action, adult), "The document does not match. At this age the rules allow only to refer.", action);
  }
  assert.equal(why_not("refer", adult), "");
  assert.match(why_not("document", adult), /^The document did not match/);
  assert.notEqual(why_not("again", adult), "");

  const child = { ...adult, allowed: ["identity_confirmed", "referred"] };
  assert.equal(why_not("confirm", child), "");
  assert.equal(why_not("admit", child), "Confirm the identity first.");
  const confirmed = { ...child, decision: "identity_confirmed" as const, allowed: ["admitted", "referred"] };
  assert.equal(why_not("admit", confirmed), "");
  assert.equal(why_not("confirm", confirmed), "The identity is confirmed. Admit or refer.");
});

test("a photo that waits for its document is not taken again", () => {
  const captured = transaction({ state: "captured" });
  assert.equal(why_not("again", captured), "The photo is taken. Ask for the document.");
  assert.equal(why_not("document", captured), "");
  assert.equal(why_not("again", transaction({ verdict: "no_match", document: presented() })), "");
});

test("a document's holder is found on the list by number and issuing state, and never guessed", () => {
  const person = (traveler: string, number: string, issuer: string) =>
    ({ traveler, documents: [{ type: "P", number, issuer, expiry: null }] }) as unknown as Traveler;
  const found = (...people: Traveler[]) => holder_on_list(presented(), people)?.traveler;
  assert.equal(found(person("a", "X1", "UTO"), person("b", "L 898902-C3", "UTO")), "b");
  assert.equal(found(person("a", "L898902C3", "D")), undefined);
  assert.equal(found(person("a", "L898902C3", "UTO"), person("b", "L898902C3", "UTO")), undefined);
});

test("a checked document boards at a gate and confirms the identity at a booth", () => {
  assert.equal(document_decision(referred), "boarded");
  assert.equal(document_decision({ ...referred, allowed: ["identity_confirmed", "referred"] }), "identity_confirmed");
  assert.equal(document_decision({ ...referred, allowed: [] }), null);
});

test("picture quality is said in words, with what is weak", () => {
  assert.deepEqual(quality_words({ interocular_px: 90, luminance_mean: 120, sharpness: 100 }), { word: "good", notes: [] });
  assert.deepEqual(quality_words({ interocular_px: 30, luminance_mean: 50, sharpness: 100 }).notes, ["far away", "dark"]);
  assert.equal(quality_words(null).word, "not measured");
});

test("every portrait is credited, and the same credit is written once", () => {
  const credit = { file: "a", person: "P", author: "A", licence: "CC0", source: "" };
  const lines = credit_lines([{ ...credit, year: 2012 }, { ...credit, file: "b", year: 2009 }, { ...credit, author: "B" }]);
  assert.deepEqual(lines, ["P 2009, 2012: A, CC0", "P: B, CC0"]);
});
