/** Steps and their evidence. Their one writer is the step itself. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Plan } from "../../models/config.ts";
import type { Evidence, StepKind, StepRecord, StepState, ValidationOrder } from "../../models/step.ts";
import { db } from "./db.ts";
import { plans, steps } from "./schema.ts";

export type Memo = Record<string, unknown>;

/** One of the visits of a step. A newer one takes its place: what two write in turns is neither's. */
export type StepVisit = { id: string; nth: number };

/**
 * Begins a step, or finds it: a step that is visited many times begins once.
 *
 * @returns what it remembers, whether it already ended, and the how manieth visit this is
 */
export async function beginStep(
  d1: D1Database,
  order: ValidationOrder,
  now: number,
): Promise<{ memo: Memo; ended: boolean; started_at: number; visit: StepVisit }> {
  const { id, validation_id, kind } = order;
  const row = await db(d1)
    .insert(steps)
    .values({ id, validation_id, kind, try: order.try, state: "running", visits: 1, started_at: now })
    .onConflictDoUpdate({ target: steps.id, set: { visits: sql`${steps.visits} + 1` } })
    .returning()
    .get();
  const { memo, finished_at, started_at, visits } = row;
  return { memo: memo ?? {}, ended: finished_at !== null, started_at, visit: { id, nth: visits } };
}

/**
 * What the next visit must know.
 *
 * @returns false when the step ended or a newer visit is at it: nothing was written, and nothing may follow
 */
export async function rememberStep(d1: D1Database, visit: StepVisit, memo: Memo): Promise<boolean> {
  const { meta } = await db(d1).update(steps).set({ memo }).where(isAt(visit)).run();
  return meta.changes > 0;
}

/**
 * A visit that came to nothing gives its place back to the one before, which may still be at work: a sandbox refuses the
 * second of two that lay one archive, and the first would end for nobody.
 */
export async function leaveStep(d1: D1Database, visit: StepVisit): Promise<void> {
  await db(d1)
    .update(steps)
    .set({ visits: visit.nth - 1 })
    .where(isAt(visit));
}

function isAt({ id, nth }: StepVisit) {
  return and(eq(steps.id, id), eq(steps.visits, nth), isNull(steps.finished_at));
}

/** What was remembered of a step. */
export async function memoOf(d1: D1Database, id: string): Promise<Memo> {
  const row = await db(d1).select({ memo: steps.memo }).from(steps).where(eq(steps.id, id)).get();
  return row?.memo ?? {};
}

/**
 * Ends a step, once: the first end stands.
 *
 * @returns false when it ended before or a newer visit is at it: nothing was written
 */
export async function endStep(
  d1: D1Database,
  visit: StepVisit,
  end: { state: StepState; reason: string | null; evidence: Evidence | null; log: string | null; memo: Memo },
  now: number,
): Promise<boolean> {
  const { meta } = await db(d1)
    .update(steps)
    .set({ ...end, finished_at: now })
    .where(isAt(visit))
    .run();
  return meta.changes > 0;
}

/** All steps of a validation, in the order in which they began. */
export async function listSteps(d1: D1Database, validationId: string): Promise<StepRecord[]> {
  const rows = await db(d1)
    .select()
    .from(steps)
    .where(eq(steps.validation_id, validationId))
    .orderBy(asc(steps.started_at), asc(steps.id));
  return rows.map(recordOf);
}

export async function findStep(d1: D1Database, id: string): Promise<StepRecord | null> {
  const row = await db(d1).select().from(steps).where(eq(steps.id, id)).get();
  return row === undefined ? null : recordOf(row);
}

function recordOf({ memo: _, visits: __, ...step }: typeof steps.$inferSelect): StepRecord {
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
