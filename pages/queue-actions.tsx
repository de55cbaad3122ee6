/** What a person asks of the merge queue: by buttons, and by a key on the row that has the focus. */
import type { ProjectCard, PullWithValidations } from "../models/api.ts";
import type { QueueAction } from "../models/fact.ts";
import { Refusal, useAct } from "./parts/act.tsx";
import { type Choice, choices, outsideChoices, placeOf, queuesOf } from "./queue.ts";
import { api } from "./server.ts";

export type Asked = { busy: boolean; error: unknown; ask: (action: QueueAction) => void };

/** Asks for one pull request; `done` reads again, for who is not connected. */
export function useQueue(project: string, number: number, done: () => void): Asked {
  const act = useAct(async (action: QueueAction) => {
    await api.inQueue(project, number, action);
    done();
  });
  return { busy: act.busy, error: act.error, ask: act.run };
}

/** The key of a choice, pressed on the row itself, is as good as its button. */
export function onKey(all: readonly Choice[], { ask }: Asked): (press: KeyboardEvent) => void {
  return (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey) return;
    const chosen = all.find((one) => one.key === press.key);
    if (chosen === undefined) return;
    press.preventDefault();
    press.stopPropagation();
    ask(chosen.action);
  };
}

export type TurnProps = { pull: PullWithValidations; others: PullWithValidations[]; project: ProjectCard };

/** What may be asked for one pull request on its own page; nothing is drawn where nothing may. */
export function Turn({ pull, others, project }: TurnProps) {
  const asked = useQueue(pull.project_id, pull.number, () => {});
  const turn = placeOf(others, pull.number);
  const outside = queuesOf([pull])[0]?.outside[0];
  const all = turn !== null ? choices(turn.entry) : outside ? outsideChoices(outside, project) : [];
  if (turn === null && all.length === 0) return null;
  return (
    <>
      <QueueButtons all={all} asked={asked} number={pull.number} />
      <p>
        <a href={`/projects/${pull.project_id}/queue`}>
          {turn === null
            ? "The merge queue"
            : `Place ${turn.entry.place} of ${turn.queue.entries.length} in the merge queue of ${pull.base_ref}`}
        </a>
      </p>
    </>
  );
}

export function QueueButtons({
  all,
  asked,
  number,
}: {
  all: readonly Choice[];
  asked: Asked;
  number: number;
}) {
  if (all.length === 0) return null;
  return (
    <>
      <div class="actions">
        {all.map(({ action, word, key, means }) => (
          <button
            key={action}
            type="button"
            class="small"
            disabled={asked.busy}
            title={`#${number} ${means} (key ${key})`}
            aria-keyshortcuts={key}
            onClick={() => asked.ask(action)}
          >
            {word}
            <span class="unseen"> #{number}</span>
          </button>
        ))}
      </div>
      <Refusal error={asked.error} />
    </>
  );
}
