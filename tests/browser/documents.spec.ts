// Proves that an officer hands a document in by keys alone, that a slip costs nothing of what was
// typed, and that what the document says against the list is marked with both values.
import { accessibility_faults, choice, expect, screens, screenshot, test } from "./stage";

// Weights 7, 3, 1; digits count as themselves, letters from A = 10, fillers as nothing.
function check_digit(text: string): string {
  const value = (sign: string) => (sign === "<" ? 0 : parseInt(sign, 36));
  return String([...text].reduce((sum, sign, index) => sum + value(sign) * ([7, 3, 1][index % 3] ?? 0), 0) % 10);
}

// A passport of the demo's state, in the lines that a reader types.
function passport(name: string, number: string, birth_date: string, sex: string, expiry: string): [string, string] {
  const parts = [number.padEnd(9, "<"), birth_date, expiry, "".padEnd(14, "<")].map((part) => part + check_digit(part));
  const [shown = "", born = "", expires = "", personal = ""] = parts;
  const whole = check_digit(shown + born + expires + personal);
  return [`P<UTO${name}`.padEnd(44, "<"), `${shown}UTO${born}${sex}${expires}${personal}${whole}`];
}

test("a document is entered by keys, a slip is told and mended, and a difference shows both values", async ({ stage }) => {
  const desk = await stage.console("officer", "booth-4");
  const kiosk = await stage.kiosk("nobody", "kiosk", screens.kiosk, "booth-4");
  await choice(kiosk, "manual").click();
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");

  const answer = await stage.request("officer", "GET", "/v1/checkpoints");
  const { checkpoints } = (await answer.json()) as { checkpoints: { checkpoint: string; contexts: { context: string }[] }[] };
  const context = checkpoints.find((one) => one.checkpoint === "booth-4")?.contexts[0]?.context ?? "";
  const list = await stage.request("officer", "GET", `/v1/contexts/${context}/travelers`);
  const { travelers } = (await list.json()) as {
    travelers: { family_name: string; given_names: string; sex: string; documents: { number: string }[] }[];
  };
  const listed = travelers.find((one) => one.documents.length > 0);
  expect(listed, "somebody with a document is on the list").toBeDefined();
  if (!listed) return;
  const name = `${listed.family_name}<<${listed.given_names}`.replace(/[^A-Z<]/g, "<");
  const number = listed.documents[0]?.number ?? "";
  const [first, second] = passport(name, number, "010101", "X", "350101");
  const slip = second.slice(0, -1) + ((Number(second.slice(-1)) + 1) % 10);

  await desk.keyboard.press("d");
  await expect(desk.getByLabel("Machine-readable zone")).toBeFocused();
  await desk.keyboard.type(`${first}\n${slip}`.toLowerCase());
  await expect(desk.getByText("All lines are complete.")).toBeVisible();
  await desk.getByRole("button", { name: "Read the document" }).click();
  await expect(desk.getByRole("dialog").getByRole("alert")).toContainText(/check digit/i);
  await expect(desk.getByLabel("Machine-readable zone")).toHaveValue(`${first}\n${slip}`);
  await screenshot(desk, "console-document-slip-1280");
  expect(await accessibility_faults(desk)).toEqual([]);

  // Closed by a slip of the finger, and nothing is lost.
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("d");
  await expect(desk.getByLabel("Machine-readable zone")).toHaveValue(`${first}\n${slip}`);
  await desk.getByLabel("Machine-readable zone").fill(`${first}\n${second}`);
  await desk.getByRole("button", { name: "Read the document" }).click();
  await expect(desk.getByRole("dialog")).toHaveCount(0);

  const card = desk.getByLabel("Document presented");
  await expect(card).toContainText(number);
  await expect(card).toContainText("No chip");
  await expect(desk.getByText("01 JAN 2001").first()).toBeVisible();
  await expect(desk.locator('[data-minor="false"]').first()).toContainText(/List .*Document /s);
  await screenshot(desk, "console-document-differs-1280");
  expect(await accessibility_faults(desk)).toEqual([]);

  // The document says whom; confirming by hand asks once.
  await desk.keyboard.press("i");
  await expect(desk.getByRole("heading", { name: new RegExp(`Is this ${listed.family_name}`) })).toBeVisible();
  await desk.keyboard.press("n");
  stage.forgive(/4(00|22)/);
});

test("the list is a second tab, reached by the arrow keys", async ({ stage }) => {
  const desk = await stage.console("officer", "booth-4");
  const kiosk = await stage.kiosk("nobody", "kiosk", screens.kiosk, "booth-4");
  await choice(kiosk, "manual").click();
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
  await desk.keyboard.press("d");
  await desk.getByRole("tab", { name: "Document presented" }).focus();
  await desk.keyboard.press("ArrowRight");
  await expect(desk.getByRole("tab", { name: "Pick from the list" })).toBeFocused();
  await expect(desk.getByLabel("Name, document number or seat")).toBeVisible();
  expect(await accessibility_faults(desk)).toEqual([]);
  await desk.setViewportSize(screens.phone);
  await desk.keyboard.press("ArrowLeft");
  expect(await desk.getByRole("dialog").evaluate((one) => one.scrollWidth - one.clientWidth), "nothing scrolls sideways").toBe(0);
  await screenshot(desk, "console-document-390");
});
