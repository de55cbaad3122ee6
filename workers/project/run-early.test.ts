/** What becomes of a pull request that a run made and that nobody has seen or named yet. */
import { describe, expect, test } from "vitest";
import { writeReports } from "./decide.fixture.ts";
import { cost, MADE, pushedTo, runProject } from "./run.fixture.ts";
import { executing, pass, pushing } from "./run-stages.fixture.ts";

const DAY = 24 * 60 * 60_000;
const WAITS = { merge_state: "blocked", hold: { code: "needs_human" }, approved_by: null };

/** A vendor that was to make a plan opened #7 instead, and nobody but the run was told of it. */
function skipped() {
  const project = runProject();
  project.start({ agent: "codegen" });
  const { steps } = project.ends(pushedTo(MADE[0]));
  return { project, steps };
}

describe("the hold of a run that stopped", () => {
  test("waits for a pull request that is seen long after the run was forgotten", () => {
    const { project } = skipped();
    project.tick(15 * DAY);
    project.tick(2 * 60 * 60_000);
    expect(project.state().runs).toEqual({});
    project.sees(MADE[0]);
    pass(project);
    expect(project.newest()).toMatchObject(WAITS);
    expect(project.state().holds).toEqual({});
  });

  test("waits for the branch of a push whose answer was lost", () => {
    const project = pushing();
    project.stop();
    project.tick(2 * 60 * 60_000);
    project.tick(1);
    expect(project.state().runs).toEqual({});
    project.sees(MADE[0]);
    pass(project);
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("is none any more after another go", () => {
    const { project } = skipped();
    project.again();
    expect(project.state().holds).toEqual({});
  });
});

test("a pull request that a run names is read at once: GitHub's word of it may be lost", () => {
  expect(skipped().steps).toContainEqual(expect.objectContaining({ kind: "observe", pr_number: 7 }));
  const project = executing({ agent: "codegen" });
  const named = project.waits(3, cost(0), { pr_number: 7 });
  expect(named.steps).toContainEqual(expect.objectContaining({ kind: "observe", pr_number: 7 }));
  expect(project.waits(3, cost(0), { pr_number: 7 }).steps).toEqual([]);
});

test("a vendor that opens one in the middle of its plan is stopped there", () => {
  const project = runProject();
  project.start({ agent: "codegen" });
  project.waits(3, cost(0), { pr_number: 7 });
  expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "plan_skipped" } });
});

describe("a merge, while a hosted agent may have opened the pull request,", () => {
  test("waits until the agent was asked, and is its run's then", () => {
    const project = runProject();
    project.start({ agent: "codegen" });
    project.sees(MADE[0]);
    pass(project);
    const { id } = project.newest();
    writeReports(project, id);
    const reason = { code: "agent_at_work" };
    expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_reasons: [reason] });
    project.waits(30, cost(0), { pr_number: 7 });
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("goes on when the agent was asked and did not", () => {
    const project = runProject();
    project.start({ agent: "codegen" });
    project.sees(MADE[0]);
    pass(project);
    writeReports(project, project.newest().id);
    // This look was ordered before the pull request was seen: it may be told late.
    project.wait(20_000);
    project.waits(10);
    expect(project.tick(11_000).steps).toEqual([expect.objectContaining({ kind: "turn", visit: 2 })]);
    project.waits(30);
    expect(project.tick(5_000).steps).toContainEqual(expect.objectContaining({ kind: "merge" }));
  });

  test("does not wait for one that began later", () => {
    const project = runProject();
    project.sees(MADE[0]);
    project.start({ agent: "codegen" });
    pass(project);
    expect(project.newest().merge_state).toBe("pending");
  });
});
