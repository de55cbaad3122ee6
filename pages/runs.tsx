/** Runs: goals on their way to a merged pull request, live. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ProjectCard } from "../models/api.ts";
import type { RunCard } from "../models/run.ts";
import { agentName } from "./agents.ts";
import { heading } from "./goal.ts";
import { NewRun } from "./new-run.tsx";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { Load } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { pullPath, runPath } from "./paths.ts";
import { FiguresLine } from "./run-figures.tsx";
import { useRuns } from "./run-list.ts";
import { markOf } from "./run-standing.ts";
import { validationMark } from "./words.ts";

export function Runs({ project }: { project: ProjectCard }) {
  const { route } = useLocation();
  const runs = useRuns(project.id);
  const [starting, start] = useState(false);
  return (
    <>
      <div class="bar-line">
        <p class="quiet grow">
          A run takes a goal to a merged pull request: an agent plans, writes, and mends what the gate finds.
        </p>
        <button type="button" class="primary" onClick={() => start(true)}>
          <Icon name="plus" />
          Start a run
        </button>
      </div>
      <Load from={runs} what="the runs">
        {(all) =>
          all.length === 0 ? (
            <Empty project={project} />
          ) : (
            <ul class="rows">
              {all.map((run) => (
                <RunRow key={run.id} run={run} />
              ))}
            </ul>
          )
        }
      </Load>
      {starting && (
        <NewRun
          project={project}
          close={() => start(false)}
          started={(run) => route(runPath(project.id, run.id))}
        />
      )}
    </>
  );
}

function Empty({ project }: { project: ProjectCard }) {
  return (
    <div class="empty">
      <h2>No run yet</h2>
      {project.agent === "" ? (
        <p>
          Choose an agent in <a href={`/projects/${project.id}/settings`}>the settings</a> first. Then state a
          goal here: the agent plans it, and you confirm the plan before anything is written.
        </p>
      ) : (
        <p>State a goal: the agent plans it, and you confirm the plan before anything is written.</p>
      )}
    </div>
  );
}

function RunRow({ run }: { run: RunCard }) {
  const validation = validationMark(run.validation_status);
  return (
    <li class="row">
      <div class="grow">
        <a class="name goal" href={runPath(run.project_id, run.id)} data-row>
          {heading(run.target_text).title}
        </a>
        <div class="meta quiet">
          <span>{agentName(run.agent)}</span>
          <FiguresLine run={run} />
          {run.pr_number !== null && (
            <a class="number" href={pullPath(run.project_id, run.pr_number)}>
              pull request #{run.pr_number}
            </a>
          )}
        </div>
        {run.reason !== null && <div class="why quiet">{run.reason.message}</div>}
      </div>
      <div class="state" aria-live="polite">
        <Badge mark={markOf(run)} prefix="Run:" />
        {validation !== null && run.phase !== "completed" && (
          <span class="meta">
            <span class="quiet">validation</span> <Badge mark={validation} bare />
          </span>
        )}
        <span class="quiet meta">
          <Ago at={run.completed_at ?? run.created_at} />
        </span>
      </div>
    </li>
  );
}
