/** The steps of a validation as a timeline; each opens to its evidence and its log. */
import { useState } from "preact/hooks";
import type { StepRecord } from "../models/step.ts";
import type { ValidationDetail } from "../models/validation.ts";
import { EvidenceView } from "./evidence.tsx";
import { Log } from "./log.tsx";
import { Icon } from "./parts/icon.tsx";
import { Took } from "./parts/time.tsx";
import { type Row, telling, timeline } from "./timeline.ts";
import { count, STEP_NAMES, stepMark } from "./words.ts";

export function Steps({ detail }: { detail: ValidationDetail }) {
  const { earlier, rows } = timeline(detail);
  // What somebody opened or closed stays so; the others open when they have something to tell.
  const [chosen, choose] = useState<Record<string, boolean>>({});
  const unasked = telling(rows);
  const draw = (row: Row) => (
    <StepRow
      key={row.key}
      row={row}
      project={detail.project_id}
      open={chosen[row.key] ?? row.key === unasked}
      set={(open) => choose((now) => ({ ...now, [row.key]: open }))}
    />
  );
  return (
    <>
      <h2 class="section">Steps</h2>
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>
            Begun anew after a failure of the machinery: {count(earlier.length, "step")} of earlier starts
          </summary>
          <ol class="steps">{earlier.map(draw)}</ol>
        </details>
      )}
      <ol class="steps">{rows.map(draw)}</ol>
    </>
  );
}

type StepRowProps = { row: Row; project: string; open: boolean; set: (open: boolean) => void };

function StepRow({ row, project, open, set }: StepRowProps) {
  const { step } = row;
  const mark = stepMark(row.kind, row.state);
  const { name, does } = STEP_NAMES[row.kind];
  const line = (
    <>
      <Icon name={mark.shape} />
      <span class="step-name">{name}</span>
      <span class="step-does quiet">{does}</span>
      <span class="step-state">{mark.word}</span>
      <span class="step-time quiet number">
        {step !== null && step.state !== "not_required" && <Took from={step.started_at} to={endOf(step)} />}
      </span>
    </>
  );
  return (
    <li class={`step tone-${mark.tone}`}>
      {step === null ? (
        <div class="step-line">{line}</div>
      ) : (
        <button type="button" class="step-line" aria-expanded={open} data-row onClick={() => set(!open)}>
          {line}
          <Icon name="down" />
        </button>
      )}
      {step?.reason != null && <p class="step-reason">{step.reason}</p>}
      {step !== null && open && <StepBody step={step} project={project} />}
    </li>
  );
}

/** A step that was put in the queue has not begun to take time. */
function endOf(step: StepRecord): number | null {
  return step.state === "queued" ? step.started_at : step.finished_at;
}

function StepBody({ step, project }: { step: StepRecord; project: string }) {
  const running = step.state === "running";
  return (
    <div class="step-body">
      {step.evidence !== null && <EvidenceView step={step} evidence={step.evidence} />}
      {step.evidence === null && !running && step.state !== "queued" && (
        <p class="quiet">This step left no evidence.</p>
      )}
      {(running || step.log !== null) && <Log project={project} step={step} />}
    </div>
  );
}
