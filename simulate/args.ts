/** What `npm run simulate -- …` takes. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export type Args = {
  runs: number;
  seed: number;
  seconds: number | null;
  workers: number;
  replay: number | null;
  json: boolean;
  failFast: boolean;
};

export const USAGE = `npm run simulate -- [--runs N] [--seed S] [--seconds T] [--workers W] [--fail-fast] [--json]
npm run simulate -- --replay SEED

  --runs N       histories to play (default 10000; with --seconds: as many as fit)
  --seed S       the first seed (default 1); history n has seed S + n
  --seconds T    end after so many seconds
  --workers W    threads (default: one a core)
  --fail-fast    end soon after the first violation
  --replay SEED  play one history, and tell it: all of it, or what is left of it when it violates something
  --json         one line of JSON at the end, and no progress`;

export class BadArgs extends Error {}

const LARGEST_SEED = 2 ** 32 - 1;

export function readArgs(argv: readonly string[]): Args {
  const { values } = parse(argv);
  const given = (name: "runs" | "seed" | "seconds" | "workers" | "replay", least: number, most: number) =>
    values[name] === undefined ? null : numberOf(name, values[name], least, most);
  const seconds = given("seconds", 1, 86_400);
  return {
    runs: given("runs", 1, 1e9) ?? (seconds === null ? 10_000 : Number.POSITIVE_INFINITY),
    seed: given("seed", 0, LARGEST_SEED) ?? 1,
    seconds,
    workers: given("workers", 1, 64) ?? availableParallelism(),
    replay: given("replay", 0, LARGEST_SEED),
    json: values.json === true,
    failFast: values["fail-fast"] === true,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { runs: text, seed: text, seconds: text, workers: text, replay: text } as const;
  try {
    return parseArgs({ args: [...argv], options: { ...options, json: flag, "fail-fast": flag } });
  } catch (error) {
    throw new BadArgs((error as Error).message.split(". ")[0]);
  }
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new BadArgs(`Cannot take --${name} "${text}": it must be a whole number from ${least} to ${most}`);
}
