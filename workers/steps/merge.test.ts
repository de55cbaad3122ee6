/** What the merge step reaches is of exactly its own pull request, and its end says what came of it. */
import { beforeEach, expect, test, vi } from "vitest";
import { merge, unasked } from "./merge.ts";
import type { MergeVisit, MergeWorld } from "./merge-world.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  ...{ mergeHead: vi.fn(), tell: vi.fn(), findPlan: vi.fn(), listSteps: vi.fn(), rememberStep: vi.fn() },
  ...{ takeLane: vi.fn(), freeLane: vi.fn(), ownCheckName: vi.fn(), branchTip: vi.fn(), commitAt: vi.fn() },
  ...{
    containsCommit: vi.fn(),
    otherChecks: vi.fn(),
    readPull: vi.fn(),
    requestMerge: vi.fn(),
    requiredChecks: vi.fn(),
    findLiveProject: vi.fn(),
  },
}));
vi.mock("./merge-head.ts", async (original) => ({
  ...(await original<object>()),
  mergeHead: found.mergeHead,
}));
vi.mock("../project/index.ts", () => ({ projectOf: () => ({ tell: found.tell }) }));
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/steps.ts", () => found);
vi.mock("../store/lanes.ts", () => found);
vi.mock("../store/projects.ts", () => found);
vi.mock("./own-check.ts", () => found);

const VARS = { GITHUB_APP_ID: "7" };
const REPO = { full_name: "a/b", installation_id: 1 };
const VISIT = { id: "v.merge.2", nth: 3 };
const context = {
  ...{ env: { DB: "db" }, vars: VARS, repo: REPO, memo: { reads: 1 }, visit: VISIT, started_at: 0 },
  validation: { id: "v", pr_number: 7, head_sha: "h", base_ref: "main" },
  project: { id: "p", repo_id: 9, check_scope: "shop", dry_run: false },
  order: { id: "v.merge.2", try: 2, validation_id: "v" },
} as unknown as Context;

/** What the step gives to the merge. */
async function world(): Promise<MergeWorld> {
  await merge(context);
  return found.mergeHead.mock.lastCall?.[0];
}

const ended = (state: string, reasons: object[] = []) => ({
  merge: { state, reasons, commit_sha: null, again_s: null },
  proof: { merge_tree: "t" },
});

beforeEach(() => {
  vi.resetAllMocks();
  found.mergeHead.mockResolvedValue(ended("merged"));
});

const WANTED = { auto_merge_enabled: true, paused_by: null, dry_run: false };
test.each([
  ["auto-merge off", { ...WANTED, auto_merge_enabled: false }],
  ["a pause", { ...WANTED, paused_by: "mira" }],
  ["a dry run", { ...WANTED, dry_run: true }],
  ["no pin", null],
])("%s during the visit keeps it from asking, whether the project object knows or not", async (_, now) => {
  found.tell.mockResolvedValue({ refused: null });
  found.findLiveProject.mockResolvedValue(now);
  expect(await (await world()).isWanted()).toBe(false);
  expect(found.tell).not.toHaveBeenCalled();
});

const REASON = { code: "no", message: "no" };
test.each([
  ["merged", "passed"],
  ["rehearsed", "passed"],
  ["blocked", "failed"],
  ["rejected", "failed"],
  ["unknown", "failed"],
])("what is %s has %s, with its reason and its proof", async (state, outcome) => {
  found.mergeHead.mockResolvedValue(ended(state, [REASON, { code: "b", message: "b" }]) as MergeVisit);
  const visit = await merge(context);
  expect(visit).toMatchObject({
    outcome: { state: outcome, reason: REASON, merge: { state } },
    evidence: { merge_tree: "t" },
  });
  expect(found.mergeHead.mock.lastCall?.slice(1)).toMatchObject([
    { validation: { id: "v" }, project: { id: "p" } },
    { reads: 1 },
  ]);
});

test("a visit that comes again remembers", async () => {
  found.mergeHead.mockResolvedValue({ again_s: 3, memo: { waits: 1 } });
  expect(await merge(context)).toEqual({ again_s: 3, memo: { waits: 1 } });
});

test.each([
  [null, true],
  [{ code: "conflict", message: "no" }, false],
])("the project that refuses with %j wants it: %s", async (refused, wanted) => {
  found.tell.mockResolvedValue({ refused });
  found.findLiveProject.mockResolvedValue(WANTED);
  const { isWanted } = await world();
  expect(await isWanted()).toBe(wanted);
  expect(await isWanted()).toBe(wanted);
  const facts = found.tell.mock.calls.map(([project, fact]) => ({ project, ...fact }));
  expect(facts).toMatchObject(
    [1, 2].map(() => ({ project: "p", type: "merge.asks", validation_id: "v", try: 2 })),
  );
  // A project hears one id once: each time is asked anew.
  expect(new Set(facts.map(({ id }) => id)).size).toBe(2);
});

test("checks of others are of the head, and those that are required of the base", async () => {
  found.requiredChecks.mockResolvedValue(["required"]);
  found.otherChecks.mockResolvedValue(["other"]);
  found.ownCheckName.mockResolvedValue("tidegate/shop");
  const { checksOf } = await world();
  const own = { name: "tidegate/shop", scope: "shop", app: "7" };
  const live = { base_ref: "next", head_sha: "other" } as Parameters<MergeWorld["checksOf"]>[0];
  expect(await checksOf(live)).toEqual({ required: ["required"], others: ["other"], own });
  expect(found.requiredChecks).toHaveBeenCalledWith(VARS, REPO, "next");
  expect(found.otherChecks).toHaveBeenCalledWith(VARS, REPO, "h", "shop");
  expect(found.ownCheckName.mock.lastCall?.[1]).toBe("next");
});

test("all else is asked of its own repository", async () => {
  const { readPull, tipOf, contains, commit, requestMerge, takeLane, freeLane, remember } = await world();
  await readPull();
  expect(found.readPull).toHaveBeenCalledWith(VARS, REPO, 7);
  await tipOf("main");
  expect(found.branchTip).toHaveBeenCalledWith(VARS, REPO, "main");
  await contains("main", "h");
  expect(found.containsCommit).toHaveBeenCalledWith(VARS, REPO, "main", "h");
  await commit("c");
  expect(found.commitAt).toHaveBeenCalledWith(VARS, REPO, "c");
  const request = { number: 7, sha: "h", method: "merge" } as const;
  await requestMerge(request, 5);
  expect(found.requestMerge).toHaveBeenCalledWith(VARS, REPO, request, 5);
  const lane = { repo_id: 9, base_ref: "main" };
  await takeLane("main");
  expect(found.takeLane).toHaveBeenCalledWith("db", lane, VISIT, expect.any(Number));
  await freeLane("main");
  expect(found.freeLane).toHaveBeenCalledWith("db", lane, VISIT);
  found.rememberStep.mockResolvedValue(false);
  const progress = { requests: 1, tip: null, asked_at: null, reads: 0, waits: 0 };
  expect(await remember(progress)).toBe(false);
  expect(found.rememberStep).toHaveBeenCalledWith("db", VISIT, progress);
});

const laid = (tree_sha: string | null, state = "passed", kind = "snapshot") => ({
  ...{ kind, state },
  evidence: tree_sha === null ? null : { tree_sha },
});
test.each<[string, object[], string | null]>([
  ["nothing", [], null],
  ["the newest that was laid", [laid("old"), laid("new")], "new"],
  ["the one that was laid whole", [laid("whole"), laid("half", "failed")], "whole"],
  ["a snapshot alone", [laid("tree"), laid("other", "passed", "test")], "tree"],
  ["what left no evidence", [laid(null)], null],
])("what was tested is of %s", async (_, steps, tree_sha) => {
  found.listSteps.mockResolvedValue(steps);
  expect(await (await world()).tested()).toEqual({ tree_sha });
  expect(found.listSteps).toHaveBeenCalledWith("db", "v");
});

test("the plan is the one that is on record", async () => {
  found.findPlan.mockResolvedValueOnce({ plan: "the plan" }).mockResolvedValueOnce(null);
  const { plan } = await world();
  expect([await plan(), await plan()]).toEqual(["the plan", null]);
  expect(found.findPlan).toHaveBeenCalledWith("db", "v");
});

test("a merge that was surely not asked for is asked for again; of another nobody knows", () => {
  const again = { state: "blocked", reasons: [REASON], commit_sha: null, again_s: 60 };
  expect(unasked("merge", {}, REASON)).toEqual(again);
  expect(unasked("merge", { requests: 2, tip: null }, REASON, 5)).toEqual({ ...again, again_s: 5 });
  expect(unasked("merge", { requests: 1, tip: "t" }, REASON)).toBeUndefined();
  expect(unasked("report", {}, REASON)).toBeUndefined();
});
