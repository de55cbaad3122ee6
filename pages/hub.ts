/** The live connections of all pinned projects: one socket each, shared by every part of the page. */
import type { Event } from "../models/event.ts";
import { Live, type LiveState, type LogFrame } from "./live.ts";
import { notices, noticesAfter } from "./notices.ts";
import { cell } from "./parts/cell.ts";
import { api, session } from "./server.ts";

export type Heard = {
  event?(event: Event): void;
  /** Events were missed: read again. */
  reset?(): void;
  log?(frame: LogFrame): void;
  /** The project let nobody in: it may be gone. */
  refused?(): void;
};

/** `idle`: there is no project to listen to. */
export type Connection = "idle" | "connecting" | "live" | "reconnecting" | "offline";

export const connection = cell<Connection>("idle");

const lives = new Map<string, Live>();
/** The log that is followed, of each project: a socket follows one. */
const followed = new Map<string, { log: string; from: () => number }>();
const listeners = new Set<{ project: string | null; heard: Heard }>();

/** Listens to a project, or with null to all; returns how to stop. */
export function listen(project: string | null, heard: Heard): () => void {
  const one = { project, heard };
  listeners.add(one);
  return () => listeners.delete(one);
}

/** Opens the socket of a project from event `since` on; one that is open stays. */
export function join(project: string, since: number): void {
  if (lives.has(project)) return;
  const tell = (say: (heard: Heard) => void): void => {
    for (const one of [...listeners]) if (one.project === null || one.project === project) say(one.heard);
  };
  const live = new Live(
    since,
    { url: (seq) => address(project, seq), open: (url) => new WebSocket(url), random: Math.random },
    {
      event: (event) => {
        notices.update((now) => noticesAfter(now, event));
        tell((heard) => heard.event?.(event));
      },
      reset: () => tell((heard) => heard.reset?.()),
      log: (frame) => tell((heard) => heard.log?.(frame)),
      state: () => connection.set(summary()),
      // A browser does not say why a socket was refused; asking does, and leads to the sign-in screen.
      refused: () => {
        void api.session().catch(() => {});
        tell((heard) => heard.refused?.());
      },
    },
  );
  lives.set(project, live);
  // A page that was opened on its log asks before the socket is there.
  const wish = followed.get(project);
  if (wish !== undefined) live.follow(wish.log, wish.from);
  connection.set(summary());
}

/** Closes the socket of a project, or with null all of them. */
export function leave(project: string | null): void {
  for (const [id, live] of [...lives]) {
    if (project !== null && id !== project) continue;
    lives.delete(id);
    live.close();
  }
  connection.set(summary());
}

/** Closes the sockets of all projects but these: one that was unpinned elsewhere would be tried for ever. */
export function leaveOthers(projects: readonly string[]): void {
  for (const id of lives.keys()) if (!projects.includes(id)) leave(id);
}

/** Follows a log of a project, of a step or of a turn, from the byte that `from` names; returns how to stop. */
export function follow(project: string, log: string, from: () => number): () => void {
  const mine = { log, from };
  followed.set(project, mine);
  lives.get(project)?.follow(log, from);
  return () => {
    // Another log may be followed by now: leaving this one must not end that.
    if (followed.get(project) !== mine) return;
    followed.delete(project);
    lives.get(project)?.follow(null);
  };
}

/** Hears of the network and of sign-out; called once. */
export function startHub(): void {
  const wake = (): void => {
    connection.set(summary());
    for (const live of lives.values()) live.wake();
  };
  addEventListener("online", wake);
  addEventListener("offline", () => connection.set(summary()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });
  session.listen(() => {
    if (session.get() === null) leave(null);
  });
}

function address(project: string, since: number): string {
  const url = new URL(api.liveUrl(project, since), location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The worst of all, because a page that is half up to date is not up to date. */
function summary(): Connection {
  if (!navigator.onLine) return "offline";
  const states = new Set<LiveState>([...lives.values()].map((live) => live.state));
  if (states.size === 0) return "idle";
  if (states.has("reconnecting") || states.has("closed")) return "reconnecting";
  return states.has("connecting") ? "connecting" : "live";
}
