/** Tables of what happens to pull requests, and what people and projects ask. Steps and merges have their own. */
import { describe, expect, test } from "vitest";
import type { Fact } from "../../models/fact.ts";
import type { Pull } from "../../models/pull.ts";
import {
  A,
  B,
  C,
  ERRORED,
  FAILED,
  merging,
  ordered,
  PASSED,
  type Project,
  projectAt,
  pullAt,
  running,
  spoken,
  writeReports,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { EMPTY, VALIDATION_DEADLINE_MS } from "./state.ts";

const FORK: Partial<Pull> = { head_repo_id: 2 };
const GONE_FORK: Partial<Pull> = { head_repo_id: null };
const DRAFT: Partial<Pull> = { draft: true };
const CLOSED: Partial<Pull> = { state: "closed" };
const MERGED: Partial<Pull> = { state: "closed", merged: true };

describe("a pull request that is seen for the first time", () => {
  test("is validated when it is open and ready", () => {
    const project = projectAt();
    const seen = project.see();
    expect(ordered(seen)).toEqual(["snapshot 1", "report 1"]);
    expect(spoken(seen)).toEqual(["pr.created", "validation.started queued"]);
    expect(project.newest()).toMatchObject({
      id: `shop.7.${"a".repeat(12)}.1`,
      state: "queued",
      head_sha: A,
      delivery_id: "delivery",
      current: { kind: "snapshot", try: 1 },
      deadline_at: project.now() + VALIDATION_DEADLINE_MS,
    });
  });

  test.each([
    ["a draft", DRAFT, "draft"],
    ["a draft of a fork", { ...DRAFT, ...FORK }, "draft"],
    ["closed", CLOSED, null],
    ["merged", MERGED, null],
  ])("is not validated when it is %s", (_, changes, blocked) => {
    const project = projectAt();
    const seen = project.see(changes);
    expect(ordered(seen)).toEqual([]);
    expect(spoken(seen)).toEqual(["pr.created"]);
    expect(project.state().pulls[7]).toMatchObject({ blocked, validation_id: null });
  });

  test.each([
    ["a fork", FORK],
    ["a fork that is gone", GONE_FORK],
  ])("waits for a person when it comes from %s", (_, changes) => {
    const project = projectAt();
    expect(ordered(project.see(changes))).toEqual(["report 1"]);
    expect(project.state().pulls[7]).toMatchObject({ blocked: "fork_needs_approval" });
    expect(project.newest()).toMatchObject({
      state: "queued",
      current: null,
      from_fork: true,
      waits: { code: "fork_needs_approval" },
    });
  });

  test.each([
    ["was never set", (_: Project) => undefined, "project_removed"],
    ["does not validate", (project: Project) => project.set(true, false), "validation_disabled"],
    ["was removed", (project: Project) => project.remove(), "project_removed"],
  ])("is not validated when its project %s", (_, before, blocked) => {
    const project = projectAt(null);
    before(project);
    expect(ordered(project.see())).toEqual([]);
    expect(project.state().pulls[7]?.blocked).toBe(blocked);
  });
});

test("settings that were saved earlier and are told later change nothing", () => {
  const project = projectAt();
  const set = (id: string, validation: boolean, at: number) =>
    project.tell({ type: "project.set", id, auto_merge: true, validation, paused: false, at });
  set("second", true, project.now() + 20);
  set("first", false, project.now() + 10);
  expect(project.state().settings).toMatchObject({ validation: true });
});

describe("a pull request that is seen again", () => {
  test.each<[string, Partial<Pull>, string[], string[]]>([
    ["unchanged", {}, [], []],
    ["with another title", { title: "Sell bread" }, [], ["pr.updated"]],
    ["on a base that moved", { base_sha: B }, [], ["pr.updated"]],
    ["as a draft", DRAFT, [], ["pr.updated"]],
    [
      "at a new head",
      { head_sha: B },
      ["release 1", "snapshot 1", "report 1"],
      ["pr.updated", "validation.completed superseded", "notification.new", "validation.started queued"],
    ],
    [
      "onto another base",
      { base_ref: "next" },
      ["release 1", "snapshot 1", "report 1"],
      ["pr.updated", "validation.completed superseded", "notification.new", "validation.started queued"],
    ],
    [
      "as a draft at a new head",
      { ...DRAFT, head_sha: B },
      ["release 1"],
      ["pr.updated", "validation.completed superseded", "notification.new"],
    ],
    ["closed", CLOSED, ["release 1"], ["pr.updated", "validation.completed cancelled", "notification.new"]],
    ["merged", MERGED, ["release 1"], ["pr.updated", "validation.completed cancelled", "notification.new"]],
  ])("%s", (_, changes, steps, events) => {
    const { project } = running();
    project.wait(1);
    const seen = project.see(changes);
    expect(ordered(seen)).toEqual(steps);
    expect(spoken(seen)).toEqual(events);
  });

  test("says by which attempt the old head was superseded, and why", () => {
    const { project, id } = running();
    project.see({ head_sha: B });
    expect(project.validation(id)).toMatchObject({
      state: "superseded",
      superseded_by: project.newest().id,
      current: null,
      reason: { code: "superseded", message: `Superseded: the head moved to ${B}` },
    });
    expect(project.newest()).toMatchObject({ head_sha: B, attempt: 1 });
  });

  test.each([
    ["merged by somebody", MERGED, "pull_merged"],
    ["closed", CLOSED, "pull_closed"],
  ])("ends what runs when it was %s", (_, changes, code) => {
    const { project, id } = running();
    project.see(changes);
    expect(project.validation(id)).toMatchObject({ state: "cancelled", reason: { code } });
  });

  test("as it was before, in a read that began earlier, changes nothing", () => {
    const { project } = running();
    project.wait(1000);
    project.see({ head_sha: B });
    const before = project.state();
    project.see({ head_sha: A, read_at: project.now() - 500 });
    project.see({ ...CLOSED, read_at: project.now() - 1 });
    expect(project.state()).toBe(before);
    project.see({ head_sha: C, read_at: project.now() });
    expect(project.newest().head_sha).toBe(C);
  });
});

describe("a head that comes back", () => {
  test("after a force-push is a new attempt, and its first one stays what it was", () => {
    const { project, id } = running();
    project.see({ head_sha: B });
    project.see({ head_sha: A });
    expect(project.newest()).toMatchObject({ head_sha: A, attempt: 2, state: "queued" });
    expect(project.validation(id)).toMatchObject({ attempt: 1, state: "superseded" });
  });

  test("after it passed is validated again", () => {
    const { project, id } = merging();
    project.see({ head_sha: B });
    project.see({ head_sha: A });
    expect(project.validation(id).state).toBe("passed");
    expect(project.newest()).toMatchObject({ head_sha: A, attempt: 2, merge_state: "none" });
  });

  test("while the pull request is a draft is validated when it is ready again", () => {
    const { project } = running();
    project.see({ ...DRAFT, head_sha: B });
    project.see({ ...DRAFT, head_sha: A });
    expect(ordered(project.see())).toEqual(["snapshot 1", "report 1"]);
    expect(project.newest()).toMatchObject({ head_sha: A, attempt: 2 });
  });

  test("with the same digits as another never shares its id", () => {
    const twin = `${A.slice(0, 12)}${"9".repeat(28)}`;
    const { project, id } = running();
    project.see({ head_sha: twin });
    expect(project.validation(id)).toMatchObject({ head_sha: A, state: "superseded" });
    expect(project.newest()).toMatchObject({ head_sha: twin, attempt: 2 });
    // The end of a step of the one says nothing about the other.
    project.end(id, "setup", PASSED);
    expect(project.newest().state).toBe("queued");
  });

  test("by closing and opening twice is validated each time", () => {
    const { project } = running();
    for (const attempt of [2, 3]) {
      project.see(CLOSED);
      project.see();
      expect(project.newest()).toMatchObject({ head_sha: A, attempt, state: "queued" });
    }
  });

  test("by opening again is left alone when it had its result, or a person stopped it", () => {
    const failed = running();
    failed.project.end(failed.id, "setup", FAILED);
    const cancelled = running();
    cancelled.project.cancel(cancelled.id);
    for (const { project, id } of [failed, cancelled]) {
      project.see(CLOSED);
      expect(ordered(project.see())).toEqual([]);
      expect(project.newest().id).toBe(id);
    }
  });
});

test("a draft that becomes ready is validated, once", () => {
  const project = projectAt();
  project.see(DRAFT);
  expect(ordered(project.see())).toEqual(["snapshot 1", "report 1"]);
  expect(ordered(project.see())).toEqual([]);
});

test("GitHub's 404 ends what runs, and a later sight begins anew", () => {
  const { project, id } = running();
  const gone = project.gone();
  expect(ordered(gone)).toEqual(["release 1"]);
  expect(spoken(gone)[0]).toBe("pr.updated");
  expect(project.validation(id)).toMatchObject({ state: "cancelled", reason: { code: "pull_gone" } });
  expect(project.gone().events).toEqual([]);
  expect(project.gone(99).events).toEqual([]);
  project.see();
  expect(project.newest()).toMatchObject({ attempt: 2, state: "queued" });
});

test("removing a project ends all of its validations and releases every sandbox", () => {
  const project = projectAt();
  project.see({ number: 7 });
  project.see({ number: 8 });
  project.end(project.newest(8).id, "snapshot", ERRORED);
  const removed = project.remove();
  expect(ordered(removed)).toEqual(["release 1", "release 2"]);
  expect(Object.values(project.state().validations).map((one) => one.state)).toEqual([
    "cancelled",
    "cancelled",
  ]);
  expect(project.state().settings).toEqual({ auto_merge: false, validation: false, removed: true });
  expect(ordered(project.see({ head_sha: B }))).toEqual([]);
});

test("a project that is set again validates what its removal stopped", () => {
  const { project } = running();
  project.remove();
  project.set(true);
  expect(ordered(project.see())).toEqual(["snapshot 1", "report 1"]);
});

describe("memory", () => {
  const hour = 60 * 60_000;

  test("keeps the newest validation of an open pull request, whatever its age", () => {
    const { project, id } = running();
    project.end(id, "setup", FAILED);
    project.tick(30 * 24 * hour);
    expect(project.newest().id).toBe(id);
  });

  test("forgets what is over for an hour and cannot be acted on", () => {
    const { project, id } = running();
    project.see({ head_sha: B });
    writeReports(project, id);
    project.tick(hour);
    expect(project.state().validations[id]).toBeDefined();
    project.tick(1);
    expect(project.state().validations[id]).toBeUndefined();
    // It is never a number that was given before.
    project.see({ head_sha: A });
    expect(project.newest().attempt).toBe(2);
  });
});

test("the same state and fact always give the same decision, and neither is changed", () => {
  const fact: Fact = { type: "pull.observed", id: "one", pull: pullAt(), delivery_id: null };
  const state = { ...EMPTY, settings: { auto_merge: true, validation: true, removed: false } };
  const before = JSON.stringify({ state, fact });
  expect(decide("shop", state, fact, 5)).toEqual(decide("shop", state, fact, 5));
  expect(JSON.stringify({ state, fact })).toBe(before);
});
