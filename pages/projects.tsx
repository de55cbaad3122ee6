/** The first screen: every pinned project with its live status, and the way to pin another. */
import { useState } from "preact/hooks";
import type { ProjectCard } from "../models/api.ts";
import { cards, cardsError, readCards } from "./cards.ts";
import { Badge } from "./parts/badge.tsx";
import { useCell } from "./parts/cell.ts";
import { Icon } from "./parts/icon.tsx";
import { Load } from "./parts/load.tsx";
import { Ago } from "./parts/time.tsx";
import { useTitle } from "./parts/title.ts";
import { Selector } from "./selector.tsx";
import { short, verdict } from "./words.ts";

export function ProjectsScreen() {
  useTitle("Projects");
  const data = useCell(cards);
  const error = useCell(cardsError);
  const [pinning, pin] = useState(false);
  return (
    <>
      <div class="head">
        <h1>Projects</h1>
        <button type="button" class="primary" onClick={() => pin(true)}>
          <Icon name="plus" />
          Pin a repository
        </button>
      </div>
      <Load from={{ data, error, reload: () => void readCards() }} what="the projects">
        {(all) =>
          all.length === 0 ? (
            <Empty pin={() => pin(true)} />
          ) : (
            <ul class="cards">
              {all.map((card) => (
                <Card key={card.id} card={card} />
              ))}
            </ul>
          )
        }
      </Load>
      {pinning && <Selector close={() => pin(false)} />}
    </>
  );
}

function Empty({ pin }: { pin: () => void }) {
  return (
    <div class="empty">
      <h2>No project is pinned yet</h2>
      <p>
        Pin a repository: Tidegate then validates every open pull request of it in a sandbox and a real
        browser, and merges exactly the commit that passed, if you turn auto-merge on.
      </p>
      <button type="button" class="primary" onClick={pin}>
        <Icon name="plus" />
        Pin your first repository
      </button>
    </div>
  );
}

/** What a person is waited for, and the way there; nothing is drawn where they are not. */
function WaitingFigure({ card: { id, waiting } }: { card: ProjectCard }) {
  const all = waiting.runs + waiting.merges;
  if (all === 0) return null;
  return (
    <div>
      <dt>Decisions</dt>
      <dd class="number">
        <a class="waits" href={`/projects/${id}${waiting.runs > 0 ? "/runs" : ""}`}>
          <Icon name="hand" />
          {all} {all === 1 ? "waits" : "wait"} for you
        </a>
      </dd>
    </div>
  );
}

function Card({ card }: { card: ProjectCard }) {
  const last = card.last_validation;
  return (
    <li class="card">
      <div class="title">
        <h2>
          <a href={`/projects/${card.id}`} data-row>
            {card.name}
          </a>
        </h2>
        <a class="quiet clip" href={card.github_url} target="_blank" rel="noreferrer">
          {card.full_name} <Icon name="out" />
          <span class="unseen">(on GitHub, new tab)</span>
        </a>
      </div>
      <dl class="figures">
        <div>
          <dt>Open pull requests</dt>
          <dd class="number">{card.open_pulls}</dd>
        </div>
        <div>
          <dt>Running</dt>
          <dd class="number">{card.running}</dd>
        </div>
        <div>
          <dt>Auto-merge</dt>
          <dd>{!card.auto_merge_enabled ? "Off" : card.dry_run ? "Dry run" : "On"}</dd>
        </div>
        {card.paused_by !== null && (
          <div>
            <dt>Paused</dt>
            <dd class="waits">
              <Icon name="hand" />
              by {card.paused_by}
            </dd>
          </div>
        )}
        <WaitingFigure card={card} />
      </dl>
      <div class="last" aria-live="polite">
        {last === null ? (
          <span class="quiet">
            {card.validation_enabled ? "No validation yet" : "Validation is turned off"}
          </span>
        ) : (
          <>
            <Badge mark={verdict(last)} prefix="Last validation:" />
            <a
              class="quiet"
              href={`/projects/${card.id}/pulls/${last.pr_number}?v=${encodeURIComponent(last.id)}`}
            >
              #{last.pr_number} at <code>{short(last.head_sha)}</code>
            </a>
            <span class="quiet">
              <Ago at={last.finished_at ?? last.started_at ?? last.created_at} />
            </span>
          </>
        )}
      </div>
    </li>
  );
}
