/** What a validation tests is said once, by what was laid: which commit, on which base, under which plan. */
import { beforeEach, expect, test, vi } from "vitest";
import { A, B, C } from "../project/decide.fixture.ts";
import { snapshot } from "./snapshot.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findPlan: vi.fn(),
  savePlan: vi.fn(),
  noteStep: vi.fn(),
  readPlanOfBranch: vi.fn(),
  headAlone: vi.fn(),
  mergeResult: vi.fn(),
  untouchedBy: vi.fn(),
  checkout: vi.fn(),
  restoreWorkspace: vi.fn(),
}));
vi.mock("../store/steps.ts", () => found);
vi.mock("./plan.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("./target.ts", () => found);
vi.mock("./affected.ts", () => found);
vi.mock("./checkout.ts", () => found);
vi.mock("./workspace.ts", () => ({
  ...found,
  workspaceDigest: async (_: Context, tree: string) => `of ${tree}`,
}));
vi.mock("./live-log.ts", () => ({ liveLog: async () => ({ say: async () => {} }) }));

const PLAN = {
  setup: ["npm ci"],
  test: {},
  serve: "none",
  ui: "none",
  merge: {},
  limits: { cpus: 1 },
  path: "apps",
};
const FOUND = { plan: PLAN, source: ".tidegate.yml of main", digest: "d1" };
const ALONE = { target: { sha: A, tree: "t1", base_sha: null } };
const MERGED = { target: { sha: C, tree: "t2", base_sha: B } };
const create = vi.fn();

const look = (project: object = { require_up_to_date: false }) =>
  snapshot({
    ...{ env: { DB: "db" }, vars: {}, repo: {}, project, sandbox: { create }, started_at: 0 },
    validation: { id: "v", head_sha: A, base_ref: "main" },
    order: { try: 2 },
  } as unknown as Context);

beforeEach(() => {
  vi.resetAllMocks();
  found.findPlan.mockResolvedValue(null);
  found.readPlanOfBranch.mockResolvedValue(FOUND);
  found.headAlone.mockResolvedValue(ALONE);
  found.mergeResult.mockResolvedValue(MERGED);
  found.untouchedBy.mockResolvedValue(null);
  found.checkout.mockResolvedValue({ files: 3 });
  found.restoreWorkspace.mockResolvedValue(null);
  create.mockResolvedValue({ instance: "box", isolation: "bubblewrap", egress: "confined" });
});

test("a head alone is laid, and that is the evidence", async () => {
  const visit = await look();
  expect(visit).toMatchObject({
    outcome: {
      ...{ state: "passed", reason: null, required: ["snapshot", "setup", "test"], config_digest: "d1" },
      ...{ analyze: false, tested_base_sha: null },
    },
    evidence: {
      ...{ head_sha: A, tree_sha: "t1", container_id: "box", isolation: "bubblewrap", egress: "confined" },
      ...{
        archive_files: 3,
        config_digest: "d1",
        snapshot: "cold",
        snapshot_id: "of t1",
        snapshot_from: null,
      },
    },
  });
  expect(visit).not.toHaveProperty("evidence.base_sha");
  expect(found.checkout.mock.lastCall?.slice(1, 3)).toEqual([A, "t1"]);
  expect(found.savePlan).toHaveBeenCalledWith("db", "v", FOUND);
  expect(found.readPlanOfBranch.mock.lastCall?.[1]).toBe("main");
});

test.each([
  ["the project", { require_up_to_date: true }, PLAN],
  ["the base", { require_up_to_date: false }, { ...PLAN, merge: { require_up_to_date: true } }],
])("where %s wants only tested results to land the merge is laid", async (_, project, plan) => {
  found.readPlanOfBranch.mockResolvedValue({ ...FOUND, plan });
  expect(await look(project)).toMatchObject({
    outcome: { state: "passed", tested_base_sha: B },
    evidence: { head_sha: A, base_sha: B, merge_sha: C, tree_sha: "t2" },
  });
  expect(found.checkout.mock.lastCall?.slice(1, 3)).toEqual([C, "t2"]);
});

test("a second try goes by the plan of the first", async () => {
  found.findPlan.mockResolvedValue({ ...FOUND, digest: "first" });
  expect(await look()).toMatchObject({ outcome: { config_digest: "first" } });
  expect(found.readPlanOfBranch).not.toHaveBeenCalled();
});

test("a workspace that was kept is restored, and that is said", async () => {
  found.restoreWorkspace.mockResolvedValue("key");
  expect(await look()).toMatchObject({
    evidence: { snapshot: "warm", snapshot_id: "of t1", snapshot_from: "key" },
  });
  expect(found.restoreWorkspace.mock.lastCall?.[1]).toBe("of t1");
});

const NO = { code: "no", message: "no" };
test("without a plan nothing is laid", async () => {
  found.readPlanOfBranch.mockResolvedValue({ reason: NO });
  expect(await look()).toMatchObject({ outcome: { state: "failed", reason: NO } });
  expect(found.savePlan).not.toHaveBeenCalled();
  expect(create).not.toHaveBeenCalled();
});

test.each(["failed", "errored"])("a merge that cannot be tested ends it as %s", async (state) => {
  found.mergeResult.mockResolvedValue({ state, reason: NO });
  expect(await look({ require_up_to_date: true })).toMatchObject({ outcome: { state, reason: NO } });
  expect(create).not.toHaveBeenCalled();
});

test("a merge that GitHub still makes is waited for", async () => {
  found.mergeResult.mockResolvedValue({ again_s: 5, memo: { reads: 1 } });
  expect(await look({ require_up_to_date: true })).toEqual({ again_s: 5, memo: { reads: 1 } });
});

test("what is laid otherwise than the tree has it fails", async () => {
  found.checkout.mockResolvedValue({ difference: "test.js" });
  const reason = { code: "archive_differs", message: expect.stringContaining("test.js") };
  const visit = await look();
  expect(visit).toMatchObject({ outcome: { state: "failed", reason }, evidence: { container_id: "box" } });
  expect(visit).not.toHaveProperty("outcome.required");
});

test("a change that leaves the folder alone needs no sandbox, and its proof is all that it has", async () => {
  const not_affected = { path: "apps", files: ["README.md"], compared: { start_sha: B, head_sha: A } };
  found.untouchedBy.mockResolvedValue(not_affected);
  const visit = await look({ require_up_to_date: true });
  expect(found.untouchedBy.mock.lastCall?.slice(1)).toEqual([PLAN, MERGED.target]);
  expect(visit).toEqual({
    outcome: {
      ...{ state: "passed", reason: null, required: ["snapshot"], config_digest: "d1", analyze: false },
      tested_base_sha: B,
    },
    evidence: {
      ...{ duration_ms: expect.any(Number), head_sha: A, tree_sha: "t2", base_sha: B, merge_sha: C },
      ...{ config_source: FOUND.source, config_digest: "d1", not_affected },
    },
  });
  expect(create).not.toHaveBeenCalled();
  const noted = found.noteStep.mock.calls.map(([, { id, kind, try: nth }]) => [id, kind, nth]);
  expect(noted).toEqual([
    ["v.setup.2", "setup", 2],
    ["v.test.2", "test", 2],
  ]);
});

test("steps that the plan does without stand in the record as such", async () => {
  const analyze = { fail_on: "error", ask_a_person_at: "none" };
  const without = { ...FOUND, plan: { ...PLAN, setup: "none", analyze } };
  found.readPlanOfBranch.mockResolvedValue(without);
  const visit = await look();
  expect(found.noteStep.mock.calls.map(([, { kind }]) => kind)).toEqual(["setup", "browse"]);
  expect(visit).toMatchObject({ outcome: { analyze: true, required: ["snapshot", "test", "analyze"] } });
});
