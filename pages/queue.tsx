/** The merge queues of a project, one a base: whose turn it is, and what a person may do about it. */
import type { ProjectCard } from "../models/api.ts";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { Load } from "./parts/load.tsx";
import { Ago, Countdown } from "./parts/time.tsx";
import { pullPath } from "./paths.ts";
import { usePulls } from "./pull-list.ts";
import {
  choices,
  type Entry,
  type Outside,
  outsideChoices,
  type Queue,
  queuesOf,
  turnMark,
  turnText,
} from "./queue.ts";
import { onKey, QueueButtons, useQueue } from "./queue-actions.tsx";
import { short, verdict } from "./words.ts";

export function Queues({ project }: { project: ProjectCard }) {
  const pulls = usePulls(project.id);
  return (
    <Load from={pulls} what="the merge queue">
      {(all) => {
        const queues = queuesOf(all);
        if (queues.length === 0) return <Empty project={project} />;
        return queues.map((queue) => (
          <OneQueue key={queue.base_ref} queue={queue} project={project} reload={pulls.reload} />
        ));
      }}
    </Load>
  );
}

function Empty({ project }: { project: ProjectCard }) {
  return (
    <div class="empty">
      <h2>Nothing waits to be merged</h2>
      <p>
        What passes comes here, one queue for each base branch, and is merged one after the other.
        {!project.auto_merge_enabled && " Auto-merge is off: nothing comes here before it is on."}
      </p>
    </div>
  );
}

type OneQueueProps = { queue: Queue; project: ProjectCard; reload: () => void };

function OneQueue({ queue: { base_ref, entries, outside }, project, reload }: OneQueueProps) {
  return (
    <section aria-label={`Merge queue of ${base_ref}`} aria-live="polite">
      <h2 class="section">
        Into <code>{base_ref}</code> <span class="quiet number">{entries.length}</span>
      </h2>
      {entries.length === 0 ? (
        <p class="quiet">Nothing waits to be merged into {base_ref}.</p>
      ) : (
        <ol class="rows">
          {entries.map((entry) => (
            <EntryRow key={entry.pull.number} entry={entry} reload={reload} />
          ))}
        </ol>
      )}
      {outside.length > 0 && (
        <>
          <h3 class="section">
            Validated, not in line <span class="quiet number">{outside.length}</span>
          </h3>
          <ul class="rows">
            {outside.map((one) => (
              <OutsideRow key={one.pull.number} one={one} project={project} reload={reload} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function EntryRow({ entry, reload }: { entry: Entry; reload: () => void }) {
  const { pull, validation, place } = entry;
  const asked = useQueue(pull.project_id, pull.number, reload);
  const all = choices(entry);
  const text = turnText(entry);
  return (
    <li class="row turn">
      <span class="place number" aria-hidden="true">
        {place}
      </span>
      <div class="grow">
        <Title one={entry} keys={onKey(all, asked)} />
        {text !== "" && <p class="why quiet">{text}</p>}
        <QueueButtons all={all} asked={asked} number={pull.number} />
      </div>
      <div class="state">
        <Badge mark={turnMark(entry)} prefix={`Place ${place}:`} />
        {validation.queued_at !== null && (
          <span class="quiet meta">
            joined <Ago at={validation.queued_at} />
          </span>
        )}
      </div>
    </li>
  );
}

type OutsideRowProps = { one: Outside; project: ProjectCard; reload: () => void };

function OutsideRow({ one, project, reload }: OutsideRowProps) {
  const { pull, validation } = one;
  const asked = useQueue(pull.project_id, pull.number, reload);
  const all = outsideChoices(one, project);
  return (
    <li class="row turn">
      <div class="grow">
        <Title one={one} keys={onKey(all, asked)} />
        {validation.merge_reasons.length > 0 && (
          <p class="why quiet">{validation.merge_reasons.map(({ message }) => message).join(" · ")}</p>
        )}
        <QueueButtons all={all} asked={asked} number={pull.number} />
      </div>
      <div class="state">
        <Badge mark={verdict(validation)} />
        {validation.merge_again_at !== null && (
          <span class="quiet meta">
            <Countdown to={validation.merge_again_at} before="tried again in" due="due to be tried again" />
          </span>
        )}
      </div>
    </li>
  );
}

function Title({ one, keys }: { one: Outside; keys: (press: KeyboardEvent) => void }) {
  const { pull, validation } = one;
  return (
    <>
      <a class="name" href={pullPath(pull.project_id, pull.number)} data-row onKeyDown={keys}>
        {pull.title} <span class="quiet number">#{pull.number}</span>
      </a>
      <div class="meta quiet">
        <span>{pull.author}</span>
        <code title={validation.head_sha}>{short(validation.head_sha)}</code>
        {validation.tested_base_sha !== null && (
          <span>
            tested with {validation.base_ref} at{" "}
            <code title={validation.tested_base_sha}>{short(validation.tested_base_sha)}</code>
          </span>
        )}
        {validation.from_fork && (
          <span>
            <Icon name="open" /> from a fork
          </span>
        )}
      </div>
    </>
  );
}
