/** Tables of reports and merges: what is written, what is asked of GitHub, and what its answers mean. */
import { describe, expect, test } from "vitest";
import type { Pull } from "../../models/pull.ts";
import {
  B,
  ERRORED,
  FAILED,
  mergeAnswer,
  merging,
  ordered,
  PASSED,
  type Project,
  passGate,
  projectAt,
  spoken,
  writeReports,
} from "./decide.fixture.ts";
import { MERGE_DEADLINE_MS, nextDue, STEP_DEADLINE_MS } from "./state.ts";

/** A validation of head A that passed; its report is under way. */
function passed(auto_merge = true): { project: Project; id: string } {
  const project = projectAt({ auto_merge });
  project.see();
  const { id } = project.newest();
  passGate(project, id);
  return { project, id };
}

/** A merge that was put off for a minute. */
function putOff(): { project: Project; id: string } {
  const { project, id } = merging();
  project.end(id, "merge", mergeAnswer("blocked", 60));
  return { project, id };
}

describe("reports", () => {
  test("are written one at a time, and the newest is written last", () => {
    const { project, id } = passed();
    // The first report is still under way; three more are wanted by the end.
    expect(project.validation(id)).toMatchObject({ reports: 2, reporting: 1 });
    expect(ordered(project.end(id, "report", PASSED, 1))).toEqual(["report 2"]);
    expect(project.validation(id)).toMatchObject({ reports: 2, reporting: 2, merge_tries: 0 });
  });

  test.each([
    ["an older one", 1],
    ["one that was not ordered", 3],
  ])("%s says nothing while another is under way", (_, nth) => {
    const { project, id } = passed();
    project.end(id, "report", PASSED, 1);
    const before = project.state();
    project.end(id, "report", PASSED, nth);
    expect(project.state()).toBe(before);
  });

  test("remember the check run they wrote", () => {
    const { project, id } = passed();
    project.end(id, "report", { ...PASSED, check_run_id: 99 }, 1);
    project.end(id, "report", PASSED, 2);
    expect(project.validation(id).check_run_id).toBe(99);
  });

  test("go on after one that could not be written", () => {
    const { project, id } = passed();
    expect(ordered(project.end(id, "report", ERRORED, 1))).toEqual(["report 2"]);
    expect(ordered(project.end(id, "report", PASSED, 2))).toEqual(["merge 1"]);
  });
});

describe("the merge", () => {
  test("follows the report of success, and nothing before it", () => {
    const { project, id } = passed();
    expect(project.validation(id).merge_state).toBe("pending");
    expect(ordered(project.end(id, "report", PASSED, 1))).toEqual(["report 2"]);
    const merge = project.end(id, "report", PASSED, 2);
    expect(merge.steps).toMatchObject([{ kind: "merge", validation_id: id, try: 1 }]);
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });

  test("is not wanted without auto-merge, and follows when it is turned on", () => {
    const { project, id } = passed(false);
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({ state: "passed", merge_state: "none", merge_tries: 0 });
    expect(ordered(project.set(true))).toEqual(["merge 1"]);
  });

  test.each([
    ["failed", FAILED],
    ["errored", ERRORED],
  ])("is held back when the report of success %s", (_, outcome) => {
    const { project, id } = passed();
    project.end(id, "report", PASSED, 1);
    const held = project.end(id, "report", outcome, 2);
    expect(ordered(held)).toEqual([]);
    expect(spoken(held)).toContain("notification.new");
    expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merge_reasons: [outcome.reason] });
  });

  test.each<[string, string, (project: Project) => void]>([
    ["auto-merge is turned off", "auto_merge_disabled", (project) => project.set(false)],
    ["the project is removed", "auto_merge_disabled", (project) => project.remove()],
    ["the pull request becomes a draft", "draft", (project) => project.see({ draft: true })],
    ["the pull request is closed", "pull_closed", (project) => project.see({ state: "closed" })],
    ["the pull request is gone", "pull_closed", (project) => project.gone()],
    ["the head moves", "superseded", (project) => project.see({ head_sha: B })],
    ["the head moves in a draft", "superseded", (project) => project.see({ head_sha: B, draft: true })],
    ["the base changes", "superseded", (project) => project.see({ base_ref: "next" })],
    [
      "the head moves and comes back",
      "superseded",
      (project) => void [project.see({ head_sha: B }), project.see()],
    ],
    ["the head becomes a fork's", "superseded", (project) => project.see({ head_repo_id: 2 })],
  ])("is held back when, after the pass, %s", (_, code, then) => {
    const { project, id } = passed();
    project.wait(1);
    then(project);
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({
      state: "passed",
      merge_state: "blocked",
      merge_reasons: [{ code }],
      merge_tries: 0,
      merge_again_at: null,
    });
  });

  test("goes on when the pull request was closed and opened again meanwhile", () => {
    const { project, id } = passed();
    project.see({ state: "closed" });
    project.see();
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });
});

describe("GitHub's answer", () => {
  test.each([
    ["merged", null],
    ["rejected", null],
    ["unknown", null],
    ["blocked", null],
    ["blocked", 60],
  ] as const)("%s (again in %s s) is written down, reported and looked at", (state, again_s) => {
    const { project, id } = merging();
    const answer = mergeAnswer(state, again_s);
    const answered = project.end(id, "merge", answer);
    expect(ordered(answered)).toEqual(["report 3", "observe"]);
    expect(answered.steps[1]).toMatchObject({ delivery_id: null, project_id: "shop", pr_number: 7 });
    expect(spoken(answered)).toEqual(["project.status.updated passed", "notification.new"]);
    expect(project.validation(id)).toMatchObject({
      state: "passed",
      merge_state: state,
      merge_reasons: answer.merge?.reasons,
      merge_commit_sha: answer.merge?.commit_sha,
      merge_again_at: again_s === null ? null : project.now() + 60_000,
    });
  });

  test("that never came, from a step that was given up, leaves it unknown", () => {
    const { project, id } = merging();
    project.end(id, "merge", ERRORED);
    expect(project.validation(id)).toMatchObject({ merge_state: "unknown", merge_reasons: [ERRORED.reason] });
  });

  test.each([
    ["twice", 1],
    ["of a try that was never made", 2],
  ])("%s changes nothing", (_, nth) => {
    const { project, id } = merging();
    project.end(id, "merge", mergeAnswer("rejected"));
    const before = project.state();
    project.end(id, "merge", mergeAnswer("merged"), nth);
    expect(project.state()).toBe(before);
  });

  test("to a merge whose head moved meanwhile is written down and not tried again", () => {
    const { project, id } = merging();
    project.see({ head_sha: B });
    project.end(id, "merge", mergeAnswer("blocked", 60));
    project.tick(60_000);
    expect(project.validation(id)).toMatchObject({
      merge_state: "blocked",
      merge_tries: 1,
      merge_again_at: null,
    });
  });
});

describe("a merge that was put off", () => {
  test("is tried again when its time comes, and not before", () => {
    const { project, id } = putOff();
    expect(nextDue(project.state())).toBe(project.now() + 60_000);
    expect(ordered(project.tick(59_999))).toEqual([]);
    expect(ordered(project.tick(1))).toEqual(["merge 2"]);
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_again_at: null });
  });

  test("is tried at once when GitHub says that something changed", () => {
    const { project } = putOff();
    expect(ordered(project.see())).toEqual(["merge 2"]);
  });

  test("is not tried at once because of a look of our own, which follows every answer", () => {
    const { project } = putOff();
    expect(ordered(project.see({}, null))).toEqual([]);
    expect(ordered(project.see({ base_sha: B }, null))).toEqual([]);
  });

  test.each<[string, string, Partial<Pull>]>([["a draft", "draft", { draft: true }]])(
    "is given up when the pull request is %s by then",
    (_, code, changes) => {
      const { project, id } = putOff();
      writeReports(project, id);
      project.see(changes);
      project.tick(60_000);
      expect(project.validation(id)).toMatchObject({
        merge_state: "blocked",
        merge_reasons: [{ code }],
        merge_tries: 1,
        merge_again_at: null,
      });
    },
  );

  test("is given up when the pull request closes, the head moves or a person retries", () => {
    for (const then of ["close", "push", "retry"] as const) {
      const { project, id } = putOff();
      writeReports(project, id);
      if (then === "close") project.see({ state: "closed" });
      if (then === "push") project.see({ head_sha: B });
      if (then === "retry") expect(project.retry(id).refused).toBeUndefined();
      expect(project.validation(id).merge_again_at).toBeNull();
      project.tick(60_000);
      expect(project.validation(id).merge_tries).toBe(1);
    }
  });

  test("is given up after a day, for a person to retry", () => {
    const { project, id } = putOff();
    const finished = project.validation(id).finished_at ?? 0;
    while (project.validation(id).merge_again_at !== null) {
      project.tick((project.validation(id).merge_again_at ?? 0) - project.now());
      const { merge_state, merge_tries } = project.validation(id);
      if (merge_state === "pending") project.end(id, "merge", mergeAnswer("blocked", 3_600), merge_tries);
    }
    expect(project.validation(id).merge_reasons).toMatchObject([{ code: "merge_deadline" }]);
    expect(project.now()).toBeGreaterThan(finished + MERGE_DEADLINE_MS);
    expect(project.retry(id).refused).toBeUndefined();
  });
});

describe("nothing is pending for ever", () => {
  test("a report of success that was lost holds the merge back", () => {
    const { project, id } = passed();
    expect(nextDue(project.state())).toBe(project.now() + STEP_DEADLINE_MS.report);
    expect(ordered(project.tick(STEP_DEADLINE_MS.report))).toEqual(["report 3"]);
    expect(project.validation(id)).toMatchObject({
      merge_state: "blocked",
      merge_reasons: [{ code: "report_lost" }],
    });
    // The lost one may come yet, and says nothing any more; the merge goes on after the one in its place.
    expect(ordered(project.end(id, "report", PASSED, 1))).toEqual([]);
    expect(ordered(project.end(id, "report", PASSED, 3))).toEqual(["merge 1"]);
  });

  test("an answer that was lost is unknown, and GitHub is looked at", () => {
    const { project, id } = merging();
    expect(nextDue(project.state())).toBe(project.now() + STEP_DEADLINE_MS.merge);
    expect(ordered(project.tick(STEP_DEADLINE_MS.merge))).toEqual(["report 3", "observe"]);
    expect(project.validation(id)).toMatchObject({
      merge_state: "unknown",
      merge_reasons: [{ code: "merge_lost" }],
    });
    writeReports(project, id);
    expect(nextDue({ ...project.state(), pulls: {} })).toBeNull();
  });

  test("an answer is waited for although its pull request went on and an hour passed", () => {
    const { project, id } = merging();
    project.end(id, "merge", mergeAnswer("blocked", 3_601));
    project.tick(3_601_000);
    project.see({ head_sha: B });
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_tries: 2 });
    expect(ordered(project.end(id, "merge", mergeAnswer("rejected"), 2))).toContain("observe");
  });
});
