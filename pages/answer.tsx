/** Why the pull request is or is not merged, where nobody can overlook it. */
import type { PullSummary } from "../models/pull.ts";
import { Icon } from "./parts/icon.tsx";
import { Ago, useTick } from "./parts/time.tsx";
import type { Why } from "./why.ts";
import type { Shape, Tone } from "./words.ts";

const SHAPES: Record<Tone, Shape> = {
  good: "check",
  bad: "cross",
  warn: "hand",
  busy: "spin",
  quiet: "dash",
};

export function Answer({ why, pull }: { why: Why; pull: PullSummary }) {
  const merged = why.title.startsWith("Merged by");
  return (
    <section class={`answer tone-${why.tone}`} aria-label="Why it is or is not merged" aria-live="polite">
      <Icon name={merged ? "merge" : SHAPES[why.tone]} />
      <div>
        <h2>{why.title}</h2>
        {why.reasons.length > 0 && (
          <ul>
            {why.reasons.map(({ code, message }) => (
              <li key={`${code} ${message}`}>
                {message} <code class="quiet">{code}</code>
              </li>
            ))}
          </ul>
        )}
        {why.next !== null && <p>{why.next}</p>}
        {why.files && (
          <p>
            <a href={`${pull.html_url}/files`} target="_blank" rel="noreferrer">
              Its files on GitHub <Icon name="out" />
              <span class="unseen">(new tab)</span>
            </a>
          </p>
        )}
        {why.again_at !== null && <Again at={why.again_at} />}
        {pull.blocked === "validation_disabled" && (
          <p>
            <a href={`/projects/${pull.project_id}/settings`}>Open the settings</a>
          </p>
        )}
      </div>
    </section>
  );
}

/** When the merge is tried again; once that moment is there, it is due, not past. */
function Again({ at }: { at: number }) {
  useTick(1_000);
  if (at <= Date.now()) return <p>The merge is due to be tried again.</p>;
  return (
    <p>
      The merge is tried again <Ago at={at} />.
    </p>
  );
}
