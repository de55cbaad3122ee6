/** The log of one step on the screen: read from its beginning, then followed for as long as the step runs. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { StepRecord } from "../models/step.ts";
import { append, type Buffer, EMPTY, taken } from "./buffer.ts";
import { follow, listen } from "./hub.ts";
import { api } from "./server.ts";

/** A follower that heard nothing for this long looks for itself: its socket may be the one that is lost. */
const QUIET_MS = 3_000;
/** How often the end of a finished step's log is asked for before what is there is taken as all. */
const MOST_TRIES = 10;

export type Tail = { buffer: Buffer; error: unknown; again: () => void };

type Reader = { buffer: Buffer; busy: boolean; stopped: boolean; heardAt: number; tries: number };

/** Reads pieces until nothing more is there now. */
async function readOn(reader: Reader, step: StepRecord, more: () => void): Promise<void> {
  if (reader.busy || reader.buffer.end) return;
  reader.busy = true;
  try {
    while (!reader.stopped) {
      const piece = await api.log(step.id, step.validation_id, reader.buffer.next);
      reader.buffer = taken(reader.buffer, piece);
      if (piece.end || piece.text === "") return;
      more();
    }
  } finally {
    reader.busy = false;
  }
}

/** Reads and follows until the returned function is called; `show` gets what is to be drawn. */
function watch(
  project: string,
  step: StepRecord,
  show: (buffer: Buffer) => void,
  fail: (error: unknown) => void,
): () => void {
  const running = isRunning(step);
  const reader: Reader = { buffer: EMPTY, busy: false, stopped: false, heardAt: 0, tries: 0 };
  let frame = 0;
  // Many pieces a second are drawn once a frame.
  const draw = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => show(reader.buffer));
  };
  const read = (): void => {
    reader.heardAt = Date.now();
    readOn(reader, step, draw).then(draw, (problem: unknown) => {
      draw();
      // A step that has just begun has no log yet; that is no failure.
      if (!running && !reader.stopped) fail(problem);
    });
  };
  const stop = listen(project, {
    log: (piece) => {
      if (!running || piece.step_id !== step.id) return;
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
  if (running) follow(project, step.id, () => reader.buffer.next);
  return () => {
    reader.stopped = true;
    stop();
    clearInterval(timer);
    cancelAnimationFrame(frame);
    if (running) follow(project, null);
  };
}

function isRunning(step: StepRecord): boolean {
  return step.state === "running" || step.state === "queued";
}

/** The log of a step. When it has finished, it is read once more: what is kept then is the truth. */
export function useTail(project: string, step: StepRecord): Tail {
  const [shown, show] = useState({ step: step.id, buffer: EMPTY });
  const [error, fail] = useState<unknown>(null);
  const [turn, again] = useState(0);
  const drawn = useRef(shown);
  drawn.current = shown;
  const running = isRunning(step);
  useEffect(() => {
    fail(null);
    const before = drawn.current.step === step.id ? drawn.current.buffer.next : 0;
    // While the same log is read again, what is shown already must not shrink and grow.
    const put = (buffer: Buffer): void => {
      if (buffer.end || buffer.next >= before) show({ step: step.id, buffer });
    };
    return watch(project, step, put, fail);
  }, [project, step.id, running, turn]);
  const buffer = shown.step === step.id ? shown.buffer : EMPTY;
  return { buffer, error, again: () => again((now) => now + 1) };
}
