/** `npm run simulate`: random histories of the whole gate, each from a seed; exits 1 when one violates a promise. */
import { type Args, BadArgs, readArgs, USAGE } from "./args.ts";
import { playAll } from "./crew.ts";
import { play, shrink } from "./play.ts";
import { type Script, scriptOf } from "./script.ts";
import { jsonOf, progressLine, summaryOf } from "./words.ts";

async function main(argv: readonly string[]): Promise<number> {
  const args = readArgs(argv);
  return args.replay === null ? simulate(args) : replay(args.replay);
}

async function simulate(args: Args): Promise<number> {
  const began = Date.now();
  const tell = args.json ? () => {} : console.log;
  const sum = await playAll(args, (known, took_ms) => tell(progressLine(known, took_ms)));
  const took_ms = Date.now() - began;
  console.log(args.json ? jsonOf(sum, took_ms) : summaryOf(sum, took_ms));
  const first = sum.failed[0];
  if (first === undefined) return 0;
  if (!args.json) await replay(first.seed);
  return 1;
}

async function replay(seed: number): Promise<number> {
  const script = scriptOf(seed);
  const { world, failure } = await play(script);
  if (failure === null) {
    console.log(told(script, world.history.read()));
    console.log(`\nSeed ${seed} keeps every promise.`);
    return 0;
  }
  const smallest = await shrink(script, failure);
  const { violation, history, wrong } = smallest.failure;
  const left = `${smallest.script.actions.length} of ${script.actions.length} actions`;
  console.log(`\nSeed ${seed} violates a promise (${wrong}): ${violation}`);
  console.log(`Its shortest history, ${left}; play it again with --replay ${seed}:\n`);
  console.log(told(smallest.script, history));
  return 1;
}

function told({ setup }: Script, history: readonly string[]): string {
  return [`  world: ${JSON.stringify(setup)}`, ...history.map((line) => `  ${line}`)].join("\n");
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadArgs)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
