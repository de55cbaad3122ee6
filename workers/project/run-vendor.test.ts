/** A vendor that pushes by itself: its runs have no push of their own. */
import { describe, expect, test } from "vitest";
import { ordered } from "./decide.fixture.ts";
import { DONE, FOREIGN, failure, MADE, pushedTo, RUN, type RunProject, runProject } from "./run.fixture.ts";
import { executing, fail, pass } from "./run-stages.fixture.ts";

describe("a vendor that pushes by itself", () => {
  test("answers with its pull request", () => {
    const project = executing({ agent: "codegen" });
    expect(ordered(project.ends(pushedTo(MADE[0])))).toEqual(["tidy 2", "observe"]);
    expect(project.run()).toMatchObject({ phase: "validating", pr_number: 7, heads: [MADE[0]] });
    project.sees(MADE[0]);
    expect(project.newest().agent_run_id).toBe(RUN);
  });

  test("may open its pull request before its turn is over", () => {
    const project = executing({ agent: "codegen" });
    project.sees(MADE[0]);
    expect(project.newest().agent_run_id).toBeNull();
    project.ends(pushedTo(MADE[0]));
    expect(project.run().phase).toBe("validating");
    expect(project.newest().agent_run_id).toBe(RUN);
  });

  test("may push as often as it likes while it repairs", () => {
    const project = hosted();
    for (const head of [MADE[1], MADE[2]]) {
      project.sees(head);
      expect(project.run()).toMatchObject({ phase: "repairing", heads: [head] });
    }
    project.ends(pushedTo(MADE[2]));
    expect(project.run()).toMatchObject({ phase: "validating", attempts: 1 });
    pass(project);
    expect(project.newest().merge_state).toBe("pending");
  });

  test("may have pushed what was not seen yet: the older head's failure is not repaired", () => {
    const project = hosted();
    project.ends(pushedTo(MADE[1]));
    expect(project.run()).toMatchObject({ phase: "validating", current: null });
    project.sees(MADE[1]);
    expect(project.run()).toMatchObject({ phase: "validating", heads: [MADE[1]] });
  });

  test("is taken over by who pushes while it does not work", () => {
    const project = hosted();
    project.ends(pushedTo(MADE[1]));
    project.sees(MADE[1]);
    project.sees(FOREIGN);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "human_push" } });
  });

  test("may answer a wish for a plan with a pull request where nobody wants to confirm one", () => {
    const project = runProject();
    project.start({ agent: "codegen", auto_confirm: true });
    expect(ordered(project.ends(pushedTo(MADE[0])))).toEqual(["tidy 1", "observe"]);
    expect(project.run()).toMatchObject({ phase: "validating", plans: [], plan_version: null });
  });

  test("asks a person when it wrote without waiting for its plan to be confirmed", () => {
    const project = skipping();
    expect(project.run()).toMatchObject({ phase: "needs_human", pr_number: 7, heads: [MADE[0]] });
    expect(project.run().reason?.code).toBe("plan_skipped");
    project.sees(MADE[0]);
    pass(project);
    const { id } = project.newest();
    expect(project.newest()).toMatchObject({ merge_state: "blocked", hold: { code: "needs_human" } });
    project.approve(id);
    expect(project.newest()).toMatchObject({ merge_state: "pending", approved_by: "mira" });
  });

  test("goes on with what it wrote too early when a person says so", () => {
    const project = skipping();
    project.sees(MADE[0]);
    project.again();
    project.sees(MADE[0]);
    expect(project.run()).toMatchObject({ phase: "validating", pr_number: 7 });
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "pending", hold: null });
  });

  test.each([
    ["that was seen", true],
    ["that was not seen yet", false],
  ])("may not name the pull request of another run %s", (_, seen) => {
    const project = executing({ agent: "codegen" });
    if (seen) project.sees(MADE[0]);
    project.start({ agent: "custom", pr_number: 7 }, "run_other");
    project.ends(pushedTo(MADE[0]));
    expect(project.run()).toMatchObject({ phase: "needs_human", pr_number: null });
    expect(project.run().reason).toMatchObject({ code: "agent_failed" });
    expect(project.run("run_other").phase).toBe("validating");
  });

  test("that opens none has changed nothing", () => {
    const project = executing({ agent: "codegen" });
    project.ends(DONE);
    expect(project.run().reason?.code).toBe("no_diff");
  });

  test("goes on by the id that it gave", () => {
    const project = executing({ agent: "codegen" });
    project.waits(5);
    project.ends({ ...pushedTo(MADE[0]), vendor_ref: "41" });
    project.sees(MADE[0]);
    fail(project);
    project.ends(failure("f1"));
    expect(project.run()).toMatchObject({ phase: "repairing", vendor_ref: "41" });
  });
});

/** A run of the hosted vendor that was to plan and opened a pull request. */
function skipping(): RunProject {
  const project = runProject();
  project.start({ agent: "codegen" });
  project.ends(pushedTo(MADE[0]));
  return project;
}

/** A run of the hosted vendor that repairs its first failure. */
function hosted(): RunProject {
  const project = executing({ agent: "codegen" });
  project.ends(pushedTo(MADE[0]));
  project.sees(MADE[0]);
  fail(project);
  project.ends(failure("f1"));
  return project;
}
