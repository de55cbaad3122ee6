/** What is nobody's time: a step of a run lies in a queue, or GitHub's limits keep it, and the run's minutes stand still. */
import { describe, expect, test } from "vitest";
import { ordered } from "./decide.fixture.ts";
import { BROKEN, commitOf, cost, DONE, MADE, pushedTo, RUN } from "./run.fixture.ts";
import { GATE_GRACE_MS, LOOK_LOST_MS, RUN_STEP_MS, ranFor, TURN_GRACE_MS } from "./run-clock.ts";
import { atGate, executing, pushing, repairing } from "./run-stages.fixture.ts";
import { STALL_DEADLINE_MS, VALIDATION_DEADLINE_MS } from "./state.ts";

const MINUTE = 60_000;
const TEN = { limits: { max_minutes: 10 } };

describe("what a step lies in a queue", () => {
  test("is taken from none of the minutes that its turn has, and moves its deadline", () => {
    const project = executing(TEN);
    project.wait(8 * MINUTE);
    const begun_at = project.now();
    project.wait(MINUTE);
    project.waits(5, cost(0), { begun_at });
    const deadline_at = begun_at + 10 * MINUTE + TURN_GRACE_MS;
    expect(project.run()).toMatchObject({ deadline_at, current: { deadline_at, began_at: begun_at } });
    expect(ranFor(project.run(), project.now())).toBe(MINUTE);
    project.wait(8 * MINUTE);
    // Said in every look, and counted once.
    project.waits(5, cost(0), { begun_at });
    expect(project.run()).toMatchObject({ phase: "executing", current: { deadline_at } });
    project.wait(MINUTE);
    project.waits(5, cost(0), { begun_at });
    expect(project.run().reason?.code).toBe("time_limit");
  });

  test("counts neither where it is heard of at its end only", () => {
    const project = executing(TEN);
    project.wait(9 * MINUTE);
    project.ends({ ...commitOf(MADE[0]), begun_at: project.now() });
    project.wait(9 * MINUTE);
    project.ends({ ...BROKEN, begun_at: project.now() });
    expect(ranFor(project.run(), project.now())).toBe(0);
  });

  test("is no more than what went by, whatever the clock of who tells it says", () => {
    const project = executing(TEN);
    project.wait(MINUTE);
    project.waits(5, cost(0), { begun_at: project.now() + 60 * MINUTE });
    expect(project.run().current?.began_at).toBe(project.now());
    project.wait(10 * MINUTE);
    project.waits(5);
    expect(project.run().reason?.code).toBe("time_limit");
  });
});

describe("a step that GitHub's limits keep", () => {
  test("is not lost meanwhile: it is waited for as much longer, and says why", () => {
    const project = pushing();
    project.wait(2 * MINUTE);
    const until = project.now() + 40 * MINUTE;
    const { events } = project.stalls(until);
    expect(events).toMatchObject([{ message: "GitHub lets us ask again at noon", run: { id: RUN } }]);
    expect(project.run().current).toMatchObject({ stalled: { until }, deadline_at: until + RUN_STEP_MS });
    expect(ordered(project.tick(40 * MINUTE + RUN_STEP_MS - 1))).toEqual([]);
    project.ends(pushedTo(MADE[0]));
    expect(project.run()).toMatchObject({ phase: "validating", reason: null });
  });

  test("costs none of the run's minutes, whatever it is heard of before its end", () => {
    const project = pushing(TEN);
    project.wait(2 * MINUTE);
    const until = project.now() + 40 * MINUTE;
    project.stalls(until);
    project.wait(10 * MINUTE);
    expect(ranFor(project.run(), project.now())).toBe(0);
    project.wait(31 * MINUTE);
    expect(ranFor(project.run(), project.now())).toBe(MINUTE);
    project.ends({ ...pushedTo(MADE[0]), begun_at: project.now() });
    expect(ranFor(project.run(), project.now())).toBe(0);
  });

  test("is a turn that worked before: that is not forgotten, and its clock goes on with the next", () => {
    const project = repairing(TEN);
    project.waits(5);
    const ran = ranFor(project.run(), project.now());
    project.wait(4 * MINUTE);
    project.stalls(project.now() + 60 * MINUTE);
    project.wait(MINUTE);
    project.ends(BROKEN);
    expect(project.run().current).toMatchObject({ kind: "turn", errors: 1 });
    expect(ranFor(project.run(), project.now())).toBe(ran + 4 * MINUTE);
    project.wait(MINUTE);
    expect(ranFor(project.run(), project.now())).toBe(ran + 5 * MINUTE);
  });

  test("is a turn: nobody looks at it before", () => {
    const project = executing();
    const until = project.now() + 20 * MINUTE;
    project.stalls(until);
    expect(ordered(project.tick(20 * MINUTE + LOOK_LOST_MS - 1))).toEqual([]);
    expect(ordered(project.tick(1))).toEqual(["turn 2.2"]);
    expect(project.waits(5).steps).toEqual([]);
    expect(project.run().current?.asked_at).toBe(until + LOOK_LOST_MS);
  });

  test("is not waited for more than a day in all", () => {
    const project = pushing();
    const ordered_at = project.now();
    for (const days of [2, 3]) project.stalls(ordered_at + days * STALL_DEADLINE_MS);
    expect(project.run().current?.deadline_at).toBe(ordered_at + STALL_DEADLINE_MS + RUN_STEP_MS);
  });

  test("says nothing when nobody waits for it", () => {
    const project = pushing();
    const state = project.state();
    for (const about of [{ nth: 9 }, { kind: "summarize" }, { kind: "turn" }] as const)
      project.stalls(project.now() + MINUTE, about);
    expect(project.state()).toBe(state);
  });
});

test("a gate that GitHub's limits keep costs none of the run's minutes", () => {
  const project = atGate(TEN);
  project.wait(MINUTE);
  const ran = ranFor(project.run(), project.now());
  const until = project.now() + 40 * MINUTE;
  const stall = { code: "github_rate_limited", message: "later", until };
  const { id: validation_id } = project.newest();
  project.tell({ type: "step.waits", id: "s", validation_id, kind: "snapshot", try: 1, stall });
  expect(project.run().deadline_at).toBe(until + VALIDATION_DEADLINE_MS + GATE_GRACE_MS);
  project.wait(40 * MINUTE);
  expect(ranFor(project.run(), project.now())).toBe(ran);
  project.end(validation_id, "snapshot", { ...DONE, required: ["snapshot", "setup"], config_digest: "d" });
  project.wait(MINUTE);
  expect(ranFor(project.run(), project.now())).toBe(ran + MINUTE);
});

test("what a vendor opened while GitHub kept it is the run's as soon as it is seen", () => {
  const project = executing({ agent: "codegen" });
  project.stalls(project.now() + 30 * MINUTE);
  project.wait(MINUTE);
  project.waits(5, cost(0), { pr_number: 7 });
  project.sees(MADE[0]);
  expect(project.run()).toMatchObject({ pr_number: 7, heads: [MADE[0]] });
});

test.each(["auth_revoked", "disconnected"])(
  "that GitHub lets us in no more (%s) asks a person at once",
  (code) => {
    const project = pushing();
    const reason = { code, message: "GitHub answers 401 twice" };
    expect(ordered(project.ends({ state: "errored", reason }))).toEqual([]);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason, current: null });
    expect(ordered(project.again())).toEqual(["push 2"]);
  },
);
