/** What a person says to a plan: yes, yes but, another, or no. */
import { useState } from "preact/hooks";
import { ApiError } from "../clients/api.ts";
import type { PlanAnswer as Answer, Plan, RunCard } from "../models/run.ts";
import { type Act, Refusal, useAct } from "./parts/act.tsx";
import { Confirm } from "./parts/dialog.tsx";
import { PlanForm } from "./plan-form.tsx";
import { api } from "./server.ts";

export type PlanAnswerProps = {
  run: RunCard;
  /** The version that is read. */
  plan: Plan;
  newest: number;
  /** False: it was answered elsewhere while somebody typed. */
  waits: boolean;
  typing: (now: boolean) => void;
  /** `next`: the version to read then. */
  done: (card: RunCard, next: number) => void;
  /** Somebody else answered: read again. */
  reload: () => void;
};

type Mode = "read" | "edit" | "again" | "reject";

export function PlanAnswer({ run, plan, newest, waits, typing, done, reload }: PlanAnswerProps) {
  const [mode, setMode] = useState<Mode>("read");
  const answer = useAct(async (said: Answer) => {
    try {
      done(await api.answerPlan(run.id, said), said.answer === "edit" ? said.version + 1 : said.version);
      setMode("read");
      typing(false);
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 409) reload();
      throw error;
    }
  });
  const turnTo = (next: Mode): void => {
    answer.forget();
    setMode(next);
    typing(next === "edit" || next === "again");
  };
  const old = !waits || plan.version !== newest;
  if (mode === "edit" || mode === "again") {
    const next = waits ? newest + 1 : null;
    return <PlanForm {...{ mode, plan, old, next, answer }} back={() => turnTo("read")} />;
  }
  return (
    <>
      {mode === "read" && <Refusal error={answer.error} />}
      <Choices {...{ plan, old, answer, turnTo }} />
      {mode === "reject" && (
        <Confirm
          title="Reject this plan?"
          say="The run ends, and nothing is written. Its goal and its plans stay here to be read."
          yes="Reject the plan"
          busy={answer.busy}
          act={() => answer.run({ answer: "reject", version: plan.version })}
          close={() => turnTo("read")}
        >
          <Refusal error={answer.error} />
        </Confirm>
      )}
    </>
  );
}

type ChoicesProps = {
  plan: Plan;
  /** Only the newest version can be answered. */
  old: boolean;
  answer: Act<[Answer]>;
  turnTo: (mode: Mode) => void;
};

function Choices({ plan: { version }, old, answer, turnTo }: ChoicesProps) {
  const disabled = answer.busy || old;
  return (
    <div class="actions">
      <button
        type="button"
        class="primary"
        disabled={disabled}
        onClick={() => answer.run({ answer: "confirm", version })}
      >
        {answer.busy ? "Asking…" : `Confirm version ${version}`}
      </button>
      <button type="button" disabled={disabled} onClick={() => turnTo("edit")}>
        Edit
      </button>
      <button type="button" disabled={disabled} onClick={() => turnTo("again")}>
        Ask for another
      </button>
      <button type="button" disabled={disabled} onClick={() => turnTo("reject")}>
        Reject
      </button>
    </div>
  );
}
