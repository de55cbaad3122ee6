/** The rehearsal agent as a hosted one: works in a clone of its own and pushes by itself, as Codegen does. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { saidReader } from "../../models/read-said.ts";
import type { Said } from "../../models/said.ts";
import type { Asked, Brain, Done, LogEntry } from "../codegen/index.ts";
import type { FullName, GitHub } from "../github/index.ts";
import { agentCommand } from "./index.ts";

const run = promisify(execFile);
const LOGIN = "rehearsal-codegen";

/** What it knows of a run from one time to the next. */
type Mine = { branch: string; number: number };
type Place = { github: GitHub; name: FullName; token: string };
type Turn = { purpose: "plan" | "write" | "repair"; goal: string };

/** A brain for the rehearsal Codegen that works on one repository of the rehearsal GitHub. */
export function hostedBrain(github: GitHub, name: FullName): Brain {
  const { token } = github.createUser(LOGIN);
  github.setRole(name, LOGIN, "write");
  const place = { github, name, token };
  const known = new Map<number, Mine>();
  return async (asked) => {
    const folder = mkdtempSync(join(tmpdir(), "tidegate-hosted-"));
    try {
      return await work(place, asked, known, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

async function work(
  place: Place,
  asked: Asked,
  known: Map<number, Mine>,
  folder: string,
): Promise<Done | { fail: string }> {
  const mine = known.get(asked.runId);
  const branch = mine?.branch ?? `codegen-bot/run-${asked.runId}`;
  const clone = join(folder, "clone");
  const git = (...args: string[]) => run("git", ["-C", clone, ...args], { env: bare(folder) });
  await run("git", ["clone", "-q", place.github.cloneUrl(place.name, place.token), clone], {
    env: bare(folder),
  });
  await git("switch", "-q", ...(mine === undefined ? ["-c", branch] : [branch]));
  const turn = turnIn(asked.prompt);
  const said = await agent(turn, asked.prompt, clone, folder);
  if (said === null) return { fail: "ERROR" };
  const done: Done = { log: said.flatMap(entryOf), result: answerIn(said) };
  const { stdout } = await git("status", "--porcelain");
  if (turn.purpose === "plan" || stdout === "") return done;
  await git("add", "-A");
  await git("commit", "-q", "-m", turn.goal);
  await git("push", "-q", "origin", branch);
  const title = turn.goal.split("\n")[0] ?? "";
  const { github, name } = place;
  const number = mine?.number ?? (await github.openPull(name, { head: branch, title, by: LOGIN })).number;
  known.set(asked.runId, { branch, number });
  return { ...done, pull: { url: `${github.url}/${name}/pull/${number}`, head_branch_name: branch, title } };
}

/** A hosted agent has nothing but its prompt, and reads there what it is to do. */
export function turnIn(prompt: string): Turn {
  const [, goal = ""] = /^# The goal\n\n(.*?)\n\n# /ms.exec(prompt) ?? [];
  const [, task = ""] = /^# Your task\n\n(.*?)\n\n# /ms.exec(prompt) ?? [];
  if (task.includes("Write a plan")) return { purpose: "plan", goal };
  return { purpose: /^# What failed$/m.test(prompt) ? "repair" : "write", goal };
}

/** What the agent said; null when it could not do it. */
function agent({ purpose, goal }: Turn, prompt: string, cwd: string, home: string): Promise<Said[] | null> {
  return new Promise((resolve, reject) => {
    const env = { ...bare(home), TIDEGATE_PURPOSE: purpose, TIDEGATE_GOAL: goal };
    const child = spawn("sh", ["-c", agentCommand()], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
    const reader = saidReader("text");
    const said: Said[] = [];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => said.push(...reader.read(piece)));
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? [...said, ...reader.read("", true)] : null));
    child.stdin.end(prompt);
  });
}

/** No variable of whoever rehearses: the agent runs the tests of a repository. */
function bare(home: string): Record<string, string> {
  const who = { GIT_AUTHOR_NAME: LOGIN, GIT_AUTHOR_EMAIL: `${LOGIN}@localhost` };
  const also = { GIT_COMMITTER_NAME: LOGIN, GIT_COMMITTER_EMAIL: `${LOGIN}@localhost` };
  return { PATH: process.env.PATH ?? "", HOME: home, ...who, ...also };
}

function entryOf(item: Said): LogEntry[] {
  switch (item.kind) {
    case "thought":
      return [{ message_type: "ACTION", thought: item.text }];
    case "tool":
      return [{ message_type: "ACTION", tool_name: item.name, tool_input: { input: item.input } }];
    case "result":
      return [{ message_type: "ACTION", observation: item.text }];
    case "error":
      return [{ message_type: "ERROR", observation: item.text }];
    case "begin":
    case "text":
    case "answer":
    case "spent":
    case "diff":
      return [];
  }
}

const answerIn = (said: readonly Said[]): string =>
  said.findLast((item) => item.kind === "answer")?.text ?? "";
