/**
 * A log on the screen: its end is read, then followed for as long as what writes it runs. What came before is
 * read when somebody asks for it.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LogPiece } from "../models/api.ts";
import { append, type Buffer, EMPTY, taken } from "./buffer.ts";
import { follow, listen } from "./hub.ts";

/** The log of a step or of a turn. */
export type Source = {
  project: string;
  /** The id under which the socket speaks of it. */
  id: string;
  running: boolean;
  /** A piece from byte `from` on; below 0 it is counted from the end. */
  read(from: number): Promise<LogPiece>;
};

/** How much of its end a log is opened with, in bytes: as much as one answer brings. */
const OPENED = 256 * 1024;
/** Who asks for what came before gets this many times as much: a long log takes few requests, and no first one is long. */
const EARLIER_TIMES = 4;

/** A follower that heard nothing for this long looks for itself: its socket may be the one that is lost. */
const QUIET_MS = 3_000;
/** How often the end of a finished log is asked for before what is there is taken as all. */
const MOST_TRIES = 10;

export type Tail = { buffer: Buffer; error: unknown; again: () => void; earlier: Earlier | null };

/** What came before the text that is shown; null when nothing did. */
export type Earlier = { reading: boolean; read: () => void };

/** `first`: where it begins to read. */
type Reader = {
  buffer: Buffer;
  first: number;
  busy: boolean;
  stopped: boolean;
  heardAt: number;
  tries: number;
};

/** Reads pieces until nothing more is there now. */
async function readOn(reader: Reader, source: Source, more: () => void): Promise<void> {
  if (reader.busy || reader.buffer.end) return;
  reader.busy = true;
  try {
    while (!reader.stopped) {
      const piece = await source.read(reader.buffer.next === 0 ? reader.first : reader.buffer.next);
      reader.buffer = taken(reader.buffer, piece);
      if (piece.end || piece.text === "") return;
      more();
    }
  } finally {
    reader.busy = false;
  }
}

/** Reads from `first` on and follows until the returned function is called; `show` gets what is to be drawn. */
function watch(
  source: Source,
  first: number,
  show: (buffer: Buffer) => void,
  fail: (error: unknown) => void,
): () => void {
  const { project, id, running } = source;
  const reader: Reader = { buffer: EMPTY, first, busy: false, stopped: false, heardAt: 0, tries: 0 };
  let frame = 0;
  // Many pieces a second are drawn once a frame.
  const draw = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => show(reader.buffer));
  };
  let leave: (() => void) | null = null;
  // Not before the first read: the socket would tell a long log from its beginning.
  const heed = (): void => {
    if (running && !reader.busy && !reader.stopped) leave ??= follow(project, id, () => reader.buffer.next);
  };
  const read = (): void => {
    reader.heardAt = Date.now();
    const failed = (problem: unknown): void => {
      draw();
      // What has just begun has no log yet; that is no failure.
      if (!running && !reader.stopped) fail(problem);
    };
    readOn(reader, source, draw).then(draw, failed).then(heed);
  };
  const stop = listen(project, {
    log: (piece) => {
      if (!running || piece.step_id !== id) return;
      reader.heardAt = Date.now();
      const next = append(reader.buffer, piece);
      if (next === null) return read();
      reader.buffer = next;
      draw();
    },
  });
  const timer = setInterval(() => {
    if (reader.buffer.end || Date.now() - reader.heardAt < QUIET_MS) return;
    if (running || reader.tries++ < MOST_TRIES) read();
  }, 1_000);
  read();
  return () => {
    reader.stopped = true;
    stop();
    clearInterval(timer);
    cancelAnimationFrame(frame);
    leave?.();
  };
}

/** What a source has written. When it has finished, it is read once more: what is kept then is the truth. */
export function useTail(source: Source): Tail {
  const { project, id, running } = source;
  const [shown, show] = useState({ id, buffer: EMPTY });
  const [error, fail] = useState<unknown>(null);
  const [turn, again] = useState(0);
  const [wish, ask] = useState<{ id: string; from: number; before: number } | null>(null);
  const buffer = shown.id === id ? shown.buffer : EMPTY;
  const open = wish !== null && wish.id === id && wish.before === buffer.start;
  const now = useRef(buffer);
  now.current = buffer;
  useEffect(() => {
    fail(null);
    const { start, next } = now.current;
    // While the same log is read again, what is shown already must not shrink and grow.
    const put = (read: Buffer): void => {
      if (read.end || read.next >= next) show({ id, buffer: read });
    };
    return watch(source, open ? wish.from : next > 0 ? start : -OPENED, put, fail);
  }, [project, id, running, turn, wish]);
  const read = (): void =>
    ask({ id, from: (buffer.start - buffer.next) * EARLIER_TIMES, before: buffer.start });
  return {
    ...{ buffer, error, again: () => again((before) => before + 1) },
    earlier: buffer.start === 0 ? null : { reading: open && error === null, read },
  };
}
