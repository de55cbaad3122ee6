import { beforeEach, expect, test, vi } from "vitest";
import { type Frame, LOG_WINDOW_BYTES, SOCKET_CLOSED } from "../../models/event.ts";
import { HEAD_BYTES, logsOf } from "./logs.ts";
import type { Memory } from "./memory.ts";
import { Sockets } from "./sockets.ts";
import { sqlInMemory } from "./sql.fixture.ts";

const stored = vi.hoisted(() => ({
  findSession: vi.fn(),
  endOfLog: vi.fn(),
  storedPiece: vi.fn(),
}));
vi.mock("../store/sessions.ts", () => stored);
vi.mock("../store/logs.ts", () => ({ ...stored, PIECE_BYTES: 256 * 1024 }));
vi.stubGlobal("WebSocketRequestResponsePair", class {});

/** A socket that a sleeping object finds again: only its attachment is kept. */
class FakeSocket {
  frames: Frame[] = [];
  closed: { code: number; reason: string } | null = null;
  #kept = JSON.stringify({
    ...{
      project: "shop",
      session: "hash",
      until: Date.now() + 60_000,
      follow: null,
      read: 0,
      sent: 0,
      full_at: null,
    },
    ended: false,
  });
  send(text: string): void {
    this.frames.push(JSON.parse(text));
  }
  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }
  serializeAttachment(kept: object): void {
    this.#kept = JSON.stringify(kept);
  }
  deserializeAttachment(): unknown {
    return JSON.parse(this.#kept);
  }
  attach(more: object): void {
    this.serializeAttachment({ ...(this.deserializeAttachment() as object), ...more });
  }
  /** What it heard of the log, each byte where it stands. */
  text(): string {
    let [parts, length] = [[] as Buffer[], 0];
    for (const frame of this.frames) {
      if (frame.frame !== "log") continue;
      expect(frame.from).toBeLessThanOrEqual(length);
      if (frame.from < length) parts = [Buffer.concat(parts).subarray(0, frame.from)];
      parts.push(Buffer.from(frame.text));
      length = frame.from + (parts.at(-1)?.length ?? 0);
    }
    return Buffer.concat(parts).toString();
  }
  ends(): Frame[] {
    return this.frames.filter((frame) => frame.frame === "log" && frame.end);
  }
}

function setUp(...sockets: FakeSocket[]) {
  const logs = logsOf(sqlInMemory());
  const ctx = {
    // A socket that was closed is none of the object's any more.
    getWebSockets: () => sockets.filter(({ closed }) => closed === null),
    setWebSocketAutoResponse: () => {},
  };
  const awake = () =>
    new Sockets(ctx as unknown as DurableObjectState, { DB: {}, ARTIFACTS: {} } as Env, { logs } as Memory);
  let all = awake();
  return {
    logs,
    /** The object slept in between. */
    slept: () => (all = awake()),
    heard: (socket: FakeSocket, asked: object) =>
      all.heard(socket as unknown as WebSocket, JSON.stringify(asked)),
    async write(text: string) {
      logs.add("s", logs.end("s"), text);
      all.grew("s");
      await settled();
    },
    async speak(...events: object[]) {
      all.speak(events as never);
      await settled();
    },
    async end(status = "passed") {
      const text = logs.read("s", 0, 64 * 1024 * 1024).text;
      const bytes = Buffer.from(text);
      stored.endOfLog.mockResolvedValue({ key: "s.log", status, bytes: bytes.length, truncated: false });
      stored.storedPiece.mockImplementation(async (_: unknown, __: unknown, from: number) => {
        const part = bytes.subarray(from, from + 256 * 1024);
        return { from, next: from + part.length, text: part.toString(), end: true };
      });
      logs.drop("s");
      all.ended("s");
      await settled();
      return text;
    },
    async check() {
      all.check();
      await settled();
    },
  };
}

/** Everything that was begun is done: nothing here waits for more than promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const HALF = LOG_WINDOW_BYTES / 2;
const END = { frame: "log", step_id: "s", text: "", end: true, status: "passed", truncated: false };

beforeEach(() => {
  vi.resetAllMocks();
  stored.findSession.mockResolvedValue({});
  stored.endOfLog.mockResolvedValue(null);
});

test("a log is heard as it grows, and exactly one end", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  await stage.write("before\n");
  await stage.heard(socket, { follow: "s", from: 0 });
  await stage.write("grün\n");
  const text = await stage.end();
  await stage.end();
  await stage.heard(socket, { follow: "s", from: 13, more: true });
  expect(socket.text()).toBe("before\ngrün\n");
  expect(stored.endOfLog).toHaveBeenCalledWith(expect.anything(), "shop", "s");
  expect(socket.ends()).toEqual([{ ...END, from: 13, bytes: Buffer.byteLength(text) }]);
});

test("who comes after the end gets the whole history and the end at once, window by window", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  for (let nth = 0; nth < 5; nth++) await stage.write(`${nth}`.repeat(HALF));
  const text = await stage.end();
  await stage.heard(socket, { follow: "s", from: 0 });
  expect(socket.text().length).toBe(LOG_WINDOW_BYTES);
  while (socket.ends().length === 0)
    await stage.heard(socket, { follow: "s", from: socket.text().length, more: true });
  expect(socket.text()).toBe(text);
  expect(socket.ends()).toEqual([{ ...END, from: text.length, bytes: text.length }]);
});

test("of what is not shown while it runs a reader is told at once, and once", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  for (let nth = 0; nth < HEAD_BYTES / HALF; nth++) {
    await stage.write(`${nth % 10}`.repeat(HALF));
    await stage.heard(socket, { follow: "s", from: (nth + 1) * HALF, more: true });
  }
  const withheld = () => socket.frames.filter((frame) => frame.frame === "log" && frame.withheld);
  expect(withheld()).toEqual([]);
  for (let nth = 0; nth < 3; nth++) await stage.write("unseen\n");
  const frame = { frame: "log", step_id: "s", from: HEAD_BYTES, text: "", end: false, withheld: true };
  expect(withheld()).toEqual([frame]);
  expect(socket.closed).toBeNull();
  await stage.end();
  expect(socket.ends()).toHaveLength(1);
});

test("who does not keep up is closed with the byte to resume from; who does hears all, and nobody waits", async () => {
  const [slow, fast] = [new FakeSocket(), new FakeSocket()];
  const stage = setUp(slow, fast);
  for (const socket of [slow, fast]) await stage.heard(socket, { follow: "s", from: 0 });
  for (let nth = 0; nth < 11; nth++) {
    await stage.write(`${nth % 10}`.repeat(HALF));
    expect(fast.text().length).toBe((nth + 1) * HALF);
    await stage.heard(fast, { follow: "s", from: fast.text().length, more: true });
  }
  expect(slow.closed).toEqual({ code: SOCKET_CLOSED.lagging, reason: "lagging, resume from 0" });
  expect(slow.text().length).toBe(LOG_WINDOW_BYTES);
  const text = await stage.end();
  expect(fast.closed).toBeNull();
  expect([fast.text(), fast.ends().length, slow.ends().length]).toEqual([text, 1, 0]);
});

test("who has a full window unread when a log ends is closed as well: it reads on from storage", async () => {
  const slow = new FakeSocket();
  const stage = setUp(slow);
  await stage.heard(slow, { follow: "s", from: 0 });
  await stage.write("x".repeat(LOG_WINDOW_BYTES + 1));
  expect(slow.closed).toBeNull();
  const text = await stage.end();
  expect(slow.closed).toMatchObject({ code: SOCKET_CLOSED.lagging });
  const again = new FakeSocket();
  const next = setUp(again);
  await next.heard(again, { follow: "s", from: slow.text().length });
  expect(slow.text() + again.frames.map((frame) => (frame.frame === "log" ? frame.text : "")).join("")).toBe(
    text,
  );
  expect(again.ends()).toHaveLength(1);
});

test("who asks is not closed because a log ends: it goes on at its own pace, to the end", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  await stage.heard(socket, { follow: "s", from: 0, more: true });
  for (let nth = 0; nth < 5; nth++) await stage.write(`${nth}`.repeat(HALF));
  const text = await stage.end();
  expect([socket.closed, socket.text().length]).toEqual([null, LOG_WINDOW_BYTES]);
  while (socket.ends().length === 0)
    await stage.heard(socket, { follow: "s", from: socket.text().length, more: true });
  expect(socket.text()).toBe(text);
});

test("of what is no longer followed nothing is heard, and another log is heard from where it was asked for", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  await stage.write("one\n");
  await stage.heard(socket, { follow: "s", from: 2 });
  await stage.heard(socket, { follow: null });
  await stage.write("two\n");
  expect(socket.frames).toMatchObject([{ from: 2, text: "e\n" }]);
  await stage.heard(socket, { follow: "s", from: 0 });
  expect(socket.frames.at(-1)).toMatchObject({ from: 0, text: "one\ntwo\n" });
});

test("after a sleep a socket is who it was: it goes on where it stood, as long as its session holds", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  await stage.heard(socket, { follow: "s", from: 0 });
  await stage.write("one\n");
  stage.slept();
  await stage.write("two\n");
  expect(socket.frames).toMatchObject([
    { from: 0, text: "one\n" },
    { from: 4, text: "two\n" },
  ]);
  expect(stored.findSession).toHaveBeenLastCalledWith({}, "hash");
  stored.findSession.mockResolvedValue(null);
  stage.slept();
  await stage.write("three\n");
  expect(socket.frames).toHaveLength(2);
  expect(socket.closed).toMatchObject({ code: SOCKET_CLOSED.session });
});

test.each<[string, (socket: FakeSocket) => void]>([
  ["is over", (socket) => socket.attach({ until: Date.now() - 1 })],
  ["was revoked", () => stored.findSession.mockResolvedValue(null)],
  ["is not known, as of an older version", (socket) => socket.serializeAttachment({ follow: null })],
])(
  "a socket whose session %s is closed before it hears an event, says something, or at the alarm",
  async (_, happens) => {
    for (const wake of ["speak", "heard", "check"] as const) {
      const [socket, other] = [new FakeSocket(), new FakeSocket()];
      other.attach({ session: "theirs" });
      const stage = setUp(socket, other);
      happens(socket);
      const known = await stored.findSession();
      stored.findSession.mockImplementation(async (_: unknown, hash: string) =>
        hash === "theirs" ? {} : known,
      );
      if (wake === "speak") await stage.speak({ seq: 1 });
      else if (wake === "heard") await stage.heard(socket, { follow: "s", from: 0 });
      else await stage.check();
      expect(socket.closed).toMatchObject({ code: SOCKET_CLOSED.session });
      expect(socket.frames).toEqual([]);
      expect(other.closed).toBeNull();
      vi.resetAllMocks();
    }
  },
);

test("when nobody can say whether a session holds, the socket is closed and asked when it comes again", async () => {
  const socket = new FakeSocket();
  const stage = setUp(socket);
  stored.findSession.mockRejectedValue(new Error("D1 is away"));
  await stage.speak({ seq: 1 });
  expect([socket.frames, socket.closed?.code]).toEqual([[], SOCKET_CLOSED.again]);
});
