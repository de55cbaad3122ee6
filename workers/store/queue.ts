/** What has a place in a merge queue: read from the validations and pull requests that the project object wrote. */
import { and, eq, inArray, or } from "drizzle-orm";
import { PullSummary } from "../../models/pull.ts";
import { Validation } from "../../models/validation.ts";
import { db } from "./db.ts";
import { pulls, validations } from "./schema.ts";

/** The newest validations of open pull requests that wait for their merge, are merged now, or are validated anew for it. */
export async function queuedValidations(
  d1: D1Database,
  projectId: string,
): Promise<{ validation: Validation; held_by: string | null }[]> {
  const rows = await db(d1)
    .select({ validation: validations.data, pull: pulls.data })
    .from(validations)
    .innerJoin(
      pulls,
      and(eq(pulls.project_id, validations.project_id), eq(pulls.number, validations.pr_number)),
    )
    .where(
      and(
        eq(validations.project_id, projectId),
        eq(pulls.state, "open"),
        or(
          inArray(validations.merge_state, ["queued", "pending"]),
          inArray(validations.state, ["queued", "running"]),
        ),
      ),
    );
  // Parsed again, so that what is newer than the row has its default.
  return rows
    .map((row) => ({ validation: Validation.parse(row.validation), pull: PullSummary.parse(row.pull) }))
    .filter(({ validation, pull }) => validation.queued_at !== null && pull.validation_id === validation.id)
    .map(({ validation, pull }) => ({ validation, held_by: pull.held_by }));
}
