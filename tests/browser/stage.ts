// What every test stands on: a running server, browsers with a film for a camera, signed-in pages,
// and the rule that no page may write an error to its console.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test as base, type Browser, type Locator, type Page } from "@playwright/test";
import { make_film, type Film } from "./camera_film";
import { portraits, project, Server } from "./server";

export { expect };
export const screens = {
  desk: { width: 1280, height: 800 },
  kiosk: { width: 1080, height: 1920 },
  phone: { width: 390, height: 844 },
};

// Who stands before the camera. The first three are on the demo's list, with an older photo each.
export const films = {
  ardern: { portrait: join(portraits, "person_b_2.jpg") },
  macron: { portrait: join(portraits, "person_a_2.jpg") },
  obama: { portrait: join(portraits, "impostor_1.jpg") },
  stranger: { portrait: join(portraits, "impostor_2.jpg") },
  nobody: { portrait: "" },
  dark: { portrait: join(portraits, "person_a_2.jpg"), luminance: 0.06 },
} satisfies Record<string, Film>;
export type FilmName = keyof typeof films;

type Role = "operator" | "officer" | "kiosk";
const executable = process.env.SALLYPORT_CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axe_path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const screenshots = join(project, "build/screenshots");

export class Stage {
  #browsers = new Map<string, Browser>();
  #sessions = new Map<Role, string>();
  #errors: string[] = [];
  #folder = mkdtempSync(join(tmpdir(), "sallyport-films-"));

  constructor(readonly server: Server) {}

  get url(): string {
    return this.server.links.url;
  }

  async #browser(film: FilmName): Promise<Browser> {
    const known = this.#browsers.get(film);
    if (known) return known;
    const path = join(this.#folder, `${film}.mjpeg`);
    const painter = await chromium.launch({ executablePath: executable, args: flags });
    await make_film(painter, films[film], path);
    await painter.close();
    const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
    const browser = await chromium.launch({
      executablePath: executable,
      args: [...flags, ...camera, `--use-file-for-fake-video-capture=${path}`],
    });
    this.#browsers.set(film, browser);
    return browser;
  }

  async request(role: Role, method: string, path: string, json?: unknown): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${await this.#session(role)}`, "Content-Type": "application/json" },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
  }

  async #session(role: Role): Promise<string> {
    const known = this.#sessions.get(role);
    if (known) return known;
    let token = this.server.links.start_token;
    if (role !== "operator") {
      const answer = await this.request("operator", "POST", "/v1/session/tokens", { role });
      token = ((await answer.json()) as { token: string }).token;
    }
    const answer = await fetch(`${this.url}/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const { session } = (await answer.json()) as { session: string };
    this.#sessions.set(role, session);
    return session;
  }

  // A page of its own browser profile. Without a role nobody is signed in.
  async page(film: FilmName, role: Role | null, screen: { width: number; height: number }): Promise<Page> {
    const context = await (await this.#browser(film)).newContext({ viewport: screen });
    if (role) {
      await context.addCookies([{ name: "sallyport_session", value: await this.#session(role), url: this.url }]);
    }
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#errors.push(error.message));
    page.on("console", (message) => {
      // A picture that is erased between the event and its fetch is no fault of the page.
      const erased = /\/(live|held\/\d+)\.jpg/.test(message.location().url);
      if (message.type() === "error" && !erased) this.#errors.push(`${message.text()} ${message.location().url}`);
    });
    return page;
  }

  async kiosk(film: FilmName, role: Role = "kiosk", screen = screens.kiosk, checkpoint = "gate-b12"): Promise<Page> {
    const page = await this.page(film, role, screen);
    await page.goto(`${this.url}/kiosk/?checkpoint=${checkpoint}`);
    await expect(choice(page, "continue")).toBeVisible();
    return page;
  }

  async console(role: Role = "officer", checkpoint = "gate-b12"): Promise<Page> {
    const page = await this.page("nobody", role, screens.desk);
    await page.goto(`${this.url}/console/?checkpoint=${checkpoint}`);
    await expect(page.getByText("Photos on file")).toBeVisible();
    return page;
  }

  // Called by a test that breaks something on purpose.
  forgive(pattern: RegExp): void {
    this.#errors = this.#errors.filter((error) => !pattern.test(error));
  }

  // Ends what a test left open, so that the next begins with an empty queue.
  async clear(): Promise<void> {
    for (const browser of this.#browsers.values()) {
      for (const context of browser.contexts()) await context.close();
    }
    for (const checkpoint of ["gate-b12", "booth-4"]) {
      const answer = await this.request("operator", "GET", `/v1/checkpoints/${checkpoint}/transactions`);
      const { transactions } = (await answer.json()) as { transactions: { transaction: string }[] };
      for (const one of transactions) await this.request("operator", "POST", `/v1/transactions/${one.transaction}/close`, {});
    }
    const errors = this.#errors;
    this.#errors = [];
    expect(errors, "errors on the pages' consoles").toEqual([]);
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers.values()) await browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

// The two answers under the notice, in whatever words the notice has for them.
export function choice(kiosk: Page, kind: "continue" | "manual"): Locator {
  return kiosk.locator(`button[data-choice="${kind}"]`);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

// Serious and critical findings of axe, as lines.
export async function accessibility_faults(page: Page): Promise<string[]> {
  // Evaluated through the debugging protocol, which the page's own policy on scripts does not bind.
  await page.evaluate(readFileSync(axe_path, "utf8"));
  const violations = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } }).axe;
    return (await axe.run()).violations;
  });
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
}

export const test = base.extend<{ after_each: void }, { stage: Stage }>({
  stage: [
    async ({}, use) => {
      const server = await Server.start();
      const stage = new Stage(server);
      await use(stage);
      await stage.stop();
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  after_each: [
    async ({ stage }, use) => {
      await use();
      await stage.clear();
    },
    { auto: true },
  ],
});
