/** What is said of each standing, to whom, and until when it is waited for. */
import { describe, expect, test } from "vitest";
import { pull, run, validation } from "../pages/nouns.fixture.ts";
import type { Validation } from "./validation.ts";
import { CURRENT, input, NOW, ON, of, reason, STALL } from "./why.fixture.ts";
import type { Why } from "./why.ts";
import { type WhyInput, whyOf } from "./why-of.ts";
import { wordsAndTodo } from "./why-words.ts";

describe("whyOf()", () => {
  const first = (why: Why) => why.unmet[0];

  test("takes no credit for a merge that somebody else made", () => {
    const merged = of({ state: "passed", merge_state: "merged", merge_commit_sha: "c".repeat(40) });
    expect([merged.summary, merged.unmet]).toEqual([
      "Merged by Tidegate as ccccccc: exactly the validated commit aaaaaaa",
      [],
    ]);
    const elsewhere = of({ state: "passed" }, { pull: pull({ merged: true, state: "closed" }) });
    expect(elsewhere).toMatchObject({ merged: true, summary: "Merged on GitHub, not by Tidegate" });
    const byOther = of({
      state: "passed",
      merge_state: "rejected",
      merge_reasons: [reason("merged_by_other")],
    });
    expect(byOther).toMatchObject({ merged: true, unmet: [] });
  });

  test("says everything at once, and nothing twice", () => {
    const hold = reason("risk_asks", "The risk is high");
    const why = of(
      {
        state: "passed",
        merge_state: "blocked",
        merge_reasons: [hold, reason("fork")],
        hold,
        twin: reason("twin_held"),
      },
      {
        pull: pull({ draft: true, blocked: "draft", held_by: "mira" }),
        project: { ...ON, paused_by: "ada", dry_run: true },
      },
    );
    const codes = ["draft", "risk_asks", "twin_held", "fork", "held_in_queue", "paused", "dry_run"];
    expect(why.unmet.map(({ code }) => code)).toEqual(codes);
  });

  test("names each check of others, and when it is looked for again", () => {
    const merge_reasons = ["a", "b"].map((name) => reason("missing_checks", `"${name}" is required`));
    const why = of({
      state: "passed",
      merge_state: "blocked",
      merge_reasons,
      merge_again_at: NOW + 60,
      finished_at: 7,
    });
    expect(why.unmet).toMatchObject(
      ["a", "b"].map((name) => ({
        ...{ code: "missing_checks", owner: "github", again_at: NOW + 60, deadline_at: 7 + 86_400_000 },
        message: `"${name}" is required. It is looked for again by itself.`,
      })),
    );
  });

  test("what is not tried again by itself is a person's", () => {
    for (const code of ["missing_checks", "base_moved", "not_mergeable", "new_code"]) {
      const why = of({ state: "passed", merge_state: "blocked", merge_reasons: [reason(code)] });
      expect(first(why)).toMatchObject({
        owner: "maintainer",
        message: expect.stringMatching(/queue again/),
      });
    }
  });

  test.each<[string, Partial<Validation>, Partial<WhyInput>, object]>([
    [
      "a fork that waits",
      { state: "queued", waits: reason("fork_needs_approval"), deadline_at: 8 },
      {},
      { owner: "maintainer", deadline_at: 8 },
    ],
    [
      "a paused project's",
      { state: "queued", waits: reason("paused") },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Resume/) },
    ],
    [
      "a step that runs",
      { current: CURRENT },
      {},
      { owner: "tidegate", deadline_at: NOW + 9, message: expect.stringMatching(/step test/) },
    ],
    [
      "GitHub's limit",
      { current: CURRENT, stalled: STALL },
      {},
      { owner: "github", again_at: STALL.until, deadline_at: NOW + 9 },
    ],
    [
      "a limit that is over",
      { current: CURRENT, stalled: { ...STALL, until: NOW } },
      {},
      { code: "running" },
    ],
    ["a failure", { state: "failed", reason: reason("tests_failed") }, {}, { owner: "author" }],
    [
      "a failure that an agent mends",
      { state: "failed", reason: reason("tests_failed") },
      { run: run({ phase: "repairing", deadline_at: 3 }) },
      { owner: "agent", deadline_at: 3 },
    ],
    [
      "one that nobody writes",
      { state: "failed", reason: reason("x") },
      { run: run({ phase: "validating", agent: null }) },
      { owner: "author" },
    ],
    [
      "an error",
      { state: "errored", reason: reason("sandbox_lost") },
      {},
      { owner: "maintainer", message: expect.stringMatching(/machinery/) },
    ],
    ["a person's cancel", { state: "cancelled", reason: reason("cancelled") }, {}, { owner: "maintainer" }],
    [
      "a cancel that is over",
      { state: "cancelled", reason: reason("pull_closed") },
      {},
      { owner: "tidegate", code: "not_validated" },
    ],
    ["a superseded one that is live again", { state: "superseded" }, {}, { code: "not_validated" }],
    [
      "what is flaky",
      { state: "passed_flaky", flaky: { tests: ["adds"], quarantined: false } },
      {},
      { code: "flaky", message: expect.stringMatching(/adds/) },
    ],
    ["an unwished merge", { state: "passed" }, {}, { code: "not_queued" }],
    [
      "auto-merge that is off",
      { state: "passed" },
      { project: { ...ON, auto_merge_enabled: false } },
      { code: "auto_merge_disabled" },
    ],
    [
      "a dry run",
      { state: "passed", merge_state: "rehearsed", merge_reasons: [reason("dry_run")] },
      { project: { ...ON, dry_run: true } },
      { code: "dry_run", owner: "maintainer" },
    ],
    [
      "an unpinned project's",
      { state: "cancelled", reason: reason("project_removed") },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Pin the repository again/) },
    ],
    [
      "one that nobody let begin",
      { state: "timed_out", reason: reason("never_begun") },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Validate it again/) },
    ],
    [
      "a credential that is refused",
      { state: "errored", reason: reason("auth_revoked") },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Install the GitHub App/) },
    ],
    [
      "a rejected merge of which nothing is known",
      { state: "passed", merge_state: "rejected", merge_reasons: [reason("new_code")] },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Validate it again/) },
    ],
    [
      "what a person took out of the queue",
      { state: "passed", merge_state: "blocked", merge_reasons: [reason("removed_from_queue")] },
      {},
      { owner: "maintainer", message: expect.stringMatching(/into the merge queue again/) },
    ],
    [
      "an open question",
      { state: "passed", merge_state: "unknown", merge_reasons: [reason("ambiguous_merge")] },
      {},
      { owner: "maintainer", message: expect.stringMatching(/Look at it on GitHub/) },
    ],
  ])("%s", (_, changes, more, expected) => {
    expect(first(of(changes, more))).toMatchObject(expected);
  });

  test("a run that waits for a person is said beside what waits for it", () => {
    const failed = { state: "failed", reason: reason("tests_failed") } as const;
    const asks = run({ phase: "needs_human", reason: reason("max_attempts", "Three repairs failed") });
    expect(of(failed, { run: asks }).unmet).toMatchObject([
      { code: "tests_failed", owner: "author" },
      {
        code: "needs_human",
        owner: "maintainer",
        message: expect.stringMatching(/Three repairs.*another go/),
      },
    ]);
    const plan = of(failed, { run: run({ phase: "awaiting_confirmation" }) });
    expect(plan.unmet[1]).toMatchObject({ code: "plan_waits", owner: "maintainer" });
    const held = of(
      { state: "passed", hold: reason("risk_asks") },
      { run: { ...asks, reason: reason("merge_held") } },
    );
    expect(held.unmet.map(({ code }) => code)).toEqual(["risk_asks"]);
  });

  test("knows the place in the queue, and who stands before it", () => {
    const stands = (pr_number: number, queued_at: number | null, more: Partial<Validation> = {}) =>
      validation({
        ...{ pr_number, queued_at, state: "passed", merge_state: "queued", finished_at: 10 },
        ...more,
      });
    const mine = stands(7, 30);
    const queue = [mine, stands(8, 20), stands(9, 40), stands(6, 1, { base_ref: "next" }), stands(5, null)];
    const anew = stands(4, 10, { state: "running", merge_state: "none" });
    const failed = stands(3, 1, { state: "failed", merge_state: "none" });
    const why = whyOf(input({ newest: mine, queue: [...queue, anew, failed] }));
    expect(why.queue).toEqual({ base_ref: "main", place: 3, of: 4 });
    expect(why.summary).toMatch(/3 of 4/);
    expect(first(why)).toMatchObject({
      code: "in_queue",
      deadline_at: 9_000_000,
      message: expect.stringMatching(/behind #4, #8/),
    });
    expect(first(whyOf(input({ newest: mine, queue: [mine] })))?.message).toMatch(/and is next/);
    expect(first(whyOf(input({ newest: mine })))?.message).toMatch(/queue of main\. /);
    const held = whyOf(input({ newest: mine, pull: pull({ held_by: "mira" }) }));
    expect([held.summary, held.unmet[1]?.code]).toEqual([expect.stringMatching(/holds it/), "held_in_queue"]);
  });

  test("what may not be asked of GitHub is said, and nothing is promised meanwhile", () => {
    const disconnected = { code: "suspended", message: "The installation is suspended", since: 1 };
    const why = of({ state: "cancelled", reason: disconnected }, { project: { ...ON, disconnected } });
    expect(why.unmet).toMatchObject([{ code: "disconnected", owner: "maintainer" }]);
    expect(why.summary).toBe("Not merged: it may not be validated");
  });

  test("what only waits for its beginning is not kept out", () => {
    const waits = reason("fork_needs_approval", "It is of a fork");
    const waiting = pull({ blocked: waits.code });
    const why = of({ state: "queued", waits, deadline_at: 9 }, { pull: waiting });
    expect([why.summary, why.unmet.map(({ code }) => code)]).toEqual([
      "Not merged: its validation waits to be let begin",
      ["fork_needs_approval"],
    ]);
    // Before its validation is there it is kept out, and that is all there is to say.
    expect(whyOf(input({ newest: null, pull: waiting })).unmet).toMatchObject([{ code: waits.code }]);
  });

  test("the next look lies ahead, however long ago the last one was", () => {
    const outdated = { newest: null, pull: pull({ read_at: NOW - 20 * 60_000 }) };
    expect(first(whyOf(input(outdated)))?.again_at).toBe(NOW + 5 * 60_000);
    expect(first(whyOf(input({ ...outdated, now: NOW + 1 })))?.again_at).toBe(NOW + 5 * 60_000);
  });
});

test("words of others and our own advice are told apart, whatever the words are", () => {
  const merge_reasons = [reason("not_mergeable", "At least 1 review is required. Merge it on GitHub")];
  const message = whyOf(
    input({ newest: validation({ state: "passed", merge_state: "blocked", merge_reasons }) }),
  ).unmet[0]?.message;
  expect(wordsAndTodo(message ?? "")).toEqual({
    words: "At least 1 review is required. Merge it on GitHub.",
    todo: expect.stringMatching(/^These are GitHub's own words/),
  });
  expect(wordsAndTodo("Nothing of ours")).toEqual({ words: "Nothing of ours", todo: "" });
});
