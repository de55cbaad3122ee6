/** One thread: plays the histories that it is given, and tells what they add up to. */
import { parentPort } from "node:worker_threads";
import { play } from "./play.ts";
import { scriptOf } from "./script.ts";
import { Sum, type Tally } from "./tally.ts";

/** Histories from one seed on. */
export type Share = { from: number; count: number };

/** Plays a share; without end it stays at it. */
export async function playShare({ from, count }: Share): Promise<Tally> {
  const sum = new Sum();
  for (let seed = from; seed < from + count; seed++) sum.play(seed, await play(scriptOf(seed)));
  return sum.toTally();
}

parentPort?.on("message", async (share: Share) => {
  parentPort?.postMessage(await playShare(share));
});
