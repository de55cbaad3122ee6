/** What a merge came to when something else happened meanwhile: nothing waits for what is over, nothing goes past a person. */
import { expect, test } from "vitest";
import type { Outcome } from "../../models/fact.ts";
import {
  B,
  ERRORED,
  HOLD,
  held,
  mergeAnswer,
  merging,
  ordered,
  PASSED,
  PLANNED,
  partFor,
  passGate,
  writeReports,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";

const blocked = (codes: readonly string[], again_s: number | null = null): Outcome => {
  const reasons = codes.map((code) => ({ code, message: code }));
  return {
    state: "failed",
    reason: reasons[0] ?? null,
    merge: { state: "blocked", reasons, commit_sha: null, again_s },
  };
};

test("a base that moved while auto-merge was off is followed by another attempt when it is on again", () => {
  const { project, id } = merging();
  project.set(false);
  project.end(id, "merge", blocked(["base_moved"]));
  expect(project.newest().id).toBe(id);
  project.set(true);
  expect(project.newest()).toMatchObject({ id, merge_state: "pending", merge_tries: 2 });
  project.end(id, "merge", blocked(["base_moved"]), 2);
  expect(project.newest()).toMatchObject({ attempt: 2, state: "queued" });
});

test("what passed while an earlier merge got lost is not merged before a person looked", () => {
  const { project, id } = merging();
  project.see({ head_sha: B });
  const next = project.newest();
  expect(next.head_sha).toBe(B);
  passGate(project, next.id);
  project.end(id, "merge", { ...ERRORED });
  expect(project.validation(id).merge_state).toBe("unknown");
  expect(project.newest()).toMatchObject({
    hold: { code: "merge_unknown" },
    approved_by: null,
    green: false,
  });
  writeReports(project, next.id);
  expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_tries: 0 });
  project.approve(next.id);
  writeReports(project, next.id);
  expect(project.newest()).toMatchObject({ merge_state: "pending", merge_tries: 1 });
});

test("while a twin waits for a person, nothing is said of checks that may be over by then", () => {
  const { project, id } = merging();
  project.see({ number: 8 });
  const twin = project.newest(8);
  project.end(twin.id, "snapshot", PLANNED);
  for (const kind of ["setup", "test"] as const) project.end(twin.id, kind, PASSED);
  project.end(twin.id, "judge", { ...PASSED, hold: HOLD });
  project.end(id, "merge", blocked(["twin_held", "pending_checks"]));
  expect(project.newest().merge_reasons.map(({ code }) => code)).toEqual(["twin_held"]);
});

test("a merge that is asked for again is said to be closed although its pull request closed before the answer", () => {
  const { project, id } = merging();
  project.see({ state: "closed" });
  project.end(id, "merge", blocked(["pending_checks"], 60));
  const fact = { type: "time.passed", id: "later" } as const;
  const part = partFor(project.state(), fact);
  const now = project.now() + 60_000;
  expect(ordered(decide("shop", part, fact, now))).toEqual(
    ordered(decide("shop", project.state(), fact, now)),
  );
  expect(part.pulls[7]?.state).toBe("closed");
});

test("what a person took out of the queue is put in again by nobody's approval", () => {
  const { project, id } = held();
  const { pulls, validations } = project.state();
  const removed = { code: "removed_from_queue", message: "bob took it out of the merge queue" };
  const before = validations[id];
  if (before === undefined) throw new Error("there is no validation");
  const state = {
    ...project.state(),
    pulls,
    validations: { ...validations, [id]: { ...before, merge_reasons: [removed] } },
  };
  const fact = { type: "approve.asked", id: "approved", validation_id: id, by: "mira" } as const;
  const after = decide("shop", state, fact, project.now()).state.validations[id];
  expect(after).toMatchObject({ approved_by: "mira", merge_state: "blocked", merge_reasons: [removed] });
});

test("what GitHub refused and is about to be asked for again can be taken out of the queue", () => {
  const { project, id } = merging();
  project.end(id, "merge", mergeAnswer("rejected"));
  const [validation] = Object.values(project.state().validations);
  if (validation === undefined) throw new Error("there is no validation");
  const again = { ...validation, merge_again_at: project.now() + 5_000 };
  const state = { ...project.state(), validations: { [id]: again } };
  const fact = { type: "queue.asked", id: "out", pr_number: 7, action: "remove", by: "bob" } as const;
  expect(decide("shop", state, fact, project.now()).state.validations[id]).toMatchObject({
    merge_state: "blocked",
    merge_again_at: null,
    merge_reasons: [{ code: "removed_from_queue" }],
  });
});

test("a merge that was put off when its pull request closed is wanted again when that is opened again", () => {
  const { project, id } = merging();
  project.end(id, "merge", blocked(["lane_busy"], 60));
  project.see({ state: "closed" });
  expect(project.validation(id)).toMatchObject({
    merge_state: "blocked",
    merge_again_at: null,
    merge_reasons: [{ code: "pull_closed" }],
  });
  project.wait(1_000);
  project.see();
  expect(project.newest()).toMatchObject({ id, merge_state: "pending", merge_tries: 2 });
});

test("a draft that is over is asked about again although there are conflicts beside it, and conflicts alone are not", () => {
  const { project, id } = merging();
  project.end(id, "merge", blocked(["draft", "conflicts"]));
  expect(ordered(project.tick(5_000))).toContain("merge 2");
  project.end(id, "merge", blocked(["conflicts"]), 2);
  project.wait(1_000);
  expect(ordered(project.see())).toEqual([]);
  expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_again_at: null });
});
