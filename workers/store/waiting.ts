/** What a person is waited for in a project: counted from what is stored, so whoever comes later learns it too. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Waiting } from "../../models/api.ts";
import { WAITING_PHASES } from "../../models/run.ts";
import { db } from "./db.ts";
import { pulls, runs, validations } from "./schema.ts";

/** Counts runs that wait, and held merges that no such run asks about. */
export async function countWaiting(d1: D1Database, projectId: string): Promise<Waiting> {
  const waits = and(eq(runs.project_id, projectId), inArray(runs.phase, [...WAITING_PHASES]));
  const { project_id, pr_number, head_sha, attempt, state, data } = validations;
  const held = and(
    eq(project_id, projectId),
    inArray(state, ["passed", "passed_flaky"]),
    sql`json_extract(${data}, '$.hold') IS NOT NULL AND json_extract(${data}, '$.approved_by') IS NULL`,
    // About an older commit, an earlier attempt or a closed pull request nobody is asked any more.
    sql`EXISTS (SELECT 1 FROM ${pulls} AS pull WHERE pull.project_id = ${project_id}
      AND pull.number = ${pr_number} AND pull.state = 'open'
      AND json_extract(pull.data, '$.head_sha') = ${head_sha})`,
    sql`NOT EXISTS (SELECT 1 FROM ${validations} AS later WHERE later.project_id = ${project_id}
      AND later.pr_number = ${pr_number} AND later.head_sha = ${head_sha} AND later.attempt > ${attempt})`,
    sql`NOT EXISTS (SELECT 1 FROM ${runs} WHERE ${waits} AND ${runs.pr_number} = ${pr_number})`,
  );
  const [asking, merges] = await Promise.all([db(d1).$count(runs, waits), db(d1).$count(validations, held)]);
  return { runs: asking, merges };
}
