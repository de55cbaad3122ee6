/** Queues that outlive the Worker, as Cloudflare's do: what nobody acknowledged is delivered again. */
import { randomUUID } from "node:crypto";
import type { Miniflare } from "miniflare";

export type Consumer = { maxBatchSize: number; maxRetries: number; deadLetterQueue?: string };
export type Put = { body: unknown; delaySeconds: number };
export type Message = { id: string; body: unknown; timestamp: Date; attempts: number; due: number };

type Answer = {
  outcome: string;
  retryBatch: { retry: boolean; delaySeconds?: number };
  retryMessages?: { msgId: string; delaySeconds?: number }[];
};

export class Queues {
  readonly #consumers: Record<string, Consumer>;
  /** Called when a message was worked on and before that counts; false: it is delivered again. */
  readonly #acknowledge: (queue: string, message: Message) => Promise<boolean>;
  readonly #waiting = new Map<string, Message[]>();
  readonly #flying = new Map<string, Set<Message>>();
  /** How often each message comes, as of a producer that never heard that it was taken. */
  copies = 1;
  /** Messages over which their consumer dies. */
  poison: (body: unknown) => boolean = () => false;
  #worker: Miniflare | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** What was given up. */
  readonly dead: unknown[] = [];

  constructor(
    consumers: Record<string, Consumer>,
    acknowledge: (queue: string, message: Message) => Promise<boolean>,
  ) {
    this.#consumers = consumers;
    this.#acknowledge = acknowledge;
  }

  put(queue: string, messages: readonly Put[]): void {
    const now = Date.now();
    const all = messages
      .flatMap((one) => Array<Put>(this.#copiesOf(one)).fill(one))
      .map(({ body, delaySeconds }) => ({
        ...{ id: randomUUID(), body, timestamp: new Date(now), attempts: 1 },
        due: now + delaySeconds * 1_000,
      }));
    this.#wait(queue, all);
  }

  /** A step that looks again orders its own next visit, and copies of copies would never end. */
  #copiesOf({ body }: Put): number {
    const text = JSON.stringify(body);
    const pending = this.pending.filter((one) => JSON.stringify(one) === text).length;
    return pending >= this.copies ? 1 : this.copies;
  }

  /** Begins to deliver to this Worker. */
  start(worker: Miniflare): void {
    this.#worker = worker;
    this.#deliver();
  }

  /** The Worker is gone: what it had and did not acknowledge waits for the next one. */
  stop(): void {
    this.#worker = null;
    clearTimeout(this.#timer);
    for (const [queue, flying] of this.#flying) {
      this.#wait(
        queue,
        [...flying].map((one) => ({ ...one, attempts: one.attempts + 1 })),
      );
      flying.clear();
    }
  }

  /** What is waiting or being worked on. */
  get pending(): unknown[] {
    const flying = [...this.#flying.values()].flatMap((all) => [...all]);
    return [...[...this.#waiting.values()].flat(), ...flying].map(({ body }) => body);
  }

  #wait(queue: string, messages: Message[]): void {
    this.#waiting.set(queue, [...(this.#waiting.get(queue) ?? []), ...messages]);
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === null) return;
    let next = Number.POSITIVE_INFINITY;
    for (const [queue, { maxBatchSize }] of Object.entries(this.#consumers)) {
      const [ready, later] = split(this.#waiting.get(queue) ?? [], ({ due }) => due <= Date.now());
      this.#waiting.set(queue, later);
      next = Math.min(next, ...later.map(({ due }) => due));
      for (let from = 0; from < ready.length; from += maxBatchSize)
        void this.#hand(worker, queue, ready.slice(from, from + maxBatchSize));
    }
    if (next < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#deliver(), Math.max(next - Date.now(), 1));
  }

  async #hand(worker: Miniflare, queue: string, batch: Message[]): Promise<void> {
    const flying = this.#flying.get(queue) ?? new Set();
    this.#flying.set(queue, flying);
    for (const message of batch) flying.add(message);
    const answer = await deliver(worker, queue, batch, this.poison);
    for (const message of batch) {
      // Who has stopped has put it back already.
      if (!flying.has(message)) continue;
      const again = retryOf(answer, message.id);
      if (again === null && (await this.#acknowledge(queue, message))) flying.delete(message);
      else if (flying.delete(message)) this.#again(queue, message, again ?? 0);
    }
  }

  #again(queue: string, message: Message, delay_s: number): void {
    const { maxRetries, deadLetterQueue } = this.#consumers[queue] as Consumer;
    if (message.attempts <= maxRetries) {
      const due = Date.now() + delay_s * 1_000;
      this.#wait(queue, [{ ...message, attempts: message.attempts + 1, due }]);
      return;
    }
    this.dead.push(message.body);
    if (deadLetterQueue !== undefined) this.put(deadLetterQueue, [{ body: message.body, delaySeconds: 0 }]);
  }
}

/** @returns null when the Worker died over it */
async function deliver(
  worker: Miniflare,
  queue: string,
  batch: Message[],
  poison: (body: unknown) => boolean,
): Promise<Answer | null> {
  if (!queue.endsWith("-dead") && batch.some(({ body }) => poison(body))) return null;
  try {
    const tidegate = await worker.getWorker("tidegate");
    return (await tidegate.queue(
      queue,
      batch.map(({ id, timestamp, attempts, body }) => ({ id, timestamp, attempts, body })) as never,
    )) as unknown as Answer;
  } catch {
    return null;
  }
}

/** In how many seconds it is to be delivered again; null when it was acknowledged. */
function retryOf(answer: Answer | null, id: string): number | null {
  if (answer === null || answer.outcome !== "ok") return 0;
  if (answer.retryBatch.retry) return answer.retryBatch.delaySeconds ?? 0;
  const one = answer.retryMessages?.find(({ msgId }) => msgId === id);
  return one === undefined ? null : (one.delaySeconds ?? 0);
}

function split<T>(list: readonly T[], first: (one: T) => boolean): [T[], T[]] {
  return [list.filter(first), list.filter((one) => !first(one))];
}
