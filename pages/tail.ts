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

const fresh = (): Reader => ({ buffer: EMPTY, busy: false, stopped: false, heardAt: 0, tries: 0 });

/** Reads pieces until nothing more is there now. */
async function readOn(reader: Reader, step: StepRecord): Promise<void> {
  if (reader.busy || reader.buffer.end) return;
  reader.busy = true;
  try {
    for (let more = true; more && !reader.stopped; ) {
      const piece = await api.log(step.id, step.validation_id, reader.buffer.next);
      more = piece.text !== "" && !piece.end;
      reader.buffer = taken(reader.buffer, piece);
    }
  } finally {
    reader.busy = false;
  }
}

/** The log of a step. */
export function useTail(project: string, step: StepRecord): Tail {
  const [buffer, show] = useState<Buffer>(EMPTY);
  const [error, fail] = useState<unknown>(null);
  const [turn, again] = useState(0);
  const kept = useRef<{ id: string; reader: Reader }>({ id: step.id, reader: fresh() });
  const running = step.state === "running" || step.state === "queued";
  useEffect(() => {
    // The same step goes on from where it is; another begins anew.
    if (kept.current.id !== step.id) {
      kept.current = { id: step.id, reader: fresh() };
      show(EMPTY);
    }
    const { reader } = kept.current;
    reader.stopped = false;
    reader.tries = 0;
    fail(null);
    let frame = 0;
    // Many pieces a second are drawn once a frame.
    const draw = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => show(reader.buffer));
    };
    const read = (): void => {
      reader.heardAt = Date.now();
      readOn(reader, step).then(draw, (problem: unknown) => {
        draw();
        // A step that has just begun has no log yet; that is no failure.
        if (!running && !reader.stopped) fail(problem);
      });
    };
    const stop = listen(project, {
      log: (piece) => {
        if (piece.step_id !== step.id) return;
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
  }, [project, step.id, running, turn]);
  return { buffer, error, again: () => again((now) => now + 1) };
}
