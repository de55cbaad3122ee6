/** The analysis runs beside the other steps, and never decides more than it may. */
import { describe, expect, test } from "vitest";
import {
  ERRORED,
  FAILED,
  ordered,
  PASSED,
  PLANNED,
  type Project,
  passGate,
  projectAt,
  spoken,
  writeReports,
} from "./decide.fixture.ts";

const RISK = { score: 44, level: "high" } as const;
const BEGUN = { ...PLANNED, analyze: true };

function begun(outcome = BEGUN): { project: Project; id: string } {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  project.end(id, "snapshot", outcome);
  return { project, id };
}

test("it begins with the first step after the snapshot, when it is wanted", () => {
  const { project } = begun();
  expect(ordered(project.last())).toEqual(["setup 1", "analyze 1"]);
  expect(ordered(begun({ ...PLANNED, analyze: false }).project.last())).toEqual(["setup 1"]);
});

test("where it is required it is no step of the row: the judge follows the last of the others", () => {
  const { project, id } = begun({ ...BEGUN, required: ["snapshot", "test", "analyze"] });
  expect(ordered(project.last())).toEqual(["test 1", "analyze 1"]);
  expect(ordered(project.end(id, "test", PASSED))).toEqual(["judge 1"]);
});

describe("its end", () => {
  test("is heard once, notes the risk and lets the steps go on", () => {
    const { project, id } = begun();
    const heard = project.end(id, "analyze", { ...PASSED, risk: RISK });
    expect([ordered(heard), spoken(heard)]).toEqual([[], ["project.status.updated running"]]);
    expect(project.validation(id)).toMatchObject({ risk: RISK, analyzing: null, current: { kind: "setup" } });
    const state = project.state();
    project.end(id, "analyze", FAILED);
    expect(project.state()).toBe(state);
  });

  test("with findings that the base refuses fails the validation at once", () => {
    const { project, id } = begun();
    const reason = { code: "new_findings", message: "eval" };
    expect(ordered(project.end(id, "analyze", { state: "failed", reason }))).toEqual(["release 1"]);
    expect(project.validation(id)).toMatchObject({ state: "failed", reason, current: null });
  });

  test.each(["errored", "timed_out"] as const)("%s ends nothing: the judge knows what it means", (state) => {
    const { project, id } = begun();
    expect(ordered(project.end(id, "analyze", { state, reason: null }))).toEqual([]);
    expect(project.validation(id)).toMatchObject({ state: "running", current: { kind: "setup", try: 1 } });
  });

  test("after the validation ended is written into the check run, and into nothing else", () => {
    const { project, id } = begun();
    for (const kind of ["setup", "test", "judge"] as const) project.end(id, kind, PASSED);
    writeReports(project, id);
    const before = project.validation(id);
    expect(ordered(project.end(id, "analyze", { ...FAILED, risk: RISK }))).toEqual([
      `report ${before.reports + 1}`,
    ]);
    expect(project.validation(id)).toMatchObject({
      state: "passed",
      merge_state: before.merge_state,
      risk: RISK,
    });
  });

  test("of a try that was thrown away is not heard", () => {
    const { project, id } = begun();
    project.end(id, "setup", ERRORED);
    const state = project.state();
    project.end(id, "analyze", FAILED, 1);
    expect(project.state()).toBe(state);
    expect(ordered(project.end(id, "snapshot", BEGUN, 2))).toEqual(["setup 2", "analyze 2"]);
  });

  test("of a head that moved is not waited for", () => {
    const { project, id } = begun();
    project.see({ head_sha: "b".repeat(40) });
    expect(project.validation(id)).toMatchObject({ state: "superseded", analyzing: null });
    passGate(project, project.newest().id);
  });
});
