// Proves how a document is made ready to send, that nothing which was not given is sent, and that
// what is shown of it names every difference with both values and their sources.
import assert from "node:assert/strict";
import { test } from "node:test";
import { present_document, type DocumentToPresent } from "../src/lib/api";
import { chip_part, is_whole_zone, sort_chip_files, zone_lines } from "../src/lib/document_input";
import {
  age_words,
  chip_words,
  difference_words,
  differences_in,
  held_photo_words,
  markers_of,
  other_differences,
} from "../src/lib/document_words";
import type { FieldDifference } from "../src/lib/types";
import { presented } from "./samples";

const first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

test("the files of a chip are known by the names of the command line", () => {
  const known: Record<string, string> = {
    "EF_SOD.bin": "sod", "EF.SOD": "sod", "sod": "sod", "SOD.der": "sod", "EF_COM.bin": "com", "DG1.bin": "dg1",
    "EF-DG2.dat": "dg2", "EF_DG16.bin": "dg16", "dg11": "dg11", "EFDG14.bin": "dg14",
  };
  for (const [name, part] of Object.entries(known)) assert.equal(chip_part(name), part, name);
  for (const name of ["DG0.bin", "DG17.bin", "DG1.bin.bak", "my DG1.bin", "DG1.jpg", "photo.jpg", "", "sodium", "DG01.bin"]) {
    assert.equal(chip_part(name), null, name);
  }
});

test("a file that is none of a chip's, or whose place is taken, is left out and named", () => {
  const files = ["EF_SOD.bin", "DG1.bin", "notes.txt", "EF.DG1"].map((name) => ({ name }));
  const sorted = sort_chip_files(files);
  assert.deepEqual([...sorted.parts.keys()], ["sod", "dg1"]);
  assert.equal(sorted.parts.get("dg1")?.name, "DG1.bin");
  assert.deepEqual(sorted.unknown, ["notes.txt"]);
  assert.deepEqual(sorted.twice, ["EF.DG1"]);
});

test("a zone is read as typed, pasted or scanned", () => {
  const whole = [first, second];
  assert.deepEqual(zone_lines(`${first}\n${second}`), whole);
  assert.deepEqual(zone_lines(`\r\n ${first.toLowerCase()} \r\n\r\n${second}\r\n`), whole);
  assert.deepEqual(zone_lines(first + second), whole);
  assert.deepEqual(zone_lines(first.replaceAll("<<", "«") + "\n" + second), whole);
  assert.deepEqual(zone_lines("abc def"), ["ABCDEF"]);
  assert.deepEqual(zone_lines(" \n"), []);
  assert.deepEqual(zone_lines("I".repeat(90)).map((line) => line.length), [30, 30, 30]);
  assert.deepEqual(zone_lines("I".repeat(72)).map((line) => line.length), [36, 36]);
});

test("a zone is whole in the three layouts only", () => {
  const lines = (...widths: number[]) => widths.map((width) => "A".repeat(width));
  for (const widths of [[44, 44], [36, 36], [30, 30, 30]]) assert.ok(is_whole_zone(lines(...widths)), String(widths));
  for (const widths of [[], [44], [44, 43], [44, 36], [30, 30], [44, 44, 44]]) {
    assert.ok(!is_whole_zone(lines(...widths)), String(widths));
  }
});

const nothing: DocumentToPresent = {
  mrz: "",
  mrz_mode: "strict",
  boarding_pass: "",
  reader: { chip_authentication: "not_done", active_authentication: "not_done", passive_authentication: "not_done" },
  chip: new Map(),
};

async function sent(document: DocumentToPresent): Promise<{ path: string; init: RequestInit }> {
  const before = globalThis.fetch;
  let seen: { path: string; init: RequestInit } | undefined;
  globalThis.fetch = (async (path: string, init: RequestInit) => {
    seen = { path, init };
    return new Response("{}", { status: 200 });
  }) as typeof fetch;
  try {
    await present_document("abc", document);
  } finally {
    globalThis.fetch = before;
  }
  assert.ok(seen);
  return seen;
}

test("without the chip's files a document goes as JSON, and only what was given", async () => {
  const { path, init } = await sent({ ...nothing, mrz: `${first}\n${second}`, mrz_mode: "tolerant" });
  assert.equal(path, "/v1/transactions/abc/document");
  assert.equal(init.method, "POST");
  assert.deepEqual(JSON.parse(String(init.body)), { mrz: `${first}\n${second}`, mrz_mode: "tolerant" });
  assert.match((init.headers as Record<string, string>)["Idempotency-Key"] ?? "", /^[0-9a-f]{32}$/);
});

test("the chip's files go as parts of their names", async () => {
  const chip = new Map([["sod", new Blob(["s"])], ["dg2", new Blob(["face"])]]);
  const reader = { ...nothing.reader, chip_authentication: "passed" } as const;
  const { init } = await sent({ ...nothing, boarding_pass: "M1DOE", reader, chip });
  const form = init.body as FormData;
  assert.deepEqual([...form.keys()], ["boarding_pass", "chip_authentication", "sod", "dg2"]);
  assert.equal(form.get("chip_authentication"), "passed");
  assert.equal(await (form.get("dg2") as Blob).text(), "face");
  assert.equal((init.headers as Record<string, string>)["Content-Type"], undefined);
});

const difference = (fields: Partial<FieldDifference>): FieldDifference => {
  return { field: "birth_date", source: "list", expected: "1974-08-12", presented: "1975-08-12", minor: false, ...fields };
};

test("a difference shows both values with their sources", () => {
  const said = difference_words(difference({}));
  assert.equal(said.field, "Birth date");
  assert.equal(said.degree, "Differs");
  assert.deepEqual(said.sides, [
    { source: "List", value: "12 AUG 1974" },
    { source: "Document", value: "12 AUG 1975" },
  ]);
});

test("a minor difference is called so, and a missing value is not left blank", () => {
  const said = difference_words(difference({ field: "sex", expected: "", presented: "F", minor: true }));
  assert.equal(said.degree, "Differs slightly");
  assert.deepEqual(said.sides.map((side) => side.value), ["not given", "Female"]);
});

test("a flight stands on the boarding pass, not on the document", () => {
  const said = difference_words(difference({ field: "flight", source: "boarding_pass", expected: "XX100", presented: "XX200" }));
  assert.deepEqual(said.sides.map((side) => side.source), ["This checkpoint", "Boarding pass"]);
  const name = difference_words(difference({ field: "family_name", source: "boarding_pass", expected: "DOE", presented: "ROE" }));
  assert.deepEqual(name.sides.map((side) => side.source), ["Boarding pass", "Document"]);
});

test("no difference is lost: what no field carries is shown by itself", () => {
  const all = [difference({}), difference({ field: "flight" }), difference({ field: "of_tomorrow" })];
  const document = presented({ differences: all });
  assert.deepEqual(differences_in(document, "birth_date").map((one) => one.field), ["Birth date"]);
  assert.deepEqual(other_differences(document, ["birth_date"]).map((one) => one.field), ["Flight", "of tomorrow"]);
  assert.deepEqual(differences_in(null, "birth_date"), []);
});

test("what asks for a look is marked", () => {
  const marks = (fields: Parameters<typeof presented>[0]) => markers_of(presented(fields)).map((one) => one.text);
  assert.deepEqual(marks({}), ["Copying not checked"]);
  assert.deepEqual(marks({ copying_unchecked: false }), []);
  assert.deepEqual(marks({ on_list: false, list_status: null, copying_unchecked: false }), ["Not on the list"]);
  assert.deepEqual(marks({ on_list: false, list_status: "cancelled", copying_unchecked: false }), ["Cancelled on the list"]);
  assert.deepEqual(marks({ on_list: false, list_status: "not_on_board", copying_unchecked: false }), ["Not on board by the list"]);
  for (const birth_date of [null, "1974", "1974-08"]) {
    const holder = { ...presented().holder, birth_date };
    assert.deepEqual(marks({ holder, copying_unchecked: false }), ["Birth date incomplete: you decide on the age"]);
  }
});

test("chip states and ages are said in words", () => {
  assert.deepEqual(Object.values(chip_words), [
    "Signed and unaltered", "Signed by somebody we do not know", "Altered", "No chip",
  ]);
  assert.equal(age_words({ least: 13, most: 14 }), "13 to 14");
  assert.equal(age_words({ least: 52, most: 52 }), "52");
  assert.equal(age_words(null), "not known");
});

test("the second picture is named by where it comes from", () => {
  assert.equal(held_photo_words(presented()).title, "Passport chip");
  assert.equal(held_photo_words(presented({ portrait: "held" })).title, "Held for this document");
  assert.equal(held_photo_words(presented({ portrait: "none" })).title, "Held");
  assert.equal(held_photo_words(null).title, "Held");
});
