/** A judge waits for the analysis where the base needs it, no longer than that may take, and goes by what it found. */
import { beforeEach, expect, test, vi } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { A, projectAt } from "../project/decide.fixture.ts";
import { ANALYSIS_MS } from "./analyze.ts";
import { judge } from "./judge.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({ findPlan: vi.fn(), listSteps: vi.fn(), hasAgentRun: async () => false }));
vi.mock("../store/steps.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/runs.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/attempts.ts", () => {
  const none = async () => [];
  return { earlierFailures: none, rerunsOf: none, passedBefore: none };
});
vi.mock("./visit.ts", async (original) => ({ ...(await original<object>()), VISIT_MS: 0 }));

const ran = { command: "npm test", exit_code: 0, end: "exited", signal: null, duration_ms: 1 };
const about = { state: "passed", try: 1, reason: null, finished_at: 1, started_at: 0 };
const box = { container_id: "box" };
const GOOD = [
  { ...about, kind: "snapshot", evidence: { ...box, head_sha: A, tree_sha: "9" } },
  { ...about, kind: "test", evidence: { ...box, commands: [ran], tests_run: 1, tests_failed: 0 } },
];
const POLICY = { fail_on: "error", ask_a_person_at: "none", ask_about: [] };
const PLAN = { setup: "none", test: { run: ["npm test"] }, serve: "none", ui: "none", limits: {}, merge: {} };
const clean = { error: 0, warning: 0, note: 0 };
const analysis = { sha: A, severities: clean, findings: [], risk: null, marks: [], totals: { findings: 0 } };
const analyzed = (changes: object = {}, evidence: object | null = { analysis }) => ({
  ...{ ...about, kind: "analyze", evidence },
  ...changes,
});

type Case = { records?: object[]; analyzing?: number | null; plan?: object; began?: number };

async function look({
  records = [],
  analyzing = null,
  plan = { analyze: POLICY },
  began = Date.now(),
}: Case) {
  const project = projectAt();
  project.see();
  found.findPlan.mockResolvedValue({ plan: { ...PLAN, ...plan }, digest: "d" });
  found.listSteps.mockResolvedValue([...GOOD, ...records] as unknown as StepRecord[]);
  const validation = { ...project.newest(), analyzing };
  const context = { env: {}, validation, project: { path: "" }, order: { try: 1 }, started_at: began };
  const visit = await judge(context as unknown as Context);
  return "again_s" in visit ? "waits" : visit.outcome;
}

beforeEach(() => vi.clearAllMocks());

const UNDER_WAY = { state: "running", finished_at: null };
const NOW = Date.now();
const LONG_AGO = NOW - ANALYSIS_MS - 61_000;
const JUST_SO = NOW - ANALYSIS_MS - 30_000;

test.each<[string, Case]>([
  ["that was ordered", { analyzing: 1 }],
  ["that is under way", { analyzing: 1, records: [analyzed({ ...UNDER_WAY, started_at: NOW })] }],
  [
    "that nobody waits for any more and still runs",
    { records: [analyzed({ ...UNDER_WAY, started_at: NOW })] },
  ],
  ["that may just still end", { records: [analyzed({ ...UNDER_WAY, started_at: JUST_SO })] }],
  ["that was ordered some time ago", { analyzing: 1, began: JUST_SO }],
])("an analysis %s is waited for", async (_, about) => {
  expect(await look(about)).toBe("waits");
});

test.each<[string, Case]>([
  ["that was never ordered", {}],
  ["of which nothing was heard in time", { analyzing: 1, began: LONG_AGO }],
  ["that does not end", { analyzing: 1, records: [analyzed({ ...UNDER_WAY, started_at: LONG_AGO })] }],
  ["that could not run", { analyzing: 1, records: [analyzed({ state: "errored" }, null)] }],
])("an analysis %s holds what passed", async (_, about) => {
  expect(await look(about)).toMatchObject({ state: "passed", hold: { code: expect.any(String) } });
});

test("one that found nothing holds nothing, whether it is still listed as under way or not", async () => {
  expect(await look({ analyzing: 1, records: [analyzed()] })).toMatchObject({ state: "passed", hold: null });
});

test("where the base needs none, none is waited for", async () => {
  expect(await look({ analyzing: 1, plan: {} })).toMatchObject({ state: "passed", hold: null });
});

test.each([
  ["passed", "new_findings"],
  ["failed", "new_findings"],
])("what the base refuses fails, in the words of the finding (the step %s)", async (state, code) => {
  const finding = { rule: "eval", path: "a.js", lines: [3, 3], severity: "error" };
  const bad = { analysis: { ...analysis, severities: { ...clean, error: 1 }, findings: [finding] } };
  const outcome = await look({ records: [analyzed({ state }, bad)] });
  expect(outcome).toMatchObject({
    state: "failed",
    reason: { code, message: expect.stringContaining("eval in a.js:3") },
  });
});

test("an analysis of another commit is none", async () => {
  const other = analyzed({}, { analysis: { ...analysis, sha: "other" } });
  expect(await look({ records: [other] })).toMatchObject({
    state: "failed",
    reason: { code: "evidence_missing" },
  });
});

test("what is of another try does not count", async () => {
  expect(await look({ records: [analyzed({ try: 2 })] })).toMatchObject({ state: "passed", hold: {} });
});

test("without a plan on record nothing is judged", async () => {
  found.findPlan.mockResolvedValue(null);
  const context = { env: {}, validation: { id: "v" }, order: { try: 1 }, started_at: 0 };
  expect(await judge(context as unknown as Context)).toMatchObject({
    outcome: { state: "errored", reason: { code: "no_plan" } },
  });
});
