import { describe, expect, test } from "vitest";
import type { PullWithValidations } from "../models/api.ts";
import type { PullSummary } from "../models/pull.ts";
import type { Validation } from "../models/validation.ts";
import { pull, validation } from "./nouns.fixture.ts";
import { choices, type Entry, outsideChoices, placeOf, queuesOf, turnMark } from "./queue.ts";

/** A pull request whose head passed and waits for its merge since `queued_at`. */
function queued(
  number: number,
  queued_at: number | null,
  changes: Partial<Validation> = {},
  own: Partial<PullSummary> = {},
): PullWithValidations {
  const state = { state: "passed", merge_state: "queued", queued_at, pr_number: number } as const;
  return {
    ...pull({ number, ...own }),
    validations: [validation({ ...state, id: `v${number}`, ...changes })],
  };
}

const numbers = (pulls: PullWithValidations[]) =>
  queuesOf(pulls).map(({ base_ref, entries, outside }) => [
    base_ref,
    entries.map((one) => one.pull.number),
    outside.map((one) => one.pull.number),
  ]);

const first = (...pulls: PullWithValidations[]): Entry => queuesOf(pulls)[0]?.entries[0] as Entry;

describe("queuesOf()", () => {
  test("whoever came first goes first, each base for itself", () => {
    const pulls = [queued(1, 30), queued(2, 10), queued(3, 20, { base_ref: "next" }), queued(4, 10)];
    expect(numbers(pulls)).toEqual([
      ["main", [2, 4, 1], []],
      ["next", [3], []],
    ]);
  });

  test("what is merged, and what is validated anew, keeps its place", () => {
    const pulls = [
      queued(1, 10, { state: "running", merge_state: "none" }),
      queued(2, 20, { merge_state: "pending", merging: 1 }),
    ];
    expect(numbers(pulls)).toEqual([["main", [1, 2], []]]);
  });

  test("what passed and has no place may join; what did not pass, or is merged, may not", () => {
    const pulls = [
      queued(1, null, { merge_state: "none" }),
      queued(2, null, { merge_state: "blocked" }),
      queued(3, null, { state: "failed", merge_state: "none" }),
      queued(4, null, { merge_state: "merged" }),
      queued(5, null, { state: "running", merge_state: "none" }),
    ];
    expect(numbers(pulls)).toEqual([["main", [], [1, 2]]]);
  });

  test("an older validation does not speak for the live head, nor for what is closed", () => {
    const pulls = [queued(1, 10, {}, { head_sha: "d".repeat(40) }), queued(2, 10, {}, { state: "closed" })];
    expect(numbers(pulls)).toEqual([]);
  });
});

test("placeOf() counts from one", () => {
  const pulls = [queued(1, 30), queued(2, 10)];
  expect(placeOf(pulls, 1)?.entry.place).toBe(2);
  expect(placeOf(pulls, 9)).toBeNull();
});

test("turnMark() says who is merged, held, validated anew, and next", () => {
  const words = [
    first(queued(1, 10, { merge_state: "pending", merging: 1 })),
    first(queued(1, 10, {}, { held_by: "mira" })),
    first(queued(1, 10, { state: "running", merge_state: "none" })),
    first(queued(1, 10)),
  ].map((entry) => turnMark(entry).word);
  expect(words).toEqual(["Merging", "Held", "Validated anew", "Next"]);
});

test("what is held is passed over, what is merged is nearly through, and what is validated anew is waited for", () => {
  const next = (...pulls: PullWithValidations[]) =>
    queuesOf(pulls)[0]?.entries.flatMap((one) => (one.next ? [one.pull.number] : []));
  const held = queued(1, 10, {}, { held_by: "mira" });
  const merging = queued(2, 20, { merge_state: "pending", merging: 1 });
  expect(next(held, merging, queued(3, 30), queued(4, 40))).toEqual([3]);
  expect(next(queued(1, 10, { state: "running", merge_state: "none" }), queued(2, 20))).toEqual([1]);
});

test("choices() offers what makes a difference, and nothing while it is being merged", () => {
  const asked = (entry: Entry) => choices(entry).map(({ action }) => action);
  const second = placeOf([queued(1, 10), queued(2, 20)], 2)?.entry as Entry;
  expect(asked(first(queued(1, 10)))).toEqual(["hold", "remove"]);
  expect(asked(second)).toEqual(["jump", "hold", "remove"]);
  expect(asked(first(queued(1, 10, {}, { held_by: "mira" })))).toEqual(["release", "remove"]);
  expect(asked(first(queued(1, 10, { merge_state: "pending", merging: 1 })))).toEqual([]);
  expect(asked(first(queued(1, 10, { state: "running", merge_state: "none" })))).toEqual(["hold"]);
});

test("outsideChoices() offers a place to what may have one, and an end to what is tried again", () => {
  const asked = (changes: Partial<Validation>, auto_merge_enabled = true) => {
    const outside = queuesOf([queued(1, null, { merge_state: "blocked", ...changes })])[0]?.outside[0];
    return outsideChoices(outside as Entry, { auto_merge_enabled }).map(({ action }) => action);
  };
  const hold = { code: "gate_changed", message: "It changes its gate" };
  expect(asked({})).toEqual(["join"]);
  expect(asked({}, false)).toEqual([]);
  expect(asked({ merge_again_at: 99 })).toEqual(["join", "remove"]);
  expect([asked({ hold }), asked({ hold, approved_by: "mira" })]).toEqual([[], ["join"]]);
  expect([asked({ merge_state: "unknown" }), asked({ state: "passed_flaky" })]).toEqual([[], []]);
});
