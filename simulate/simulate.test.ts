/** A few histories in every `npm test`, always the same, so that a failure is the change's own; `npm run simulate` plays more. */
import { expect, test } from "vitest";
import { BadArgs, readArgs } from "./args.ts";
import { FACT_TYPES } from "./coverage.ts";
import { play, shrink } from "./play.ts";
import { type Script, scriptOf } from "./script.ts";
import { Sum } from "./tally.ts";
import { playShare } from "./thread.ts";

const RUNS = 600;

test(`the gate keeps its promises in ${RUNS} random histories`, { timeout: 600_000 }, async () => {
  const sum = new Sum();
  sum.add(await playShare({ from: 1, count: RUNS }));
  const told = sum.failed.map(({ seed, violation }) => `npm run simulate -- --replay ${seed}: ${violation}`);
  expect(told).toEqual([]);
  expect(sum.counts.merges).toBeGreaterThan(RUNS / 10);
  expect(sum.coverage.facts()).toEqual(FACT_TYPES);
});

test("the same seed plays the same history", { timeout: 60_000 }, async () => {
  const [one, other] = [await play(scriptOf(42)), await play(scriptOf(42))];
  expect(one.world.history.read()).toEqual(other.world.history.read());
});

test("a history is shrunk to the actions without which nothing is violated", async () => {
  const script = scriptOf(7);
  const [first, , third] = script.actions.slice(10);
  const failure = { wrong: "other" as const, violation: "these two together", history: [] };
  const both = ({ actions }: Script) => [first, third].every((one) => one && actions.includes(one));
  const smallest = await shrink(script, failure, async (tried) => (both(tried) ? failure : null));
  expect(smallest.script.actions).toEqual([first, third]);
  expect(smallest.script.setup.faults).toBe(0);
});

test.each([
  [["--runs", "0"], 'Cannot take --runs "0": it must be a whole number from 1 to 1000000000'],
  [["--seed", "-1"], "Option '--seed' argument is ambiguous"],
  [["--seed", "one"], 'Cannot take --seed "one": it must be a whole number from 0 to 4294967295'],
  [["--run", "5"], "Unknown option '--run'"],
  [["500"], "Unexpected argument '500'"],
])("arguments %j are refused in words", (argv, words) => {
  expect(() => readArgs(argv)).toThrow(BadArgs);
  expect(() => readArgs(argv)).toThrow(words);
});
