/** Why the pull request is or is not merged, where nobody can overlook it: all of it, with whose turn each is. */
import type { ComponentChildren } from "preact";
import type { PullSummary } from "../models/pull.ts";
import type { Owner, Unmet } from "../models/why.ts";
import { wordsAndTodo } from "../models/why-words.ts";
import { Icon } from "./parts/icon.tsx";
import { Countdown } from "./parts/time.tsx";
import type { Why } from "./why.ts";
import type { Shape, Tone } from "./words.ts";

const SHAPES: Record<Tone, Shape> = {
  good: "check",
  bad: "cross",
  warn: "hand",
  busy: "spin",
  quiet: "dash",
};

const OWNERS: Record<Owner, { word: string; means: string }> = {
  tidegate: { word: "Tidegate", means: "It goes on by itself" },
  author: { word: "Author", means: "Whoever wrote the change" },
  maintainer: { word: "Maintainer", means: "Whoever may write to the repository" },
  agent: { word: "Agent", means: "The agent of its run" },
  github: { word: "GitHub", means: "GitHub, or another App there" },
};

export type AnswerProps = { why: Why; pull: PullSummary; children?: ComponentChildren };

export function Answer({ why, pull, children }: AnswerProps) {
  const merged = why.title.startsWith("Merged by");
  return (
    <section class={`answer tone-${why.tone}`} aria-label="Why it is or is not merged" aria-live="polite">
      <Icon name={merged ? "merge" : SHAPES[why.tone]} />
      <div>
        <h2>{why.title}</h2>
        {why.reasons.length > 0 && (
          <ul class="unmet">
            {why.reasons.map((one) => (
              <Condition key={`${one.code} ${one.message}`} one={one} />
            ))}
          </ul>
        )}
        {why.files && (
          <p>
            <a href={`${pull.html_url}/files`} target="_blank" rel="noreferrer">
              Its files on GitHub <Icon name="out" />
              <span class="unseen">(new tab)</span>
            </a>
          </p>
        )}
        {children}
        {pull.blocked === "validation_disabled" && (
          <p>
            <a href={`/projects/${pull.project_id}/settings`}>Open the settings</a>
          </p>
        )}
      </div>
    </section>
  );
}

function Condition({ one: { code, message, owner, deadline_at, again_at } }: { one: Unmet }) {
  const { words, todo } = wordsAndTodo(message);
  const { word, means } = OWNERS[owner];
  return (
    <li>
      <p>
        {words.replace(/\.$/, "")} <code class="quiet">{code}</code>
      </p>
      <p class="meta">
        <span class="owner" title={means}>
          <span class="unseen">Whose turn it is: </span>
          {word}
        </span>
        {todo !== "" && <span class="quiet">{todo}</span>}
        {again_at !== null && (
          <span class="quiet">
            <Countdown to={again_at} before="looked at again in" due="due to be looked at again" />
          </span>
        )}
        {deadline_at !== null && (
          <span class="quiet">
            <Countdown to={deadline_at} before="given up in" due="its time is over" />
          </span>
        )}
      </p>
    </li>
  );
}
