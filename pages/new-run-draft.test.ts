import { describe, expect, test } from "vitest";
import { NewRun } from "../models/run.ts";
import { bodyOf, NO_LIMITS, NOBODY, type RunDraft } from "./new-run-draft.ts";

const draft = (changes: Partial<RunDraft> = {}): RunDraft => ({
  goal: "Add coupons",
  agent: "claude",
  files: "",
  limits: NO_LIMITS,
  wait: true,
  pull: "",
  ...changes,
});

describe("bodyOf()", () => {
  test("says only what was said", () => {
    expect(bodyOf(draft(), [])).toEqual({
      target_text: "Add coupons",
      source: "dashboard",
      agent: "claude",
      auto_confirm: false,
    });
    expect(bodyOf(draft({ agent: "" }), [])).not.toHaveProperty("agent");
  });

  test("says all that was said, as the API takes it", () => {
    const body = bodyOf(
      draft({
        files: " list.mjs \n\nlist.mjs\ntest/list.test.mjs\n",
        limits: { ...NO_LIMITS, max_attempts: 0, max_cost_usd: 1.5 },
        wait: false,
      }),
      [{ name: "a.png", uri: "data:image/png;base64,AAAA" }],
    );
    expect(body).toMatchObject({
      files: ["list.mjs", "test/list.test.mjs"],
      limits: { max_attempts: 0, max_cost_usd: 1.5 },
      images: ["data:image/png;base64,AAAA"],
      auto_confirm: true,
    });
    expect(NewRun.safeParse(body).success).toBe(true);
  });

  test("who only follows a pull request asks nobody for a plan, and spends nothing", () => {
    const body = bodyOf(
      draft({ agent: NOBODY, pull: "7", files: "a", limits: { ...NO_LIMITS, max_minutes: 5 } }),
      [],
    );
    expect(body).toEqual({ target_text: "Add coupons", source: "dashboard", pr_number: 7 });
  });

  test("a pull request that is there is repaired without a plan", () => {
    expect(bodyOf(draft({ pull: " 7 " }), [])).toEqual({
      target_text: "Add coupons",
      source: "dashboard",
      agent: "claude",
      pr_number: 7,
    });
  });
});
