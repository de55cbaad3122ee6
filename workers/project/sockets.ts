/**
 * A project's sockets. Each has a turn of its own, so that one that waits holds up no other, and stands with who it is and
 * what it follows in its attachment: a sleeping object remembers nothing else. Of a log a socket is sent no more than a
 * window beyond what it said it has read, because nobody here sees what it has taken.
 */
import { type Event, type Frame, LOG_WINDOW_BYTES, SOCKET_CLOSED } from "../../models/event.ts";
import { messageOf, log as say } from "../log.ts";
import { endOfLog, type LogEnd, PIECE_BYTES, storedPiece } from "../store/logs.ts";
import { findSession } from "../store/sessions.ts";
import type { Memory } from "./memory.ts";

/** A socket that has a full window unread while so much more was written does not keep up, in bytes. */
const MOST_BEHIND = 4 * LOG_WINDOW_BYTES;
/** How long it is believed that a session still holds, in ms. */
const KNOWN_MS = 5_000;
/** A longer id than this is none of ours, and an attachment takes 2,048 bytes. */
const MOST_ID = 512;

/**
 * `session`: its hash. `asks`: it says how far it has read. `full_at`: where the log ended when the window was full; null:
 * there is room.
 */
type Attached = {
  project: string;
  session: string;
  until: number;
  follow: string | null;
  read: number;
  sent: number;
  asks: boolean;
  full_at: number | null;
  /** It was told that more was said than is shown. */
  withheld: boolean;
  /** It was told how the log ended. */
  ended: boolean;
};

const NOTHING = {
  follow: null,
  read: 0,
  sent: 0,
  asks: false,
  full_at: null,
  withheld: false,
  ended: false,
} as const;

export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #memory: Memory;
  readonly #turns = new WeakMap<WebSocket, Promise<void>>();
  readonly #sessions = new Map<string, number>();

  constructor(ctx: DurableObjectState, env: Env, memory: Memory) {
    this.#ctx = ctx;
    this.#env = env;
    this.#memory = memory;
    // A heartbeat must not wake a sleeping project.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Opens a socket: `?since=` resumes after that event. The API says whose it is: `session` and `until`. */
  open({ url }: Request): Response {
    const asked = new URL(url).searchParams;
    const since = Number(asked.get("since") ?? "-1");
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    const project = asked.get("project") ?? "";
    const whose = { session: asked.get("session") ?? "", until: Number(asked.get("until") ?? "0") };
    server.serializeAttachment({ project, ...whose, ...NOTHING } satisfies Attached);
    const missed = since < 0 ? null : this.#memory.eventsAfter(since);
    const seq = this.#memory.lastSeq();
    send(server, { frame: "hello", project_id: project, seq, resumed: missed !== null });
    for (const event of missed ?? []) send(server, { frame: "event", event: event as Event });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** To whoever listens now: who comes later has it among what was missed. */
  speak(events: readonly Event[]): void {
    for (const socket of events.length === 0 ? [] : this.#ctx.getWebSockets())
      this.#inTurn(socket, async () => {
        for (const event of events) send(socket, { frame: "event", event });
      });
  }

  /** More was written into a log. */
  grew(id: string): void {
    for (const socket of this.#followers(id))
      this.#inTurn(socket, async () => {
        await this.#send(socket, false);
        this.#closeLate(socket, this.#memory.logs.end(id));
      });
  }

  /** A log has its end. */
  ended(id: string): void {
    for (const socket of this.#followers(id))
      this.#inTurn(socket, async () => {
        await this.#send(socket, true);
        this.#closeLate(socket, null);
      });
  }

  /**
   * `{"follow": id | null, "from": byte}`: which log it wants to hear, and from where. With `"more": true` it says how far
   * it has read, and does so again before its window is full.
   */
  heard(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    // Whoever speaks is looked at again.
    this.#sessions.delete(attachedOf(socket)?.session ?? "");
    return this.#inTurn(socket, async () => {
      const asked = parseFollow(message);
      const known = attachedOf(socket);
      if (asked === null || known === null) return;
      const { follow, from, more } = asked;
      const goes = more && follow === known.follow && from >= known.read && from <= known.sent;
      const next = goes
        ? { read: from, asks: true }
        : { ...NOTHING, follow, read: from, sent: from, asks: more };
      socket.serializeAttachment({ ...known, ...next, full_at: null } satisfies Attached);
      await this.#send(socket, true);
    });
  }

  /** Closes those whose session is over. */
  check(): void {
    for (const socket of this.#ctx.getWebSockets()) this.#inTurn(socket, async () => {});
  }

  #followers(id: string): WebSocket[] {
    return this.#ctx.getWebSockets().filter((socket) => attachedOf(socket)?.follow === id);
  }

  /** One thing after another, each only while its session holds. */
  #inTurn(socket: WebSocket, act: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(socket) ?? Promise.resolve();
    const next = before.then(async () => {
      try {
        if (await this.#holds(attachedOf(socket))) await act();
        else socket.close(SOCKET_CLOSED.session, "the session is over");
      } catch (error) {
        // It resumes from what it has; going on could leave a hole.
        say("socket.failed", { error: messageOf(error) });
        socket.close(SOCKET_CLOSED.again, "try again");
      }
    });
    this.#turns.set(socket, next);
    return next;
  }

  async #holds(attached: Attached | null): Promise<boolean> {
    const now = Date.now();
    // One that an older version opened does not say whose it is: it comes again, and is asked.
    if (attached?.session === undefined || attached.until <= now) return false;
    const { session } = attached;
    if (now - (this.#sessions.get(session) ?? 0) < KNOWN_MS) return true;
    const found = (await findSession(this.#env.DB, session)) !== null;
    if (found) this.#sessions.set(session, now);
    else this.#sessions.delete(session);
    return found;
  }

  /** Sends of the followed log what its window has room for. `look`: it may have ended, and lie in storage. */
  async #send(socket: WebSocket, look: boolean): Promise<void> {
    const attached = attachedOf(socket);
    if (attached === null || attached.follow === null || attached.ended) return;
    const id = attached.follow;
    let end: LogEnd | null | undefined;
    while (attached.sent - attached.read < LOG_WINDOW_BYTES) {
      let piece = this.#memory.logs.read(id, attached.sent, PIECE_BYTES);
      if (piece.text === "") {
        end = look && end === undefined ? await endOfLog(this.#env, attached.project, id) : end;
        if (end == null) {
          if (piece.withheld === true && !attached.withheld) {
            attached.withheld = true;
            const { from } = piece;
            send(socket, { frame: "log", step_id: id, from, text: "", end: false, withheld: true });
          }
          break;
        }
        if (end.key !== null) piece = await storedPiece(this.#env.ARTIFACTS, end.key, attached.sent);
      }
      if (piece.text === "" && end != null) {
        const { status, bytes, truncated } = end;
        attached.ended = true;
        send(socket, {
          frame: "log",
          ...{ step_id: id, from: piece.from, text: "", end: true, status, bytes, truncated },
        });
        break;
      }
      attached.sent = piece.next;
      send(socket, { frame: "log", step_id: id, from: piece.from, text: piece.text, end: false });
    }
    const full = attached.sent - attached.read >= LOG_WINDOW_BYTES;
    attached.full_at = full ? (attached.full_at ?? this.#memory.logs.end(id)) : null;
    socket.serializeAttachment(attached);
  }

  /**
   * Whoever does not keep up comes again, and reads on from storage at its own pace. `end`: where the log ends by now;
   * null: for good, and who does not ask would never hear of it.
   */
  #closeLate(socket: WebSocket, end: number | null): void {
    const attached = attachedOf(socket);
    if (attached === null || attached.full_at === null) return;
    const { asks, full_at, read } = attached;
    if (end === null ? asks : end - full_at < MOST_BEHIND) return;
    socket.serializeAttachment({ ...attached, ...NOTHING });
    socket.close(SOCKET_CLOSED.lagging, `lagging, resume from ${read}`);
  }
}

function attachedOf(socket: WebSocket): Attached | null {
  return socket.deserializeAttachment() as Attached | null;
}

function send(socket: WebSocket, frame: Frame): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // The client went away between the list and the send; it resumes from its last number.
  }
}

function parseFollow(
  message: string | ArrayBuffer,
): { follow: string | null; from: number; more: boolean } | null {
  try {
    const asked = JSON.parse(String(message)) as { follow?: unknown; from?: unknown; more?: unknown };
    const follow = typeof asked.follow === "string" && asked.follow.length <= MOST_ID ? asked.follow : null;
    const from = typeof asked.from === "number" && asked.from >= 0 ? Math.floor(asked.from) : 0;
    return { follow, from, more: asked.more === true };
  } catch {
    return null;
  }
}
