/** What `npm run bench:load -- …` takes. */
import { parseArgs } from "node:util";

export type Args = { deliveries: number; pulls: number; sockets: number; seed: number };

/** Most deliveries that GitHub makes of one pull request here: opened, pushed and closed. */
const OF_ONE = 8;

export const USAGE = `npm run bench:load -- [--deliveries N] [--pulls N] [--sockets N] [--seed S]

  --deliveries N  deliveries of the burst (default 5000), at least ${OF_ONE} a pull request; what its pull requests do
                  not need comes again: with the same GUID, or with a fresh one
  --pulls N       pull requests that are opened and pushed in it (default 300); a tenth as many, 30 at most, are
                  validated and merged after it
  --sockets N     sockets that listen (default 1000)
  --seed S        another order, and others that come again (default 1)`;

export class BadArgs extends Error {}

/** @throws BadArgs with a sentence that says what is wrong */
export function readArgs(argv: readonly string[]): Args {
  const values = parse(argv);
  const given = (name: keyof Args, usual: number, least: number, most: number) =>
    values[name] === undefined ? usual : numberOf(name, values[name], least, most);
  const args = {
    deliveries: given("deliveries", 5_000, 1, 100_000),
    pulls: given("pulls", 300, 1, 5_000),
    sockets: given("sockets", 1_000, 0, 5_000),
    seed: given("seed", 1, 0, 2 ** 32 - 1),
  };
  const { deliveries, pulls } = args;
  if (deliveries >= OF_ONE * pulls) return args;
  throw new BadArgs(
    `Cannot tell of ${pulls} pull requests in ${deliveries} deliveries: --deliveries must be ${OF_ONE * pulls} at least, or --pulls ${Math.floor(deliveries / OF_ONE)} at most`,
  );
}

function parse(argv: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = { deliveries: text, pulls: text, sockets: text, seed: text } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new BadArgs((error as Error).message.split(". ")[0]);
  }
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new BadArgs(`Cannot take --${name} "${text}": it must be a whole number from ${least} to ${most}`);
}
