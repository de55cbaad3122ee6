import { describe, expect, test } from "vitest";
import { MERGE_STATES, VALIDATION_STATES } from "../models/validation.ts";
import { pull, run, validation } from "./nouns.fixture.ts";
import { whyNotMerged } from "./why.ts";

const reason = { code: "tests_failed", message: "2 of 10 tests failed" };

describe("whyNotMerged()", () => {
  test("has an answer for every state, and says merged by Tidegate only when it merged", () => {
    for (const state of VALIDATION_STATES) {
      for (const merge_state of MERGE_STATES.filter((one) => one !== "merged")) {
        const { title } = whyNotMerged(pull(), validation({ state, merge_state }), true);
        expect(title).not.toBe("");
        expect(title).not.toMatch(/^Merged/);
      }
    }
    const merged = validation({ state: "passed", merge_state: "merged", merge_commit_sha: "c".repeat(40) });
    expect(whyNotMerged(pull({ merged: true, state: "closed" }), merged, true).title).toBe(
      "Merged by Tidegate as ccccccc: exactly the validated commit aaaaaaa",
    );
  });

  test("does not take the credit for a merge that GitHub's user made", () => {
    const why = whyNotMerged(pull({ merged: true, state: "closed" }), validation({ state: "passed" }), true);
    expect(why.title).toBe("Merged on GitHub, not by Tidegate");
  });

  test.each([
    ["draft", /draft/],
    ["fork_needs_approval", /fork/],
    ["validation_disabled", /turned off/],
    ["project_removed", /unpinned/],
    ["something_new", /something_new/],
  ])("explains the block %s", (blocked, text) => {
    const why = whyNotMerged(pull({ blocked }), null, true);
    expect(why.reasons).toEqual([{ code: blocked, message: expect.stringMatching(text) }]);
  });

  test.each([
    [null, /^Push a commit/],
    [run({ phase: "repairing" }), /agent of its run mends it/],
    [run({ phase: "validating", agent: null }), /^Push a commit/],
    [run({ phase: "needs_human" }), /waits for a person/],
    [run({ phase: "cancelled" }), /^Push a commit/],
  ])("says who mends what failed (%#)", (of, next) => {
    expect(whyNotMerged(pull(), validation({ state: "failed" }), true, of).next).toMatch(next);
  });

  test("a failed validation's own reason is the reason", () => {
    const why = whyNotMerged(pull(), validation({ state: "failed", reason }), true);
    expect(why).toMatchObject({ tone: "bad", reasons: [reason] });
  });

  test("a passed validation of an older head does not speak for the live one", () => {
    const why = whyNotMerged(pull({ head_sha: "d".repeat(40) }), validation({ state: "passed" }), true);
    expect(why.title).toContain("the live head ddddddd was not validated");
    expect(why.tone).not.toBe("good");
  });

  test("a blocked merge says everything that stands against it, and when it is tried again", () => {
    const reasons = [reason, { code: "review_required", message: "A review is required" }];
    const blocked = validation({
      state: "passed",
      merge_state: "blocked",
      merge_reasons: reasons,
      merge_again_at: 99,
      merge_tries: 2,
    });
    expect(whyNotMerged(pull(), blocked, true)).toMatchObject({ reasons, again_at: 99, next: null });
    expect(whyNotMerged(pull(), { ...blocked, merge_again_at: null }, true).next).toMatch(/not tried again/);
  });

  test.each([
    ["gate_changed", /these files.*leaves them alone/],
    ["needs_human", /push what is missing/],
    ["risk_asks", /may break below.*risks less/],
    ["risk_unknown", /nothing else tells what it risks/],
    ["analysis_missing", /validate it again/],
    ["something_new", /^Read the change, then approve/],
  ])("what is held as %s has advice of its own, and its files are a click away", (code, next) => {
    const hold = { code, message: "A person must decide" };
    const held = validation({ state: "passed", merge_state: "blocked", merge_reasons: [hold], hold });
    const why = whyNotMerged(pull(), held, true);
    expect(why).toMatchObject({ reasons: [hold], next: expect.stringMatching(next), files: true });
    if (code !== "risk_asks") expect(why.next).not.toContain("below");
  });

  test("a twin of what is held goes on by itself", () => {
    const twin = { code: "twin_held", message: "#6 is the same commit" };
    const blocked = validation({ state: "passed", merge_state: "blocked", merge_reasons: [twin], twin });
    expect(whyNotMerged(pull(), blocked, true).next).toMatch(/by itself once that one is decided/);
  });

  test("a passed validation without auto-merge says who has to act", () => {
    const passed = validation({ state: "passed" });
    expect(whyNotMerged(pull(), passed, false).next).toMatch(/turn auto-merge on/);
    expect(whyNotMerged(pull(), passed, true).next).toMatch(/retry the validation/);
  });
});
