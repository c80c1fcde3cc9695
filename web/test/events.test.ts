// Proves that the event stream resumes behind the last event it saw, that no event comes twice,
// that waits grow to their limit and start anew after a success, and that stopping stops.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStream, reconnect_ms_first, reconnect_ms_max, type Socket } from "../src/lib/events";

function laboratory() {
  const opened: { path: string; socket: Socket; closed: boolean }[] = [];
  const waits: { ms: number; run: () => void; cancelled: boolean }[] = [];
  const seen: number[] = [];
  const lost: Date[] = [];
  let connected = 0;
  let clock = 0;
  const stream = new EventStream(
    "gate-b12",
    {
      on_event: (event) => seen.push(event.sequence),
      on_connected: () => (connected += 1),
      on_lost: (since) => lost.push(since),
    },
    {
      open_socket(path) {
        const entry = { path, closed: false, socket: null as unknown as Socket };
        entry.socket = { onopen: null, onmessage: null, onclose: null, close: () => (entry.closed = true) };
        opened.push(entry);
        return entry.socket;
      },
      now: () => new Date(clock++),
      after(ms, run) {
        const wait = { ms, run, cancelled: false };
        waits.push(wait);
        return () => (wait.cancelled = true);
      },
    },
  );
  const last = () => opened[opened.length - 1]!;
  const send = (sequence: number) => last().socket.onmessage?.({ data: JSON.stringify({ sequence, kind: "x", body: {} }) });
  return { stream, opened, waits, seen, lost, last, send, connected: () => connected };
}

test("it starts from now and resumes behind the last event", () => {
  const { stream, last, send, waits, seen } = laboratory();
  stream.start();
  assert.equal(last().path, "/v1/checkpoints/gate-b12/events");
  last().socket.onopen?.();
  send(7);
  send(8);
  last().socket.onclose?.();
  waits[0]?.run();
  assert.equal(last().path, "/v1/checkpoints/gate-b12/events?after=8");
  send(8);
  send(9);
  assert.deepEqual(seen, [7, 8, 9]);
});

test("waits double up to the limit and start anew after a success", () => {
  const { stream, last, waits } = laboratory();
  stream.start();
  for (let attempt = 0; attempt < 8; attempt++) {
    last().socket.onclose?.();
    waits[attempt]?.run();
  }
  const expected = Array.from({ length: 8 }, (_, n) => Math.min(reconnect_ms_first * 2 ** n, reconnect_ms_max));
  assert.deepEqual(waits.map((wait) => wait.ms), expected);
  last().socket.onopen?.();
  last().socket.onclose?.();
  assert.equal(waits.at(-1)?.ms, reconnect_ms_first);
});

test("a loss is dated by its beginning", () => {
  const { stream, last, waits, lost } = laboratory();
  stream.start();
  last().socket.onopen?.();
  last().socket.onclose?.();
  waits[0]?.run();
  last().socket.onclose?.();
  assert.equal(lost.length, 2);
  assert.deepEqual(lost[1], lost[0]);
});

test("the network's return ends a wait at once, and only a wait", () => {
  const { stream, opened, last, waits } = laboratory();
  stream.start();
  stream.retry_now();
  assert.equal(opened.length, 1);
  last().socket.onclose?.();
  stream.retry_now();
  assert.equal(opened.length, 2);
  assert.ok(waits[0]?.cancelled);
});

test("stopping closes the socket and connects no more", () => {
  const { stream, opened, last, waits } = laboratory();
  stream.start();
  stream.stop();
  last().socket.onclose?.();
  assert.ok(last().closed);
  assert.equal(waits.length, 0);
  assert.equal(opened.length, 1);
});
