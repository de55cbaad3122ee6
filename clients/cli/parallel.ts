/** Reads many files on all processors: threads parse, the facts come back packed. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Found } from "./files/found.ts";
import type { Batch, Done, Reply, ThreadData } from "./thread.ts";

/** Starting threads takes longer than reading fewer files. */
export const WORTHWHILE = 150;
const BATCH = 24;
/** A thread whose parser has met a monster is replaced, since its memory never shrinks. */
const MAX_MEMORY = 256 * 1024 * 1024;
const MAX_HEAP_MB = 2048;

export interface ParallelOptions extends ThreadData {
  files: readonly Found[];
  threads?: number;
  /** Where a thread's code is; tests bring their own. */
  program?: URL;
  /** Facts of some more files. */
  take(done: readonly Done[]): Promise<void> | void;
  progress?(done: number): void;
}

export interface ParallelResult {
  /** Paths on which a thread ended, each tried alone. */
  crashed: string[];
  /** Threads that were started, replaced ones included. */
  started: number;
}

/** Reads `files`; those that cannot be read are left out, for the caller to meet the error again. */
export async function readInParallel(options: ParallelOptions): Promise<ParallelResult> {
  const queue = batchesOf(options.files);
  const result: ParallelResult = { crashed: [], started: 0 };
  let done = 0;
  const finished = (files: number) => {
    done += files;
    options.progress?.(done);
  };
  const lane = async (): Promise<void> => {
    let thread: Thread | undefined;
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      if (thread === undefined) result.started += 1;
      thread ??= new Thread(options);
      const reply = await thread.read(batch);
      if (reply === undefined) {
        thread = undefined;
        if (batch.length > 1) queue.unshift(...batch.map((file) => [file]));
        else result.crashed.push((batch[0] as Found).path);
        if (batch.length === 1) finished(1);
        continue;
      }
      await options.take(reply.done);
      finished(batch.length);
      if (reply.broken || reply.memory > MAX_MEMORY) {
        await thread.end();
        thread = undefined;
      }
    }
    await thread?.end();
  };
  const lanes = Math.max(1, Math.min(options.threads ?? availableParallelism(), queue.length));
  await Promise.all(Array.from({ length: lanes }, lane));
  return result;
}

function batchesOf(files: readonly Found[]): Found[][] {
  const batches: Found[][] = [];
  for (let at = 0; at < files.length; at += BATCH) batches.push(files.slice(at, at + BATCH));
  return batches;
}

class Thread {
  readonly #worker: Worker;
  #answer: ((reply: Reply | undefined) => void) | undefined;
  #ended = false;

  constructor({ root, folder, program }: ParallelOptions) {
    this.#worker = new Worker(program ?? new URL("./thread.ts", import.meta.url), {
      workerData: { root, folder } satisfies ThreadData,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker.on("message", (reply: Reply) => this.#settle(reply));
    // A thread that dies is followed by its exit.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => {
      this.#ended = true;
      this.#settle(undefined);
    });
  }

  /** Undefined when the thread died over it. */
  read(files: Found[]): Promise<Reply | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#worker.postMessage({ files } satisfies Batch);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Reply | undefined): void {
    this.#answer?.(reply);
    this.#answer = undefined;
  }
}
