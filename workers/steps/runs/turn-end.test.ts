/** What a turn made is taken over as many visits as git needs for it. */
import { expect, test } from "vitest";
import { Unfinished } from "./git.ts";
import { keepDiff } from "./turn-end.ts";
import { TurnMemo } from "./turn-memo.ts";
import type { TurnWork } from "./turn-work.ts";

/** A turn whose commands are still running as long as they are named in `running`. */
function turnWith(known: Partial<TurnMemo>, running: Set<string>) {
  const started: string[] = [];
  const kept: string[] = [];
  const printed = (key: string) => (key.startsWith("git.stat") ? "1\t2\ta.txt\n" : key.slice(4));
  const sandbox = {
    startExec: async (key: string) => void started.push(key),
    readExec: async (key: string) => {
      if (running.has(key)) throw new Unfinished(key);
      return { end: "exited", exit_code: 0, output: printed(key), next: 0, total: 0 };
    },
  };
  const env = { ARTIFACTS: { put: async (_: string, text: string) => void kept.push(text) } };
  const work = {
    ...{ known: TurnMemo.parse({ since: "a".repeat(40), ...known }), sandbox, env },
    ...{ run: { id: "run" }, turn: { nth: 2 }, log: { forms: [] } },
  } as unknown as TurnWork;
  return { work, started, kept };
}

test("a visit that git kept too long is gone on with by the next, at the same command", async () => {
  const running = new Set(["git.settle", "git.stat.last", "git.diff.last"]);
  const { work, started, kept } = turnWith({ looks: 3, looked_at: 1 }, running);
  for (const key of [...running]) {
    await expect(keepDiff(work)).rejects.toThrow(Unfinished);
    expect(started.at(-1)).toBe(key);
    running.delete(key);
  }
  await keepDiff(work);
  expect(new Set(started)).toEqual(new Set(["git.settle", "git.stat.last", "git.diff.last"]));
  expect([work.known.stat, kept]).toEqual([{ files: 1, added: 1, removed: 2 }, ["diff.last"]]);
});

test("a look at the diff that still runs when the agent ends is waited for: two at once break each other's list", async () => {
  const running = new Set(["git.stat.3"]);
  const { work, started } = turnWith({ looks: 3, looked_at: 0 }, running);
  await expect(keepDiff(work)).rejects.toThrow(Unfinished);
  expect(started).toEqual(["git.stat.3"]);
  running.clear();
  await keepDiff(work);
  expect(started.slice(1)).toEqual(["git.stat.3", "git.settle", "git.stat.last", "git.diff.last"]);
});
