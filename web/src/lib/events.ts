// The events of one checkpoint over a WebSocket that mends itself. After a break it asks for
// everything behind the last event seen, so nothing is missed and nothing comes twice; the waits
// between attempts double up to ten seconds. The socket, the clock and the timer are handed in, so
// that the logic can be tested without a server.
import type { CheckpointEvent } from "./types";

export const reconnect_ms_first = 500;
export const reconnect_ms_max = 10_000;

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onclose: (() => void) | null;
  close(): void;
}

export interface Surroundings {
  open_socket(path: string): Socket;
  now(): Date;
  after(ms: number, run: () => void): () => void;
}

export interface Listener {
  on_event(event: CheckpointEvent): void;
  // Also called when the connection is back: fetch then what may have changed before it broke.
  on_connected(): void;
  on_lost(since: Date): void;
}

export const browser_surroundings: Surroundings = {
  open_socket(path) {
    const base = location.origin.replace(/^http/, "ws");
    return new WebSocket(base + path) as unknown as Socket;
  },
  now: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export class EventStream {
  #socket: Socket | null = null;
  #sequence_last: number | null = null;
  #wait_ms = reconnect_ms_first;
  #lost_since: Date | null = null;
  #cancel_wait: (() => void) | null = null;
  #stopped = false;

  constructor(
    private readonly checkpoint: string,
    private readonly listener: Listener,
    private readonly surroundings: Surroundings = browser_surroundings,
  ) {}

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel_wait?.();
    this.#socket?.close();
  }

  // When the browser says that the network is back, waiting on is of no use.
  retry_now(): void {
    if (!this.#cancel_wait) return;
    this.#cancel_wait();
    this.#connect();
  }

  #path(): string {
    const path = `/v1/checkpoints/${encodeURIComponent(this.checkpoint)}/events`;
    return this.#sequence_last === null ? path : `${path}?after=${this.#sequence_last}`;
  }

  #connect(): void {
    this.#cancel_wait = null;
    const socket = this.surroundings.open_socket(this.#path());
    this.#socket = socket;
    socket.onopen = () => {
      this.#wait_ms = reconnect_ms_first;
      this.#lost_since = null;
      this.listener.on_connected();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#lost();
  }

  #receive(data: string): void {
    const event = JSON.parse(data) as CheckpointEvent;
    if (this.#sequence_last !== null && event.sequence <= this.#sequence_last) return;
    this.#sequence_last = event.sequence;
    this.listener.on_event(event);
  }

  #lost(): void {
    if (this.#stopped) return;
    this.#lost_since ??= this.surroundings.now();
    this.listener.on_lost(this.#lost_since);
    this.#cancel_wait = this.surroundings.after(this.#wait_ms, () => this.#connect());
    this.#wait_ms = Math.min(this.#wait_ms * 2, reconnect_ms_max);
  }
}
