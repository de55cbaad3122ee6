import { describe, expect, test } from "vitest";
import { cardAfter, detailAfter, pullAfter, pullsAfter } from "./events.ts";
import { card, detail, event, pull, validation } from "./nouns.fixture.ts";

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
