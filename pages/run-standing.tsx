/** How a run stands, where nobody can overlook it, and what a person may do about it. */
import { useState } from "preact/hooks";
import { FINAL_PHASES, type RunCard, type RunDetail } from "../models/run.ts";
import { Approve } from "./approve.tsx";
import { Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { Icon } from "./parts/icon.tsx";
import { pullPath } from "./paths.ts";
import { standing } from "./run-standing.ts";
import { api } from "./server.ts";

export type StandingProps = { run: RunDetail; told: (card: RunCard) => void };

export function StandingView({ run, told, reload }: StandingProps & { reload: () => void }) {
  const { mark, title, next } = standing(run);
  const held = run.reason?.code === "merge_held";
  return (
    <section class={`answer tone-${mark.tone}`} aria-label="How the run stands">
      <Icon name={mark.shape} />
      <div class="grow">
        <div aria-live="polite">
          <h2>{title}</h2>
          {run.reason !== null && (
            <p>
              {run.reason.message} <code class="quiet">{run.reason.code}</code>
            </p>
          )}
          {next !== null && <p>{next}</p>}
        </div>
        {!FINAL_PHASES.has(run.phase) && (
          <div class="actions">
            {held && <Held run={run} done={reload} />}
            {run.phase === "needs_human" && !held && <Retry run={run} told={told} />}
            <Stop run={run} told={told} />
          </div>
        )}
      </div>
    </section>
  );
}

/** What a person decides about: the change with its evidence, and its merge. */
function Held({ run, done }: { run: RunDetail; done: () => void }) {
  const { project_id, pr_number, validation_id, validations } = run;
  const detail = validations.find((one) => one.id === validation_id);
  if (pr_number === null || detail === undefined) return null;
  return (
    <>
      <Approve detail={detail} done={done} />
      <a href={pullPath(project_id, pr_number, detail.id)}>Look at pull request #{pr_number}</a>
    </>
  );
}

/** Another go. Asked for twice it is refused, because the run is under way by then. */
function Retry({ run, told }: StandingProps) {
  const retry = useAct(async () => told(await api.retryRun(run.id)));
  return (
    <>
      <button type="button" class="primary" disabled={retry.busy} onClick={() => retry.run()}>
        {retry.busy ? "Asking…" : "Try again"}
      </button>
      <Refusal error={retry.error} />
    </>
  );
}

function Stop({ run, told }: StandingProps) {
  const [asking, ask] = useState(false);
  const stop = useAct(async () => {
    told(await api.stopRun(run.id));
    ask(false);
  });
  const left = run.pr_number === null ? "Nothing is merged." : `Pull request #${run.pr_number} stays open.`;
  return (
    <>
      <button type="button" onClick={() => ask(true)}>
        Stop the run
      </button>
      {asking && (
        <Confirm
          title="Stop this run?"
          say={`What the agent and the gate are doing for it ends, and it cannot go on later. ${left}`}
          yes="Stop the run"
          busy={stop.busy}
          act={() => stop.run()}
          close={() => ask(false)}
        >
          <Refusal error={stop.error} />
        </Confirm>
      )}
    </>
  );
}
