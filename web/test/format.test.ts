// Proves how dates, ages, names and searches are written, at their edges.
import assert from "node:assert/strict";
import { test } from "node:test";
import { age_years, date_words, full_name, matches_search, one_in, plain_date } from "../src/lib/format";
import { local_path } from "../src/lib/local_path";

test("a complete date is written out, an incomplete one is called so", () => {
  assert.equal(date_words("1974-08-12"), "12 AUG 1974");
  assert.equal(date_words("1974-08"), "1974-08 (incomplete)");
  assert.equal(date_words(null), "not given");
  assert.equal(plain_date("1974-13-01"), null);
});

test("an age counts completed years", () => {
  assert.equal(age_years("1974-08-12", new Date(2026, 7, 11)), 51);
  assert.equal(age_years("1974-08-12", new Date(2026, 7, 12)), 52);
  assert.equal(age_years("2012-02-29", new Date(2026, 1, 28)), 13);
});

test("without a complete birth date there is no age", () => {
  assert.equal(age_years("1974", new Date()), null);
  assert.equal(age_years(null, new Date()), null);
});

test("a rate is one time in so many", () => {
  assert.equal(one_in(0.0005), "1 time in 2,000");
  assert.equal(one_in(0), "0 times");
});

const doe = { family_name: "DOÉ", given_names: "ANNA-MARIA", seat: "12A", documents: [{ number: "L898902C3" }] };

test("a search finds by beginnings of name, document and seat, without accents", () => {
  for (const text of ["doe", "ANNA DOE", "maria", "l898", "12a", "doe, anna", ""]) assert.ok(matches_search(doe, text), text);
  for (const text of ["oe", "anna smith", "98902"]) assert.ok(!matches_search(doe, text), text);
});

test("a missing part of a name leaves no comma behind", () => {
  assert.equal(full_name({ family_name: "DOE", given_names: "" }), "DOE");
  assert.equal(full_name({ family_name: "DOE", given_names: "ANNA" }), "DOE, ANNA");
});

test("a sign-in link leads to a path of this server only", () => {
  assert.equal(local_path("/console/?checkpoint=gate-b12"), "/console/?checkpoint=gate-b12");
  for (const text of [null, "", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\n/b"]) {
    assert.equal(local_path(text), "/", String(text));
  }
});
