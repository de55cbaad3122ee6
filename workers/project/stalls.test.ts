/** What GitHub keeps waiting moves the deadlines of exactly what waits; and whose validation a fact speaks of. */
import { expect, test } from "vitest";
import type { Fact } from "../../models/fact.ts";
import type { StepKind } from "../../models/step.ts";
import { MERGE_DEADLINE_MS } from "../../models/validation.ts";
import {
  A,
  merging,
  ordered,
  PASSED,
  type Project,
  passGate,
  projectAt,
  running,
  writeReports,
} from "./decide.fixture.ts";
import { nextDue, STALL_DEADLINE_MS, STEP_DEADLINE_MS, subjectOf, VALIDATION_DEADLINE_MS } from "./state.ts";

const MESSAGE = "GitHub takes no more until noon";
let nth = 0;

function waits(project: Project, validation_id: string, kind: StepKind, tried: number, until: number) {
  const stall = { until, message: MESSAGE };
  return project.tell({
    type: "step.waits",
    id: `wait ${++nth}`,
    validation_id,
    kind,
    try: tried,
    stall,
  } as Fact);
}

test("a merge that waits has its time from then on, within its day", () => {
  const { project, id } = merging();
  const { merge_tries, finished_at } = project.validation(id);
  const until = project.now() + 60 * 60_000;
  waits(project, id, "merge", merge_tries, until);
  expect(project.validation(id).deadline_at).toBe(until + STEP_DEADLINE_MS.merge);
  expect(project.validation(id).stalled).toMatchObject({ message: MESSAGE });
  waits(project, id, "merge", merge_tries, until + 2 * MERGE_DEADLINE_MS);
  expect(project.validation(id).deadline_at).toBe((finished_at ?? 0) + MERGE_DEADLINE_MS);
  // A shorter wait takes no time back.
  waits(project, id, "merge", merge_tries, project.now());
  expect(project.validation(id).deadline_at).toBe((finished_at ?? 0) + MERGE_DEADLINE_MS);
});

test("a step that waits has its time from then on, and so has its validation, within a day", () => {
  const { project, id } = running();
  const { created_at } = project.validation(id);
  const until = project.now() + 10 * 60_000;
  waits(project, id, "setup", 1, until);
  const { current, deadline_at } = project.validation(id);
  expect([current?.deadline_at, deadline_at]).toEqual([
    until + STEP_DEADLINE_MS.setup,
    until + VALIDATION_DEADLINE_MS,
  ]);
  waits(project, id, "setup", 1, until + 2 * STALL_DEADLINE_MS);
  const { current: longest, deadline_at: last } = project.validation(id);
  expect([longest?.deadline_at, last]).toEqual([
    created_at + STALL_DEADLINE_MS,
    created_at + STALL_DEADLINE_MS,
  ]);
});

test("a report that waits is not written a second time, and the merge waits for it", () => {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  passGate(project, id);
  const { reporting } = project.validation(id);
  const until = project.now() + 2 * STEP_DEADLINE_MS.report;
  waits(project, id, "report", reporting ?? 0, until);
  expect(project.validation(id)).toMatchObject({
    ...{ reported_at: until, merge_state: "pending", merging: null },
    deadline_at: until + STEP_DEADLINE_MS.report,
  });
  project.tick(until - project.now());
  expect(ordered(project.last())).toEqual([]);
  writeReports(project, id);
  expect(project.validation(id)).toMatchObject({ merge_state: "pending", merging: 1 });
});

test.each<[string, (project: Project, id: string) => void]>([
  ["another try", (project, id) => waits(project, id, "setup", 2, 1e12)],
  ["a step that is not under way", (project, id) => waits(project, id, "test", 1, 1e12)],
  ["a merge that nobody asked for", (project, id) => waits(project, id, "merge", 1, 1e12)],
  ["a report that is not under way", (project, id) => waits(project, id, "report", 99, 1e12)],
  ["a validation that is not known", (project) => waits(project, "nobody", "setup", 1, 1e12)],
])("what waits for %s moves nothing", (_, tell) => {
  const { project, id } = running();
  const before = project.state();
  tell(project, id);
  expect(project.state()).toBe(before);
});

test("what is over waits for nothing", () => {
  const { project, id } = running();
  project.cancel(id);
  const before = project.validation(id);
  waits(project, id, "setup", 1, 1e12);
  expect(project.validation(id)).toBe(before);
});

test("that it ended is said at once, however soon after another report", () => {
  const { project, id } = running();
  writeReports(project, id);
  project.wait(1_000);
  project.end(id, "setup", PASSED);
  project.end(id, "test", { ...PASSED, state: "failed", reason: { code: "no", message: "no" } });
  const [report] = project.last().steps.filter(({ kind }) => kind === "report");
  expect(report).toMatchObject({ delay_s: 0 });
  expect(nextDue(project.state())).not.toBeNull();
});

test("each fact is about its own validation", () => {
  const { project, id } = merging();
  project.see({ number: 8, head_sha: "b".repeat(40) });
  const other = project.newest(8).id;
  const about = (fact: object) => subjectOf(project.state(), { id: "x", ...fact } as Fact);
  expect(about({ type: "pull.observed", pull: { number: 8 } })).toBe(other);
  expect(about({ type: "pull.observed", pull: { number: 9 } })).toBeNull();
  expect(about({ type: "queue.asked", pr_number: 7 })).toBe(id);
  expect(about({ type: "queue.asked", pr_number: 9 })).toBeNull();
  for (const type of ["cancel.asked", "approve.asked", "step.waits", "merge.asks", "step.ended"])
    expect(about({ type, validation_id: other })).toBe(other);
  // A retry is about what begins by it, also where it asks for an older one.
  project.end(other, "snapshot", { ...PASSED, state: "failed", reason: { code: "no", message: "no" } });
  project.retry(other);
  expect(project.newest(8).id).not.toBe(other);
  expect(about({ type: "retry.asked", validation_id: other })).toBe(project.newest(8).id);
  expect(about({ type: "retry.asked", validation_id: "nobody" })).toBeNull();
  expect(about({ type: "time.passed" })).toBeNull();
  expect(project.newest(7).head_sha).toBe(A);
});
