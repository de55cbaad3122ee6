/** One turn of an agent: what it is asked, what it says, what it changes. */
import { useMemo, useState } from "preact/hooks";
import { tallyOf } from "../models/read-said.ts";
import type { DiffStat, Turn } from "../models/turn.ts";
import { Copyable } from "./parts/copy.tsx";
import { many, money } from "./parts/figures.ts";
import { Icon } from "./parts/icon.tsx";
import { Failed, useLoad } from "./parts/load.tsx";
import { TextDialog } from "./parts/text-dialog.tsx";
import { SaidView } from "./said.tsx";
import { saidRows, statSaid } from "./said-rows.ts";
import { api } from "./server.ts";
import { TurnDiff } from "./turn-diff.tsx";
import { useSaid } from "./turn-said.ts";
import { count, short } from "./words.ts";

export type TurnViewProps = { turn: Turn; project: string; running: boolean };

export function TurnView({ turn, project, running }: TurnViewProps) {
  const { items, error, again, ...said } = useSaid(project, turn);
  const [reading, read] = useState<"prompt" | "report" | null>(null);
  const [diff, showDiff] = useState(false);
  // The record is written between two looks; the agent itself knows it first.
  const stat = (running ? statSaid(items) : null) ?? turn.stat;
  const tally = tallyOf(items);
  const rows = useMemo(() => saidRows(items), [items]);
  const changes = turn.purpose !== "plan";
  return (
    <>
      <Facts
        turn={turn}
        stat={stat}
        cost={turn.cost_usd ?? tally.cost_usd}
        tokens={turn.tokens ?? tally.tokens}
      />
      <div class="actions">
        <button type="button" class="small" onClick={() => read("prompt")}>
          Prompt
        </button>
        {turn.purpose === "repair" && (
          <button type="button" class="small" onClick={() => read("report")}>
            Report of the failure
          </button>
        )}
        {changes && (
          <button type="button" class="small" aria-expanded={diff} onClick={() => showDiff(!diff)}>
            {diff ? "Hide the diff" : "Diff"}
          </button>
        )}
        {turn.web_url !== null && (
          <a href={turn.web_url} target="_blank" rel="noreferrer">
            Watch it where it runs <Icon name="out" />
            <span class="unseen">(new tab)</span>
          </a>
        )}
      </div>
      {diff && <TurnDiff turn={turn} stat={stat} />}
      {error !== null && <Failed what="what the agent said" error={error} retry={again} />}
      <SaidView rows={rows} running={running} {...said} />
      {reading !== null && <TurnTextDialog turn={turn} text={reading} close={() => read(null)} />}
    </>
  );
}

type FactsProps = { turn: Turn; stat: DiffStat | null; cost: number | null; tokens: number | null };

function Facts({ turn, stat, cost, tokens }: FactsProps) {
  const { start_sha, commit_sha, isolation } = turn;
  return (
    <p class="meta quiet">
      {stat !== null && (
        <span class="number" aria-live="polite">
          {stat.files === 0 ? (
            "nothing changed"
          ) : (
            <>
              {count(stat.files, "file")} <span class="tone-good">+{stat.added}</span>{" "}
              <span class="tone-bad">−{stat.removed}</span>
            </>
          )}
        </span>
      )}
      {cost !== null && <span class="number">{money(cost)}</span>}
      {tokens !== null && <span class="number">{many(tokens)} tokens</span>}
      {start_sha !== null && (
        <span>
          from <code title={start_sha}>{short(start_sha)}</code>
        </span>
      )}
      {commit_sha !== null && (
        <span>
          made <Copyable text={commit_sha} shown={short(commit_sha)} label="the commit" />
        </span>
      )}
      {isolation !== null && <span>sandbox: {isolation}</span>}
    </p>
  );
}

const TEXTS = {
  prompt: { title: "The prompt of this turn", what: "the prompt" },
  report: { title: "What the agent was told of the failure", what: "the report" },
};

type TurnTextDialogProps = { turn: Turn; text: keyof typeof TEXTS; close: () => void };

function TurnTextDialog({ turn, text, close }: TurnTextDialogProps) {
  const read = useLoad(`${turn.id} ${text}`, async () => ({
    text: (await api.turnText(turn.run_id, turn.nth, text)) ?? "There is none yet.",
  }));
  return <TextDialog {...TEXTS[text]} from={read} close={close} />;
}
