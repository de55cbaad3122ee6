/** The pull requests of a project, live. */
import { useState } from "preact/hooks";
import type { ProjectCard, PullWithValidations } from "../models/api.ts";
import type { RunCard } from "../models/run.ts";
import type { Validation } from "../models/validation.ts";
import { wordsAndTodo } from "../models/why-words.ts";
import { newestFirst, newestOf } from "./events.ts";
import { riskLine } from "./impact.ts";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { Load } from "./parts/load.tsx";
import { Ago, useTick } from "./parts/time.tsx";
import { usePulls } from "./pull-list.ts";
import { runOf, useRuns } from "./run-list.ts";
import { RunOf } from "./run-of.tsx";
import { type Why, whyNotMerged } from "./why.ts";
import { pullMark, short, verdict } from "./words.ts";

export function Pulls({ project }: { project: ProjectCard }) {
  const pulls = usePulls(project.id);
  const runs = useRuns(project.id).data ?? [];
  const [search, type] = useState("");
  return (
    <>
      <label class="search">
        <Icon name="search" />
        <span class="unseen">Search pull requests</span>
        <input
          type="search"
          data-search
          placeholder="Search by number, title, author or branch"
          value={search}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      <Load from={pulls} what="the pull requests">
        {(all) => <List all={all} runs={runs} search={search} project={project} />}
      </Load>
    </>
  );
}

function matches(pull: PullWithValidations, search: string): boolean {
  const text = `#${pull.number} ${pull.title} ${pull.author} ${pull.head_ref} ${pull.base_ref}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

type ListProps = { all: PullWithValidations[]; runs: RunCard[]; search: string; project: ProjectCard };

function List({ all, runs, search, project }: ListProps) {
  // What stands against one may be over without an event: a limit of GitHub ends by the clock.
  useTick(10_000);
  if (all.length === 0) {
    return (
      <div class="empty">
        <h2>No pull request was seen yet</h2>
        <p>
          Open one on <a href={`${project.github_url}/pulls`}>{project.full_name}</a>, or push to one that is
          open: it appears here by itself, and its validation begins.
        </p>
      </div>
    );
  }
  const found = all.filter((pull) => matches(pull, search));
  if (found.length === 0) return <p class="quiet">No pull request matches “{search}”.</p>;
  const open = found.filter((pull) => pull.state === "open").sort((a, b) => b.number - a.number);
  const over = found.filter((pull) => pull.state === "closed").sort((a, b) => b.number - a.number);
  const queue = newestOf(all);
  return (
    <>
      <Section title="Open" pulls={open} runs={runs} queue={queue} project={project} />
      <Section title="Closed" pulls={over} runs={runs} queue={queue} project={project} />
    </>
  );
}

type SectionProps = {
  title: string;
  pulls: PullWithValidations[];
  runs: RunCard[];
  queue: Validation[];
  project: ProjectCard;
};

function Section({ title, pulls, runs, queue, project }: SectionProps) {
  if (pulls.length === 0) return null;
  return (
    <section>
      <h2 class="section">
        {title} <span class="quiet number">{pulls.length}</span>
      </h2>
      <ul class="rows">
        {pulls.map((pull) => (
          <PullRow
            key={pull.number}
            pull={pull}
            run={runOf(runs, pull.number)}
            queue={queue}
            project={project}
          />
        ))}
      </ul>
    </section>
  );
}

/** The answer on one line. What goes on by itself is told by its title. */
function line({ title, reasons }: Why): string {
  const others = reasons.filter(({ owner }) => owner !== "tidegate");
  return [title, ...others.map(({ message }) => wordsAndTodo(message).words.replace(/\.$/, ""))].join(" · ");
}

type PullRowProps = {
  pull: PullWithValidations;
  run: RunCard | null;
  queue: Validation[];
  project: ProjectCard;
};

function PullRow({ pull, run, queue, project }: PullRowProps) {
  const newest = newestFirst(pull.validations)[0] ?? null;
  const why = whyNotMerged(pull, newest, project, run, queue);
  const risk = pull.state === "open" ? riskLine(newest, pull.head_sha) : null;
  const stale = newest !== null && newest.head_sha !== pull.head_sha;
  return (
    <li class="row">
      <div class="grow">
        <a class="name" href={`/projects/${project.id}/pulls/${pull.number}`} data-row>
          {pull.title} <span class="quiet number">#{pull.number}</span>
        </a>
        <div class="meta quiet">
          <Badge mark={pullMark(pull)} bare />
          <span>{pull.author}</span>
          <code title={pull.head_sha}>{short(pull.head_sha)}</code>
          <span class="branches">
            <code>{pull.head_ref}</code> → <code>{pull.base_ref}</code>
          </span>
          {risk !== null && <Badge mark={risk} bare />}
        </div>
        {run !== null && (
          <div class="why">
            <RunOf run={run} />
          </div>
        )}
        {pull.state === "open" && <div class="why quiet">{line(why)}</div>}
      </div>
      <div class="state">
        {newest === null ? (
          <span class="quiet">Not validated</span>
        ) : (
          <>
            <Badge mark={verdict(newest)} prefix="Newest validation:" />
            <span class="quiet meta">
              {stale && "older commit · "}
              <Ago at={newest.finished_at ?? newest.started_at ?? newest.created_at} />
            </span>
          </>
        )}
      </div>
    </li>
  );
}
