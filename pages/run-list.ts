/** The runs of a project, kept up to date by events. */
import { useEffect } from "preact/hooks";
import type { RunCard } from "../models/run.ts";
import { runsAfter } from "./events.ts";
import { listen } from "./hub.ts";
import { type Loaded, useLoad } from "./parts/load.tsx";
import { api } from "./server.ts";

/** Reads the runs of a project and follows them. */
export function useRuns(project: string): Loaded<RunCard[]> {
  const runs = useLoad(project, () => api.runs(project));
  const { reload, change } = runs;
  useEffect(
    () => listen(project, { event: (event) => change((now) => runsAfter(now, event)), reset: reload }),
    [project, reload, change],
  );
  return runs;
}

/** The newest run of a pull request; null when it belongs to none. */
export function runOf(runs: readonly RunCard[], number: number): RunCard | null {
  const own = runs.filter((run) => run.pr_number === number);
  return own.sort((a, b) => b.created_at - a.created_at)[0] ?? null;
}
