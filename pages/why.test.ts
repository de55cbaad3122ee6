/** The dashboard's answer is the one that everybody gets (models/why-of.ts), with a tone. */
import { describe, expect, test } from "vitest";
import { MERGE_STATES, VALIDATION_STATES } from "../models/validation.ts";
import { whyOf } from "../models/why-of.ts";
import { card, pull, run, validation } from "./nouns.fixture.ts";
import { whyNotMerged } from "./why.ts";

const reason = { code: "tests_failed", message: "2 of 10 tests failed" };
const ON = card({ auto_merge_enabled: true });

describe("whyNotMerged()", () => {
  test("says what everybody is told, and is good only when it is merged or on its way", () => {
    for (const state of VALIDATION_STATES) {
      for (const merge_state of MERGE_STATES) {
        const newest = validation({ state, merge_state });
        const input = { pull: pull(), newest, project: ON, run: null, queue: [], now: 5 };
        const { summary, unmet } = whyOf(input);
        const why = whyNotMerged(pull(), newest, ON, null, [], 5);
        expect([why.title, why.reasons]).toEqual([summary, unmet]);
        expect(why.tone === "good").toBe(merge_state === "merged");
      }
    }
  });

  test("a failed validation is bad, with its own reason", () => {
    const why = whyNotMerged(pull(), validation({ state: "failed", reason }), ON);
    expect(why).toMatchObject({ tone: "bad", reasons: [{ code: "tests_failed" }] });
  });

  test("a blocked merge says when it is tried again; one that GitHub rejected is not", () => {
    const blocked = validation({ state: "passed", merge_state: "blocked", merge_again_at: 99 });
    expect(whyNotMerged(pull(), blocked, ON)).toMatchObject({ tone: "warn", reasons: [{ again_at: 99 }] });
    const rejected = validation({ state: "passed", merge_state: "rejected" });
    expect(whyNotMerged(pull(), rejected, ON)).toMatchObject({ tone: "bad", reasons: [{ again_at: null }] });
  });

  test("the files of what a person must decide about are a click away", () => {
    const hold = { code: "gate_changed", message: "It changes .tidegate.yml" };
    const held = validation({ state: "passed", merge_state: "blocked", merge_reasons: [hold], hold });
    expect(whyNotMerged(pull(), held, ON)).toMatchObject({ tone: "warn", files: true });
    expect(whyNotMerged(pull(), { ...held, approved_by: "mira" }, ON).files).toBe(false);
    const waits = { code: "fork_needs_approval", message: "It is of a fork" };
    expect(whyNotMerged(pull(), validation({ state: "queued", waits }), ON).files).toBe(true);
    const paused = { code: "paused", message: "The project is paused" };
    expect(whyNotMerged(pull(), validation({ state: "queued", waits: paused }), ON).files).toBe(false);
  });

  test("while the project is read nothing is said of what it wants", () => {
    const failed = validation({ state: "failed", reason });
    expect(whyNotMerged(pull(), failed).reasons).toHaveLength(1);
    expect(whyNotMerged(pull(), failed, card(), run({ phase: "repairing" })).reasons).toMatchObject([
      { code: "tests_failed", owner: "agent" },
      { code: "agent_works", owner: "agent" },
      { code: "auto_merge_disabled", owner: "maintainer" },
    ]);
  });
});
