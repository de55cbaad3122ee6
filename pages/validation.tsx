/** One validation: its state, what a person may do about it, its steps and its chain of evidence. */
import type { PullSummary } from "../models/pull.ts";
import {
  hasPassed,
  type Stall,
  TERMINAL_STATES,
  type Validation,
  type ValidationDetail,
} from "../models/validation.ts";
import { Cancel, Retry } from "./actions.tsx";
import { Approve, ForkWaits } from "./approve.tsx";
import { Attestation } from "./attestation.tsx";
import { Chain } from "./chain.tsx";
import { mayRetry, needsFork, waitsForPerson } from "./deciding.ts";
import { useDetail } from "./detail.ts";
import { Flaky } from "./flaky.tsx";
import { Impact } from "./impact.tsx";
import { Badge } from "./parts/badge.tsx";
import { Load } from "./parts/load.tsx";
import { Ago, Countdown, Took } from "./parts/time.tsx";
import { Steps } from "./steps.tsx";
import { count, short, verdict } from "./words.ts";

export type ValidationViewProps = {
  id: string;
  pull: PullSummary;
  newest: Validation | null;
  /** Every validation of the pull request. */
  attempts: readonly Validation[];
  started: (validation: Validation) => void;
};

export function ValidationView({ id, pull, newest, attempts, started }: ValidationViewProps) {
  const read = useDetail(pull.project_id, id);
  return (
    <Load from={read} what="the validation">
      {(detail) => (
        <section aria-label={`Validation of ${short(detail.head_sha)}, attempt ${detail.attempt}`}>
          {newest !== null && newest.id !== id && <Older pull={pull} />}
          <Summary detail={detail} whole={newest?.id !== id} />
          <Flaky detail={detail} attempts={attempts} />
          {needsFork(detail) && <ForkWaits detail={detail} />}
          <div class="actions">
            {waitsForPerson(detail) && newest?.id === id && pull.state === "open" && (
              <Approve detail={detail} done={read.reload} />
            )}
            {!TERMINAL_STATES.has(detail.state) && <Cancel detail={detail} done={read.reload} />}
            {mayRetry(detail, pull, newest) && <Retry detail={detail} started={started} />}
          </div>
          <Impact detail={detail} pull={pull} />
          <Steps detail={detail} />
          <Chain detail={detail} />
          {hasPassed(detail) && <Attestation detail={detail} />}
        </section>
      )}
    </Load>
  );
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

/** Nothing is wrong with it, and it does not go on for a while. */
function Stalled({ stall: { message, until } }: { stall: Stall }) {
  return (
    <p class="reason">
      <span class="tone-warn">{message}</span>;{" "}
      <Countdown to={until} before="it goes on in" due="it is due to go on" />
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
      {detail.from_fork && <span class="quiet">from a fork</span>}
      {detail.allowed_by !== null && <span class="quiet">let run by {detail.allowed_by}</span>}
      {detail.approved_by !== null && <span class="quiet">approved by {detail.approved_by}</span>}
      {detail.tested_base_sha !== null && (
        <span class="quiet">
          tested with {detail.base_ref} at{" "}
          <code title={detail.tested_base_sha}>{short(detail.tested_base_sha)}</code>
        </span>
      )}
      {detail.requeues > 0 && (
        <span class="quiet number">validated anew {count(detail.requeues, "time")}: the base moved</span>
      )}
      {detail.stalled !== null && <Stalled stall={detail.stalled} />}
      {whole && detail.reason !== null && <p class="reason">{detail.reason.message}</p>}
    </div>
  );
}
