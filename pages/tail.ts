/** A log on the screen: read from its beginning, then followed for as long as what writes it runs. */
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
  read(from: number): Promise<LogPiece>;
};

/** A follower that heard nothing for this long looks for itself: its socket may be the one that is lost. */
const QUIET_MS = 3_000;
/** How often the end of a finished log is asked for before what is there is taken as all. */
const MOST_TRIES = 10;

export type Tail = { buffer: Buffer; error: unknown; again: () => void };

type Reader = { buffer: Buffer; busy: boolean; stopped: boolean; heardAt: number; tries: number };

/** Reads pieces until nothing more is there now. */
async function readOn(reader: Reader, source: Source, more: () => void): Promise<void> {
  if (reader.busy || reader.buffer.end) return;
  reader.busy = true;
  try {
    while (!reader.stopped) {
      const piece = await source.read(reader.buffer.next);
      reader.buffer = taken(reader.buffer, piece);
      if (piece.end || piece.text === "") return;
      more();
    }
  } finally {
    reader.busy = false;
  }
}

/** Reads and follows until the returned function is called; `show` gets what is to be drawn. */
function watch(source: Source, show: (buffer: Buffer) => void, fail: (error: unknown) => void): () => void {
  const { project, id, running } = source;
  const reader: Reader = { buffer: EMPTY, busy: false, stopped: false, heardAt: 0, tries: 0 };
  let frame = 0;
  // Many pieces a second are drawn once a frame.
  const draw = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => show(reader.buffer));
  };
  const read = (): void => {
    reader.heardAt = Date.now();
    readOn(reader, source, draw).then(draw, (problem: unknown) => {
      draw();
      // What has just begun has no log yet; that is no failure.
      if (!running && !reader.stopped) fail(problem);
    });
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
  const leave = running ? follow(project, id, () => reader.buffer.next) : null;
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
  const drawn = useRef(shown);
  drawn.current = shown;
  useEffect(() => {
    fail(null);
    const before = drawn.current.id === id ? drawn.current.buffer.next : 0;
    // While the same log is read again, what is shown already must not shrink and grow.
    const put = (buffer: Buffer): void => {
      if (buffer.end || buffer.next >= before) show({ id, buffer });
    };
    return watch(source, put, fail);
  }, [project, id, running, turn]);
  const buffer = shown.id === id ? shown.buffer : EMPTY;
  return { buffer, error, again: () => again((now) => now + 1) };
}
