/** What a judge makes of what went before at the same commit, and of what went too fast. */
import { beforeEach, expect, test, vi } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { A, projectAt } from "../project/decide.fixture.ts";
import { judge } from "./judge.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findPlan: vi.fn(),
  listSteps: vi.fn(),
  hasAgentRun: vi.fn(),
  hasUnlinkedRun: vi.fn(),
  findRunOf: vi.fn(),
  compareCommits: vi.fn(),
  branchTip: vi.fn(),
  earlierFailures: vi.fn(),
  rerunsOf: vi.fn(),
  passedBefore: vi.fn(),
  quarantinedTests: vi.fn(),
}));
vi.mock("../store/steps.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/runs.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/attempts.ts", () => found);
vi.mock("../store/quarantine.ts", () => found);
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...found }));

const ran = { command: "npm test", exit_code: 0, end: "exited", signal: null, duration_ms: 3 };
const about = { state: "passed", try: 1, reason: null, finished_at: 1, started_at: 0 };
const box = { container_id: "box" };
const PLAN = { setup: "none", test: { run: ["npm test"] }, serve: "none", ui: "none", limits: {}, merge: {} };
const RECORDS = [
  { ...about, kind: "snapshot", evidence: { ...box, head_sha: A, tree_sha: "9" } },
  {
    ...{ ...about, kind: "test" },
    evidence: { ...box, commands: [ran], tests_run: 1, tests_failed: 0 },
  },
] as unknown as StepRecord[];
const FAILED = {
  ...{ kind: "test", state: "failed", reason: "no", plan: PLAN },
  evidence: { duration_ms: 1, tests_run: 2, tests_failed: 1, failing_tests: ["a"] },
  validation: { id: "v", attempt: 1, base_ref: "main", tested_base_sha: null },
};

beforeEach(() => {
  found.findPlan.mockResolvedValue({ plan: PLAN, digest: "d" });
  found.listSteps.mockResolvedValue(RECORDS);
  found.hasAgentRun.mockResolvedValue(false);
  found.branchTip.mockResolvedValue(A);
  found.earlierFailures.mockResolvedValue([]);
  found.rerunsOf.mockResolvedValue([]);
  found.passedBefore.mockResolvedValue([]);
  found.quarantinedTests.mockResolvedValue(new Set());
});

async function judged() {
  const project = projectAt();
  project.see();
  const validation = { ...project.newest(), attempt: 2 };
  const context = { env: {}, validation, project: { path: "" }, order: { try: 1 }, started_at: 0 };
  const visit = await judge(context as unknown as Context);
  if (!("outcome" in visit)) throw new Error("Cannot judge in one visit");
  return visit.outcome;
}

test("what never failed is not flaky", async () => {
  expect(await judged()).toMatchObject({ state: "passed", hold: null, flaky: null });
});

test("what failed in an earlier attempt holds the merge, and is named", async () => {
  found.earlierFailures.mockResolvedValue([FAILED]);
  const { state, hold, flaky } = await judged();
  expect([state, flaky]).toEqual(["passed", { tests: ["a"], quarantined: false }]);
  expect(hold).toMatchObject({ code: "flaky", message: expect.stringContaining('"a" failed in attempt 1') });
});

test("what failed and was run again holds it as well, whichever attempt and whatever became of that", async () => {
  const rerun = { step_id: "v.test.1", nth: 1, failed: ["a"], plan: PLAN, validation: FAILED.validation };
  found.rerunsOf.mockResolvedValue([rerun]);
  expect((await judged()).hold?.message).toContain('"a" failed in run 1 of attempt 1');
  const elsewhere = { ...FAILED.validation, base_ref: "next" };
  found.rerunsOf.mockResolvedValue([{ ...rerun, validation: elsewhere }]);
  expect(await judged()).toMatchObject({ hold: null, flaky: null });
});

test("what is known to be flaky holds nothing, and is noted", async () => {
  found.earlierFailures.mockResolvedValue([FAILED]);
  found.quarantinedTests.mockResolvedValue(new Set(["a"]));
  expect(await judged()).toMatchObject({
    state: "passed",
    hold: null,
    flaky: { tests: ["a"], quarantined: true },
  });
});

test("a person who lets a flaky change go was told what else is asked", async () => {
  found.earlierFailures.mockResolvedValue([FAILED]);
  found.hasAgentRun.mockResolvedValue(true);
  found.hasUnlinkedRun.mockResolvedValue(true);
  found.findRunOf.mockResolvedValue(null);
  found.compareCommits.mockResolvedValue({ paths: ["AGENTS.md"], cut: false });
  const { hold } = await judged();
  expect(hold).toMatchObject({
    code: "flaky",
    message: expect.stringMatching(/"a" failed.*Besides: An agent changed/),
  });
});

test("what passed in 3 ms, and usually takes 40 s, is the machinery's error", async () => {
  const usual = { commands: [{ ...ran, duration_ms: 40_000 }] };
  found.passedBefore.mockResolvedValue(Array.from({ length: 5 }, () => usual));
  found.earlierFailures.mockResolvedValue([FAILED]);
  const outcome = await judged();
  expect(outcome).toMatchObject({ state: "errored", reason: { code: "suspicious_duration" } });
  expect(outcome).not.toHaveProperty("hold");
});
