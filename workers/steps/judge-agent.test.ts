/** What an agent changed of the gate's own rules waits for a person, also when its run is over. */
import { expect, test, vi } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { A, B, projectAt } from "../project/decide.fixture.ts";
import { judge } from "./judge.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findPlan: vi.fn(),
  listSteps: vi.fn(),
  findRun: vi.fn(),
  findRunOf: vi.fn(),
  hasUnlinkedRun: vi.fn(),
  hasAgentRun: vi.fn(),
  madeOne: vi.fn(),
  commitsBetween: vi.fn(),
  compareCommits: vi.fn(),
  branchTip: vi.fn(),
}));
vi.mock("../store/steps.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/runs.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/attempts.ts", () => {
  const none = async () => [];
  return { earlierFailures: none, rerunsOf: none, passedBefore: none };
});
vi.mock("../store/turns.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...found }));

const ran = { command: "npm test", exit_code: 0, end: "exited", signal: null, duration_ms: 1 };
const about = { state: "passed", try: 1, reason: null, finished_at: 1, started_at: 0 };
const RECORDS = [
  { ...about, kind: "snapshot", evidence: { container_id: "box", head_sha: A, tree_sha: "9" } },
  {
    ...about,
    kind: "test",
    evidence: { container_id: "box", commands: [ran], tests_run: 1, tests_failed: 0 },
  },
] as unknown as StepRecord[];
const PLAN = { setup: "none", test: { run: ["npm test"] }, serve: "none", ui: "none", limits: {}, merge: {} };

/** Judges a validation that passed, of a change to these files since the base as it is. */
async function holdOn(paths: string[], agent_run_id: string | null, analyze: object = {}) {
  const project = projectAt();
  project.see();
  found.findPlan.mockResolvedValue({ plan: { ...PLAN, ...analyze } });
  found.listSteps.mockResolvedValue(RECORDS);
  found.branchTip.mockResolvedValue(B);
  found.compareCommits.mockImplementation(async (_vars, _repo, base: string) => ({
    paths: base === B ? paths : [],
    cut: false,
  }));
  const validation = { ...project.newest(), agent_run_id };
  const about = { env: {}, validation, project: { path: "" }, order: { try: 1 }, started_at: 0 };
  const visit = await judge(about as unknown as Context);
  if (!("outcome" in visit)) throw new Error("Cannot judge in one visit");
  expect(visit.outcome.state).toBe("passed");
  return visit.outcome.hold ?? null;
}

type Case = {
  id?: string;
  run?: object;
  newest?: object;
  unlinked?: boolean;
  agents?: boolean;
  author?: object;
  made?: boolean;
  paths: string[];
};
const PERSON = { name: "Mira", email: "mira@shop.test" };
const AGENT = { name: "Claude Code (Tidegate)", email: "agent@github.com" };
const WORKFLOW = [".github/workflows/a.yml"];
const CODEGEN = { agent: "codegen" };
const FOLLOWS = { agent: null };

test.each<[string, Case, string | null]>([
  ["an agent's workflow", { id: "run_1", run: CODEGEN, paths: WORKFLOW }, "gate_changed"],
  ["its workflow after the run", { newest: CODEGEN, paths: ["CLAUDE.md"] }, "gate_changed"],
  ["a run that is not on record", { id: "run_1", paths: [".tidegate.yml"] }, "gate_changed"],
  ["an agent's code", { id: "run_1", run: CODEGEN, paths: ["a.js"] }, null],
  ["a person's workflow", { paths: WORKFLOW }, null],
  ["a person's workflow where no agent ever was", { agents: false, made: true, paths: WORKFLOW }, null],
  ["a person's workflow that a run follows", { id: "run_1", run: FOLLOWS, paths: ["AGENTS.md"] }, null],
  [
    "an agent's workflow that another run follows by now",
    { id: "run_2", run: FOLLOWS, made: true, paths: WORKFLOW },
    "gate_changed",
  ],
  ["an agent's workflow on another branch", { made: true, paths: WORKFLOW }, "gate_changed"],
  ["an agent's workflow that was moved elsewhere", { author: AGENT, paths: WORKFLOW }, "gate_changed"],
  ["what a hosted agent may have opened", { unlinked: true, paths: WORKFLOW }, "gate_changed"],
])("%s", async (_, about, code) => {
  const { id = null, run = null, newest = null, unlinked = false, agents = true, made = false } = about;
  found.hasAgentRun.mockResolvedValue(agents);
  found.findRun.mockResolvedValue(run);
  found.findRunOf.mockResolvedValue(newest);
  found.hasUnlinkedRun.mockResolvedValue(unlinked);
  found.madeOne.mockResolvedValue(made);
  const commits = [{ sha: A, author: about.author ?? PERSON }];
  found.commitsBetween.mockResolvedValue({ commits, cut: false });
  expect((await holdOn(about.paths, id))?.code ?? null).toBe(code);
});

test("who lets it be merged is told of the risk as well", async () => {
  found.hasAgentRun.mockResolvedValue(true);
  found.findRun.mockResolvedValue(CODEGEN);
  const hold = await holdOn(WORKFLOW, "run_1", { analyze: { fail_on: "none", ask_a_person_at: "high" } });
  expect(hold?.code).toBe("gate_changed");
  expect(hold?.message).toContain("ask_a_person_at: high needs the analysis of the code");
});
