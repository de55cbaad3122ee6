/** What an agent changed of the gate's own rules waits for a person, also when its run is over. */
import { expect, test, vi } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { A, projectAt } from "../project/decide.fixture.ts";
import { judge } from "./judge.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findPlan: vi.fn(),
  listSteps: vi.fn(),
  findRun: vi.fn(),
  findRunOf: vi.fn(),
  findUnlinked: vi.fn(),
  compareCommits: vi.fn(),
}));
vi.mock("../store/steps.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/runs.ts", async (original) => ({ ...(await original<object>()), ...found }));
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

/** Judges a validation that passed, of a change to these files. */
async function holdOn(paths: string[], agent_run_id: string | null) {
  const project = projectAt();
  project.see();
  found.findPlan.mockResolvedValue({ plan: PLAN });
  found.listSteps.mockResolvedValue(RECORDS);
  found.compareCommits.mockResolvedValue({ paths, cut: false });
  const validation = { ...project.newest(), agent_run_id };
  const visit = await judge({ env: {}, validation, order: { try: 1 }, started_at: 0 } as unknown as Context);
  if (!("outcome" in visit)) throw new Error("Cannot judge in one visit");
  expect(visit.outcome.state).toBe("passed");
  return visit.outcome.hold ?? null;
}

test("a workflow while a hosted agent may have opened this very pull request", async () => {
  found.findRun.mockResolvedValue(null);
  found.findRunOf.mockResolvedValue(null);
  found.findUnlinked.mockResolvedValue({ agent: "codegen" });
  expect((await holdOn([".github/workflows/a.yml"], null))?.code).toBe("gate_changed");
});

test.each<[string, string | null, object | null, object | null, string[], string | null]>([
  ["an agent's workflow", "run_1", { agent: "codegen" }, null, [".github/workflows/a.yml"], "gate_changed"],
  ["its workflow after the run", null, null, { agent: "codegen" }, ["CLAUDE.md"], "gate_changed"],
  ["a run that is not on record", "run_1", null, null, [".tidegate.yml"], "gate_changed"],
  ["an agent's code", "run_1", { agent: "codegen" }, null, ["a.js"], null],
  ["a person's workflow", null, null, null, [".github/workflows/a.yml"], null],
  ["a person's workflow that a run follows", "run_1", { agent: null }, null, ["AGENTS.md"], null],
])("%s", async (_, id, run, newest, paths, code) => {
  found.findRun.mockResolvedValue(run);
  found.findRunOf.mockResolvedValue(newest);
  found.findUnlinked.mockResolvedValue(null);
  expect((await holdOn(paths, id))?.code ?? null).toBe(code);
});
