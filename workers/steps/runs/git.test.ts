/** How long a visit waits for git, and in which words it gives up. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sandbox } from "../../providers/sandbox/index.ts";
import { must, shell, Unfinished, WorktreeError } from "./git.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TOLD = { key: "git.look", to: "list what the agent changed" };

/** A sandbox in which a command ends so after so many seconds; every read waits for one of them. */
function sandboxIn(seconds: number, ending: { end: string; exit_code: number | null }, output = "") {
  let left = seconds;
  const started: string[] = [];
  const sandbox = {
    startExec: async (key: string) => void started.push(key),
    readExec: async (_: string, from: number) => {
      vi.advanceTimersByTime(1_000);
      left -= 1;
      if (left > 0) return { end: null, exit_code: null, output: "", next: from, total: from };
      return { ...ending, output: output.slice(from), next: output.length, total: output.length };
    },
  } as unknown as Sandbox;
  return { sandbox, started };
}

test("a command that takes longer than a visit waits is asked for again, by the same key", async () => {
  const { sandbox, started } = sandboxIn(8, { end: "exited", exit_code: 0 }, "done");
  await expect(shell(sandbox, TOLD, "git x")).rejects.toThrow(Unfinished);
  await expect(shell(sandbox, TOLD, "git x")).rejects.toThrow(Unfinished);
  expect(await shell(sandbox, TOLD, "git x")).toEqual({ exit_code: 0, output: "done", end: "exited" });
  expect(started).toEqual([TOLD.key, TOLD.key, TOLD.key]);
});

test.each([
  ["timeout", null, "", "git could not list what the agent changed within 5 minutes"],
  ["exited", 128, "fatal: bad object", "git could not list what the agent changed: fatal: bad object"],
  ["memory", null, "", "git could not list what the agent changed: memory"],
  ["exited", 127, "sh: git: not found", "git is not installed on the sandbox host"],
  ["destroyed", null, "", "the sandbox was lost"],
])("one that ends with %s %s says what it was for", async (end, exit_code, output, words) => {
  const ran = must(sandboxIn(1, { end, exit_code }, output).sandbox, TOLD, "git x");
  await expect(ran).rejects.toThrow(WorktreeError);
  await expect(ran).rejects.toThrow(words);
});
