// The real program with the demo's flight, on a free port, with a data folder of its own. It stops
// with the tests, and its data go with it.
import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const project = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const portraits = join(project, "build/portraits");
const program = process.env.SALLYPORT_PROGRAM ?? join(project, "build/release/bin/sallyport");
const start_ms_max = 60_000;
const stop_ms_max = 10_000;

export interface Links {
  url: string;
  start_token: string;
  console: string;
  kiosk: string;
}

export class Server {
  private constructor(
    readonly links: Links,
    private readonly process: ChildProcess,
    private readonly data: string,
  ) {}

  static async start(): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), "sallyport-browser-"));
    const options = ["demo", "--no-browser", "--no-play", "--port", "0", "--data", data];
    const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
    const log = join(project, "build/browser-server.log");
    mkdirSync(dirname(log), { recursive: true });
    child.stderr.pipe(createWriteStream(log));
    try {
      const line = await first_line(child);
      return new Server(JSON.parse(line) as Links, child, data);
    } catch (error) {
      child.kill();
      rmSync(data, { recursive: true, force: true });
      throw new Error(`${program} did not start (see ${log}): ${String(error)}`);
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((done) => this.process.once("exit", () => done()));
    if (this.process.exitCode === null) {
      this.process.kill("SIGTERM");
      const late = setTimeout(() => this.process.kill("SIGKILL"), stop_ms_max);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}

function first_line(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error("no line on standard output in time")), start_ms_max);
    if (!child.stdout) return failed(new Error("no standard output"));
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(late);
      done(line);
    });
    child.once("error", failed);
    child.once("exit", (code) => {
      clearTimeout(late);
      failed(new Error(`exit status ${code}`));
    });
  });
}
