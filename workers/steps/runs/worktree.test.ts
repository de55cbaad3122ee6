/** What git says of a working copy, read from what git really prints. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Sandbox } from "../../providers/sandbox/index.ts";
import {
  beginWorktree,
  blobOf,
  changedFiles,
  diffOf,
  joinInner,
  markSetUp,
  statOf,
  WorktreeError,
} from "./worktree.ts";

/** A folder of this machine in place of a sandbox: the same commands, run by the same shell. */
function folder(files: Record<string, string>): {
  dir: string;
  sandbox: Sandbox;
  sh(command: string): string;
} {
  const root = mkdtempSync(join(tmpdir(), "worktree-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const dir = mkdtempSync(join(root, "workspace-"));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  const env = { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: "1" };
  const sh = (command: string) =>
    execFileSync("sh", ["-c", command], {
      cwd: dir,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const ran = new Map<string, { exit_code: number; output: string }>();
  const sandbox = {
    startExec: async (key: string, { command }: { command: string }) => {
      if (ran.has(key)) return;
      try {
        ran.set(key, { exit_code: 0, output: sh(command) });
      } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
        ran.set(key, { exit_code: status, output: `${stdout}${stderr}` });
      }
    },
    readExec: async (key: string) => {
      const { exit_code, output } = ran.get(key) ?? { exit_code: 1, output: "" };
      return { end: "exited", exit_code, output, next: output.length, total: output.length };
    },
  } as unknown as Sandbox;
  return { dir, sandbox, sh };
}

test("a change is what the agent changed: not what set-up made, not what is ignored, not what tools leave behind", async () => {
  const { dir, sandbox, sh } = folder({
    "a.txt": "a\n",
    "b.txt": "b\n",
    ".gitignore": "*.log\nkept.log\n",
    "kept.log": "source\n",
    "run.sh": "x\n",
  });
  await beginWorktree(sandbox, "tidegate/x");
  sh(
    "echo generated > start.json; mkdir -p node_modules/x vendor/y; echo m > node_modules/x/i.js; echo v > vendor/y/z; echo changed by set-up > b.txt; echo odd > 'we ird*[x].txt'",
  );
  const since = await markSetUp(sandbox);
  expect(await changedFiles(sandbox, since)).toEqual([]);
  sh(
    "echo more >> a.txt; echo new > 'na me.txt'; rm run.sh; echo log > x.log; mkdir -p __pycache__ deep; echo p > __pycache__/a.pyc; echo again > start.json; echo v2 > vendor/y/z; echo d > deep/e.sh; chmod +x deep/e.sh; echo source2 > kept.log; git init -q inner; echo n > inner/n; echo other > 'we ird*[x].txt'",
  );
  await joinInner(sandbox);
  symlinkSync("a.txt", join(dir, "link"));
  expect(
    (await changedFiles(rekeyed(sandbox), since)).map(({ path, mode, sha }) =>
      `${mode} ${path} ${sha === null ? "gone" : ""}`.trim(),
    ),
  ).toEqual([
    "100644 a.txt",
    "100755 deep/e.sh",
    "100644 inner/n",
    "100644 kept.log",
    "120000 link",
    "100644 na me.txt",
    "100644 run.sh gone",
  ]);
  expect(await statOf(sandbox, "stat", since)).toEqual({ files: 7, added: 6, removed: 2 });
  const diff = await diffOf(sandbox, "diff", since);
  expect(diff).toContain("+more");
  expect(diff).not.toContain("generated");
  const link = (await changedFiles(rekeyed(sandbox), since)).find(({ path }) => path === "link");
  expect(new TextDecoder().decode(await blobOf(sandbox, link?.sha ?? ""))).toBe("a.txt");
});

/** Another go at a key that ran before. */
function rekeyed(sandbox: Sandbox): Sandbox {
  const nth = String(Math.floor(performance.now() * 1000));
  return {
    ...sandbox,
    startExec: (key: string, start: Parameters<Sandbox["startExec"]>[1]) =>
      sandbox.startExec(`${key}.${nth}`, start),
    readExec: (key: string, from: number, wait: number) => sandbox.readExec(`${key}.${nth}`, from, wait),
  } as Sandbox;
}

test("an agent that commits, moves branches and stages as it likes leaves the same change", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  await beginWorktree(sandbox, "tidegate/x");
  const since = await markSetUp(sandbox);
  sh(
    "git config user.email x@y; git config user.name x; git switch -q -c mine; echo b > b.txt; git add b.txt; git commit -q -m b; echo c > c.txt; git add c.txt; echo d >> a.txt; git reset -q --hard HEAD~1; echo e > e.txt",
  );
  expect((await changedFiles(sandbox, since)).map(({ path }) => path)).toEqual(["e.txt"]);
});

test("an agent that throws the repository away is found out", async () => {
  const { sandbox, sh } = folder({ "a.txt": "a\n" });
  await beginWorktree(sandbox, "tidegate/x");
  const since = await markSetUp(sandbox);
  sh("rm -rf .git");
  await expect(changedFiles(sandbox, since)).rejects.toThrow(WorktreeError);
});
