// Proves that the pages can be used by everybody (keyboard, screen reader, languages, text size),
// that they sign in without leaving the token behind, and that the console survives a lost line.
import type { WebSocketRoute } from "@playwright/test";
import { accessibility_faults, choice, expect, screens, screenshot, test } from "./stage";

test("the start link signs in once and leaves no token in the address", async ({ stage }) => {
  const page = await stage.page("nobody", null, screens.desk);
  await page.goto(stage.server.links.console);
  await expect(page).toHaveURL(/\/console\/\?checkpoint=gate-b12$/);
  await expect(page.getByText("Photos on file")).toBeVisible();
  const again = await stage.page("nobody", null, screens.desk);
  await again.goto(stage.server.links.console);
  await expect(again.getByRole("status")).toContainText("was used before");
  expect(again.url()).not.toContain("token");
  stage.forgive(/40[0-9]/);
});

test("a page that is not signed in says so", async ({ stage }) => {
  const desk = await stage.page("nobody", null, screens.desk);
  await desk.goto(`${stage.url}/console/?checkpoint=gate-b12`);
  await expect(desk.getByRole("alert")).toContainText("You are not signed in");
  const kiosk = await stage.page("nobody", null, screens.kiosk);
  await kiosk.goto(`${stage.url}/kiosk/?checkpoint=gate-b12`);
  await expect(kiosk.getByRole("heading")).toContainText("Please go to an officer for a manual check");
  stage.forgive(/401/);
});

test("the kiosk is used by keyboard alone, from the first key to the result", async ({ stage }) => {
  const kiosk = await stage.kiosk("nobody");
  const label = (await choice(kiosk, "continue").innerText()).trim();
  const names: string[] = [];
  for (let step = 0; step < 12 && names.at(-1) !== label; step++) {
    await kiosk.keyboard.press("Tab");
    names.push(await kiosk.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
  }
  expect(names.slice(0, 3)).toEqual(["EN", "ES", "FR"]);
  expect(names.at(-1)).toBe(label);
  await kiosk.keyboard.press("Enter");
  await expect(kiosk.locator("video")).toBeVisible();
  await kiosk.keyboard.press("Tab");
  await expect(choice(kiosk, "manual")).toBeFocused();
  await kiosk.keyboard.press("Space");
  await expect(kiosk.getByRole("alert")).toHaveText("Manual check. No photo is taken.");
});

test("continue and manual check have the same size and weight, and every target is large", async ({ stage }) => {
  for (const screen of [screens.kiosk, screens.phone]) {
    const kiosk = await stage.kiosk("nobody", "kiosk", screen);
    const looks = await kiosk.locator(".choices button").evaluateAll((buttons) =>
      buttons.map((button) => {
        const { width, height } = button.getBoundingClientRect();
        const { backgroundColor, color, fontSize, fontWeight } = getComputedStyle(button);
        return { width: Math.round(width), height: Math.round(height), backgroundColor, color, fontSize, fontWeight };
      }),
    );
    expect(looks).toHaveLength(2);
    expect(looks[0]).toEqual(looks[1]);
    for (const box of await kiosk.locator("button").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()))) {
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(48);
    }
    const overflow = await kiosk.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, "nothing scrolls sideways").toBe(0);
  }
});

test("the kiosk speaks five languages, in their direction and in three sizes", async ({ stage }) => {
  const kiosk = await stage.kiosk("nobody", "kiosk", screens.phone);
  await screenshot(kiosk, "kiosk-notice-390");
  const titles = new Set<string>();
  for (const name of ["EN", "ES", "FR", "中文", "العربية"]) {
    await kiosk.getByRole("button", { name, exact: true }).click();
    titles.add(await kiosk.getByRole("heading").innerText());
  }
  expect(titles.size).toBe(5);
  expect(await kiosk.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual(["ar", "rtl"]);
  await screenshot(kiosk, "kiosk-notice-arabic-390");
  const size = () => kiosk.getByRole("heading").evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize));
  const before = await size();
  await kiosk.locator("header button").last().click();
  expect(await size()).toBeGreaterThan(before * 1.1);
});

test("the console says that the line is lost and catches up without a reload", async ({ stage }) => {
  const desk = await stage.page("nobody", "officer", screens.desk);
  let down = false;
  let line: WebSocketRoute | null = null;
  await desk.routeWebSocket(/\/events/, (socket) => {
    if (down) return void socket.close();
    line = socket;
    socket.connectToServer();
  });
  await desk.goto(`${stage.url}/console/?checkpoint=gate-b12`);
  await expect(desk.getByText("Photos on file")).toBeVisible();
  await desk.evaluate(() => (document.body.dataset.same = "yes"));
  down = true;
  await (line as WebSocketRoute | null)?.close();
  await expect(desk.getByText(/No connection since \d\d:\d\d:\d\d/)).toBeVisible();
  await screenshot(desk, "console-no-connection-1280");

  const kiosk = await stage.kiosk("nobody");
  await choice(kiosk, "manual").click();
  await expect(kiosk.getByRole("alert")).toBeVisible();
  await expect(desk.getByLabel("Verdict")).toContainText("Nobody is here");
  down = false;
  await expect(desk.getByText(/No connection since/)).toHaveCount(0, { timeout: 15_000 });
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
  expect(await desk.evaluate(() => document.body.dataset.same)).toBe("yes");
  stage.forgive(/WebSocket/);
});

test("the console is free of serious accessibility faults", async ({ stage }) => {
  const home = await stage.page("nobody", "operator", screens.desk);
  await home.goto(stage.url);
  await expect(home.getByRole("link", { name: "Officer console" }).first()).toBeVisible();
  await screenshot(home, "start-1280");
  expect(await accessibility_faults(home)).toEqual([]);

  const desk = await stage.console();
  await screenshot(desk, "console-nobody-1280");
  expect(await accessibility_faults(desk)).toEqual([]);
  for (const [key, name] of [["?", "help"], ["l", "list"]] as const) {
    await desk.keyboard.press(key);
    await expect(desk.getByRole("dialog")).toBeVisible();
    await screenshot(desk, `console-${name}-1280`);
    expect(await accessibility_faults(desk)).toEqual([]);
    await desk.keyboard.press("Escape");
  }
  const kiosk = await stage.kiosk("nobody");
  await choice(kiosk, "manual").click();
  await expect(desk.getByLabel("Verdict")).toContainText("Manual check chosen");
  expect(await accessibility_faults(desk)).toEqual([]);
  await desk.keyboard.press("d");
  await expect(desk.getByRole("dialog")).toBeVisible();
  expect(await accessibility_faults(desk)).toEqual([]);
  await desk.keyboard.press("Escape");
  await desk.setViewportSize(screens.phone);
  expect(await accessibility_faults(desk)).toEqual([]);
});

test("the kiosk is free of serious accessibility faults", async ({ stage }) => {
  for (const screen of [screens.kiosk, screens.phone]) {
    const kiosk = await stage.kiosk("nobody", "kiosk", screen);
    expect(await accessibility_faults(kiosk)).toEqual([]);
    await choice(kiosk, "continue").click();
    await expect(kiosk.locator("video")).toBeVisible();
    if (screen === screens.phone) await screenshot(kiosk, "kiosk-camera-390");
    expect(await accessibility_faults(kiosk)).toEqual([]);
    await choice(kiosk, "manual").click();
    await expect(kiosk.getByRole("alert")).toBeVisible();
    if (screen === screens.phone) await screenshot(kiosk, "kiosk-manual-check-390");
    expect(await accessibility_faults(kiosk)).toEqual([]);
  }
});
