/** Shares histories out to threads until all are played, or time is up. */
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Args } from "./args.ts";
import { Sum, type Tally } from "./tally.ts";
import type { Share } from "./thread.ts";

/** Histories that a thread is given at once. */
const AT_ONCE = 50;
const PROGRESS_MS = 5_000;

export type Progress = (sum: Sum, took_ms: number) => void;

export async function playAll(
  { runs, seed, seconds, workers, failFast }: Args,
  progress: Progress,
): Promise<Sum> {
  const sum = new Sum();
  const began = Date.now();
  const until = seconds === null ? Number.POSITIVE_INFINITY : began + seconds * 1_000;
  let next = 0;
  const share = (): Share | null => {
    if (failFast && sum.bad > 0) return null;
    if (next >= runs || Date.now() >= until) return null;
    const count = Math.min(AT_ONCE, runs - next);
    next += count;
    return { from: seed + next - count, count };
  };
  const timer = setInterval(() => progress(sum, Date.now() - began), PROGRESS_MS);
  const most = Math.min(workers, Math.ceil(runs / AT_ONCE));
  try {
    await Promise.all(Array.from({ length: most }, () => playWith(share, (tally) => sum.add(tally))));
  } finally {
    clearInterval(timer);
  }
  return sum;
}

async function playWith(share: () => Share | null, add: (tally: Tally) => void): Promise<void> {
  const worker = new Worker(fileURLToPath(new URL("./thread.ts", import.meta.url).href));
  try {
    for (let next = share(); next !== null; next = share()) add(await ask(worker, next));
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (tally: Tally) => {
      worker.off("error", reject);
      resolve(tally);
    });
    worker.postMessage(share);
  });
}
