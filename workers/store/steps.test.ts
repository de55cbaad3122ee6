/** Visits of one step and of one lane in a real D1: the newest alone may write. */
import { expect, test } from "vitest";
import type { ValidationOrder } from "../../models/step.ts";
import { useD1 } from "./d1.fixture.ts";
import { freeLane, LANE_MS, takeLane } from "./lanes.ts";
import { beginStep, endStep, findStep, leaveStep, memoOf, rememberStep } from "./steps.ts";

const stage = useD1();
const END = { state: "passed", reason: null, evidence: null, log: null, memo: { outcome: 1 } } as const;

const orderOf = (id: string): ValidationOrder => ({
  ...{ kind: "merge", id, validation_id: "shop.7.a.1", try: 1, project_id: "shop", delay_s: 0 },
});

test("a step begins once, and remembers for its next visit", async () => {
  const first = await beginStep(stage.db, orderOf("once"), 10);
  expect(first).toMatchObject({ memo: {}, ended: false, started_at: 10, visit: { id: "once", nth: 1 } });
  expect(await rememberStep(stage.db, first.visit, { reads: 1 })).toBe(true);
  const second = await beginStep(stage.db, orderOf("once"), 20);
  expect(second).toMatchObject({ memo: { reads: 1 }, started_at: 10, visit: { nth: 2 } });
});

test("a visit that was overtaken writes nothing any more, and the newer one goes on", async () => {
  const { visit: old } = await beginStep(stage.db, orderOf("twice"), 10);
  const { visit } = await beginStep(stage.db, orderOf("twice"), 11);
  expect(await rememberStep(stage.db, visit, { requests: 1 })).toBe(true);
  expect(await rememberStep(stage.db, old, { requests: 0 })).toBe(false);
  expect(await endStep(stage.db, old, { ...END, state: "failed" }, 12)).toBe(false);
  expect(await memoOf(stage.db, "twice")).toEqual({ requests: 1 });
  expect(await endStep(stage.db, visit, END, 13)).toBe(true);
  expect(await findStep(stage.db, "twice")).toMatchObject({ state: "passed", finished_at: 13 });
});

test("a visit that came to nothing gives its place back, and takes it from no newer one", async () => {
  const { visit: old } = await beginStep(stage.db, orderOf("left"), 10);
  const { visit: failed } = await beginStep(stage.db, orderOf("left"), 11);
  await leaveStep(stage.db, failed);
  expect(await rememberStep(stage.db, failed, { from: "failed" })).toBe(false);
  expect(await rememberStep(stage.db, old, { from: "old" })).toBe(true);
  const { visit: second } = await beginStep(stage.db, orderOf("left"), 12);
  const { visit: third } = await beginStep(stage.db, orderOf("left"), 13);
  await leaveStep(stage.db, second);
  expect(await endStep(stage.db, third, END, 14)).toBe(true);
});

test("a step that ended remembers nothing new and ends no second time", async () => {
  const { visit } = await beginStep(stage.db, orderOf("over"), 10);
  expect(await endStep(stage.db, visit, END, 11)).toBe(true);
  expect(await rememberStep(stage.db, visit, { requests: 1 })).toBe(false);
  expect(await endStep(stage.db, visit, { ...END, state: "failed" }, 12)).toBe(false);
  expect(await beginStep(stage.db, orderOf("over"), 13)).toMatchObject({ ended: true, memo: END.memo });
});

test("a lane goes from visit to visit of one order, never back, and never to another order", async () => {
  const lane = { repo_id: 1, base_ref: "main" };
  const first = { id: "m", nth: 1 };
  const second = { id: "m", nth: 2 };
  expect(await takeLane(stage.db, lane, first, 0)).toBe(true);
  expect(await takeLane(stage.db, lane, second, 1)).toBe(true);
  expect(await takeLane(stage.db, lane, first, 2)).toBe(false);
  await freeLane(stage.db, lane, first);
  expect(await takeLane(stage.db, lane, { id: "other", nth: 1 }, 3)).toBe(false);
  await freeLane(stage.db, lane, second);
  expect(await takeLane(stage.db, lane, { id: "other", nth: 1 }, 4)).toBe(true);
  // Who died holding it is waited for so long.
  expect(await takeLane(stage.db, lane, second, 4 + LANE_MS)).toBe(false);
  expect(await takeLane(stage.db, lane, second, 5 + LANE_MS)).toBe(true);
});
