/** Tables of what waits: the code of forks, steps that GitHub's limits keep, stale answers, and the one comment. */
import { describe, expect, test } from "vitest";
import {
  A,
  B,
  ordered,
  PASSED,
  PLANNED,
  type Project,
  passGate,
  projectAt,
  writeReports,
} from "./decide.fixture.ts";
import { nextDue, STALL_DEADLINE_MS, STEP_DEADLINE_MS, WAIT_DEADLINE_MS } from "./state.ts";

const FORK = { head_repo_id: 2 };

function waiting(): { project: Project; id: string } {
  const project = projectAt();
  project.see(FORK);
  return { project, id: project.newest().id };
}

describe("the code of a fork", () => {
  test("runs when a person let this very head, and its merge asks a person again", () => {
    const { project, id } = waiting();
    expect(ordered(project.approve(id))).toContain("snapshot 1");
    expect(project.newest()).toMatchObject({ waits: null, allowed_by: "mira", approved_by: null });
    passGate(project, id);
    writeReports(project, id);
    expect(project.newest()).toMatchObject({
      state: "passed",
      merge_state: "blocked",
      hold: { code: "fork" },
    });
    project.approve(id);
    writeReports(project, id);
    expect(project.newest()).toMatchObject({ merge_state: "pending", merge_tries: 1, approved_by: "mira" });
  });

  test("waits anew after a push: the word was given for another commit", () => {
    const { project, id } = waiting();
    project.approve(id);
    project.wait(1);
    expect(ordered(project.see({ ...FORK, head_sha: B }))).toEqual(["release 1", "report 1"]);
    expect(project.validation(id)).toMatchObject({ state: "superseded" });
    expect(project.newest()).toMatchObject({ head_sha: B, waits: { code: "fork_needs_approval" } });
    expect(project.approve(id).refused?.code).toBe("superseded");
    expect(project.newest().current).toBeNull();
  });

  test("needs no other word for another attempt at the same head", () => {
    const { project, id } = waiting();
    project.approve(id);
    project.end(id, "snapshot", { state: "failed", reason: { code: "x", message: "x" } });
    expect(ordered(project.retry(id))).toContain("snapshot 1");
  });

  test("is not waited for without end", () => {
    const { project } = waiting();
    project.tick(WAIT_DEADLINE_MS);
    expect(project.newest()).toMatchObject({ state: "timed_out", reason: { code: "never_begun" } });
  });

  test("does not begin in a draft, and begins when that is ready", () => {
    const { project, id } = waiting();
    project.see({ ...FORK, draft: true });
    expect(ordered(project.approve(id))).not.toContain("snapshot 1");
    expect(ordered(project.see(FORK))).toContain("snapshot 1");
    expect(project.state().pulls[7]?.blocked).toBeNull();
  });

  test("waits for the end of a pause too", () => {
    const { project, id } = waiting();
    project.set(true, true, true);
    expect(ordered(project.approve(id))).not.toContain("snapshot 1");
    expect(project.newest()).toMatchObject({ waits: { code: "paused" } });
    expect(ordered(project.set(true))).toContain("snapshot 1");
  });
});

describe("what came of a validation that was flaky", () => {
  const unsteady = (quarantined: boolean) => {
    const project = projectAt();
    project.see();
    const { id } = project.newest();
    project.end(id, "snapshot", PLANNED);
    for (const kind of ["setup", "test"] as const) project.end(id, kind, PASSED);
    project.end(id, "judge", { ...PASSED, flaky: { tests: ["adds"], quarantined } });
    writeReports(project, id);
    return project;
  };

  test("is not merged without a person", () => {
    const project = unsteady(false);
    expect(project.newest()).toMatchObject({ state: "passed_flaky", merge_state: "blocked", green: false });
    expect(project.newest().hold?.message).toContain("adds");
    project.approve(project.newest().id);
    writeReports(project, project.newest().id);
    expect(project.newest()).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });

  test("and of a fork asks for both at once", () => {
    const project = projectAt();
    project.see(FORK);
    const { id } = project.newest();
    project.approve(id);
    project.end(id, "snapshot", PLANNED);
    for (const kind of ["setup", "test"] as const) project.end(id, kind, PASSED);
    project.end(id, "judge", { ...PASSED, flaky: { tests: ["adds"], quarantined: false } });
    expect(project.newest().hold?.message).toMatch(/adds.*Besides: .*fork/);
  });

  test("is merged when all that failed is on the quarantine list", () => {
    expect(unsteady(true).newest()).toMatchObject({ state: "passed", merge_state: "pending", green: true });
  });
});

describe("a step that GitHub's limits keep", () => {
  const stall = (project: Project, kind: "snapshot" | "merge" | "report", until: number, nth = 1) =>
    project.tell({
      type: "step.waits",
      id: `waits ${kind} ${until}`,
      validation_id: project.newest().id,
      kind,
      try: nth,
      stall: { code: "github_rate_limited", message: "GitHub lets us ask again at noon", until },
    });

  test("is waited for that much longer, and says so until it ends", () => {
    const project = projectAt();
    project.see();
    const until = project.now() + 20 * 60_000;
    stall(project, "snapshot", until);
    expect(project.newest()).toMatchObject({
      stalled: { code: "github_rate_limited" },
      current: { deadline_at: until + STEP_DEADLINE_MS.snapshot },
    });
    project.end(project.newest().id, "snapshot", PLANNED);
    expect(project.newest().stalled).toBeNull();
  });

  test("is not waited for more than a day in all", () => {
    const project = projectAt();
    project.see();
    stall(project, "snapshot", project.now() + 10 * STALL_DEADLINE_MS);
    expect(project.newest().current?.deadline_at).toBe(project.newest().created_at + STALL_DEADLINE_MS);
  });

  test("says nothing when nobody waits for it", () => {
    const project = projectAt();
    project.see();
    const before = project.state();
    stall(project, "merge", project.now() + 1);
    stall(project, "snapshot", project.now() + 2, 3);
    expect(project.state()).toBe(before);
  });

  test("keeps a report from being written twice", () => {
    const project = projectAt();
    project.see();
    const until = project.now() + STEP_DEADLINE_MS.report;
    stall(project, "report", until);
    project.end(project.newest().id, "snapshot", PLANNED);
    expect(ordered(project.tick(STEP_DEADLINE_MS.report))).not.toContain("report 2");
    expect(ordered(project.tick(STEP_DEADLINE_MS.report))).toContain("report 2");
  });
});

describe("an answer that GitHub made before what is known", () => {
  test.each([
    ["of an older change", { head_sha: B, updated_at: 1_000 }, A],
    ["of the same moment", { head_sha: B, updated_at: 2_000 }, B],
    ["without a moment", { head_sha: B, updated_at: null }, B],
  ])("%s", (_, changes, head_sha) => {
    const project = projectAt();
    project.see({ updated_at: 2_000 });
    project.wait(5);
    project.see(changes);
    expect(project.state().pulls[7]?.head_sha).toBe(head_sha);
  });

  test("of one second is believed in the order of the reads", () => {
    const project = projectAt();
    for (const state of ["closed", "open", "closed", "open"] as const) {
      project.wait(5);
      project.see({ updated_at: 2_000, state });
      expect(project.state().pulls[7]?.state).toBe(state);
    }
  });
});

describe("the comment", () => {
  const marks = (project: Project) => project.last().steps.filter(({ kind }) => kind === "mark");
  const write = (project: Project, nth: number) =>
    project.tell({ type: "mark.ended", id: `mark ${nth}`, pr_number: 7, nth });

  test("is written once at a time, paced, and last of what stands last", () => {
    const project = projectAt();
    project.see();
    expect(marks(project)).toMatchObject([{ nth: 1, delay_s: 0, pr_number: 7 }]);
    project.wait(1_000);
    const { id } = project.newest();
    project.end(id, "snapshot", { state: "failed", reason: { code: "x", message: "x" } });
    expect(marks(project)).toEqual([]);
    write(project, 1);
    expect(marks(project)).toMatchObject([{ nth: 2, delay_s: 4 }]);
    write(project, 2);
    expect(marks(project)).toEqual([]);
  });

  test("that was not heard of is written anew, also of a pull request that is closed by then", () => {
    const project = projectAt();
    project.see();
    write(project, 1);
    project.wait(10_000);
    project.see({ state: "closed" });
    expect(marks(project)).toMatchObject([{ nth: 2 }]);
    writeReports(project, project.newest().id);
    expect(nextDue(project.state())).toBe(project.now() + STEP_DEADLINE_MS.report);
    project.tick(STEP_DEADLINE_MS.report);
    expect(marks(project)).toMatchObject([{ nth: 3 }]);
  });

  test("is not made where nothing is validated", () => {
    const project = projectAt();
    project.see({ draft: true });
    expect(marks(project)).toEqual([]);
  });
});
