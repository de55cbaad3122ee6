/** Everything that happened on a run's way, oldest first; turns and plans open. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { RunDetail } from "../models/run.ts";
import type { Turn } from "../models/turn.ts";
import type { Validation } from "../models/validation.ts";
import { agentName } from "./agents.ts";
import { Icon } from "./parts/icon.tsx";
import { Ago, Took } from "./parts/time.tsx";
import { pullPath } from "./paths.ts";
import { planMark } from "./plan.ts";
import { isAtWork, type RunRow, runRows, tellingRow, turnMark } from "./run-rows.ts";
import { TurnView } from "./turn.tsx";
import { atStep, type Mark, short, TURN_NAMES } from "./words.ts";

type Opened = { open: boolean; set: (open: boolean) => void };

export function RunTimeline({ run }: { run: RunDetail }) {
  // What somebody opened or closed stays so; the others open when they have something to tell.
  const [chosen, choose] = useState<Record<string, boolean>>({});
  const rows = runRows(run);
  const unasked = tellingRow(run);
  return (
    <>
      <h2 class="section">What happened</h2>
      {rows.length === 0 && <p class="quiet">Nothing is known yet.</p>}
      <ol class={rows.length === 0 ? "" : "steps"}>
        {rows.map((row) => (
          <Row
            key={row.key}
            run={run}
            row={row}
            opened={{
              open: chosen[row.key] ?? row.key === unasked,
              set: (open) => choose((now) => ({ ...now, [row.key]: open })),
            }}
          />
        ))}
      </ol>
    </>
  );
}

function Row({ run, row, opened }: { run: RunDetail; row: RunRow; opened: Opened }) {
  switch (row.kind) {
    case "turn":
      return <TurnRow run={run} turn={row.turn} opened={opened} />;
    case "validation":
      return <ValidationRow validation={row.validation} />;
    case "plan": {
      const { version, by, at, text } = row.plan;
      return (
        <Line
          mark={planMark(run, version)}
          name={`Plan ${version}`}
          does={by === "agent" ? "by the agent" : `edited by ${by}`}
          time={<Ago at={at} />}
          opened={opened}
        >
          <p class="prose">{text}</p>
        </Line>
      );
    }
    case "ordered": {
      const { current } = row;
      const { name, does } = ORDERED[current.purpose ?? (current.kind === "push" ? "push" : "diagnose")];
      const again = current.errors > 0 ? `, again after ${current.errors} errors of the machinery` : "";
      return (
        <Line
          mark={{ word: current.kind === "turn" ? "Beginning" : "Under way", tone: "busy", shape: "spin" }}
          name={name}
          does={does + again}
          time={<Took from={current.began_at} to={null} />}
        />
      );
    }
  }
}

const ORDERED = {
  plan: TURN_NAMES.plan,
  write: TURN_NAMES.write,
  repair: TURN_NAMES.repair,
  push: { name: "Push", does: "moves the branch to the new commit" },
  diagnose: { name: "Diagnose", does: "reads what failed into a report" },
};

function TurnRow({ run, turn, opened }: { run: RunDetail; turn: Turn; opened: Opened }) {
  const { name, does } = TURN_NAMES[turn.purpose];
  return (
    <Line
      mark={turnMark(run, turn)}
      name={name}
      does={`${agentName(turn.agent)} ${does}`}
      time={<Took from={turn.started_at} to={turn.finished_at} />}
      reason={turn.reason}
      opened={opened}
    >
      <TurnView turn={turn} project={run.project_id} running={isAtWork(run, turn)} />
    </Line>
  );
}

function ValidationRow({ validation }: { validation: Validation }) {
  const { id, project_id, pr_number, head_sha, started_at, finished_at, created_at } = validation;
  return (
    <Line
      mark={atStep(validation)}
      name={
        <a href={pullPath(project_id, pr_number, id)} data-row>
          Validate
        </a>
      }
      does={`the gate on ${short(head_sha)}, pull request #${pr_number}`}
      time={<Took from={started_at ?? created_at} to={finished_at} />}
      reason={validation.reason?.message ?? validation.hold?.message ?? null}
    />
  );
}

type LineProps = {
  mark: Mark;
  name: ComponentChildren;
  does: string;
  time: ComponentChildren;
  reason?: string | null;
  /** Of a row that opens. */
  opened?: Opened;
  children?: ComponentChildren;
};

function Line({ mark, name, does, time, reason = null, opened, children }: LineProps) {
  const line = (
    <>
      <Icon name={mark.shape} />
      <span class="step-name">{name}</span>
      <span class="step-does quiet">{does}</span>
      <span class="step-state">{mark.word}</span>
      <span class="step-time quiet number">{time}</span>
    </>
  );
  return (
    <li class={`step tone-${mark.tone}`}>
      {opened === undefined ? (
        <div class="step-line">{line}</div>
      ) : (
        <button
          type="button"
          class="step-line"
          aria-expanded={opened.open}
          data-row
          onClick={() => opened.set(!opened.open)}
        >
          {line}
          <Icon name="down" />
        </button>
      )}
      {reason !== null && <p class="step-reason">{reason}</p>}
      {opened?.open === true && <div class="step-body">{children}</div>}
    </li>
  );
}
