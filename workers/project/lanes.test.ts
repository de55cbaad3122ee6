/** Tables of the merge queue: who goes first, what waits for it, and what people may change of it. */
import { describe, expect, test } from "vitest";
import type { QueueAction } from "../../models/fact.ts";
import {
  FAILED,
  mergeAnswer,
  ordered,
  PASSED,
  PLANNED,
  type Project,
  writeReports,
} from "./decide.fixture.ts";
import { answer, at, MOVED, merges, pass, queue, TIP } from "./lanes.fixture.ts";
import { MOST_REQUEUES } from "./requeue.ts";

describe("merges into one base", () => {
  test("happen one after the other, in the order in which they passed", () => {
    const project = queue(1, 2, 3);
    expect(merges(project, 1, 2, 3)).toEqual(["pending", "queued", "queued"]);
    expect(answer(project, 1)).toEqual(["merge 1"]);
    expect(merges(project, 1, 2, 3)).toEqual(["merged", "pending", "queued"]);
    answer(project, 2, mergeAnswer("rejected"));
    expect(merges(project, 1, 2, 3)).toEqual(["merged", "rejected", "pending"]);
  });

  test("into another base do not wait for them", () => {
    const project = queue(1);
    project.see({ number: 2, head_sha: "2".repeat(40), base_ref: "next" });
    pass(project, 2);
    expect(merges(project, 1, 2)).toEqual(["pending", "pending"]);
  });

  test("wait for the answer of a merge whose pull request is closed by now", () => {
    const project = queue(1, 2);
    project.see({ number: 1, head_sha: "1".repeat(40), head_ref: "b1", state: "closed", merged: true });
    expect(merges(project, 2)).toEqual(["queued"]);
    answer(project, 1);
    expect(merges(project, 2)).toEqual(["pending"]);
  });

  test("that wait for something else keep nobody waiting, and their place", () => {
    const project = queue(1, 2, 3);
    answer(project, 1, mergeAnswer("blocked", 60));
    expect(merges(project, 1, 2, 3)).toEqual(["blocked", "pending", "queued"]);
    project.tick(60_000);
    expect(merges(project, 1, 2, 3)).toEqual(["queued", "pending", "queued"]);
    answer(project, 2);
    expect(merges(project, 1, 3)).toEqual(["pending", "queued"]);
  });

  test.each<[string, (project: Project) => unknown, string]>([
    ["is closed", (project) => project.see({ ...at(2), state: "closed" }), "pull_closed"],
    ["becomes a draft", (project) => project.see({ ...at(2), draft: true }), "draft"],
    ["is pushed to", (project) => project.see({ ...at(2), head_sha: "8".repeat(40) }), "superseded"],
    ["is not wanted any more", (project) => project.set(false), "auto_merge_disabled"],
    ["is taken out", (project) => project.queue("remove", 2), "removed_from_queue"],
  ])("lose who %s at once", (_, then, code) => {
    const project = queue(1, 2);
    const { id } = project.newest(2);
    then(project);
    expect(project.validation(id)).toMatchObject({ merge_state: "blocked", queued_at: null });
    expect(project.validation(id).merge_reasons[0]?.code).toBe(code);
    answer(project, 1);
    expect(project.validation(id).merge_tries).toBe(0);
  });

  test("go on with who is ready again", () => {
    const project = queue(1, 2);
    project.see({ ...at(2), draft: true });
    project.see(at(2));
    expect(merges(project, 2)).toEqual(["queued"]);
  });
});

describe("a base that moved", () => {
  test("lets nothing land that was tested without it: it is tested anew, in its old place", () => {
    const project = queue(1, 2, 3);
    const { id, queued_at } = project.newest(2);
    answer(project, 1);
    expect(answer(project, 2, MOVED)).toEqual([]);
    expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merging: null });
    expect(project.newest(2)).toMatchObject({ attempt: 2, state: "queued", queued_at, requeues: 1 });
    // The next one waits for it, or both would be tested without the other.
    expect(merges(project, 3)).toEqual(["queued"]);
    pass(project, 2);
    expect(merges(project, 2, 3)).toEqual(["pending", "queued"]);
  });

  test("and a result that fails now leaves the queue to the next", () => {
    const project = queue(1, 2, 3);
    answer(project, 1);
    answer(project, 2, MOVED);
    const { id } = project.newest(2);
    project.end(id, "snapshot", { ...PLANNED, tested_base_sha: TIP });
    expect(project.newest(2).tested_base_sha).toBe(TIP);
    project.end(id, "setup", PASSED);
    project.end(id, "test", FAILED);
    expect(project.newest(2)).toMatchObject({ state: "failed", queued_at: null, merge_state: "none" });
    expect(merges(project, 3)).toEqual(["pending"]);
  });

  test("is followed a bounded number of times", () => {
    const project = queue(1);
    for (let times = 0; times < MOST_REQUEUES; times++) {
      answer(project, 1, MOVED);
      pass(project, 1);
    }
    const { attempt } = project.newest(1);
    answer(project, 1, MOVED);
    expect(project.newest(1)).toMatchObject({ attempt, state: "passed", merge_state: "blocked" });
  });
});

describe("people", () => {
  test("put one first", () => {
    const project = queue(1, 2, 3);
    project.queue("jump", 3);
    answer(project, 1);
    expect(merges(project, 2, 3)).toEqual(["queued", "pending"]);
  });

  test("hold one, which others pass, and release it", () => {
    const project = queue(1, 2, 3);
    project.queue("hold", 2);
    answer(project, 1);
    expect(merges(project, 2, 3)).toEqual(["queued", "pending"]);
    project.queue("release", 2);
    answer(project, 3);
    expect(merges(project, 2)).toEqual(["pending"]);
  });

  test("hold a pull request whatever is pushed to it", () => {
    const project = queue(1);
    answer(project, 1, mergeAnswer("blocked"));
    project.queue("hold", 1);
    project.see({ ...at(1), head_sha: "8".repeat(40) });
    pass(project, 1);
    expect(project.newest(1)).toMatchObject({ merge_state: "queued", merge_tries: 0 });
  });

  test("ask for a merge again", () => {
    const project = queue(1);
    answer(project, 1, mergeAnswer("blocked"));
    writeReports(project, project.newest(1).id);
    expect(ordered(project.queue("join", 1))).toEqual(["merge 2"]);
  });

  test.each<[string, (project: Project) => unknown, QueueAction, number, string]>([
    ["jump without a place", (project) => answer(project, 1), "jump", 1, "not_found"],
    ["hold what is under way", () => undefined, "hold", 1, "conflict"],
    ["remove what is under way", () => undefined, "remove", 1, "conflict"],
    ["release what nobody holds", () => undefined, "release", 2, "conflict"],
    ["join twice", () => undefined, "join", 2, "conflict"],
    ["hold what is not there", () => undefined, "hold", 99, "not_found"],
    [
      "join after nobody knows",
      (project) => answer(project, 1, mergeAnswer("unknown")),
      "join",
      1,
      "conflict",
    ],
  ])("cannot %s", (_, before, action, number, code) => {
    const project = queue(1, 2);
    before(project);
    if (action === "jump") project.see({ ...at(1), state: "closed", merged: true });
    expect(project.queue(action, number).refused?.code).toBe(code);
  });
});

describe("a paused project", () => {
  test("begins nothing and merges nothing until it is resumed", () => {
    const project = queue(1, 2);
    project.set(true, true, true);
    answer(project, 1);
    project.see({ ...at(3) });
    expect(project.newest(3)).toMatchObject({ state: "queued", current: null, waits: { code: "paused" } });
    expect(merges(project, 2)).toEqual(["queued"]);
    const resumed = ordered(project.set(true, true, false));
    expect(resumed).toContain("snapshot 1");
    expect(resumed).toContain("merge 1");
    expect(project.newest(3)).toMatchObject({ waits: null, current: { kind: "snapshot" } });
    expect(project.state().pulls[3]?.blocked).toBeNull();
  });
});

test("after a merge of which nobody knows, nothing of the pull request is merged without a person", () => {
  const project = queue(1);
  answer(project, 1, mergeAnswer("unknown"));
  project.see({ ...at(1), head_sha: "8".repeat(40) });
  pass(project, 1);
  expect(project.newest(1)).toMatchObject({ merge_state: "blocked", hold: { code: "merge_unknown" } });
  project.approve(project.newest(1).id);
  writeReports(project, project.newest(1).id);
  expect(merges(project, 1)).toEqual(["pending"]);
});
