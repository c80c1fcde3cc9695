// Proves that kiosk and console together lead a traveler to the right end: ahead when the pictures
// agree, to an officer when they do not, to the manual check when the traveler wants it; and that
// the kiosk never learns more than the traveler may read.
import { choice, expect, screens, screenshot, test } from "./stage";

test("a traveler on the list goes ahead, and the officer reads the name", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("ardern");
  await screenshot(kiosk, "kiosk-notice-1080");
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByText("Look at the camera")).toBeVisible();
  await screenshot(kiosk, "kiosk-camera-1080");

  await expect(kiosk.getByRole("alert")).toHaveText("Thank you. Please go ahead.", { timeout: 20_000 });
  await expect(kiosk.locator("video, img")).toHaveCount(0);
  await expect(desk.getByLabel("Verdict")).toContainText("Confirmed");
  await expect(desk.getByLabel("Verdict")).toContainText("At this setting a stranger passes 1 time in 1,000 searches.");
  await expect(desk.getByRole("heading", { name: "ARDERN" })).toBeVisible();
  await expect(desk.getByAltText("Live picture of the traveler")).toBeVisible();
  await expect(desk.getByAltText("Photo on file of the confirmed traveler")).toBeVisible();
  await screenshot(desk, "console-confirmed-1280");
  await screenshot(kiosk, "kiosk-thank-you-1080");
  await desk.setViewportSize(screens.phone);
  await screenshot(desk, "console-confirmed-390");

  // Five seconds later nothing is left of the traveler, and the pictures are gone.
  await expect(choice(kiosk, "continue")).toBeVisible();
  await expect(desk.getByText("Picture erased")).toHaveCount(2);
});

test("the held photo takes the live one's place, and both zoom, by key", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("macron");
  await choice(kiosk, "continue").click();
  await expect(desk.getByAltText("Live picture of the traveler")).toBeVisible({ timeout: 20_000 });
  await desk.keyboard.press("f");
  await expect(desk.getByText("Held, in place of live")).toBeVisible();
  await desk.keyboard.press("z");
  await expect(desk.getByRole("button", { name: "Zoom" })).toHaveAttribute("aria-pressed", "true");
  await desk.keyboard.press("f");
  await expect(desk.getByText("Held, in place of live")).toHaveCount(0);
});

test("a traveler who was confirmed before is sent to the officer", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("macron");
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByRole("alert")).toHaveText("An officer will help you.", { timeout: 20_000 });
  await expect(desk.getByLabel("Verdict")).toContainText("Confirmed here before");
});

test("a stranger looks again, then an officer helps and boards somebody by document", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("stranger");
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByRole("alert")).toHaveText("Please look at the camera once more.", { timeout: 20_000 });
  await expect(desk.getByLabel("Verdict")).toContainText("Not confirmed, try again");
  await screenshot(kiosk, "kiosk-look-again-1080");
  await screenshot(desk, "console-look-again-1280");
  await desk.keyboard.press("t");
  await expect(desk.getByText("Say: “Please look at the camera once more.” 2 attempts left.")).toBeVisible();

  await expect(kiosk.getByRole("alert")).toHaveText("An officer will help you.", { timeout: 40_000 });
  await expect(desk.getByLabel("Verdict")).toContainText("The camera could not confirm. Check the document.");
  await expect(desk.getByText("No name from the camera")).toBeVisible();
  await expect(desk.getByRole("button", { name: "Try again" })).toHaveAttribute("aria-disabled", "true");
  await screenshot(desk, "console-not-confirmed-1280");

  // The kiosk serves the next one; the officer still has this one.
  await expect(choice(kiosk, "continue")).toBeVisible();
  await desk.keyboard.press("b");
  await desk.keyboard.type("nowi");
  await screenshot(desk, "console-document-1280");
  await desk.getByRole("button", { name: /NOWICZEK/ }).click();
  await expect(desk.getByRole("heading", { name: /Board NOWICZEK, .* by hand\?/ })).toBeVisible();
  // Enter, pressed by habit, decides nothing.
  await desk.keyboard.press("Enter");
  await expect(desk.getByLabel("Verdict")).toContainText("Not confirmed");
  await desk.keyboard.press("b");
  await desk.keyboard.type("nowi");
  await desk.getByRole("button", { name: /NOWICZEK/ }).click();
  await desk.keyboard.press("y");
  await expect(desk.getByLabel("Verdict")).toContainText("Boarded by hand");
});

test("a manual check is chosen before any picture and seen on both pages", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("ardern");
  await choice(kiosk, "manual").click();
  await expect(kiosk.getByRole("alert")).toHaveText("Manual check. No photo is taken.");
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
  await expect(desk.getByText("No picture is kept", { exact: true })).toHaveCount(2);
  await screenshot(kiosk, "kiosk-manual-check-1080");
  await screenshot(desk, "console-manual-check-1280");
});

test("a manual check is chosen at the camera, and the camera goes off", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("nobody");
  await choice(kiosk, "continue").click();
  await expect(kiosk.locator("video")).toBeVisible();
  await choice(kiosk, "manual").click();
  await expect(kiosk.getByRole("alert")).toHaveText("Manual check. No photo is taken.");
  await expect(kiosk.locator("video")).toHaveCount(0);
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
});

test("in the dark the kiosk asks for light", async ({ stage }) => {
  const kiosk = await stage.kiosk("dark");
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByText("More light, please", { exact: true })).toBeVisible();
  // The server has its own word when the picture is sent all the same.
  await expect(kiosk.getByRole("alert")).toHaveText(/More light, please\. Turn|stand in front/, { timeout: 25_000 });
});

test("at a booth the officer confirms and admits in two acts, by keys alone", async ({ stage }) => {
  const desk = await stage.console("officer", "booth-4");
  const kiosk = await stage.kiosk("obama", "kiosk", screens.kiosk, "booth-4");
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByRole("alert")).toHaveText("Thank you. Please go to the officer.", { timeout: 20_000 });
  await expect(desk.getByLabel("Verdict")).toContainText("Confirmed");
  await screenshot(desk, "console-booth-1280");
  await desk.keyboard.press("a");
  await expect(desk.getByText("Confirm the identity first.", { exact: true }).first()).toBeVisible();
  await desk.keyboard.press("Enter");
  await expect(desk.getByLabel("Verdict")).not.toContainText("Identity confirmed");
  await desk.keyboard.press("i");
  await expect(desk.getByLabel("Verdict")).toContainText("Identity confirmed");
  await desk.keyboard.press("a");
  await expect(desk.getByLabel("Verdict")).toContainText("Admitted");
});

test("at a booth a manual check ends by document, and asks before admitting", async ({ stage }) => {
  const desk = await stage.console("officer", "booth-4");
  const kiosk = await stage.kiosk("nobody", "kiosk", screens.kiosk, "booth-4");
  await choice(kiosk, "manual").click();
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
  await desk.keyboard.press("i");
  await desk.keyboard.type("tarak");
  await desk.getByRole("button", { name: /TARAKESH/ }).click();
  await desk.keyboard.press("y");
  await expect(desk.getByLabel("Verdict")).toContainText("Now admit the traveler");
  await desk.keyboard.press("a");
  await expect(desk.getByRole("heading", { name: "Admit TARAKESH, DEVIKA by hand?" })).toBeVisible();
  await desk.keyboard.press("y");
  await expect(desk.getByLabel("Verdict")).toContainText("Admitted by hand");
});

test("referring asks once, and going back changes nothing", async ({ stage }) => {
  const desk = await stage.console();
  const kiosk = await stage.kiosk("nobody");
  await choice(kiosk, "continue").click();
  await expect(desk.getByLabel("Verdict")).toContainText("Waiting for the camera");
  await desk.keyboard.press("r");
  await expect(desk.getByRole("heading", { name: "Refer the traveler?" })).toBeVisible();
  await screenshot(desk, "console-question-1280");
  await desk.keyboard.press("n");
  await expect(desk.getByLabel("Verdict")).not.toContainText("Referred");
  await desk.keyboard.press("r");
  await desk.keyboard.press("y");
  await expect(desk.getByLabel("Verdict")).toContainText("Referred");
});

test("a visitor joins the flight and is confirmed", async ({ stage }) => {
  const desk = await stage.console("operator");
  const kiosk = await stage.kiosk("stranger", "operator");
  await kiosk.getByRole("button", { name: "Demo: add me to this flight" }).click();
  await kiosk.getByLabel("Family name").fill("Visitor");
  await kiosk.getByLabel("Given names").fill("Demo");
  await expect(async () => {
    await kiosk.getByRole("button", { name: "Take the photo" }).click();
    await expect(kiosk.getByAltText("As it will be on file")).toBeVisible({ timeout: 1000 });
  }).toPass();
  await screenshot(kiosk, "kiosk-add-me-1080");
  await kiosk.getByRole("button", { name: "Add me", exact: true }).click();
  await expect(kiosk.getByText("You are on the list. Now verify yourself.")).toBeVisible();
  await kiosk.getByRole("button", { name: "Verify myself" }).click();
  await choice(kiosk, "continue").click();
  await expect(kiosk.getByRole("alert")).toHaveText("Thank you. Please go ahead.", { timeout: 20_000 });
  await expect(desk.getByRole("heading", { name: /visitor/i })).toBeVisible();
});

test("a kiosk's sign-in is told neither name nor score", async ({ stage }) => {
  const kiosk = await stage.kiosk("nobody");
  await choice(kiosk, "manual").click();
  await expect(kiosk.getByRole("alert")).toBeVisible();
  const open = await (await stage.request("officer", "GET", "/v1/checkpoints/gate-b12/transactions")).json();
  const key = (open as { transactions: { transaction: string }[] }).transactions[0]?.transaction ?? "";
  const told = await (await stage.request("kiosk", "GET", `/v1/transactions/${key}`)).json();
  const allowed = ["attempts_left", "checkpoint", "decision", "reason", "state", "transaction", "verdict"];
  expect(Object.keys(told as object).sort()).toEqual(allowed);
  expect((await stage.request("kiosk", "GET", "/v1/checkpoints/gate-b12/transactions")).status).toBe(403);
});
