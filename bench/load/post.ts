/** Sends deliveries as GitHub does, as fast as they are acknowledged, a bounded number at a time. */
import type { Send } from "./sends.ts";

/** So many requests are under way at once. */
export const LANES = 40;
/** GitHub waits no longer. */
const TIMEOUT_MS = 10_000;
/** One probe of `GET /health` after so many deliveries, through the same lanes. */
const PROBE_EVERY = 10;

/** `status` is 0 where none came in time; `queued`: somebody is to look into it. */
export type Answer = { send: Send; status: number; ms: number; queued: boolean };

/** Answers of the deliveries, and how long the probes between them took. */
export type Burst = { answers: Answer[]; probes: number[]; took_ms: number };

export async function burst(
  url: string,
  sends: readonly Send[],
  told: (sent: number) => void,
): Promise<Burst> {
  const began = performance.now();
  const answers: Answer[] = [];
  const probes: number[] = [];
  await inLanes(sends, LANES, async (send, nth) => {
    answers.push(await deliver(send));
    if (nth % PROBE_EVERY === 0) probes.push(await probe(url));
    told(answers.length);
  });
  return { answers, probes, took_ms: performance.now() - began };
}

/** How long `GET /health` takes one after the other, with nothing else to do. */
export async function idleProbes(url: string, count: number): Promise<number[]> {
  const probes: number[] = [];
  for (let nth = 0; nth < count; nth++) probes.push(await probe(url));
  return probes;
}

/** Works on a list with a bounded number of hands, each taking the next when it is free. */
export async function inLanes<T>(
  list: readonly T[],
  lanes: number,
  work: (one: T, nth: number) => Promise<void>,
): Promise<void> {
  const rest = list.entries();
  const lane = async () => {
    for (const [nth, one] of rest) await work(one, nth);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function deliver(send: Send): Promise<Answer> {
  const { hook, request } = send.delivery;
  const headers = { ...request.headers, "x-github-delivery": send.guid };
  const began = performance.now();
  const answer = await fetch(hook.url, {
    method: "POST",
    headers,
    body: request.body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => ({ status: 0, text: "" }));
  const ms = performance.now() - began;
  const queued = answer.status === 202 && !("ignored" in JSON.parse(answer.text));
  return { send, status: answer.status, ms, queued };
}

async function probe(url: string): Promise<number> {
  const began = performance.now();
  await (await fetch(`${url}/health`)).text();
  return performance.now() - began;
}
