/** Which run a pull request belongs to. */
import type { RunCard } from "../models/run.ts";
import { heading } from "./goal.ts";
import { Badge } from "./parts/badge.tsx";
import { runPath } from "./paths.ts";
import { markOf } from "./run-standing.ts";

/** Draws nothing for a pull request that belongs to none. */
export function RunOf({ run }: { run: RunCard | null }) {
  if (run === null) return null;
  return (
    <span class="run-of">
      <span class="quiet">Run</span>
      <a href={runPath(run.project_id, run.id)}>{heading(run.target_text).title}</a>
      <Badge mark={markOf(run)} prefix="Run:" bare />
    </span>
  );
}
