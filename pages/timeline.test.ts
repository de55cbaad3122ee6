import { describe, expect, test } from "vitest";
import { detail, step } from "./nouns.fixture.ts";
import { telling, timeline, unsettled } from "./timeline.ts";

const states = (changes: Parameters<typeof detail>[0]) =>
  timeline(detail(changes)).rows.map((row) => `${row.kind} ${row.state}`);

describe("timeline()", () => {
  test("before the plan is known nothing but snapshot and judge is promised", () => {
    const current = { kind: "snapshot" as const, try: 1, ordered_at: 0, deadline_at: 1 };
    expect(states({ state: "queued", required: null, current })).toEqual([
      "snapshot queued",
      "setup undecided",
      "test undecided",
      "browse undecided",
      "analyze undecided",
      "judge waiting",
    ]);
  });

  test("a step that ended validation leaves the later ones not run, never passed", () => {
    const steps = [
      step({ kind: "snapshot" }),
      step({ kind: "setup" }),
      step({ kind: "test", state: "failed" }),
    ];
    expect(states({ state: "failed", steps })).toEqual([
      "snapshot passed",
      "setup passed",
      "test failed",
      "browse not_required",
      "analyze not_required",
      "judge not_run",
    ]);
  });

  test("what runs beside the others is queued until it has a record, and then says itself how it is", () => {
    const current = { kind: "setup" as const, try: 1, ordered_at: 0, deadline_at: 1 };
    expect(states({ current, analyzing: 1 })).toContain("analyze queued");
    const steps = [step({ kind: "analyze", state: "errored" })];
    expect(states({ current, steps })).toContain("analyze errored");
  });

  test("an earlier start that was thrown away stands apart", () => {
    const steps = [
      step({ kind: "snapshot", state: "errored", try: 1 }),
      step({ kind: "release", try: 1 }),
      step({ kind: "snapshot", state: "running", try: 2, finished_at: null }),
    ];
    const { earlier, rows } = timeline(detail({ steps }));
    expect(earlier.map((row) => row.key)).toHaveLength(2);
    expect(rows[0]).toMatchObject({ kind: "snapshot", state: "running", try: 2 });
  });

  test("an ordered report and a pending merge are waited for until they have a record", () => {
    const waiting = { state: "passed" as const, merge_state: "pending" as const, reports: 1, reporting: 1 };
    expect(states(waiting).slice(6)).toEqual(["report waiting", "merge waiting"]);
    const steps = [step({ kind: "report" }), step({ kind: "merge", state: "running" })];
    expect(states({ ...waiting, merge_tries: 1, steps }).slice(6)).toEqual([
      "merge running",
      "report passed",
    ]);
  });
});

test("telling() opens what runs, or else what went wrong, or nothing", () => {
  const row = (key: string, state: "passed" | "failed" | "running") => ({
    key,
    kind: "test" as const,
    try: 1,
    state,
    step: null,
  });
  expect(telling([row("a", "failed"), row("b", "running")])).toBe("b");
  expect(telling([row("a", "passed"), row("b", "failed")])).toBe("b");
  expect(telling([row("a", "passed")])).toBeNull();
});

test("unsettled() looks on for a while after the end, and as long as a merge is pending", () => {
  const over = { state: "passed" as const, finished_at: 10_000 };
  expect(unsettled(detail(), 0)).toBe(true);
  expect(unsettled(detail(over), 20_000)).toBe(true);
  expect(unsettled(detail(over), 50_000)).toBe(false);
  expect(unsettled(detail({ ...over, merge_state: "pending" }), 50_000)).toBe(true);
});
