/** What an agent says in a turn, as it says it. */
import { useRef } from "preact/hooks";
import type { Said } from "../models/said.ts";
import type { Turn } from "../models/turn.ts";
import { type Heard, hear } from "./heard.ts";
import { api } from "./server.ts";
import { type Earlier, useTail } from "./tail.ts";

export type SaidSoFar = {
  items: readonly Said[];
  error: unknown;
  again: () => void;
  /** The byte of the log that the first item was read from, and what was said before. */
  start: number;
  earlier: Earlier | null;
  end: boolean;
};

/** Reads what was said last, and listens while the turn runs. */
export function useSaid(project: string, turn: Turn): SaidSoFar {
  const { buffer, error, again, earlier } = useTail({
    project,
    id: turn.id,
    running: turn.state === "running",
    read: (from) => api.turnLog(turn.run_id, turn.nth, from),
  });
  const heard = useRef<Heard | null>(null);
  heard.current = hear(heard.current, buffer, turn.format);
  return { items: heard.current.items, error, again, start: buffer.start, earlier, end: buffer.end };
}
