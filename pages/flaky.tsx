/** What failed and passed at one and the same commit: both results, and what to do about the tests. */
import { useState } from "preact/hooks";
import type { Validation } from "../models/validation.ts";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { pullPath } from "./paths.ts";
import { QuarantineForm } from "./quarantine-form.tsx";
import { count, VALIDATION_MARKS } from "./words.ts";

export type FlakyProps = { detail: Validation; attempts: readonly Validation[] };

/** Draws nothing of what never failed at this commit. */
export function Flaky({ detail, attempts }: FlakyProps) {
  const [test, choose] = useState<string | null>(null);
  const [added, add] = useState<readonly string[]>([]);
  const { flaky, project_id } = detail;
  if (flaky === null) return null;
  return (
    <section class={`note flaky tone-${flaky.quarantined ? "quiet" : "warn"}`} aria-label="Flaky tests">
      <Icon name="alert" />
      <div>
        <strong>
          {flaky.tests.length === 0
            ? "Its tests failed before they passed, at this very commit"
            : `${count(flaky.tests.length, "test")} failed and then passed at this very commit`}
        </strong>
        <p>
          {flaky.quarantined
            ? "All of them are on the quarantine list, so they hold nothing."
            : "Nothing changed in between, so neither result proves anything: a person decides about the merge."}
        </p>
        <ul class="list">
          {flaky.tests.map((name) => (
            <li key={name}>
              <code class="grow">{name}</code>
              {!flaky.quarantined &&
                (added.includes(name) ? (
                  <span class="quiet">on the list now: validate again</span>
                ) : (
                  <button type="button" class="small" onClick={() => choose(name)}>
                    Quarantine<span class="unseen"> {name}</span>
                  </button>
                ))}
            </li>
          ))}
        </ul>
        <Results detail={detail} attempts={attempts} />
        <p>
          <a href={`/projects/${project_id}/quarantine`}>The quarantine list</a>
        </p>
      </div>
      {test !== null && (
        <QuarantineForm
          project={project_id}
          of={test}
          close={() => choose(null)}
          added={() => add((now) => [...now, test])}
        />
      )}
    </section>
  );
}

/** Every attempt at this very commit, as it ended; those of one attempt alone are told apart in its steps. */
function Results({ detail, attempts }: FlakyProps) {
  const same = attempts
    .filter((one) => one.head_sha === detail.head_sha && one.base_ref === detail.base_ref)
    .sort((a, b) => a.attempt - b.attempt);
  if (same.length < 2) return null;
  return (
    <ul class="meta">
      {same.map((one) => (
        <li key={one.id}>
          <a href={pullPath(one.project_id, one.pr_number, one.id)}>Attempt {one.attempt}</a>{" "}
          <Badge mark={VALIDATION_MARKS[one.state]} bare />
        </li>
      ))}
    </ul>
  );
}
