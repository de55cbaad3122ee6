/** What a run that asks a person means for the gate, and when it goes on by itself. */
import { describe, expect, test } from "vitest";
import { ordered, writeReports } from "./decide.fixture.ts";
import { MADE, NO_GOOD, type RunProject } from "./run.fixture.ts";
import {
  breakDown,
  brokenGate,
  cancelledGate,
  fail,
  pass,
  pushing,
  repairing,
  repairPushing,
  stuck,
  takenOver,
} from "./run-stages.fixture.ts";

describe("a run that asks a person", () => {
  test("asks in the check run of what failed too", () => {
    const project = repairing();
    writeReports(project, project.newest().id);
    expect(ordered(project.ends(NO_GOOD))).toEqual(["tidy 3", "summarize 4", "report 3"]);
    const message = "The run stopped: no good";
    expect(project.newest()).toMatchObject({ state: "failed", hold: { code: "needs_human", message } });
  });

  test("asks in the check run of what fails later", () => {
    const project = stuck();
    project.retry(project.newest().id);
    fail(project);
    expect(project.newest().hold?.code).toBe("needs_human");
    expect(project.run().phase).toBe("needs_human");
  });

  test("holds what passes later until a person approves it", () => {
    const project = stuck();
    project.retry(project.newest().id);
    pass(project);
    const { id } = project.newest();
    expect(project.newest()).toMatchObject({
      state: "passed",
      merge_state: "blocked",
      hold: { code: "needs_human" },
    });
    expect(project.run().phase).toBe("needs_human");
    project.approve(id);
    writeReports(project, id);
    expect(ordered(project.last())).toEqual(["merge 1"]);
  });

  test("holds a merge that was on its way already, until a person approves it", () => {
    const project = repairPushing();
    project.retry(project.newest().id);
    pass(project);
    const { id } = project.newest();
    project.end(id, "merge", putOff());
    expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_tries: 1 });
    project.ends({ ...NO_GOOD, reason: { code: "push_refused", message: "no" } });
    expect(project.newest().hold?.code).toBe("needs_human");
    expect(ordered(project.tick(60_000))).toEqual([]);
    expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_again_at: null });
    project.approve(id);
    writeReports(project, id);
    expect(project.newest()).toMatchObject({ merge_state: "pending", merge_tries: 2 });
  });

  test.each<[string, () => RunProject]>([
    ["the gate's machinery failed", () => brokenGate()],
    ["the run's machinery failed", () => breakDown(repairing())],
    ["the validation was cancelled", () => cancelledGate()],
  ])("goes on by itself with another validation when %s", (_, at) => {
    const project = at();
    expect(project.run().phase).toBe("needs_human");
    project.retry(project.newest().id);
    expect(project.run()).toMatchObject({ phase: "validating", status: "running", reason: null });
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "pending", hold: null });
  });

  test("about a push that was lost goes on when that arrived all the same", () => {
    const project = pushing();
    breakDown(project);
    expect(project.run()).toMatchObject({ phase: "needs_human", pr_number: null });
    project.sees(MADE[0]);
    expect(project.run()).toMatchObject({ phase: "validating", pr_number: 7, reason: null });
  });

  test.each<[string, () => RunProject]>([
    ["gave up", () => stuck()],
    ["was taken over", () => takenOver()],
  ])("because its agent %s does not go on by itself", (_, at) => {
    const project = at();
    project.retry(project.newest().id);
    expect(project.run().phase).toBe("needs_human");
  });
});

function putOff() {
  const reasons = [{ code: "was_blocked", message: "it was blocked" }];
  const merge = { state: "blocked" as const, reasons, commit_sha: null, again_s: 60 };
  return { state: "failed" as const, reason: null, merge };
}
