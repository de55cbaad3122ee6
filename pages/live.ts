/**
 * The socket of one project: opens it, resumes it from the last event seen, notices when it is dead although
 * nobody said so, and opens it again. What it hears it passes on; it knows nothing of screens.
 */
import { type Event, Frame, LOG_WINDOW_BYTES } from "../models/event.ts";

export type LogFrame = Extract<Frame, { frame: "log" }>;
export type LiveState = "connecting" | "live" | "reconnecting" | "closed";

/** The part of a WebSocket that is used. */
export type Socket = Pick<
  WebSocket,
  "send" | "close" | "readyState" | "onopen" | "onmessage" | "onclose" | "onerror"
>;

export type LiveDeps = {
  /** The address, resuming after event `since`. */
  url(since: number): string;
  open(url: string): Socket;
  random(): number;
};

export type LiveHeard = {
  event(event: Event): void;
  /** Events were missed: read everything again. */
  reset(): void;
  log(frame: LogFrame): void;
  state(state: LiveState): void;
  /** No connection came about: the session may be over. */
  refused(): void;
};

export const PING_MS = 30_000;
/** A connection that says no `hello` for this long is none. */
export const HELLO_MS = 10_000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30_000;
const OPEN = 1;

/** How long to wait before the next attempt: doubling, and spread out so that all tabs do not come at once. */
export function backoff(failures: number, random: number): number {
  const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** failures);
  return Math.round(most / 2 + (most / 2) * random);
}

export class Live {
  readonly #deps: LiveDeps;
  readonly #heard: LiveHeard;
  #since: number;
  #socket: Socket | null = null;
  #state: LiveState = "connecting";
  #failures = 0;
  #unanswered = 0;
  #follow: { step: string; from: () => number } | null = null;
  /** The byte from which it asked for the log last. */
  #asked = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #hello: ReturnType<typeof setTimeout> | undefined;

  constructor(since: number, deps: LiveDeps, heard: LiveHeard) {
    this.#since = since;
    this.#deps = deps;
    this.#heard = heard;
    this.#open();
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Asks for the log of a step from the byte `from()` names, now and after every reconnect; null: no more. */
  follow(step: string | null, from: () => number = () => 0): void {
    this.#follow = step === null ? null : { step, from };
    if (this.#state === "live") this.#sendFollow();
  }

  /** Tries at once instead of waiting: the network is back, or somebody looks at the page again. */
  wake(): void {
    if (this.#state === "reconnecting" && this.#socket === null) this.#open();
  }

  close(): void {
    this.#drop();
    clearTimeout(this.#retry);
    this.#set("closed");
  }

  #open(): void {
    clearTimeout(this.#retry);
    const socket = this.#deps.open(this.#deps.url(this.#since));
    this.#socket = socket;
    socket.onmessage = (message) => this.#hear(String(message.data));
    socket.onclose = () => this.#lost();
    this.#hello = setTimeout(() => this.#lost(), HELLO_MS);
  }

  /** Forgets the socket: whatever it still says is not heard. */
  #drop(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#hello);
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #lost(): void {
    const never = this.#state !== "live";
    this.#drop();
    this.#set("reconnecting");
    if (never) this.#heard.refused();
    // A listener may have signed out meanwhile, which closes everything.
    if (this.#state !== "reconnecting") return;
    this.#retry = setTimeout(() => this.#open(), backoff(this.#failures++, this.#deps.random()));
  }

  #hear(text: string): void {
    // Any word is a sign of life, not only a pong.
    this.#unanswered = 0;
    if (text === "pong") return;
    const frame = parse(text);
    if (frame === null) return;
    switch (frame.frame) {
      case "hello":
        this.#begin(frame.seq, frame.resumed);
        break;
      case "event":
        // A resumed socket may repeat what was heard: twice heard must not be twice told.
        if (frame.event.seq <= this.#since) return;
        this.#since = frame.event.seq;
        this.#heard.event(frame.event);
        break;
      case "log":
        this.#heard.log(frame);
        this.#goOn();
        break;
    }
  }

  #begin(seq: number, resumed: boolean): void {
    clearTimeout(this.#hello);
    this.#failures = 0;
    this.#unanswered = 0;
    // A project that was made anew counts from one again: waiting for the old numbers would be deafness.
    const missed = !resumed || seq < this.#since;
    if (missed) this.#since = seq;
    this.#ping = setInterval(() => this.#beat(), PING_MS);
    this.#set("live");
    if (missed) this.#heard.reset();
    if (this.#follow !== null) this.#sendFollow();
  }

  #beat(): void {
    // Two pongs are missing: a half-open connection stays open for minutes and says nothing.
    if (this.#unanswered >= 2) this.#lost();
    else this.#send("ping");
    this.#unanswered += 1;
  }

  #sendFollow(): void {
    const follow = this.#follow;
    this.#asked = follow?.from() ?? 0;
    const ask = follow === null ? { follow: null } : { follow: follow.step, from: this.#asked, more: true };
    this.#send(JSON.stringify(ask));
  }

  /** Says how far it has read before the window is full: nothing more is sent to who does not keep up. */
  #goOn(): void {
    if (this.#follow !== null && this.#follow.from() - this.#asked >= LOG_WINDOW_BYTES / 2)
      this.#sendFollow();
  }

  #send(text: string): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(text);
  }

  #set(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#heard.state(state);
  }
}

/** A frame, or null for what this version does not know: a newer server must not break an open page. */
function parse(text: string): Frame | null {
  try {
    const frame = Frame.safeParse(JSON.parse(text));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}
