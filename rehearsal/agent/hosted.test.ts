/** The rehearsal agent as a hosted one, on a rehearsal GitHub: real clones, commits and pull requests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Asked, Brain, Done } from "../codegen/index.ts";
import { type GitHub, startGitHub } from "../github/index.ts";
import { SAMPLE } from "../plays.ts";
import { hostedBrain, turnIn } from "./hosted.ts";
import { EXAMPLES } from "./index.ts";

const NAME = "team/shopping-list";
const dir = mkdtempSync(join(tmpdir(), "tidegate-hosted-test-"));
let github: GitHub;
let brain: Brain;

beforeAll(async () => {
  github = await startGitHub({ dir });
  github.createUser("team");
  await github.createRepositoryFrom(NAME, SAMPLE);
  brain = hostedBrain(github, NAME);
});
afterAll(async () => {
  await github.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A prompt as Tidegate composes it. */
const prompt = (task: string, goal: string, ...more: string[]) =>
  ["# Your task", task, "# The goal", goal, ...more, "# What holds always", "No keys."].join("\n\n");

const ask = async (text: string, runId = 1): Promise<Done> => {
  const asked: Asked = { runId, prompt: text, images: [], resumed: false, repository: null };
  const done = await brain(asked);
  if ("fail" in done) throw new Error(done.fail);
  return done;
};

test("turnIn() reads from the prompt what is to be done, and for which goal", () => {
  const goal = "Say it\n\nin two lines";
  expect(turnIn(prompt("Write a plan for the goal below.", goal))).toEqual({ purpose: "plan", goal });
  expect(turnIn(prompt("Carry out the plan below.", goal, "# The plan", "1."))).toEqual({
    purpose: "write",
    goal,
  });
  expect(turnIn(prompt("It did not pass.", goal, "# What failed", "x"))).toEqual({ purpose: "repair", goal });
});

test("it plans, opens a pull request, and mends it on the same branch", async () => {
  const plan = await ask(prompt("Write a plan for the goal below.", EXAMPLES.left));
  expect([plan.pull, plan.result]).toEqual([undefined, expect.stringContaining("Name the function `left`")]);
  const edited = plan.result.replace("`left`", "`open`");
  const written = await ask(prompt("Carry out the plan below.", EXAMPLES.left, "# The plan", edited));
  const branch = written.pull?.head_branch_name ?? "";
  expect(written.log).toContainEqual(expect.objectContaining({ tool_name: "Edit" }));
  expect(await github.git(NAME, "show", `${branch}:list.mjs`)).toContain("export function open(items)");
  const report = ["# What failed", "open() counts what is still to be bought"];
  const mended = await ask(prompt("It did not pass.", EXAMPLES.left, ...report));
  expect(mended.pull).toEqual(written.pull);
  expect(await github.git(NAME, "log", "--format=%an", `main..${branch}`)).toMatch(
    /^rehearsal-codegen\n.*codegen$/,
  );
  expect(await github.git(NAME, "show", `${branch}:list.mjs`)).toContain("=> !item.done).length");
  expect(github.pull(NAME, 1)).toMatchObject({ state: "open", title: EXAMPLES.left });
});

test("what it cannot do fails, and what changes nothing opens no pull request", async () => {
  const carry = (goal: string) => prompt("Carry out the plan below.", goal);
  await expect(ask(carry("Fly"), 2)).rejects.toThrow("ERROR");
  expect((await ask(carry(EXAMPLES.nothing), 3)).pull).toBeUndefined();
});
