/** One validation: its state, what a person may do about it, its steps and its chain of evidence. */
import type { PullSummary } from "../models/pull.ts";
import { hasPassed, TERMINAL_STATES, type Validation, type ValidationDetail } from "../models/validation.ts";
import { Approve, Cancel, Retry } from "./actions.tsx";
import { Chain } from "./chain.tsx";
import { useDetail } from "./detail.ts";
import { Impact } from "./impact.tsx";
import { Badge } from "./parts/badge.tsx";
import { Load } from "./parts/load.tsx";
import { Ago, Took } from "./parts/time.tsx";
import { Steps } from "./steps.tsx";
import { count, short, verdict } from "./words.ts";

export type ValidationViewProps = {
  id: string;
  pull: PullSummary;
  newest: Validation | null;
  started: (validation: Validation) => void;
};

export function ValidationView({ id, pull, newest, started }: ValidationViewProps) {
  const read = useDetail(pull.project_id, id);
  return (
    <Load from={read} what="the validation">
      {(detail) => (
        <section aria-label={`Validation of ${short(detail.head_sha)}, attempt ${detail.attempt}`}>
          {newest !== null && newest.id !== id && <Older pull={pull} />}
          <Summary detail={detail} whole={newest?.id !== id} />
          <div class="actions">
            {isHeld(detail) && newest?.id === id && pull.state === "open" && (
              <Approve detail={detail} done={read.reload} />
            )}
            {!TERMINAL_STATES.has(detail.state) && <Cancel detail={detail} done={read.reload} />}
            {mayRetry(detail, pull, newest) && <Retry detail={detail} started={started} />}
          </div>
          <Impact detail={detail} pull={pull} />
          <Steps detail={detail} />
          <Chain detail={detail} />
        </section>
      )}
    </Load>
  );
}

/** It passed, and a person has not decided about its merge yet. */
function isHeld(detail: ValidationDetail): boolean {
  return hasPassed(detail) && detail.hold !== null && detail.approved_by === null;
}

/** Only the newest validation of an open pull request can be tried again; the server has the last word. */
function mayRetry(detail: ValidationDetail, pull: PullSummary, newest: Validation | null): boolean {
  const over =
    TERMINAL_STATES.has(detail.state) && detail.merge_state !== "merged" && detail.merge_state !== "pending";
  return over && pull.state === "open" && newest?.id === detail.id;
}

function Older({ pull }: { pull: PullSummary }) {
  return (
    <p class="note tone-quiet">
      <span>
        This is not the newest validation.{" "}
        <a href={`/projects/${pull.project_id}/pulls/${pull.number}`}>Show the newest</a>
      </span>
    </p>
  );
}

/** `whole`: with its reason, which for the newest validation stands above already. */
function Summary({ detail, whole }: { detail: ValidationDetail; whole: boolean }) {
  const { test_results: tests, started_at } = detail;
  return (
    <div class="summary">
      <span aria-live="polite">
        <Badge mark={verdict(detail)} prefix="Validation:" />
      </span>
      <span>
        <code>{short(detail.head_sha)}</code> on <code>{detail.base_ref}</code>{" "}
        <span class="quiet number">attempt {detail.attempt}</span>
      </span>
      <span class="quiet">
        {started_at === null ? "ordered " : "began "}
        <Ago at={started_at ?? detail.created_at} />
        {started_at !== null && (
          <>
            {detail.finished_at === null ? ", running for " : ", took "}
            <Took from={started_at} to={detail.finished_at} />
          </>
        )}
      </span>
      {tests !== null && tests.run !== null && (
        <span class="quiet number">
          {count(tests.run, "test")} run{tests.failed === null ? "" : `, ${tests.failed} failed`}
        </span>
      )}
      {detail.approved_by !== null && <span class="quiet">approved by {detail.approved_by}</span>}
      {whole && detail.reason !== null && <p class="reason">{detail.reason.message}</p>}
    </div>
  );
}
