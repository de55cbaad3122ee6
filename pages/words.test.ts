import { describe, expect, test } from "vitest";
import { hasPassed, MERGE_STATES, VALIDATION_STATES } from "../models/validation.ts";
import { pull, validation } from "./nouns.fixture.ts";
import { atStep, count, deliveryReason, pullMark, stepMark, validationMark, verdict } from "./words.ts";

describe("verdict()", () => {
  test("says passed or validated of a passed validation only", () => {
    for (const state of VALIDATION_STATES.filter((one) => !hasPassed({ state: one }))) {
      for (const merge_state of MERGE_STATES) {
        const { word, tone } = verdict(validation({ state, merge_state }));
        expect(word).not.toMatch(/passed|validated|merged/i);
        expect(tone).not.toBe("good");
      }
    }
  });

  test("never says validated, or in green, of what is flaky and not merged", () => {
    for (const merge_state of MERGE_STATES.filter((one) => one !== "merged")) {
      const { word, tone } = verdict(validation({ state: "passed_flaky", merge_state }));
      expect(word).toMatch(/flaky/i);
      expect(word).not.toMatch(/validated/i);
      expect(tone).not.toBe("good");
    }
  });

  test("says of what may not begin yet what it waits for", () => {
    const waits = (code: string) =>
      verdict(validation({ state: "queued", waits: { code, message: "It waits" } })).word;
    expect([waits("paused"), waits("fork_needs_approval")]).toEqual(["Paused", "Waits for approval"]);
  });

  test("says merged of a merged one only", () => {
    const words = MERGE_STATES.map(
      (merge_state) => verdict(validation({ state: "passed", merge_state })).word,
    );
    expect(words).toEqual([
      "Validated, not merged",
      "Validated, merge pending",
      "Validated, in the merge queue",
      "Validated and merged",
      "Validated, would be merged",
      "Validated, merge blocked",
      "Validated, merge rejected",
      "Validated, merge unknown",
    ]);
  });
});

test("atStep() names the step of what runs, and of nothing else", () => {
  const current = { kind: "setup", try: 1, ordered_at: 1, deadline_at: 2 } as const;
  expect(atStep(validation({ state: "running", current })).word).toBe("Running: set up");
  expect(atStep(validation({ state: "running" })).word).toBe("Running");
  expect(atStep(validation({ state: "failed", current })).word).toBe("Failed");
});

test("stepMark() calls passed only what the gate demands", () => {
  expect(stepMark("test", "passed").word).toBe("Passed");
  expect(["report", "merge", "release"].map((kind) => stepMark(kind as "merge", "passed").word)).toEqual([
    "Done",
    "Done",
    "Done",
  ]);
  expect(stepMark("merge", "failed").word).toBe("Failed");
});

test("pullMark() tells a merged pull request from a closed one", () => {
  expect(pullMark(pull({ state: "closed", merged: true })).word).toBe("Merged");
  expect(pullMark(pull({ state: "closed" })).word).toBe("Closed");
  expect(pullMark(pull({ draft: true })).word).toBe("Draft");
  expect(pullMark(pull()).word).toBe("Open");
});

test("validationMark() shows a state it does not know as it is", () => {
  expect(validationMark("paused")?.word).toBe("paused");
  expect(validationMark("timed_out")?.word).toBe("Timed out");
  expect(validationMark(null)).toBeNull();
});

test("deliveryReason() shows a code it does not know as it is", () => {
  expect(deliveryReason("no_project")).toBe("Its repository is not pinned");
  expect(deliveryReason("new_code")).toBe("new_code");
});

test("count() knows one", () => {
  expect([count(0, "test"), count(1, "test"), count(2, "test")]).toEqual(["0 tests", "1 test", "2 tests"]);
});
