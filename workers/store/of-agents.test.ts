/** Whose a change is, as far as runs and turns on record tell. */
import { expect, test } from "vitest";
import type { Run } from "../../models/run.ts";
import type { Turn } from "../../models/turn.ts";
import { useD1 } from "./d1.fixture.ts";
import { hasAgentRun, hasUnlinkedRun, saveRun } from "./runs.ts";
import { beginTurn, madeOne } from "./turns.ts";

const stage = useD1();
const run = (project_id: string, about: Partial<Run>) =>
  saveRun(stage.db, { id: `run of ${project_id}`, project_id, created_at: 1, ...about } as Run, 1);

test.each<[string, Partial<Run>, boolean, boolean]>([
  ["nobody", { agent: null, phase: "validating", pr_number: 7 }, false, false],
  ["own", { agent: "custom", phase: "executing", pr_number: null }, true, false],
  ["hosted", { agent: "codegen", phase: "executing", pr_number: null }, true, true],
  ["linked", { agent: "codegen", phase: "executing", pr_number: 7 }, true, false],
  ["over", { agent: "codegen", phase: "completed", pr_number: null }, true, false],
])("a project with a run of %s", async (project_id, about, written, unlinked) => {
  await run(project_id, { issue: null, ...about });
  expect(await hasAgentRun(stage.db, project_id)).toBe(written);
  expect(await hasUnlinkedRun(stage.db, project_id)).toBe(unlinked);
});

test("a commit of an agent is found among any number, in its own project only", async () => {
  await run("makes", { agent: "custom", issue: null, phase: "completed", pr_number: 7 });
  const turn = { id: "t", run_id: "run of makes", nth: 1, state: "passed", commit_sha: "made" };
  await beginTurn(stage.db, turn as Turn);
  const shas = [...Array.from({ length: 300 }, (_, nth) => `of somebody ${nth}`), "made"];
  expect(await madeOne(stage.db, "makes", shas)).toBe(true);
  expect(await madeOne(stage.db, "makes", shas.slice(0, -1))).toBe(false);
  expect(await madeOne(stage.db, "own", shas)).toBe(false);
  expect(await madeOne(stage.db, "makes", [])).toBe(false);
});
