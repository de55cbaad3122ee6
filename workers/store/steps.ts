/** Steps and their evidence. Their one writer is the step itself. */
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Plan } from "../../models/config.ts";
import type { Evidence, StepKind, StepRecord, StepState, ValidationOrder } from "../../models/step.ts";
import { db } from "./db.ts";
import { plans, steps } from "./schema.ts";

export type Memo = Record<string, unknown>;

/**
 * Begins a step, or finds it: a step that is visited many times begins once.
 *
 * @returns what it remembers, and whether it already ended
 */
export async function beginStep(
  d1: D1Database,
  order: ValidationOrder,
  now: number,
): Promise<{ memo: Memo; ended: boolean; started_at: number }> {
  const { id, validation_id, kind } = order;
  await db(d1)
    .insert(steps)
    .values({ id, validation_id, kind, try: order.try, state: "running", started_at: now })
    .onConflictDoNothing();
  const row = await db(d1).select().from(steps).where(eq(steps.id, id)).get();
  return { memo: row?.memo ?? {}, ended: row?.finished_at != null, started_at: row?.started_at ?? now };
}

/** What the next visit must know. A step that ended remembers nothing new. */
export async function rememberStep(d1: D1Database, id: string, memo: Memo): Promise<void> {
  await db(d1)
    .update(steps)
    .set({ memo })
    .where(and(eq(steps.id, id), isNull(steps.finished_at)));
}

/** What was remembered of a step. */
export async function memoOf(d1: D1Database, id: string): Promise<Memo> {
  const row = await db(d1).select({ memo: steps.memo }).from(steps).where(eq(steps.id, id)).get();
  return row?.memo ?? {};
}

/** Ends a step, once: the first end stands. */
export async function endStep(
  d1: D1Database,
  id: string,
  end: { state: StepState; reason: string | null; evidence: Evidence | null; log: string | null; memo: Memo },
  now: number,
): Promise<void> {
  await db(d1)
    .update(steps)
    .set({ ...end, finished_at: now })
    .where(and(eq(steps.id, id), isNull(steps.finished_at)));
}

/** All steps of a validation, in the order in which they began. */
export async function listSteps(d1: D1Database, validationId: string): Promise<StepRecord[]> {
  const rows = await db(d1)
    .select()
    .from(steps)
    .where(eq(steps.validation_id, validationId))
    .orderBy(asc(steps.started_at), asc(steps.id));
  return rows.map(({ memo: _, ...row }) => row);
}

export async function findStep(d1: D1Database, id: string): Promise<StepRecord | null> {
  const row = await db(d1).select().from(steps).where(eq(steps.id, id)).get();
  if (row === undefined) return null;
  const { memo: _, ...step } = row;
  return step;
}

/** Keeps the plan that the first try read: later tries of one validation are judged by the same. */
export async function savePlan(
  d1: D1Database,
  validationId: string,
  plan: { digest: string; source: string; plan: Plan },
): Promise<void> {
  await db(d1)
    .insert(plans)
    .values({ validation_id: validationId, ...plan })
    .onConflictDoNothing();
}

export async function findPlan(
  d1: D1Database,
  validationId: string,
): Promise<{ digest: string; source: string; plan: Plan } | null> {
  const row = await db(d1).select().from(plans).where(eq(plans.validation_id, validationId)).get();
  return row ?? null;
}

/** Writes down a step that the trusted configuration says there is none of. */
export async function noteStep(
  d1: D1Database,
  step: { id: string; validation_id: string; kind: StepKind; try: number; reason: string },
): Promise<void> {
  const now = Date.now();
  const row = { ...step, state: "not_required" as const, started_at: now, finished_at: now };
  await db(d1).insert(steps).values(row).onConflictDoNothing();
}
