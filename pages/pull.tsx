/** One pull request: why it is or is not merged, its validations, and the evidence of the chosen one. */

import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { PullWithValidations } from "../models/api.ts";
import type { RunCard } from "../models/run.ts";
import type { Validation } from "../models/validation.ts";
import { Answer } from "./answer.tsx";
import { Attempts } from "./attempts.tsx";
import { cards } from "./cards.ts";
import { newestFirst, pullAfter } from "./events.ts";
import { listen } from "./hub.ts";
import { Badge } from "./parts/badge.tsx";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { Load, useLoad } from "./parts/load.tsx";
import { useTitle } from "./parts/title.ts";
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
  useEffect(
    () => listen(id, { event: (event) => change((now) => pullAfter(now, event)), reset: reload }),
    [id, number, reload, change],
  );
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

type PullProps = { pull: PullWithValidations; started: (validation: Validation) => void };

function Pull({ pull, started }: PullProps) {
  const { query, path, route } = useLocation();
  const project = useCell(cards)?.find((card) => card.id === pull.project_id);
  const validations = newestFirst(pull.validations);
  const newest = validations[0] ?? null;
  // Without a choice the newest is shown, also when it changes; a chosen one stays.
  const chosen = query.v ?? newest?.id ?? null;
  const run = runOf(useRuns(pull.project_id).data ?? [], pull.number);
  const why = whyNotMerged(pull, newest, project?.auto_merge_enabled ?? false, run);
  return (
    <>
      <Head pull={pull} run={run} />
      <Answer why={why} pull={pull} />
      <div class="columns">
        <div class="grow">
          {chosen === null ? (
            <div class="empty">
              <h2>No validation yet</h2>
              <p>{why.next ?? "Nothing is being validated."}</p>
            </div>
          ) : (
            <ValidationView
              key={chosen}
              id={chosen}
              pull={pull}
              newest={newest}
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
        </div>
        <RunOf run={run} />
      </div>
    </div>
  );
}
