/** The hold that a run leaves on its pull request outlives the run, until a person decides. */
import { describe, expect, test } from "vitest";
import { mergeAnswer, ordered, writeReports } from "./decide.fixture.ts";
import { FOREIGN, MADE, pushedTo, type RunProject } from "./run.fixture.ts";
import { atGate, pass, pushing, repairPushing, stuck } from "./run-stages.fixture.ts";

const DAY = 24 * 60 * 60_000;
const HOUR = 60 * 60_000;

/** A run whose first change is at the gate, and that a person stopped. */
function stopped(): RunProject {
  const project = atGate();
  project.stop();
  return project;
}

/** The head is validated again because the pull request goes to another branch, and passes. */
function passesElsewhere(project: RunProject, head_sha: string): void {
  project.wait(1);
  project.see({ head_sha, head_ref: "tidegate/sell-milk-12345678", base_ref: "next" });
  pass(project);
}

function reopened(project: RunProject, head_sha: string): void {
  for (const state of ["closed", "open"] as const) {
    project.wait(1);
    project.see({ head_sha, head_ref: "tidegate/sell-milk-12345678", state });
  }
}

const WAITS = { state: "passed", merge_state: "blocked", hold: { code: "needs_human" }, approved_by: null };

describe("what passes is held", () => {
  test("after the pull request of a stuck run was closed and opened again", () => {
    const project = stuck();
    reopened(project, MADE[0]);
    expect(project.run().phase).toBe("cancelled");
    passesElsewhere(project, MADE[0]);
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("after nobody came to a stuck run for two weeks", () => {
    const project = stuck();
    project.tick(15 * DAY);
    expect(project.run().phase).toBe("failed");
    project.tick(2 * HOUR);
    expect(project.state().runs).toEqual({});
    passesElsewhere(project, MADE[0]);
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("after a run was stopped and forgotten", () => {
    const project = stopped();
    project.tick(2 * HOUR);
    project.tick(1);
    expect(project.state().runs).toEqual({});
    passesElsewhere(project, MADE[0]);
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("when a push that was under way arrives after the stop", () => {
    const project = repairPushing();
    project.stop();
    project.sees(MADE[1]);
    pass(project);
    expect(project.newest()).toMatchObject({ ...WAITS, head_sha: MADE[1] });
  });

  test("when the pull request itself arrives after the stop", () => {
    const project = pushing();
    project.stop();
    project.sees(MADE[0]);
    pass(project);
    expect(project.newest()).toMatchObject(WAITS);
  });

  test("when a vendor that pushes by itself does so after it was given up", () => {
    const project = atGate({ agent: "codegen" });
    project.stop();
    project.sees(FOREIGN);
    pass(project);
    expect(project.newest()).toMatchObject({ ...WAITS, head_sha: FOREIGN });
  });
});

describe("what passes is held no more", () => {
  test("after a person approved it", () => {
    const project = stopped();
    passesElsewhere(project, MADE[0]);
    const { id } = project.newest();
    project.approve(id);
    writeReports(project, id);
    project.end(id, "merge", mergeAnswer("rejected"));
    project.retry(project.newest().id);
    pass(project);
    expect(project.newest()).toMatchObject({ merge_state: "pending", hold: null });
  });

  test("after a person let the run try again", () => {
    const project = stuck();
    project.again();
    expect(project.state().pulls[7]?.hold).toBeNull();
  });

  test("when somebody else pushed another head", () => {
    const project = stopped();
    project.sees(FOREIGN);
    pass(project);
    expect(ordered(project.last())).toEqual(["merge 1"]);
  });

  test("and no event speaks of it", () => {
    const project = pushing();
    project.ends(pushedTo(MADE[0]));
    project.stop();
    const { events } = project.sees(MADE[0]);
    const seen = events.find((event) => event.type === "pr.created");
    expect(seen).toMatchObject({ pull: { number: 7 } });
    expect(seen).not.toHaveProperty("pull.hold");
    expect(project.state().pulls[7]?.hold).toMatchObject({ heads: [MADE[0]] });
  });
});
