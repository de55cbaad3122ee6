/** The plan of a run: all its versions to read, and the newest to answer. */
import { useEffect, useState } from "preact/hooks";
import type { Plan, RunCard, RunDetail } from "../models/run.ts";
import { Badge } from "./parts/badge.tsx";
import { CopyButton } from "./parts/copy.tsx";
import { Fold } from "./parts/fold.tsx";
import { Ago } from "./parts/time.tsx";
import { meanwhile, planMark } from "./plan.ts";
import { PlanAnswer } from "./plan-answer.tsx";

export type PlanCardProps = { run: RunDetail; told: (card: RunCard) => void; reload: () => void };

export function PlanCard(props: PlanCardProps) {
  const newest = props.run.plans.at(-1);
  return newest === undefined ? null : <Card {...props} newest={newest} />;
}

function Card({ run, told, reload, newest }: PlanCardProps & { newest: Plan }) {
  const waits = run.phase === "awaiting_confirmation";
  const [chosen, choose] = useState<number | null>(null);
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    // While it waits, what somebody reads stays: a version that comes meanwhile must not be confirmed unread.
    choose(waits ? newest.version : null);
  }, [waits]);
  const plan = run.plans.find((one) => one.version === chosen) ?? newest;
  const read = <Version run={run} plan={plan} choose={choose} />;
  // It was answered elsewhere: what somebody is typing here stays until they leave it.
  if (!waits && !typing) {
    return (
      <Fold class="plan" summary={<Summary version={plan.version} word={planMark(run, plan.version).word} />}>
        {() => read}
      </Fold>
    );
  }
  return (
    <section class="plan" id="plan" tabIndex={-1} aria-label="Plan">
      <h2>Plan</h2>
      {read}
      {waits && plan.version < newest.version && (
        <p class="note tone-warn">
          <span class="grow">Version {newest.version} is newer: only the newest can be answered.</span>
          <button type="button" class="small" onClick={() => choose(newest.version)}>
            Show version {newest.version}
          </button>
        </p>
      )}
      {!waits && <p class="note tone-warn">{meanwhile(run)} What you typed cannot be sent any more.</p>}
      <PlanAnswer
        run={run}
        waits={waits}
        typing={setTyping}
        plan={plan}
        newest={newest.version}
        done={(card, next) => {
          choose(next);
          told(card);
        }}
        reload={reload}
      />
    </section>
  );
}

function Summary({ version, word }: { version: number; word: string }) {
  return (
    <>
      <h2>Plan</h2>{" "}
      <span class="quiet number">
        version {version}: {word.toLowerCase()}
      </span>
    </>
  );
}

type VersionProps = { run: RunDetail; plan: Plan; choose: (version: number) => void };

function Version({ run, plan, choose }: VersionProps) {
  return (
    <>
      <div class="bar-line">
        {run.plans.length > 1 && (
          <nav class="versions" aria-label="Versions of the plan">
            {run.plans.map(({ version }) => (
              <button
                key={version}
                type="button"
                class="small number"
                aria-pressed={version === plan.version}
                onClick={() => choose(version)}
              >
                <span class="unseen">Version </span>
                {version}
              </button>
            ))}
          </nav>
        )}
        <div class="meta quiet grow">
          <Badge mark={planMark(run, plan.version)} bare />
          <span class="number">version {plan.version}</span>
          <span>
            {plan.by === "agent" ? "by the agent" : `edited by ${plan.by}`} <Ago at={plan.at} />
          </span>
        </div>
        <CopyButton text={() => plan.text} label="Copy the plan" words="Copy" />
      </div>
      <p class="prose plan-text">{plan.text}</p>
    </>
  );
}
