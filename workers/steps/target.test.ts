/** What is tested where only tested results may land: the commit of exactly this head and the tip of the base, or nothing. */
import { beforeEach, expect, test, vi } from "vitest";
import { headAlone, mergeResult } from "./target.ts";
import type { Context } from "./visit.ts";

const github = vi.hoisted(() => ({
  readPull: vi.fn(),
  branchTip: vi.fn(),
  commitAt: vi.fn(),
  treeOf: vi.fn(),
}));
vi.mock("../providers/github/index.ts", () => github);

const LIVE = { head_sha: "head", base_ref: "main", mergeable: true, merge_commit_sha: "made" };
const MADE = { tree: "tree", parents: ["tip", "head"] };

const context = (memo: object = {}) =>
  ({
    ...{ vars: {}, repo: {}, memo },
    validation: { pr_number: 7, head_sha: "head", base_ref: "main" },
  }) as unknown as Context;

beforeEach(() => {
  vi.resetAllMocks();
  github.readPull.mockResolvedValue(LIVE);
  github.branchTip.mockResolvedValue("tip");
  github.commitAt.mockResolvedValue(MADE);
  github.treeOf.mockImplementation(async (_vars, _repo, sha) => `tree of ${sha}`);
});

test("a head alone is laid as it is, and no base is in it", async () => {
  const target = { sha: "head", tree: "tree of head", base_sha: null };
  expect(await headAlone(context())).toEqual({ target });
});

test("the merge is taken whose parents are the tip and the head", async () => {
  expect(await mergeResult(context())).toEqual({ target: { sha: "made", tree: "tree", base_sha: "tip" } });
  expect(github.commitAt.mock.lastCall?.[2]).toBe("made");
  expect(github.branchTip.mock.lastCall?.[2]).toBe("main");
});

test.each([
  ["of an older base", {}, "tip", ["old", "head"]],
  ["of an older head", {}, "tip", ["tip", "old"]],
  ["the other way round", {}, "tip", ["head", "tip"]],
  ["of three", {}, "tip", ["tip", "head", "third"]],
  ["of one", {}, "tip", ["tip"]],
  ["none", { merge_commit_sha: null }, "tip", MADE.parents],
  ["one that GitHub is still working out", { mergeable: null }, "tip", MADE.parents],
  ["one onto a branch that is gone", {}, null, MADE.parents],
])("a merge that is %s is waited for", async (_, changes, tip, parents) => {
  github.readPull.mockResolvedValue({ ...LIVE, ...changes });
  github.branchTip.mockResolvedValue(tip);
  github.commitAt.mockResolvedValue({ ...MADE, parents });
  expect(await mergeResult(context())).toEqual({ again_s: 1, memo: { reads: 1 } });
  expect(await mergeResult(context({ reads: 8 }))).toEqual({ again_s: 1, memo: { reads: 9 } });
  expect(await mergeResult(context({ reads: 9 }))).toEqual({ again_s: 5, memo: { reads: 10 } });
  expect(await mergeResult(context({ reads: 58 }))).toEqual({ again_s: 5, memo: { reads: 59 } });
  const given = await mergeResult(context({ reads: 59 }));
  expect(given).toMatchObject({ state: "errored", reason: { code: "merge_result_missing" } });
});

test.each([
  ["is gone", null, "errored", "head_moved"],
  ["has another head", { ...LIVE, head_sha: "other" }, "errored", "head_moved"],
  ["has another base", { ...LIVE, base_ref: "next" }, "errored", "head_moved"],
  ["conflicts with its base", { ...LIVE, mergeable: false }, "failed", "conflicts"],
])("one that %s has no merge to test", async (_, live, state, code) => {
  github.readPull.mockResolvedValue(live);
  expect(await mergeResult(context())).toMatchObject({ state, reason: { code } });
});
