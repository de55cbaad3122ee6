/** workerd of a process that is killed: it ends too. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { processes } from "./processes.ts";

const GUARDED = join(import.meta.dirname, "guarded.ts");

const isAlive = (wanted: number): boolean =>
  processes().some(({ pid, state }) => pid === wanted && !state.startsWith("Z"));

test("a workerd whose parent is killed ends, and nothing else of it does", async () => {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-guarded-"));
  const workerd = join(dir, "workerd");
  copyFileSync("/bin/sleep", workerd);
  const parent = join(dir, "parent.mjs");
  writeFileSync(
    parent,
    `import { spawn } from "node:child_process";
     import { guardWorkerd } from ${JSON.stringify(GUARDED)};
     const kept = [spawn(${JSON.stringify(workerd)}, ["600"]), spawn("sleep", ["600"])];
     await new Promise((resolve) => setTimeout(resolve, 200));
     guardWorkerd();
     console.log(kept.map(({ pid }) => pid).join(" "));
     setInterval(() => undefined, 1000);`,
  );
  const child = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  const [mine = 0, other = 0] = String(said).trim().split(" ").map(Number);
  expect([isAlive(mine), isAlive(other)]).toEqual([true, true]);
  child.kill("SIGKILL");
  for (let tries = 0; isAlive(mine) && tries < 100; tries++) await pause(100);
  expect([isAlive(mine), isAlive(other)]).toEqual([false, true]);
  process.kill(other);
});
