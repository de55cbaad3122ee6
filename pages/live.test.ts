import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LOG_WINDOW_BYTES } from "../models/event.ts";
import { backoff, HELLO_MS, Live, PING_MS, type Socket } from "./live.ts";
import { event } from "./nouns.fixture.ts";

class FakeSocket implements Socket {
  readonly url: string;
  readyState = 1 as const;
  sent: string[] = [];
  closed = false;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  onerror: Socket["onerror"] = null;
  constructor(url: string) {
    this.url = url;
  }
  send(data: unknown): void {
    this.sent.push(String(data));
  }
  close(): void {
    this.closed = true;
  }
  say(frame: object | string): void {
    const data = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.onmessage?.call(this as never, { data } as MessageEvent);
  }
  drop(): void {
    this.onclose?.call(this as never, {} as CloseEvent);
  }
}

function setUp(since = 5) {
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const live = new Live(
    since,
    {
      url: (seq) => `since=${seq}`,
      open: (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
      random: () => 0.5,
    },
    {
      event: ({ seq }) => heard.push(`event ${seq}`),
      reset: () => heard.push("reset"),
      log: ({ text }) => heard.push(`log ${text}`),
      state: (state) => heard.push(state),
      refused: () => heard.push("refused"),
    },
  );
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("no socket");
    return socket;
  };
  const hello = (seq: number, resumed = true): void =>
    last().say({ frame: "hello", project_id: "shop", seq, resumed });
  const tell = (seq: number): void =>
    last().say({ frame: "event", event: event({ type: "pr.created", pull: {} as never }, seq) });
  return { live, sockets, heard, last, hello, tell };
}

const notice = (seq: number) => ({
  frame: "event",
  event: event(
    { type: "notification.new", level: "info", pr_number: null, validation_id: null, message: "m" },
    seq,
  ),
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Live", () => {
  test("resumes after the last event it heard, and hears nothing twice", () => {
    const { sockets, heard, last, hello } = setUp();
    hello(5);
    last().say(notice(6));
    last().say(notice(6));
    last().say(notice(4));
    last().drop();
    vi.advanceTimersByTime(1_000);
    expect(sockets.map((socket) => socket.url)).toEqual(["since=5", "since=6"]);
    expect(heard).toEqual(["live", "event 6", "reconnecting"]);
  });

  test("when events were missed everything is read again, and it goes on from there", () => {
    const { heard, last, hello } = setUp();
    hello(2, false);
    last().say(notice(3));
    expect(heard).toEqual(["live", "reset", "event 3"]);
  });

  test("a server that counts from one again is heard", () => {
    const { heard, last, hello } = setUp(50);
    hello(2);
    last().say(notice(3));
    expect(heard).toEqual(["live", "reset", "event 3"]);
  });

  test("what it does not know, or cannot read, changes nothing", () => {
    const { heard, last, hello, tell } = setUp();
    hello(5);
    last().say("{");
    last().say({ frame: "surprise" });
    tell(9);
    expect(heard).toEqual(["live"]);
  });

  test("two missing pongs are a lost connection; any word is a sign of life", () => {
    const { sockets, last, hello } = setUp();
    hello(5);
    vi.advanceTimersByTime(PING_MS);
    last().say("pong");
    vi.advanceTimersByTime(PING_MS * 2);
    expect(last().sent).toEqual(["ping", "ping", "ping"]);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(PING_MS + 2_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  test("a connection without hello is given up, asked about, and tried ever more slowly", () => {
    const { sockets, heard } = setUp();
    vi.advanceTimersByTime(HELLO_MS);
    expect(heard).toEqual(["reconnecting", "refused"]);
    vi.advanceTimersByTime(10 * 60_000);
    const tries = sockets.length;
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(30);
  });

  test("follows a log from the byte that is wanted next, also after a reconnect", () => {
    const { live, last, hello } = setUp();
    let next = 0;
    live.follow("s1", () => next);
    hello(5);
    expect(last().sent).toEqual(['{"follow":"s1","from":0,"more":true}']);
    next = 120;
    last().drop();
    vi.advanceTimersByTime(1_000);
    hello(5);
    expect(last().sent).toEqual(['{"follow":"s1","from":120,"more":true}']);
    live.follow(null);
    expect(last().sent.at(-1)).toBe('{"follow":null}');
  });

  test("says how far it has read before the server's window is full, and not for every piece", () => {
    const { live, last, hello } = setUp();
    let next = 0;
    live.follow("s1", () => next);
    hello(5);
    const said = last().sent.length;
    for (const read of [1_000, LOG_WINDOW_BYTES / 2, LOG_WINDOW_BYTES / 2 + 1_000, LOG_WINDOW_BYTES]) {
      next = read;
      last().say({ frame: "log", step_id: "s1", from: 0, text: "x", end: false });
    }
    expect(last().sent.slice(said)).toEqual([
      `{"follow":"s1","from":${LOG_WINDOW_BYTES / 2},"more":true}`,
      `{"follow":"s1","from":${LOG_WINDOW_BYTES},"more":true}`,
    ]);
  });

  test("wakes at once when the network is back, and never after it was closed", () => {
    const { live, sockets, last, hello } = setUp();
    hello(5);
    last().drop();
    live.wake();
    expect(sockets).toHaveLength(2);
    live.close();
    live.wake();
    vi.advanceTimersByTime(60 * 60_000);
    expect(sockets).toHaveLength(2);
  });
});

test("backoff() doubles, is spread, and has an end", () => {
  expect([backoff(0, 0), backoff(0, 1), backoff(3, 0), backoff(50, 1)]).toEqual([250, 500, 2_000, 30_000]);
});
