/** What a person may decide about a validation. The server has the last word; this keeps buttons away that it would refuse. */
import type { PullSummary } from "../models/pull.ts";
import { hasPassed, TERMINAL_STATES, type Validation } from "../models/validation.ts";
import { stopOf } from "../models/why-standing.ts";

/** The code of a fork that nobody let run yet. */
export const needsFork = ({ waits }: Validation): boolean => waits?.code === "fork_needs_approval";

/** It may not begin, or is not merged, before a person decided. */
export function waitsForPerson(of: Validation): boolean {
  return needsFork(of) || (hasPassed(of) && of.hold !== null && of.approved_by === null);
}

/** Only the newest validation of an open pull request can be tried again, while it is of its head and nothing keeps that out. */
export function mayRetry(of: Validation, pull: PullSummary, newest: Validation | null): boolean {
  const over = TERMINAL_STATES.has(of.state) && !["merged", "pending"].includes(of.merge_state);
  const live = newest?.id === of.id && of.head_sha === pull.head_sha && stopOf(pull, of) === null;
  return over && live && pull.state === "open";
}
