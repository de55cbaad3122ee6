/** The command as a person starts it: a process of its own, against a small Tidegate. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { type Small, smallTidegate, TOKEN } from "./tidegate.fixture.ts";

const LAUNCHER = join(import.meta.dirname, "..", "tidegate.mjs");

export type Ran = { code: number | null; stdout: string; stderr: string };

type Around = {
  env?: Record<string, string>;
  input?: string;
  /** Presses Ctrl+C once this was said. */
  until?: string;
};

/** The command in a folder of the file's own, and a small Tidegate that is new for each of its tests. */
export function useCommand() {
  // Each case starts a process or several.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  const base = realpathSync(mkdtempSync(join(tmpdir(), "tidegate-runs-")));
  const stage = {} as { small: Small };
  beforeAll(() => mkdirSync(join(base, "home")));
  beforeEach(async () => {
    stage.small = await smallTidegate();
  });
  afterEach(() => stage.small.close());
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  return { base, stage, tidegate: commandIn(base, () => stage.small) };
}

/** Starts commands in a folder, which is their home as well. */
function commandIn(folder: string, server: () => Small) {
  return (args: string[], { env = {}, input = "", until }: Around = {}): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const mine = {
        TIDEGATE_HOME: join(folder, "home"),
        TIDEGATE_URL: server().url,
        TIDEGATE_TOKEN: TOKEN,
      };
      const child = spawn(process.execPath, [LAUNCHER, ...args], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", ...mine, ...env },
      });
      const ran: Ran = { code: null, stdout: "", stderr: "" };
      let interrupted = false;
      for (const stream of ["stdout", "stderr"] as const)
        child[stream].setEncoding("utf8").on("data", (piece) => {
          ran[stream] += piece;
          // Once: a second one comes when nobody listens any more, and ends it as a signal does.
          if (until === undefined || interrupted || !ran[stream].includes(until)) return;
          interrupted = child.kill("SIGINT");
        });
      child.on("error", reject);
      child.on("close", (code) => resolve({ ...ran, code }));
      child.stdin.end(input);
    });
}
