import { describe, expect, test } from "vitest";
import {
  cardAfter,
  detailAfter,
  pullAfter,
  pullsAfter,
  runAfter,
  runDetailAfter,
  runsAfter,
  settingsIn,
} from "./events.ts";
import { card, detail, event, pull, run, runDetail, turn, validation } from "./nouns.fixture.ts";

const started = event({ type: "validation.started", validation: validation({ state: "queued" }) });
const completed = event({ type: "validation.completed", validation: validation({ state: "failed" }) }, 2);
const moved = event({ type: "project.status.updated", validation: validation(), message: "test ordered" }, 1);

describe("pullsAfter()", () => {
  test("a new pull request comes first, and its validation after it", () => {
    const created = event({ type: "pr.created", pull: pull({ number: 8 }) });
    const pulls = pullsAfter([{ ...pull(), validations: [] }], created);
    expect(pulls.map((one) => one.number)).toEqual([8, 7]);
    expect(pullsAfter(pulls, started)[1]?.validations).toHaveLength(1);
  });

  test("an event of another pull request changes nothing", () => {
    const one = { ...pull({ number: 9 }), validations: [] };
    expect(pullAfter(one, completed)).toBe(one);
  });

  test("an older read does not replace a newer one", () => {
    const one = { ...pull({ title: "New", read_at: 900 }), validations: [] };
    const old = event({ type: "pr.updated", pull: pull({ title: "Old", read_at: 100 }) });
    expect(pullAfter(one, old).title).toBe("New");
  });

  test("a replayed event does not bring an ended validation back", () => {
    const one = { ...pull(), validations: [validation({ state: "failed" })] };
    expect(pullAfter(one, moved).validations[0]?.state).toBe("failed");
  });
});

test("detailAfter() keeps the steps and takes the state, of its own validation only", () => {
  const before = detail({ snapshot_id: "s" });
  expect(detailAfter(before, completed)).toMatchObject({ state: "failed", snapshot_id: "s" });
  expect(detailAfter({ ...before, id: "other" }, completed).state).toBe("running");
});

describe("cardAfter()", () => {
  test("shows the newest validation, and remembers how far it heard", () => {
    const after = cardAfter(card({ seq: 1 }), completed);
    expect([after.last_validation?.state, after.seq]).toEqual(["failed", 2]);
  });

  test("an older validation that moves does not take the place of a newer one", () => {
    const newer = validation({ id: "newer", created_at: 5_000, state: "passed" });
    expect(cardAfter(card({ last_validation: newer }), completed).last_validation?.id).toBe("newer");
  });
});

test("settingsIn() is true of what happens to the project itself only", () => {
  const saved = { type: "project.status.updated", validation: null, message: "Settings saved" } as const;
  expect([event(saved), event({ ...saved, run: run() }), moved, started].map(settingsIn)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe("runsAfter()", () => {
  const begun = event({ type: "agent.run.started", run: run({ id: "run_2", created_at: 5_000 }) });

  test("a new run comes first, and once", () => {
    const runs = runsAfter([run()], begun);
    expect(runs.map((one) => one.id)).toEqual(["run_2", "run_1"]);
    expect(runsAfter(runs, begun)).toHaveLength(2);
  });

  test("a run that ended stays ended, whatever is replayed", () => {
    const merged = run({ phase: "completed" });
    const replayed = event({
      type: "project.status.updated",
      validation: null,
      run: run({ phase: "validating" }),
      message: "",
    });
    expect(runsAfter([merged], replayed)[0]?.phase).toBe("completed");
    expect(runsAfter([run()], replayed)[0]?.phase).toBe("validating");
  });

  test("a run knows how its own newest validation is", () => {
    const own = { agent_run_id: "run_1", id: "v2" };
    const one = run({ validation_id: "v1", validation_status: "failed" });
    const older = event({ type: "validation.completed", validation: validation({ ...own, id: "v0" }) });
    const newer = event({ type: "validation.started", validation: validation(own) });
    expect(runAfter(one, completed)).toBe(one);
    expect(runAfter(one, older)).toBe(one);
    expect(runAfter(one, newer)).toMatchObject({ validation_id: "v2", validation_status: "running" });
  });
});

test("runDetailAfter() keeps plans and turns, and takes its phase and its validations", () => {
  const before = runDetail({ turns_taken: [turn()] });
  const moved = event({ type: "agent.run.completed", run: run({ phase: "cancelled" }) });
  expect(runDetailAfter(before, moved)).toMatchObject({ phase: "cancelled", turns_taken: [{ nth: 1 }] });
  const waits = event({
    type: "project.status.updated",
    validation: null,
    run: run({ phase: "awaiting_confirmation" }),
    message: "A plan waits",
  });
  expect(runDetailAfter(runDetail({ phase: "planning" }), waits).phase).toBe("planning");
  const own = event({ type: "validation.started", validation: validation({ agent_run_id: "run_1" }) });
  expect(runDetailAfter(before, own).validations).toHaveLength(1);
  expect(runDetailAfter(before, started).validations).toHaveLength(0);
});
