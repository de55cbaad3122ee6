import { expect, test } from "vitest";
import { RUN_PHASES } from "../models/run.ts";
import { run } from "./nouns.fixture.ts";
import { markOf, standing } from "./run-standing.ts";

test("standing() calls a run merged only when it is", () => {
  for (const phase of RUN_PHASES.filter((one) => one !== "completed")) {
    for (const validation_status of [null, "failed", "passed"]) {
      const { mark, title } = standing(run({ phase, validation_status, pr_number: 7 }));
      expect(mark.tone).not.toBe("good");
      expect(`${mark.word} ${title}`).not.toMatch(/merged/i);
    }
  }
  expect(standing(run({ phase: "completed", pr_number: 7 })).title).toBe("Merged: pull request #7");
});

test("standing() says who waits for whom", () => {
  expect(standing(run({ phase: "needs_human" })).mark.word).toBe("Waits for a person");
  expect(standing(run({ phase: "needs_human", branch: "tidegate/coupons" })).next).toContain(
    "push to tidegate/coupons",
  );
  expect(standing(run({ phase: "needs_human", agent: null })).next).toContain("Push a commit");
  expect(standing(run({ phase: "planning", auto_confirm: true })).next).toContain("as soon as it is there");
});

test("markOf() no longer says validating of what has passed", () => {
  expect(markOf(run({ phase: "validating", validation_status: "running" })).word).toBe("Validating");
  expect(markOf(run({ phase: "validating", validation_status: "passed" })).word).toBe("Merge awaited");
});

test("what passed and is merged by nobody but a person says so, and in amber", () => {
  const passed = { phase: "validating", validation_status: "passed", pr_number: 7 } as const;
  const waits = standing(run({ ...passed, status: "waiting_for_input" }));
  expect(waits.mark).toMatchObject({ word: "Merge waits for you", tone: "warn" });
  expect(waits.next).toContain("merge it on GitHub");
  expect(standing(run(passed)).mark.tone).toBe("busy");
});

test("standing() tells a merge that waits for approval from one that something keeps", () => {
  const asks = (code: string, branch: string | null = null) =>
    standing(run({ phase: "needs_human", branch, reason: { code, message: "" } }));
  const held = asks("merge_held");
  expect(held.title).toContain("its merge waits for a person");
  expect(held.next).toMatch(/^Look at the change, then approve its merge or stop the run/);
  const blocked = asks("merge_blocked", "tidegate/coupons");
  expect(blocked.title).toContain("nothing merges it");
  expect(blocked.next).toMatch(/validates it anew.*conflict.*pushing to tidegate\/coupons/);
  expect([held, blocked].map(({ mark }) => mark.tone)).toEqual(["warn", "warn"]);
});
