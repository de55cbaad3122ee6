/** Everything that is stored of how one pull request stands. */
import { PullSummary } from "../../models/pull.ts";
import type { Run } from "../../models/run.ts";
import { Validation } from "../../models/validation.ts";
import { findPull } from "./pulls.ts";
import { findRunOf } from "./runs.ts";
import { findValidation } from "./validations.ts";

/** `newest`: its newest validation; `run`: the run of its agent. */
export type Standing = { pull: PullSummary; newest: Validation | null; run: Run | null };

/** Reads it; null when the pull request was never seen. */
export async function findStanding(
  d1: D1Database,
  projectId: string,
  number: number,
): Promise<Standing | null> {
  const [found, run] = await Promise.all([findPull(d1, projectId, number), findRunOf(d1, projectId, number)]);
  if (found === null) return null;
  // Parsed again, so that what is newer than the row has its default.
  const pull = PullSummary.parse(found);
  const newest = pull.validation_id === null ? null : await findValidation(d1, pull.validation_id);
  return { pull, newest: newest === null ? null : Validation.parse(newest), run };
}
