/** Runs: goals, each with the pull request that is to reach it. */
import { useEffect, useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import type { Run } from "../models/run.ts";
import { listen } from "./hub.ts";
import { NewRun } from "./new-run.tsx";
import { Badge } from "./parts/badge.tsx";
import { debounce } from "./parts/debounce.ts";
import { Icon } from "./parts/icon.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { api } from "./server.ts";
import { RUN_MARKS, validationMark } from "./words.ts";

export function Runs({ project }: { project: ProjectCard }) {
  const runs = useLoad(project.id, () => api.runs(project.id));
  const [starting, start] = useState(false);
  const { reload } = runs;
  useEffect(() => {
    const read = debounce(reload, 400);
    return listen(project.id, { event: (event) => event.type !== "notification.new" && read(), reset: read });
  }, [project.id, reload]);
  return (
    <>
      <div class="bar-line">
        <p class="quiet">A run is a goal and the pull request that is to reach it.</p>
        <button type="button" class="primary" onClick={() => start(true)}>
          <Icon name="plus" />
          Start a run
        </button>
      </div>
      <Load from={runs} what="the runs">
        {(all) =>
          all.length === 0 ? (
            <div class="empty">
              <h2>No run yet</h2>
              <p>Start one: say what is to be reached, and which pull request is to reach it.</p>
            </div>
          ) : (
            <ul class="rows">
              {[...all]
                .sort((a, b) => b.created_at - a.created_at)
                .map((run) => (
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
          started={() => {
            start(false);
            reload();
          }}
        />
      )}
    </>
  );
}

function RunRow({ run }: { run: Run }) {
  const pull = `/projects/${run.project_id}/pulls/${run.pr_number}`;
  const opened = run.validation_id === null ? "" : `?v=${encodeURIComponent(run.validation_id)}`;
  const validation = validationMark(run.validation_status);
  return (
    <li class="row">
      <div class="grow">
        {run.pr_number === null ? (
          <span class="name goal">{run.target_text}</span>
        ) : (
          <a class="name goal" href={pull + opened} data-row>
            {run.target_text}
          </a>
        )}
        <div class="meta quiet">
          {run.pr_number === null ? (
            <span>no pull request yet</span>
          ) : (
            <span class="number">pull request #{run.pr_number}</span>
          )}
          <span>
            started <Ago at={run.created_at} />
          </span>
          {run.completed_at !== null && (
            <span>
              ended <Ago at={run.completed_at} />
            </span>
          )}
        </div>
      </div>
      <div class="state">
        <Badge mark={RUN_MARKS[run.status]} prefix="Run:" />
        {validation !== null && (
          <span class="meta">
            <span class="quiet">validation</span> <Badge mark={validation} bare />
          </span>
        )}
      </div>
    </li>
  );
}
