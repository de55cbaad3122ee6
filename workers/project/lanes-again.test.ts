/** Tables of merges that are asked for again, and of what a person's word counts for by then. */
import { describe, expect, test } from "vitest";
import type { Fact } from "../../models/fact.ts";
import { auditOf } from "./audit.ts";
import {
  B,
  mergeAnswer,
  merging,
  PASSED,
  PLANNED,
  PROJECT,
  type Project,
  projectAt,
  pullAt,
  writeReports,
} from "./decide.fixture.ts";
import { answer, at, MOVED, merges, queue } from "./lanes.fixture.ts";
import { STEP_DEADLINE_MS } from "./state.ts";

describe("what GitHub refused", () => {
  const refused = {
    ...mergeAnswer("blocked"),
    merge: {
      state: "blocked" as const,
      reasons: [{ code: "not_mergeable", message: "At least 1 approving review is required" }],
      commit_sha: null,
      again_s: null,
    },
  };

  test("is asked for again when somebody did something to the pull request since", () => {
    const project = queue(1);
    answer(project, 1, refused);
    // The look that follows every answer.
    const own = { ...pullAt({ ...at(1), updated_at: 1_000, read_at: project.now() }) };
    const id = `${project.newest(1).id}.observe.1.1.${project.now()}`;
    project.tell({ type: "pull.observed", id, pull: own, delivery_id: null });
    expect(merges(project, 1)).toEqual(["blocked"]);
    project.wait(1);
    project.see({ ...at(1), updated_at: 2_000 });
    expect(project.newest(1)).toMatchObject({ merge_state: "pending", merge_tries: 2 });
  });

  test("is asked for again although the webhook was lost, and not without end", () => {
    const project = queue(1);
    for (let nth = 1; nth < 40; nth++) {
      answer(project, 1, refused);
      project.see({ ...at(1), updated_at: nth * 1_000 }, null);
    }
    expect(project.newest(1)).toMatchObject({ merge_state: "blocked", nudges: 20 });
  });

  test("is asked for again after a long wait for something else", () => {
    const project = queue(1);
    for (let minutes = 0; minutes < 30; minutes++) {
      answer(project, 1, mergeAnswer("blocked", 60));
      project.tick(60_000);
    }
    answer(project, 1, refused);
    project.see({ ...at(1), updated_at: 1_000 });
    expect(merges(project, 1)).toEqual(["pending"]);
  });

  test("is not asked for again because something else happened", () => {
    const project = queue(1);
    project.see({ ...at(1), updated_at: 1_000 }, null);
    answer(project, 1, refused);
    project.see({ ...at(1), updated_at: 1_000 });
    expect(merges(project, 1)).toEqual(["blocked"]);
  });
});

describe("a pull request that is as it was by now", () => {
  const rejected = (code: string) => ({
    ...mergeAnswer("rejected"),
    merge: {
      state: "rejected" as const,
      reasons: [{ code, message: code }],
      commit_sha: null,
      again_s: null,
    },
  });

  test.each(["head_modified", "pull_closed", "base_changed"])("is asked for again after %s", (code) => {
    const project = queue(1);
    answer(project, 1, rejected(code));
    project.see(at(1), null);
    project.tick(5_000);
    expect(project.newest(1)).toMatchObject({ merge_state: "pending", merge_tries: 2 });
  });

  test("is not, when somebody else merged it", () => {
    const project = queue(1);
    answer(project, 1, rejected("merged_by_other"));
    project.see(at(1), null);
    project.tick(5_000);
    expect(merges(project, 1)).toEqual(["rejected"]);
  });
});

describe("what a person approved before the base moved", () => {
  const approved = (second: { code: string; message: string }) => {
    const project = projectAt();
    project.see(at(1));
    const hold = { code: "risk_asks", message: "The risk is high" };
    judged(project, hold);
    project.approve(project.newest(1).id);
    writeReports(project, project.newest(1).id);
    answer(project, 1, MOVED);
    judged(project, second);
    return project.newest(1);
  };
  const judged = (project: Project, hold: { code: string; message: string }) => {
    const { id } = project.newest(1);
    project.end(id, "snapshot", PLANNED);
    for (const kind of ["setup", "test"] as const) project.end(id, kind, PASSED);
    project.end(id, "judge", { ...PASSED, hold });
    writeReports(project, id);
  };

  test("counts for the same reason", () => {
    const same = approved({ code: "risk_asks", message: "The risk is high" });
    expect(same).toMatchObject({ approved_by: "mira", merge_state: "pending", attempt: 2 });
  });

  test("counts for no other, whatever its code", () => {
    const other = approved({ code: "risk_asks", message: "The risk is critical" });
    expect(other).toMatchObject({ approved_by: null, merge_state: "blocked", green: false });
  });
});

test("the audit says what landed, and not only that the next is asked for", () => {
  const project = queue(1, 2);
  const before = project.state();
  const { id } = project.newest(1);
  const fact: Fact = {
    type: "step.ended",
    id: "end",
    validation_id: id,
    kind: "merge",
    try: 1,
    outcome: mergeAnswer("merged"),
  };
  project.tell(fact);
  const row = auditOf(PROJECT, fact, before, project.state(), undefined);
  expect(row).toMatchObject({ action: "merge.merged", target: id });
});

describe("a merge that is about to be asked for", () => {
  const asks = (project: Project, id: string, nth = 1) =>
    project.tell({ type: "merge.asks", id: `asks ${project.now()} ${nth}`, validation_id: id, try: nth });

  test("is waited for as long again", () => {
    const { project, id } = merging();
    project.wait(STEP_DEADLINE_MS.merge - 1);
    expect(asks(project, id).refused).toBeUndefined();
    expect(project.validation(id).deadline_at).toBe(project.now() + STEP_DEADLINE_MS.merge);
  });

  test.each<[string, (project: Project, id: string) => unknown]>([
    ["was given up meanwhile", (project) => project.tick(STEP_DEADLINE_MS.merge)],
    ["has an answer", (project, id) => project.end(id, "merge", mergeAnswer("rejected"))],
    ["is nobody's wish any more", (project) => project.set(false)],
    ["is of a project that was paused", (project) => project.set(true, true, true)],
    ["is of a head that moved", (project) => project.see({ head_sha: B })],
    ["is of a draft by now", (project) => project.see({ draft: true })],
  ])("is not asked for when it %s", (_, then) => {
    const { project, id } = merging();
    project.wait(1);
    then(project, id);
    expect(asks(project, id).refused?.code).toBe("conflict");
    expect(asks(project, id, 2).refused?.code).toBe("conflict");
  });
});

test("who has no place in the queue takes none by a jump", () => {
  const project = queue(1, 2);
  project.see({ ...at(3), draft: false });
  expect(project.newest(3).queued_at).toBeNull();
  expect(project.queue("jump", 3).refused).toMatchObject({ code: "conflict" });
  expect(project.newest(3).queued_at).toBeNull();
});

test("a validation began once, however many steps it took", () => {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  expect(project.validation(id).started_at).toBeNull();
  project.end(id, "snapshot", PLANNED);
  const began = project.now();
  project.wait(1_000);
  project.end(id, "setup", PASSED);
  expect(project.validation(id).started_at).toBe(began);
});
