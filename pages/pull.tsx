/** One pull request: why it is or is not merged, its validations, and the evidence of the chosen one. */

import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { PullWithValidations } from "../models/api.ts";
import type { RunCard } from "../models/run.ts";
import type { Validation } from "../models/validation.ts";
import { Answer } from "./answer.tsx";
import { Attempts } from "./attempts.tsx";
import { auditPath } from "./audit-rows.ts";
import { cards } from "./cards.ts";
import { newestFirst, newestOf, pullAfter, validationIn } from "./events.ts";
import { listen } from "./hub.ts";
import { Badge } from "./parts/badge.tsx";
import { useCell } from "./parts/cell.ts";
import { debounce } from "./parts/debounce.ts";
import { Icon } from "./parts/icon.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { useTick } from "./parts/time.tsx";
import { useTitle } from "./parts/title.ts";
import { Banners } from "./pause.tsx";
import { usePulls } from "./pull-list.ts";
import { Turn } from "./queue-actions.tsx";
import { runOf, useRuns } from "./run-list.ts";
import { RunOf } from "./run-of.tsx";
import { api } from "./server.ts";
import { ValidationView } from "./validation.tsx";
import { whyNotMerged } from "./why.ts";
import { pullMark, short } from "./words.ts";

export type PullScreenProps = { id: string; number: string };

export function PullScreen({ id, number }: PullScreenProps) {
  const pull = useLoad(`${id}/${number}`, () => api.pull(id, Number(number)));
  const { reload, change } = pull;
  useTitle(pull.data === null ? `#${number}` : `#${number} ${pull.data.title}`);
  useEffect(() => {
    const again = debounce(reload, 400);
    return listen(id, {
      reset: reload,
      event: (event) => {
        change((now) => pullAfter(now, event));
        // Who holds it, and what keeps it from its validation, follow from what is asked of its validation.
        if (validationIn(event)?.pr_number === Number(number)) again();
      },
    });
  }, [id, number, reload, change]);
  return (
    <Load from={pull} what={`pull request #${number}`}>
      {(data) => (
        <Pull
          pull={data}
          started={(validation) =>
            change((now) => ({
              ...now,
              validations: newestFirst([
                validation,
                ...now.validations.filter((one) => one.id !== validation.id),
              ]),
            }))
          }
        />
      )}
    </Load>
  );
}

/** All pull requests of the project while this one stands among them in a queue; else nobody else matters. */
function useOthers(pull: PullWithValidations, newest: Validation | null): PullWithValidations[] {
  const queued = pull.state === "open" && newest?.queued_at != null;
  const all = usePulls(queued ? pull.project_id : null).data ?? [];
  return [...all.filter(({ number }) => number !== pull.number), pull];
}

type PullProps = { pull: PullWithValidations; started: (validation: Validation) => void };

function Pull({ pull, started }: PullProps) {
  const { query, path, route } = useLocation();
  const project = useCell(cards)?.find((card) => card.id === pull.project_id);
  const validations = newestFirst(pull.validations);
  const newest = validations[0] ?? null;
  // Without a choice the newest is shown, also when it changes; a chosen one stays.
  const chosen = query.v ?? newest?.id ?? null;
  const run = runOf(useRuns(pull.project_id).data ?? [], pull.number);
  const others = useOthers(pull, newest);
  // What stands against it may be over without an event: a limit of GitHub ends by the clock.
  useTick(10_000);
  const why = whyNotMerged(pull, newest, project, run, newestOf(others));
  return (
    <>
      <Head pull={pull} run={run} />
      <Banners id={pull.project_id} />
      <Answer why={why} pull={pull}>
        {project !== undefined && <Turn pull={pull} others={others} project={project} />}
      </Answer>
      <div class="columns">
        <div class="grow">
          {chosen === null ? (
            <div class="empty">
              <h2>No validation yet</h2>
              <p>{why.reasons[0]?.message ?? "Nothing is being validated."}</p>
            </div>
          ) : (
            <ValidationView
              key={chosen}
              id={chosen}
              pull={pull}
              newest={newest}
              attempts={validations}
              started={(validation) => {
                started(validation);
                route(path);
              }}
            />
          )}
        </div>
        <Attempts pull={pull} validations={validations} chosen={chosen} />
      </div>
    </>
  );
}

function Head({ pull, run }: { pull: PullWithValidations; run: RunCard | null }) {
  const name = useCell(cards)?.find((card) => card.id === pull.project_id)?.name ?? pull.project_id;
  return (
    <div class="head pull">
      <div>
        <a class="quiet" href={`/projects/${pull.project_id}`}>
          ← {name}
        </a>
        <h1>
          {pull.title} <span class="quiet number">#{pull.number}</span>
        </h1>
        <div class="meta quiet">
          <Badge mark={pullMark(pull)} bare />
          <span>{pull.author}</span>
          <code title={pull.head_sha}>{short(pull.head_sha)}</code>
          <span class="branches">
            <code>{pull.head_ref}</code> → <code>{pull.base_ref}</code>
          </span>
          <a href={pull.html_url} target="_blank" rel="noreferrer">
            GitHub <Icon name="out" />
            <span class="unseen">(new tab)</span>
          </a>
          <a href={auditPath(pull.project_id, { pull: pull.number })}>Audit</a>
        </div>
        <RunOf run={run} />
      </div>
    </div>
  );
}
