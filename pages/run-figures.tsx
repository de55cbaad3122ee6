/** What a run used, against what it may use. */
import type { RunCard } from "../models/run.ts";
import { many, money } from "./parts/figures.ts";
import { duration } from "./parts/time.ts";
import { useTick } from "./parts/time.tsx";
import { usedIn } from "./run-used.ts";

/** In a row of a list: what is known, and no more words than needed. */
export function FiguresLine({ run }: { run: RunCard }) {
  const { cost_usd, tokens } = run.spent;
  const repairs = run.agent !== null && (run.attempts > 0 || run.pr_number !== null);
  return (
    <>
      {repairs && (
        <span class="number">
          repair {run.attempts} of {run.limits.max_attempts}
        </span>
      )}
      {cost_usd !== null && <span class="number">{money(cost_usd)}</span>}
      {tokens !== null && <span class="number">{many(tokens)} tokens</span>}
      <span class="number">
        <Wall run={run} />
      </span>
    </>
  );
}

export function Figures({ run }: { run: RunCard }) {
  const { limits, spent, cost_from } = run;
  const cost = spent.cost_usd;
  const most = limits.max_cost_usd === null ? "no limit" : `of ${money(limits.max_cost_usd)}`;
  return (
    <dl class="figures">
      <Figure name="Repairs" value={String(run.attempts)} most={`of ${limits.max_attempts}`} />
      <Figure
        name="Cost"
        value={cost === null ? "not told" : money(cost - cost_from)}
        most={cost === null ? null : cost_from > 0 ? `${most}, ${money(cost)} in all` : most}
      />
      <Figure name="Tokens" value={spent.tokens === null ? "not told" : many(spent.tokens)} most={null} />
      <Figure name="Agent's time" value={duration(spent.agent_ms)} most={null} />
      <div>
        <dt>Wall time</dt>
        <dd class="number">
          <Wall run={run} /> <span class="quiet most">of {limits.max_minutes} min</span>
        </dd>
      </div>
    </dl>
  );
}

function Figure({ name, value, most }: { name: string; value: string; most: string | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">
        {value} {most !== null && <span class="quiet most">{most}</span>}
      </dd>
    </div>
  );
}

/** Wall time; it runs while nobody is waited for. */
function Wall({ run }: { run: RunCard }) {
  useTick(run.active_since === null ? null : 1_000);
  return <>{duration(usedIn(run, Date.now()))}</>;
}
