import { describe, expect, test } from "vitest";
import type { Plan, RunDetail } from "../models/run.ts";
import { runDetail, turn, validation } from "./nouns.fixture.ts";
import { isAtWork, runRows, tellingRow, turnMark } from "./run-rows.ts";

const plan = (version: number, at: number): Plan => ({ version, text: "1. Begin", by: "agent", at });
const current = {
  kind: "turn" as const,
  nth: 2,
  purpose: "write" as const,
  visit: 1,
  began_at: 9_000,
  look_at: 9_000,
  deadline_at: 99_000,
  asked_at: null,
  errors: 0,
  spent: { cost_usd: null, tokens: null, agent_ms: 0 },
};

describe("runRows()", () => {
  test("plans, turns and validations stand in the order in which they came about", () => {
    const run = runDetail({
      plans: [plan(1, 2_500), plan(2, 4_000)],
      turns_taken: [turn({ purpose: "plan", started_at: 2_000 }), turn({ nth: 2, started_at: 5_000 })],
      validations: [validation({ id: "v", created_at: 8_000 })],
    });
    expect(runRows(run).map((row) => row.key)).toEqual([
      "run_1.turn.1",
      "plan 1",
      "plan 2",
      "run_1.turn.2",
      "v",
    ]);
  });

  test("of one moment the turn stands before the plan that came of it", () => {
    const run = runDetail({ plans: [plan(1, 2_000)], turns_taken: [turn({ started_at: 2_000 })] });
    expect(runRows(run).map((row) => row.kind)).toEqual(["turn", "plan"]);
  });

  test("what was ordered stands last until it has a record of its own", () => {
    const kinds = (changes: Parameters<typeof runDetail>[0]) =>
      runRows(runDetail(changes)).map((row) => row.kind);
    expect(kinds({ current })).toEqual(["ordered"]);
    expect(kinds({ current, turns_taken: [turn({ nth: 2 })] })).toEqual(["turn"]);
    expect(kinds({ current: { ...current, kind: "push", nth: 2 }, turns_taken: [turn({ nth: 2 })] })).toEqual(
      ["turn", "ordered"],
    );
    expect(kinds({ current, phase: "cancelled" })).toEqual([]);
  });
});

test("tellingRow() opens the turn that works, or the one at which the run halted", () => {
  const works = turn({ nth: 2, state: "running", finished_at: null });
  expect(tellingRow(runDetail({ turns_taken: [turn(), works] }))).toBe(works.id);
  const failed = turn({ state: "failed" });
  expect(tellingRow(runDetail({ phase: "needs_human", turns_taken: [failed] }))).toBe(failed.id);
  expect(tellingRow(runDetail({ phase: "completed", turns_taken: [failed] }))).toBeNull();
});

test("a turn whose record still runs is not called at work for a run that has stopped", () => {
  const works = turn({ state: "running", finished_at: null });
  const said = (phase: RunDetail["phase"], one = works) => {
    const detail = runDetail({ phase, turns_taken: [one] });
    return [isAtWork(detail, one), turnMark(detail, one).word];
  };
  expect(said("executing")).toEqual([true, "Working"]);
  expect(said("cancelled")).toEqual([false, "Stopping"]);
  expect(said("needs_human")).toEqual([false, "Stopping"]);
  expect(said("cancelled", turn({ state: "cancelled" }))).toEqual([false, "Stopped"]);
});
