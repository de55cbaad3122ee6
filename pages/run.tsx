/** One run: how it stands, its plan, and everything that happened on its way, in one row of time. */
import type { RunDetail } from "../models/run.ts";
import { heading } from "./goal.ts";
import { Load, type Loaded } from "./parts/load.tsx";
import { useTitle } from "./parts/title.ts";
import { Banners } from "./pause.tsx";
import { PlanCard } from "./plan.tsx";
import { useRun } from "./run-detail.ts";
import { RunHead } from "./run-head.tsx";
import { StandingView } from "./run-standing.tsx";
import { RunTimeline } from "./run-timeline.tsx";

export type RunScreenProps = { id: string; run: string };

export function RunScreen({ id, run }: RunScreenProps) {
  const read = useRun(id, run);
  useTitle(read.data === null ? "Run" : heading(read.data.target_text).title);
  return (
    <Load from={read} what="the run">
      {(detail) => <Run key={run} run={detail} read={read} />}
    </Load>
  );
}

function Run({ run, read }: { run: RunDetail; read: Loaded<RunDetail> }) {
  const told = (card: Partial<RunDetail>): void => {
    read.change((now) => ({ ...now, ...card }));
    read.reload();
  };
  return (
    <>
      <RunHead run={run} />
      <Banners id={run.project_id} />
      <StandingView run={run} told={told} reload={read.reload} />
      <PlanCard run={run} told={told} reload={read.reload} />
      <RunTimeline run={run} />
    </>
  );
}
