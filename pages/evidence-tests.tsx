/** What the tests of a step came to: counted, and every go at them where there was more than one. */
import type { Evidence, TestAttempt } from "../models/step.ts";
import { Badge } from "./parts/badge.tsx";
import { Icon } from "./parts/icon.tsx";
import { count, STEP_MARKS } from "./words.ts";

export function Tests({ evidence }: { evidence: Evidence }) {
  const { tests_run: run, tests_failed: failed, failing_tests: failing = [], counted_by } = evidence;
  const { attempts = [], not_affected } = evidence;
  if (not_affected !== undefined) return <NotAffected of={not_affected} />;
  if (run === undefined && failing.length === 0) return null;
  return (
    <section>
      <h4>Tests</h4>
      <p>
        <Counted run={run} failed={failed} />
        {counted_by !== undefined && <span class="quiet"> (counted by {counted_by})</span>}
      </p>
      <Failing names={failing} />
      {attempts.length > 1 && (
        <ol class="goes">
          {attempts.map((attempt, index) => (
            <Attempt key={index} attempt={attempt} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Counted({ run, failed }: { run: number | null | undefined; failed: number | null | undefined }) {
  const text = run == null ? "The tests could not be counted" : `${count(run, "test")} run`;
  return (
    <>
      <strong class="number">{text}</strong>
      {failed != null && (
        <span class={failed > 0 ? "tone-bad number" : "number"}>
          , {failed === 0 ? "none" : failed} failed
        </span>
      )}
    </>
  );
}

function Failing({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <ul class="list tone-bad">
      {names.map((name) => (
        <li key={name}>
          <Icon name="cross" />
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}

const ROLES: Record<TestAttempt["role"], string> = {
  first: "First run",
  failed: "What failed, run again",
  again: "Everything, run again",
  confirm: "Everything, after what failed had passed alone",
};

function Attempt({ attempt }: { attempt: TestAttempt }) {
  const { role, passed, reason, tests_run, tests_failed, failing_tests } = attempt;
  return (
    <li>
      <div class="meta">
        <span>{ROLES[role]}</span>
        <Badge mark={STEP_MARKS[passed ? "passed" : "failed"]} bare />
        <span class="quiet">
          <Counted run={tests_run} failed={tests_failed} />
        </span>
      </div>
      {reason !== null && <p class="quiet">{reason}</p>}
      <Failing names={failing_tests} />
    </li>
  );
}

function NotAffected({ of: { path, files } }: { of: NonNullable<Evidence["not_affected"]> }) {
  return (
    <section>
      <h4>Tests</h4>
      <p>
        None was run: the change touches nothing of <code>{path}</code>.
      </p>
      <details class="earlier">
        <summary>What it touches: {count(files.length, "file")}</summary>
        <ul class="list">
          {files.map((name) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
