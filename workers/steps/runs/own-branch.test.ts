/** No agent pushes to a branch that others build on. */
import { expect, test, vi } from "vitest";
import { pullAt } from "../../project/decide.fixture.ts";
import { newRun } from "../../project/new-run.ts";
import { ASKED, MADE, SETTINGS } from "../../project/run.fixture.ts";
import type { StoredProject } from "../../store/projects.ts";
import { obstacleTo } from "./asking.ts";
import { push } from "./push.ts";
import type { RunWork } from "./work.ts";

const github = vi.hoisted(() => ({ readPull: vi.fn(), moveBranch: vi.fn() }));
vi.mock("../../providers/github/index.ts", async (original) => ({
  ...(await original<object>()),
  ...github,
}));
vi.mock("../../vars.ts", async (original) => ({ ...(await original<object>()), varsOf: () => ({}) }));

const project = { ...SETTINGS } as StoredProject;
const run = (agent: string | null) => {
  const asked = newRun(SETTINGS, { ...ASKED, pr_number: 7 }, "run_12345678", 1);
  return { ...asked, agent };
};

test.each([
  ["the default branch", { head_ref: "main", base_ref: "production" }],
  ["its own base", { head_ref: "next", base_ref: "next", head_sha: MADE[0] }],
])("a run does not begin for a pull request from %s", async (_, pull) => {
  github.readPull.mockResolvedValue(pullAt(pull));
  expect(await obstacleTo({} as Env, project, run("custom"))).toContain("no agent pushes to a branch");
  // Who only follows pushes nothing.
  expect(await obstacleTo({} as Env, project, run(null))).toBeNull();
});

test("the default branch is never moved", async () => {
  const work = { run: { ...run("custom"), branch: "main", heads: [MADE[0]] }, project };
  expect(await push(work as RunWork)).toMatchObject({ state: "failed", reason: { code: "push_refused" } });
  expect(github.moveBranch).not.toHaveBeenCalled();
});
