/** The command line against the whole application: a goal is stated in a terminal, and the change is merged. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { RunDetail } from "../models/run.ts";
import { project, useApp } from "./machine.ts";

const stage = useApp();
const home = mkdtempSync(join(tmpdir(), "tidegate-runs-cli-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Writes what its plan says, wrong at first; mends it when it is told what failed. */
const AGENT = `
case "$TIDEGATE_PURPOSE" in
  plan) echo '::tidegate {"kind":"thought","text":"I look around"}'; echo "Write hallo" ;;
  write) grep -o 'Write h[a-z]*' "$TIDEGATE_PROMPT_FILE" | tail -1 | cut -d' ' -f2 > greeting.txt ;;
  repair) echo "hello world" > greeting.txt ;;
esac
`;
const CHECKS = { "test.sh": "grep -q '^hello world$' greeting.txt && echo '1 passed, 0 failed'\n" };

type Ran = { code: number | null; stdout: string; stderr: string };

function tidegate(...args: string[]): Promise<Ran> {
  const { url, token } = stage.app;
  const env = {
    ...process.env,
    TIDEGATE_HOME: home,
    TIDEGATE_URL: url,
    TIDEGATE_TOKEN: token,
    FORCE_COLOR: "",
  };
  const launcher = join(import.meta.dirname, "..", "clients", "cli", "tidegate.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: home,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ran: Ran = { code: null, stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (piece) => {
        ran[stream] += piece;
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ran, code }));
  });
}

test("a run is started with a plan of one's own, told as it happens, repaired and merged", async () => {
  const settings = { agent: "custom", agent_command: AGENT };
  const { id } = await project(stage.app, "greeting-by-cli", CHECKS, settings);
  const file = join(home, "plan.md");
  writeFileSync(file, "Write howdy\n");
  expect((await tidegate("run", "Greet", "--project", id, "--show-prompt")).stdout).toContain("Greet");
  const ran = await tidegate("run", "Greet", "--project", id, "--plan", file);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`/projects/${id}/runs/run_`)]);
  const told = [
    "I look around",
    "version 1, by agent",
    "version 2, by owner",
    "test     failed",
    "repair by",
    "merged",
  ];
  const places = told.map((text) => ran.stdout.indexOf(text));
  expect(places).toEqual([...places].sort((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(ran.stdout + ran.stderr).not.toContain(stage.app.token);

  const shown = JSON.parse((await tidegate("runs", "--project", id, "--json")).stdout);
  const run = RunDetail.parse(JSON.parse((await tidegate("runs", "show", shown[0].id, "--json")).stdout));
  expect(run).toMatchObject({ phase: "completed", source: "cli", plan_version: 2, attempts: 1 });
  expect((await tidegate("runs", "retry", run.id)).code).toBe(4);
  expect((await tidegate("agents", "--project", id)).stdout).toMatch(/\* +custom .*ready/);
});
