/** What the gate, the pull request and its other authors mean for a run. */
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../models/fact.ts";
import type { Pull } from "../../models/pull.ts";
import { B, ERRORED, mergeAnswer, ordered, PLANNED } from "./decide.fixture.ts";
import { BRANCH, commitOf, FOREIGN, MADE, pushedTo, type RunProject } from "./run.fixture.ts";
import {
  adopting,
  asking,
  atGate,
  diagnosing,
  executing,
  fail,
  pass,
  pushing,
  repair,
  repairing,
  repairPushing,
  stuck,
} from "./run-stages.fixture.ts";

describe("the gate", () => {
  test("passes the run's head: without a merge a person is waited for", () => {
    const project = atGate({}, { auto_merge: false });
    pass(project);
    expect(project.run()).toMatchObject({
      phase: "validating",
      status: "waiting_for_input",
      active_since: null,
    });
  });

  test("fails the run's head: what failed is read", () => {
    const project = atGate();
    fail(project);
    expect(ordered(project.last())).toEqual(["release 1", "diagnose 3"]);
    expect(project.run()).toMatchObject({ phase: "diagnosing", attempts: 0 });
  });

  test("fails what is only followed: a person is asked", () => {
    const project = adopting({ agent: undefined });
    fail(project);
    expect(project.run()).toMatchObject({ phase: "needs_human", agent: null, current: null });
    expect(project.run().reason).toEqual({ code: "validation_failed", message: "exit 1" });
  });

  test("cannot judge: a person is asked, and no attempt is counted", () => {
    const project = repairing();
    repair(project, MADE[1]);
    const { id } = project.newest();
    for (const nth of [1, 2, 3]) project.end(id, "snapshot", ERRORED, nth);
    expect(project.run()).toMatchObject({ phase: "needs_human", attempts: 1 });
    expect(project.run().reason).toEqual({
      code: "infrastructure",
      message: "The gate's machinery failed: lost",
    });
  });

  test("is stopped by a person: the run asks", () => {
    const project = atGate();
    project.cancel(project.newest().id);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "validation_cancelled" } });
  });

  test("does not say of an older head what the newest is", () => {
    const project = repairing();
    project.ends(commitOf(MADE[1]));
    project.ends(pushedTo(MADE[1]));
    // The head that failed is still the one that was seen.
    expect(project.run()).toMatchObject({ phase: "validating", heads: [MADE[0], MADE[1]] });
    expect(ordered(project.sees(MADE[0]))).toEqual([]);
    expect(project.run().phase).toBe("validating");
    project.sees(MADE[1]);
    fail(project);
    expect(project.run().phase).toBe("diagnosing");
  });

  test("may have judged before the push was told", () => {
    const project = pushing();
    project.sees(MADE[0]);
    expect(project.newest().agent_run_id).toBe(project.run().id);
    expect(project.run()).toMatchObject({ phase: "pushing", pr_number: 7 });
    fail(project);
    expect(project.run().phase).toBe("pushing");
    expect(ordered(project.ends(pushedTo(MADE[0])))).toEqual(["observe", "diagnose 3"]);
  });

  test("may have merged before the push was told", () => {
    const project = pushing();
    project.sees(MADE[0]);
    project.see({ head_sha: MADE[0], head_ref: BRANCH, state: "closed", merged: true });
    expect(project.run()).toMatchObject({ phase: "completed", current: null });
  });

  test("knows a branch of the same name in a fork for somebody else's", () => {
    const project = pushing();
    project.see({ head_sha: MADE[0], head_ref: BRANCH, head_repo_id: 2 });
    expect(project.run().pr_number).toBeNull();
  });

  test.each<[string, () => RunProject, string[]]>([
    ["a repair", () => repairing(), ["tidy 3"]],
    ["a diagnosis", () => diagnosing(), []],
  ])("that lets the failed head pass after all spares %s", (_, at, tidied) => {
    const project = at();
    project.retry(project.newest().id);
    const { id } = project.newest();
    project.end(id, "snapshot", PLANNED);
    for (const kind of ["setup", "test", "judge"] as const)
      project.end(id, kind, { state: "passed", reason: null });
    expect(ordered(project.last()).filter((one) => one.startsWith("tidy"))).toEqual(tidied);
    expect(project.run()).toMatchObject({ phase: "validating", current: null });
    expect(project.newest().merge_state).toBe("pending");
  });

  test.each<[string, Partial<Pull>]>([
    ["a draft", { draft: true }],
    ["closed to us by its project", {}],
  ])("does not begin while the pull request is %s: the clock stands", (_, changes) => {
    const project = pushing();
    if (changes.draft !== true) project.set(true, false);
    project.ends(pushedTo(MADE[0]));
    project.see({ head_sha: MADE[0], head_ref: BRANCH, ...changes });
    expect(project.run()).toMatchObject({
      phase: "validating",
      status: "waiting_for_input",
      active_since: null,
    });
    project.set(true);
    project.sees(MADE[0]);
    expect(project.run()).toMatchObject({
      phase: "validating",
      status: "running",
      active_since: expect.any(Number),
    });
  });
});

describe("somebody else's push", () => {
  test.each<[string, () => RunProject, string[]]>([
    ["while the gate is at work", () => atGate(), ["summarize 3"]],
    ["while what failed is read", () => diagnosing(), ["summarize 4"]],
    ["while a repair is written", () => repairing(), ["tidy 3", "summarize 4"]],
    ["while a repair is pushed", () => repairPushing(), ["summarize 5"]],
    ["to a pull request that was taken over", () => adopting(), ["summarize 2"]],
  ])("%s takes the branch over: nothing of the run follows", (_, at, steps) => {
    const project = at();
    const { attempts } = project.run();
    const seen = project.sees(FOREIGN);
    expect(ordered(seen).filter((one) => /tidy|summarize|turn|push|diagnose/.test(one))).toEqual(steps);
    expect(project.run()).toMatchObject({ phase: "needs_human", attempts, current: null });
    expect(project.run().reason).toEqual({
      code: "human_push",
      message: `Somebody else pushed ${FOREIGN.slice(0, 12)}: they have it now`,
    });
    for (const kind of ["turn", "push", "diagnose"] as const)
      for (const nth of [3, 4]) expect(project.ends(pushedTo(MADE[1]), { kind, nth }).steps).toEqual([]);
  });

  test("is told by the push that it kept from its branch", () => {
    const project = repairPushing();
    const reason = { code: "human_push", message: "The branch is somewhere else" };
    project.ends({ state: "failed", reason });
    expect(project.run()).toMatchObject({ phase: "needs_human", reason });
  });

  test("is what the gate judges, and merges when it passes", () => {
    const project = repairing();
    project.sees(FOREIGN);
    expect(project.newest()).toMatchObject({ head_sha: FOREIGN, agent_run_id: project.run().id });
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "pending", hold: null });
    project.see({ head_sha: FOREIGN, head_ref: BRANCH, state: "closed", merged: true });
    expect(project.run().phase).toBe("completed");
  });

  test("that fails is nothing for the agent, unless a person says so", () => {
    const project = repairing();
    project.sees(FOREIGN);
    fail(project);
    expect(project.run().phase).toBe("needs_human");
    project.again();
    project.sees(FOREIGN);
    expect(project.run()).toMatchObject({ phase: "diagnosing", heads: [FOREIGN], attempts: 0 });
  });

  test("that puts an older head of the run back is somebody else's too", () => {
    const project = repairing();
    repair(project, MADE[1]);
    project.sees(MADE[0]);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "human_push" } });
  });

  test("moves what is only followed", () => {
    const project = adopting({ agent: undefined });
    project.sees(B);
    expect(project.run()).toMatchObject({ phase: "validating", heads: [B] });
    fail(project);
    project.sees(FOREIGN);
    expect(project.run()).toMatchObject({ phase: "validating", reason: null, heads: [FOREIGN] });
  });
});

describe("a pull request that is over", () => {
  test.each<[string, () => RunProject]>([
    ["validating", () => atGate()],
    ["diagnosing", () => diagnosing()],
    ["repairing", () => repairing()],
    ["pushing", () => repairPushing()],
    ["needs_human", () => stuck()],
  ])("ends a run that is %s", (phase, at) => {
    const closed = at();
    expect(closed.run().phase).toBe(phase);
    closed.see({ head_sha: MADE[0], head_ref: BRANCH, state: "closed" });
    expect(closed.run()).toMatchObject({
      phase: "cancelled",
      reason: { code: "pull_closed" },
      current: null,
    });
    const gone = at();
    gone.gone();
    expect(gone.run()).toMatchObject({ phase: "cancelled", reason: { code: "pull_closed" } });
    const merged = at();
    merged.see({ head_sha: MADE[0], head_ref: BRANCH, state: "closed", merged: true });
    expect(merged.run()).toMatchObject({ phase: "completed", reason: null, current: null });
  });

  test("is learned of with the push that found it closed", () => {
    const project = pushing();
    project.see({ head_sha: MADE[0], head_ref: "another", state: "closed" });
    project.ends(pushedTo(MADE[0]));
    expect(project.run().phase).toBe("cancelled");
  });
});

test.each<[string, () => RunProject, string[]]>([
  ["a turn", () => executing(), ["tidy 2"]],
  ["a plan that waits", () => asking(), []],
  ["a repair", () => repairing(), ["tidy 3", "summarize 4"]],
])("a project that is removed ends its runs with %s", (_, at, steps) => {
  const project = at();
  expect(ordered(project.remove())).toEqual(steps);
  expect(project.run()).toMatchObject({ phase: "cancelled", reason: { code: "project_removed" } });
});

/** It passes, and its merge is answered so. */
function answered(project: RunProject, answer: Outcome): void {
  pass(project);
  project.end(project.newest().id, "merge", answer);
}

test.each<[string, (project: RunProject) => void, RegExp]>([
  ["in a dry run", (project) => answered(project, mergeAnswer("rehearsed")), /was rehearsed/],
  ["for a merge that is asked for again", (one) => answered(one, mergeAnswer("blocked", 60)), /was blocked/],
])("a run that waits %s says why", (_, happens, words) => {
  const project = atGate();
  project.wait(1);
  happens(project);
  const reason = { message: expect.stringMatching(words) };
  expect(project.run()).toMatchObject({ phase: "validating", status: "waiting_for_input", reason });
});
