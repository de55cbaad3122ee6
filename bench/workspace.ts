/**
 * What a kept workspace saves: set-up of a project with npm packages, cold against warm in the same run. Each round
 * is of another tree, so that its first validation finds no workspace; a second attempt at it finds one.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepRecord } from "../models/step.ts";
import { act } from "../rehearsal/act.ts";
import { startMachine } from "../rehearsal/machine.ts";
import { OWNER } from "../rehearsal/sample.ts";
import { errorsOnly } from "../rehearsal/worker.ts";
import { median } from "./median.ts";

const ROUNDS = 3;

const dir = mkdtempSync(join(tmpdir(), "tidegate-bench-"));
const manifest = {
  name: "bench",
  version: "1.0.0",
  private: true,
  dependencies: { vite: "8.3.8", hono: "4.13.19", zod: "4.6.7" },
};
writeFileSync(join(dir, "package.json"), JSON.stringify(manifest));
execFileSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], {
  cwd: dir,
  stdio: "ignore",
});

const machine = await startMachine({ log: errorsOnly() });
const { api } = await machine.signIn();
const name = `${OWNER}/bench`;
machine.github.createUser(OWNER);
await machine.github.createRepositoryFrom(name, dir);
machine.github.install(name);
const project = await api.pin({ full_name: name });

const ratios: number[] = [];
const times = { cold: [] as number[], warm: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  const run = `npm ci --prefer-offline --no-audit --no-fund # round ${round}`;
  const setup = [run];
  await api.saveProject(project.id, { config: JSON.stringify({ setup, test: "echo 1 passed, 0 failed" }) });
  const branch = `round-${round}`;
  const expect = { state: "passed", merge: "none" } as const;
  const first = await act(machine, api, project, {
    name: branch,
    title: branch,
    branch,
    files: { a: branch },
    expect,
  });
  await api.retry(first.validations[0]?.id ?? "", branch);
  const cold = took(first.validations[0]?.steps, "cold");
  const warm = took(await stepsOfNext(first.pull, first.validations[0]?.id ?? ""), "warm");
  times.cold.push(cold);
  times.warm.push(warm);
  ratios.push(cold / warm);
}
await machine.close();
rmSync(dir, { recursive: true, force: true });

const shown = (values: number[]) => `${Math.round(median(values))} ms`;
console.log(
  `Restore and set-up (npm ci of vite, hono, zod), median of ${ROUNDS}: cold ${shown(times.cold)}, warm ${shown(times.warm)};`,
);
console.log(`ratio cold to warm ${median(ratios).toFixed(2)}`);
process.exit(0);

/** Making the sandbox, restoring what was kept, and the set-up commands, in ms. */
function took(steps: StepRecord[] | undefined, expected: "cold" | "warm"): number {
  const snapshot = steps?.find((step) => step.kind === "snapshot")?.evidence;
  const setup = steps?.find((step) => step.kind === "setup")?.evidence;
  if (snapshot?.snapshot !== expected || setup?.commands === undefined)
    throw new Error(`Cannot measure: expected a ${expected} workspace`);
  return snapshot.duration_ms + setup.commands.reduce((sum, one) => sum + one.duration_ms, 0);
}

async function stepsOfNext(pull: number, before: string): Promise<StepRecord[]> {
  for (;;) {
    const [latest] = (await api.pull(project.id, pull)).validations;
    if (latest !== undefined && latest.id !== before && latest.finished_at !== null)
      return (await api.validation(latest.id)).steps;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
