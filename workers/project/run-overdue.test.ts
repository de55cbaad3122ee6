/** Nothing of a run waits for ever: what is lost is looked for, and what never comes ends. */
import { describe, expect, test } from "vitest";
import type { Run } from "../../models/run.ts";
import { ordered } from "./decide.fixture.ts";
import { commitOf, cost, MADE, NO_GOOD, pushedTo, type RunProject } from "./run.fixture.ts";
import { LOOK_LOST_MS, PERSON_DEADLINE_MS, RUN_STEP_MS, SIGHT_MS } from "./run-clock.ts";
import {
  asking,
  atGate,
  diagnosing,
  executing,
  pass,
  planning,
  pushing,
  repairing,
  stuck,
} from "./run-stages.fixture.ts";
import { EMPTY, nextDue } from "./state.ts";

describe("a look", () => {
  test("that is not heard of is ordered again", () => {
    const project = executing();
    expect(ordered(project.tick(LOOK_LOST_MS - 1))).toEqual([]);
    expect(ordered(project.tick(1))).toEqual(["turn 2.2"]);
    expect(ordered(project.tick(LOOK_LOST_MS))).toEqual(["turn 2.3"]);
  });

  test("that was lost does not end its turn", () => {
    const project = executing();
    project.tick(LOOK_LOST_MS);
    project.waits(60, cost(1));
    expect(project.run()).toMatchObject({ phase: "executing", turns: 2, current: { visit: 2, errors: 0 } });
    project.ends(commitOf(MADE[0]));
    expect(project.run().phase).toBe("pushing");
  });
});

describe("a step that is not heard of", () => {
  test("is begun again, as when the machinery fails", () => {
    const project = pushing();
    expect(ordered(project.tick(RUN_STEP_MS - 1))).toEqual([]);
    expect(ordered(project.tick(1))).toEqual(["push 2"]);
    expect(project.run().current).toMatchObject({ errors: 1 });
  });

  test("leaves nothing of its turn behind", () => {
    const project = executing();
    const deadline = project.run().current?.deadline_at ?? 0;
    expect(ordered(project.tick(deadline - project.now()))).toEqual(["tidy 2", "turn 3.1"]);
  });

  test("is over: what it says afterwards changes nothing", () => {
    const project = pushing();
    project.tick(RUN_STEP_MS);
    const state = project.state();
    expect(project.ends(pushedTo(MADE[0]), { nth: 1 }).steps).toEqual([]);
    expect(project.state()).toBe(state);
  });
});

test("a push that is never seen on GitHub asks a person, and goes on when it is", () => {
  const project = pushing();
  project.ends(pushedTo(MADE[0]));
  project.tick(SIGHT_MS);
  expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "deadline" } });
  project.sees(MADE[0]);
  expect(project.run()).toMatchObject({ phase: "validating", reason: null });
});

test("a plan that nobody answers ends the run", () => {
  const project = asking();
  project.tick(PERSON_DEADLINE_MS - 1);
  expect(project.run().phase).toBe("awaiting_confirmation");
  project.tick(1);
  expect(project.run()).toMatchObject({ phase: "cancelled", reason: { code: "plan_unanswered" } });
});

test("a question that nobody answers ends the run with what it was about", () => {
  const project = executing();
  project.ends(NO_GOOD);
  project.tick(PERSON_DEADLINE_MS);
  expect(project.run()).toMatchObject({ phase: "failed", status: "failed", reason: { message: "no good" } });
  expect(project.last().events.at(-1)?.type).toBe("agent.run.completed");
});

test("a change that passed and that nobody merges ends the run", () => {
  const project = atGate({}, { auto_merge: false });
  pass(project);
  const reason = { code: "not_queued", message: "It passed, and nobody wants it merged by Tidegate" };
  expect(project.run()).toMatchObject({ phase: "validating", status: "waiting_for_input", reason });
  project.tick(PERSON_DEADLINE_MS);
  expect(project.run()).toMatchObject({ phase: "failed", reason });
});

test.each<[Run["phase"], () => RunProject]>([
  ["planning", () => planning()],
  ["awaiting_confirmation", () => asking()],
  ["executing", () => executing()],
  ["pushing", () => pushing()],
  ["validating", () => atGate()],
  ["diagnosing", () => diagnosing()],
  ["repairing", () => repairing()],
  ["needs_human", () => stuck()],
])("a run that is %s comes to its end although nobody says anything any more", (phase, at) => {
  const project = at();
  expect(project.run().phase).toBe(phase);
  const ordered = new Set<string>();
  for (let passed = 0; passed < 100; passed++) {
    const due = nextDue({ ...EMPTY, runs: project.state().runs });
    if (due === null) break;
    // Only the run's own deadlines: the gate's would end it sooner.
    expect(due).toBeGreaterThan(project.now());
    for (const { id } of project.tick(due - project.now()).steps) {
      expect(ordered).not.toContain(id);
      ordered.add(id);
    }
  }
  expect(["failed", "cancelled"]).toContain(project.run().phase);
  expect(project.run()).toMatchObject({ current: null, completed_at: project.now() });
});

test("a run that is over is forgotten an hour later, and not before it was written down", () => {
  const project = asking();
  project.stop();
  project.tick(60 * 60_000);
  expect(Object.keys(project.state().runs)).toHaveLength(1);
  project.tick(1);
  expect(project.state().runs).toEqual({});
});
