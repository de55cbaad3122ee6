/** What earlier goes at the same commit, or of the same kind, came to: what a judge compares with. */
import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import type { Plan } from "../../models/config.ts";
import type { Evidence, StepKind, StepState } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { db } from "./db.ts";
import { plans, reruns, steps, validations } from "./schema.ts";

/** A rerun of failed tests: the how manieth of its step, and what failed before it; null: not all of it has a name. */
export type Rerun = { step_id: string; nth: number; failed: string[] | null };

/**
 * Takes one of the reruns that a commit may have, before it begins; taking the same again changes nothing.
 *
 * @returns false when there is none left
 */
export async function takeRerun(
  d1: D1Database,
  { step_id, nth, failed }: Rerun,
  { id, project_id, head_sha }: Pick<Validation, "id" | "project_id" | "head_sha">,
  most: number,
): Promise<boolean> {
  const names = failed === null ? null : JSON.stringify(failed);
  // Counted and taken as one: two validations of one commit must not both take the last.
  await db(d1).run(sql`INSERT INTO reruns (step_id, nth, project_id, head_sha, validation_id, failed, at)
    SELECT ${step_id}, ${nth}, ${project_id}, ${head_sha}, ${id}, ${names}, ${Date.now()}
    WHERE (SELECT count(*) FROM reruns WHERE project_id = ${project_id} AND head_sha = ${head_sha}) < ${most}
    ON CONFLICT DO NOTHING`);
  const taken = await db(d1).all(sql`SELECT 1 FROM reruns WHERE step_id = ${step_id} AND nth = ${nth}`);
  return taken.length > 0;
}

/** What failed and was run again, in all validations of this head, oldest first: also where the step was lost after it. */
export async function rerunsOf(
  d1: D1Database,
  { project_id, head_sha }: Pick<Validation, "project_id" | "head_sha">,
): Promise<(Rerun & Pick<EarlierStep, "plan" | "validation">)[]> {
  const { step_id, nth, failed } = reruns;
  return db(d1)
    .select({ step_id, nth, failed, plan: plans.plan, validation: validations.data })
    .from(reruns)
    .innerJoin(validations, eq(validations.id, reruns.validation_id))
    .leftJoin(plans, eq(plans.validation_id, reruns.validation_id))
    .where(and(eq(reruns.project_id, project_id), eq(reruns.head_sha, head_sha)))
    .orderBy(reruns.at, nth);
}

/** A step of an earlier validation of the same head that did not pass. */
export type EarlierStep = {
  kind: StepKind;
  state: StepState;
  evidence: Evidence | null;
  reason: string | null;
  plan: Plan | null;
  validation: Pick<Validation, "id" | "attempt" | "base_ref" | "tested_base_sha">;
};

/** The steps that failed in all other validations of this head, oldest first. */
export async function earlierFailures(
  d1: D1Database,
  { id, project_id, head_sha }: Pick<Validation, "id" | "project_id" | "head_sha">,
  kinds: readonly StepKind[],
): Promise<EarlierStep[]> {
  const { kind, state, evidence, reason } = steps;
  return db(d1)
    .select({ kind, state, evidence, reason, plan: plans.plan, validation: validations.data })
    .from(validations)
    .innerJoin(steps, eq(steps.validation_id, validations.id))
    .leftJoin(plans, eq(plans.validation_id, validations.id))
    .where(
      and(
        ...[
          eq(validations.project_id, project_id),
          eq(validations.head_sha, head_sha),
          ne(validations.id, id),
        ],
        ...[inArray(kind, [...kinds]), inArray(state, ["failed", "timed_out"])],
      ),
    )
    .orderBy(validations.created_at);
}

/** Validations that are looked at for how long a step usually takes. */
const LOOKED_AT = 100;

/** What the newest passed steps of a kind left, under the same configuration. */
export async function passedBefore(
  d1: D1Database,
  { id, project_id }: Pick<Validation, "id" | "project_id">,
  configDigest: string,
  stepKind: StepKind,
): Promise<Evidence[]> {
  const newest = db(d1)
    .select({ id: validations.id, created_at: validations.created_at })
    .from(validations)
    .where(
      and(
        ...[eq(validations.project_id, project_id), ne(validations.id, id)],
        eq(sql`json_extract(${validations.data}, '$.config_digest')`, configDigest),
      ),
    )
    .orderBy(desc(validations.created_at))
    .limit(LOOKED_AT)
    .as("newest");
  const rows = await db(d1)
    .select({ evidence: steps.evidence })
    .from(newest)
    .innerJoin(steps, eq(steps.validation_id, newest.id))
    .where(and(eq(steps.kind, stepKind), eq(steps.state, "passed")))
    .orderBy(desc(newest.created_at))
    .limit(20);
  return rows.flatMap(({ evidence }) => evidence ?? []);
}
