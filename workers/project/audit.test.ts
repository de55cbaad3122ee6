/** Every fact that changed something is one row: who, what, of what, and which head. What changed nothing is none. */
import { describe, expect, test } from "vitest";
import type { Fact, Outcome } from "../../models/fact.ts";
import type { StepKind } from "../../models/step.ts";
import { type Audited, auditOf } from "./audit.ts";
import type { Cause } from "./audit-cause.ts";
import {
  A,
  B,
  ERRORED,
  FAILED,
  HOLD,
  held,
  mergeAnswer,
  merging,
  PASSED,
  PLANNED,
  PROJECT,
  type Project,
  projectAt,
  pullAt,
  running,
  writeReports,
} from "./decide.fixture.ts";
import { newRun } from "./new-run.ts";
import { ASKED, commitOf, planOf, RUN, runProject, SETTINGS } from "./run.fixture.ts";

const ID = `shop.7.${A.slice(0, 12)}.1`;
const NEXT = `shop.7.${B.slice(0, 12)}.1`;
const DELIVERY = "delivery-1";

/** Tells it as the object does, and gives the row. */
function rowOf(project: Pick<Project, "state" | "tell">, fact: Fact, cause?: Cause): Audited | null {
  const before = project.state();
  const { state, refused } = project.tell(fact);
  return auditOf(PROJECT, fact, before, refused === undefined ? state : before, refused, cause);
}

const seen = (changes: Parameters<typeof pullAt>[0] = {}, delivery_id: string | null = DELIVERY): Fact => ({
  type: "pull.observed",
  id: "f",
  pull: pullAt({ read_at: 5_000_000, ...changes }),
  delivery_id,
});
const ended = (kind: StepKind, outcome: Outcome = PASSED, nth = 1, validation_id = ID): Fact => ({
  type: "step.ended",
  id: "f",
  validation_id,
  kind,
  try: nth,
  outcome,
});
const set = (changes: { auto_merge?: boolean; paused?: boolean } = {}): Fact => ({
  ...{ type: "project.set", id: "f", auto_merge: true, validation: true, paused: false, by: "owner" },
  ...changes,
});
const asked = (type: "retry.asked" | "cancel.asked" | "approve.asked", by = "mira"): Fact => ({
  ...{ type, id: "f", validation_id: ID, by },
});
const queue = (action: "hold" | "release" | "jump" | "remove"): Fact => ({
  ...{ type: "queue.asked", id: "f", pr_number: 7, action, by: "mira" },
});
const time: Fact = { type: "time.passed", id: "f" };

/** One that was seen and has begun. */
function begun(): Project {
  const project = projectAt();
  project.see({}, DELIVERY);
  return project;
}
function atJudge(): Project {
  const { project } = running();
  for (const kind of ["setup", "test"] as const) project.end(ID, kind, PASSED);
  return project;
}
function failedOne(): Project {
  const { project } = running();
  project.end(ID, "setup", FAILED);
  return project;
}

type Row = [actor: string, action: string, target: string];
test.each<[string, () => Project, Fact, Row | null]>([
  ["a pull request is seen", () => projectAt(), seen(), ["github", "validation.started", ID]],
  ["by our own look", () => projectAt(), seen({}, null), ["tidegate", "validation.started", ID]],
  ["a push", begun, seen({ head_sha: B }), ["github", "validation.superseded", ID]],
  ["a close", () => failedOne(), seen({ state: "closed" }), ["github", "pull.closed", "#7"]],
  ["nothing new at a look", begun, seen({ title: "Other words" }), null],
  [
    "it goes away",
    begun,
    { type: "pull.gone", id: "f", pr_number: 7 },
    ["tidegate", "validation.cancelled", ID],
  ],
  ["the first step ends", begun, ended("snapshot", PLANNED), ["tidegate", "validation.running", ID]],
  ["a step ends, and another begins", () => running().project, ended("setup"), null],
  ["a step fails", () => running().project, ended("setup", FAILED), ["tidegate", "validation.failed", ID]],
  [
    "the machinery fails",
    () => running().project,
    ended("setup", ERRORED),
    ["tidegate", "validation.restarted", ID],
  ],
  ["the judge lets it pass", atJudge, ended("judge"), ["tidegate", "validation.passed", ID]],
  ["and holds it", atJudge, ended("judge", { ...PASSED, hold: HOLD }), ["tidegate", "validation.passed", ID]],
  [
    "or finds it flaky",
    atJudge,
    ended("judge", { ...PASSED, flaky: { tests: ["t"], quarantined: false } }),
    ["tidegate", "validation.passed_flaky", ID],
  ],
  [
    "a person lets it be merged",
    () => held().project,
    asked("approve.asked"),
    ["mira", "validation.approve", ID],
  ],
  ["a person retries", failedOne, asked("retry.asked"), ["mira", "validation.retry", ID]],
  ["a person cancels", begun, asked("cancel.asked"), ["mira", "validation.cancel", ID]],
  ["what is refused", failedOne, asked("cancel.asked"), null],
  ["the check turns green", passed, ended("report", PASSED, 2), ["tidegate", "merge.asked", ID]],
  [
    "merged",
    () => merging().project,
    ended("merge", mergeAnswer("merged")),
    ["tidegate", "merge.merged", ID],
  ],
  [
    "blocked",
    () => merging().project,
    ended("merge", mergeAnswer("blocked", 30)),
    ["tidegate", "merge.blocked", ID],
  ],
  [
    "rejected",
    () => merging().project,
    ended("merge", mergeAnswer("rejected")),
    ["tidegate", "merge.rejected", ID],
  ],
  [
    "left open",
    () => merging().project,
    ended("merge", mergeAnswer("unknown")),
    ["tidegate", "merge.unknown", ID],
  ],
  [
    "rehearsed",
    () => merging().project,
    ended("merge", mergeAnswer("rehearsed")),
    ["tidegate", "merge.rehearsed", ID],
  ],
  ["a person holds a place", passed, queue("hold"), ["mira", "queue.hold", "#7"]],
  ["a person takes it out", passed, queue("remove"), ["mira", "queue.remove", "#7"]],
  ["nothing was held", passed, queue("release"), null],
  ["settings change", () => projectAt(), set({ auto_merge: false }), ["owner", "project.set", "shop"]],
  ["settings stay", () => projectAt(), set(), null],
  ["a pause", () => projectAt(), set({ paused: true }), ["owner", "project.paused", "shop"]],
  ["a removal", begun, { type: "project.removed", id: "f" }, ["tidegate", "project.unpin", "shop"]],
  ["time that ends nothing", begun, time, null],
  ["the comment is written", begun, { type: "mark.ended", id: "f", pr_number: 7, nth: 1 }, null],
])("%s", (_, prepare, fact, row) => {
  const made = rowOf(prepare(), fact);
  expect(made === null ? null : [made.actor, made.action, made.target]).toEqual(row);
});

/** It passed, and its green report is being written. */
function passed(): Project {
  const project = atJudge();
  writeReports(project, ID);
  project.end(ID, "judge", PASSED);
  return project;
}

test("an overdue step is ended by the clock, which is Tidegate's own doing", () => {
  const project = begun();
  project.wait(10 * 60 * 60_000);
  expect(rowOf(project, time)).toMatchObject({
    actor: "tidegate",
    action: "validation.timed_out",
    target: ID,
  });
});

test("a merge names the head that is asked for, the one that was seen, and the delivery that began it", () => {
  const { project } = merging();
  expect(rowOf(project, ended("merge", mergeAnswer("merged")))).toMatchObject({
    validated_sha: A,
    observed_sha: A,
    delivery_id: "delivery",
    detail: expect.stringContaining("merge_state pending → merged"),
  });
});

test("one row says all that a push changed, with both sides to be hashed", () => {
  const project = begun();
  const row = rowOf(project, seen({ head_sha: B }));
  expect(row?.detail).toMatch(
    new RegExp(`^state queued → superseded.*; ${NEXT}: validation.started; #7: head_sha`),
  );
  expect(Object.keys(row?.before as object)).toEqual([ID, "#7"]);
  expect(Object.keys(row?.after as object)).toEqual([ID, NEXT, "#7"]);
  expect(row?.before).toMatchObject({ [ID]: { state: "queued" }, "#7": { head_sha: A } });
});

test("what came with a fact is said; a change that the object does not keep is a row all the same", () => {
  const cause: Cause = {
    ...{ actor: "owner", action: "project.change", detail: "dry_run", request_id: "r1" },
    ...{ before: { dry_run: false }, after: { dry_run: true } },
  };
  expect(rowOf(projectAt(), set(), cause)).toMatchObject({ ...cause, target: "shop", fact: "f" });
  const commented = rowOf(failedOne(), asked("retry.asked", "bob"), {
    actor: "github:bob",
    delivery_id: "d9",
  });
  expect(commented).toMatchObject({ actor: "github:bob", delivery_id: "d9", action: "validation.retry" });
});

describe("runs", () => {
  const start = (source: "api" | "comment"): Fact => ({
    ...{ type: "run.asked", id: "f" },
    run: newRun(SETTINGS, { ...ASKED, source }, RUN, 5_000_000),
  });
  const turn = (outcome: object): Fact => ({
    ...{ type: "run.step.ended", id: "f", run_id: RUN, kind: "turn", nth: 1, outcome: outcome as never },
  });

  test("who asked for one, its agent, and who answers its plan", () => {
    expect(rowOf(projectAt(), start("api"))).toMatchObject({
      actor: "mira",
      action: "run.start",
      target: RUN,
    });
    const place = rowOf(projectAt(), start("comment"), { detail: "acme/shop#3 c12" });
    expect(place?.detail).toBe("acme/shop#3 c12");
    const project = runProject();
    expect(rowOf(project, start("comment"))).toMatchObject({ actor: "github:mira", action: "run.start" });
    const planned = rowOf(project, turn(planOf()));
    expect(planned).toMatchObject({
      actor: "agent:custom",
      action: "run.awaiting_confirmation",
      target: RUN,
    });
    const answer: Fact = {
      ...{
        type: "plan.answered",
        id: "f",
        run_id: RUN,
        by: "mira",
        answer: { answer: "confirm", version: 1 },
      },
    };
    expect(rowOf(project, answer)).toMatchObject({ actor: "mira", action: "plan.confirm", target: RUN });
    const wrote: Fact = { ...turn(commitOf(B)), nth: 2 } as Fact;
    const row = rowOf(project, wrote);
    expect(row).toMatchObject({ actor: "agent:custom", action: "run.pushing" });
    expect(row?.detail).toContain(B);
    const stop: Fact = { type: "run.stop.asked", id: "f", run_id: RUN, by: "mira" };
    expect(rowOf(project, stop)).toMatchObject({ actor: "mira", action: "run.stop", target: RUN });
  });

  test("a look at a turn that goes on is no row", () => {
    const project = runProject();
    project.start();
    const waits: Fact = {
      ...{ type: "turn.waits", id: "f", run_id: RUN, nth: 1, visit: 1, again_s: 5, vendor_ref: null },
      spent: { cost_usd: 1, tokens: 10, agent_ms: 5 },
    };
    expect(rowOf(project, waits)).toBeNull();
  });

  test("words of people and agents stay out of it", () => {
    const project = runProject();
    const row = rowOf(project, start("api"));
    project.ends(planOf("Buy a cow"));
    const later = rowOf(project, { type: "run.stop.asked", id: "g", run_id: RUN, by: "mira" });
    expect(JSON.stringify([row, later])).not.toMatch(/Sell milk|Buy a cow/);
  });
});
