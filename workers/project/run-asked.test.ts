/** What people ask of runs that are there: another go, or an end. */
import { describe, expect, test } from "vitest";
import type { Run } from "../../models/run.ts";
import { ordered, writeReports } from "./decide.fixture.ts";
import {
  BRANCH,
  BROKEN,
  commitOf,
  cost,
  FOREIGN,
  failure,
  MADE,
  pushedTo,
  type RunProject,
  runProject,
  TOO_LONG,
} from "./run.fixture.ts";
import { SIGHT_MS } from "./run-clock.ts";
import {
  adopting,
  asking,
  atGate,
  breakDown,
  brokenGate,
  cancelledGate,
  executing,
  fail,
  pass,
  planning,
  pushing,
  repair,
  repairing,
  stuck,
  takenOver,
} from "./run-stages.fixture.ts";

describe("another go", () => {
  test.each<[string, () => RunProject, string[], Run["phase"]]>([
    ["without a plan plans again", () => breakDown(planning()), ["turn 4.1"], "planning"],
    [
      "with a plan writes again",
      () => once(executing(), (one) => one.ends(commitOf(null))),
      ["turn 3.1"],
      "executing",
    ],
    ["with a commit pushes it again", () => breakDown(pushing()), ["push 4"], "pushing"],
    ["of a failed push pushes the same again", () => failedPush(), ["push 8"], "pushing"],
    [
      "after a turn that failed looks at the pull request",
      () => stuck(),
      ["report 4", "observe"],
      "validating",
    ],
    ["after somebody else pushed looks at theirs", () => takenOver(), ["observe"], "validating"],
    [
      "of a validation that errored validates again",
      () => brokenGate(),
      ["observe", "snapshot 1", "report 1"],
      "validating",
    ],
    [
      "of what is only followed validates again",
      () => followed(),
      ["observe", "snapshot 1", "report 1"],
      "validating",
    ],
    [
      "of a validation that was cancelled validates again",
      () => cancelledGate(),
      ["observe", "snapshot 1", "report 1"],
      "validating",
    ],
  ])("%s", (_, at, steps, phase) => {
    const project = at();
    expect(project.run().phase).toBe("needs_human");
    expect(ordered(project.again()).sort()).toEqual(steps.sort());
    expect(project.run()).toMatchObject({ phase, reason: null, attempts: 0, fingerprints: [], ran_ms: 0 });
  });

  test.each<[string, () => RunProject]>([
    ["max_attempts", () => exhausted()],
    ["same_failure", () => circling()],
    ["no_diff", () => once(repairing(), (one) => one.ends(commitOf(null)))],
    ["turn_timeout", () => once(repairing(), (one) => one.ends(TOO_LONG))],
    ["time_limit", () => once(repairing(), (one) => [one.wait(120 * 60_000), one.waits(5)])],
    ["cost_limit", () => once(repairing({ limits: { max_cost_usd: 1 } }), (one) => one.waits(5, cost(1)))],
    ["infrastructure", () => breakDown(repairing())],
    ["human_push", () => takenOver()],
    ["deadline", () => once(pushing(), (one) => [one.ends(pushedTo(MADE[0])), one.tick(SIGHT_MS)])],
  ])("after %s begins with what is seen then, and counts from zero", (code, at) => {
    const project = at();
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code } });
    expect(ordered(project.again())).toContain("observe");
    const head = project.state().pulls[7]?.head_sha ?? MADE[0];
    project.sees(head);
    expect(project.run()).toMatchObject({ reason: null, attempts: 0, fingerprints: [], heads: [head] });
  });

  test("repairs what failed once the pull request was seen, from the head that is there now", () => {
    const project = stuck();
    project.again();
    expect(ordered(project.sees(MADE[0]))).toEqual(["diagnose 6"]);
    project.ends(failure("f1"));
    expect(project.run()).toMatchObject({ phase: "repairing", attempts: 1, heads: [MADE[0]] });
  });

  test("lets what passed meanwhile be merged: who asks for it decides", () => {
    const project = stuck();
    project.retry(project.newest().id);
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "blocked", hold: { code: "needs_human" } });
    project.again();
    expect(project.newest()).toMatchObject({ merge_state: "pending", approved_by: "mira" });
  });

  test("does not let through what the gate itself asks a person about", () => {
    const project = stuck();
    project.retry(project.newest().id);
    const { id } = project.newest();
    for (const kind of ["snapshot", "setup", "test"] as const)
      project.end(id, kind, { state: "passed", reason: null, required: ["snapshot", "setup", "test"] });
    const hold = { code: "risk_asks", message: "The risk is high" };
    project.end(id, "judge", { state: "passed", reason: null, hold });
    project.again();
    expect(project.newest()).toMatchObject({ approved_by: null, hold });
  });

  test("may cost as much as the one before", () => {
    const project = executing({ limits: { max_cost_usd: 5 } });
    project.ends({ ...BROKEN, spent: cost(6) });
    expect(project.run().reason?.code).toBe("cost_limit");
    expect(ordered(project.again())).toEqual(["turn 3.1"]);
    expect(project.run().cost_from).toBe(6);
    project.ends({ ...BROKEN, spent: cost(4) });
    expect(project.run()).toMatchObject({ phase: "executing", spent: { cost_usd: 10 } });
  });

  test.each<[string, () => RunProject, string]>([
    ["is at work", () => executing(), "it is executing"],
    ["waits for its plan to be confirmed", () => asking(), "its plan waits to be confirmed"],
    ["is over", () => once(executing(), (project) => project.stop()), "it is cancelled: start another run"],
  ])("is refused while the run %s", (_, at, why) => {
    const project = at();
    const state = project.state();
    expect(project.again().refused).toMatchObject({ code: "conflict" });
    expect(project.last().refused?.message).toContain(why);
    expect(project.state()).toBe(state);
  });

  test("is refused when the validation may not begin, and nothing of it happens", () => {
    const project = cancelledGate();
    project.see({ head_sha: MADE[0], head_ref: BRANCH, draft: true });
    const state = project.state();
    expect(project.again().refused).toMatchObject({ code: "conflict" });
    expect(project.state()).toBe(state);
  });

  test("of a run that nobody knows is refused", () => {
    expect(runProject().again("run_2").refused?.code).toBe("not_found");
  });
});

describe("stop", () => {
  test.each<[string, () => RunProject, string[]]>([
    ["planning", () => planning(), ["tidy 1"]],
    ["awaiting_confirmation", () => asking(), []],
    ["executing", () => executing(), ["tidy 2"]],
    ["pushing", () => pushing(), []],
    ["validating", () => atGate(), ["summarize 3", "release 1"]],
    ["diagnosing", () => once(atGate(), fail), ["summarize 4"]],
    ["repairing", () => repairing(), ["tidy 3", "summarize 4"]],
    ["needs_human", () => stuck(), ["summarize 5"]],
  ])("ends a run that is %s", (phase, at, steps) => {
    const project = at();
    expect(project.run().phase).toBe(phase);
    const stopped = project.stop();
    expect(ordered(stopped)).toEqual(steps);
    expect(stopped.events.map(({ type }) => type)).toContain("agent.run.completed");
    expect(project.run()).toMatchObject({ phase: "cancelled", status: "cancelled", current: null });
    expect(project.run()).toMatchObject({ reason: { code: "stopped", message: "Stopped by mira" } });
    expect(project.stop().refused?.code).toBe("conflict");
  });

  test("cancels the validation that runs", () => {
    const project = atGate();
    project.stop();
    expect(project.newest()).toMatchObject({ state: "cancelled", reason: { code: "cancelled" } });
  });

  test.each<[string, (project: RunProject) => unknown]>([
    ["waits for its report", (project) => passWithoutReports(project)],
    ["may be tried again", (project) => [pass(project), putOff(project)]],
  ])("leaves the merge to a person while it %s", (_, before) => {
    const project = atGate();
    before(project);
    project.stop();
    expect(project.newest().hold?.message).toBe("The run stopped: Stopped by mira");
    writeReports(project, project.newest().id);
    expect(project.last().steps).toEqual([]);
    project.tick(120_000);
    expect(project.newest()).toMatchObject({
      merge_state: "blocked",
      merge_reasons: [{ code: "needs_human" }],
    });
    expect(project.last().steps).toEqual([]);
  });

  test("holds what a push that was under way brings all the same", () => {
    const project = pushing();
    project.stop();
    project.sees(MADE[0]);
    pass(project);
    expect(project.newest()).toMatchObject({ state: "passed", merge_state: "blocked" });
    expect(project.newest().hold?.code).toBe("needs_human");
  });

  test("says nothing of what somebody else pushes afterwards", () => {
    const project = atGate();
    project.stop();
    project.sees(FOREIGN);
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "pending", hold: null });
  });

  test("of a turn that was under way counts what it cost", () => {
    const project = executing();
    project.waits(5, cost(3));
    project.stop();
    expect(project.run().spent.cost_usd).toBe(3);
  });

  test("of a run that nobody knows is refused", () => {
    expect(runProject().stop("run_2").refused?.code).toBe("not_found");
  });
});

function once(project: RunProject, happens: (project: RunProject) => unknown): RunProject {
  happens(project);
  return project;
}

/** The repair was committed and could not be pushed. */
function failedPush(): RunProject {
  const project = repairing();
  project.ends(commitOf(MADE[1]));
  breakDown(project);
  return project;
}

function passWithoutReports(project: RunProject): void {
  const { id } = project.newest();
  const passed = { state: "passed" as const, reason: null };
  project.end(id, "snapshot", { ...passed, required: ["snapshot", "test"] });
  for (const kind of ["test", "judge"] as const) project.end(id, kind, passed);
}

function putOff(project: RunProject): void {
  const reasons = [{ code: "was_blocked", message: "it was blocked" }];
  const merge = { state: "blocked" as const, reasons, commit_sha: null, again_s: 60 };
  project.end(project.newest().id, "merge", { state: "failed", reason: null, merge });
}

/** The one repair that it may make failed as well. */
function exhausted(): RunProject {
  const project = repairing({ limits: { max_attempts: 1 } });
  repair(project, MADE[1]);
  fail(project);
  return project;
}

/** The same failure came twice. */
function circling(): RunProject {
  const project = repairing();
  repair(project, MADE[1]);
  fail(project);
  project.ends(failure("f1"));
  return project;
}

/** What is only followed failed. */
function followed(): RunProject {
  const project = adopting({ agent: undefined });
  fail(project);
  return project;
}
