/** Sending webhooks over the wire, and remembering how it went. Nothing is ever retried by itself. */
import type { Delivery } from "./nouns.ts";
import { inBackground, type World } from "./world.ts";

/** GitHub gives a receiver this long. */
export const DELIVERY_TIMEOUT_MS = 10_000;

/** Records a delivery and sends it, unless a fault says otherwise. */
export function deliver(world: World, delivery: Delivery): void {
  const { event, action, request, hook } = delivery;
  const act = world.faults.hookAct({ event, action, payload: request.payload, url: hook.url });
  if (act === "lose") return;
  world.deliveries.push(delivery);
  const begin = () => inBackground(world, send(world, delivery));
  if (act === "drop") fail(delivery, "timed out", 0);
  else if (act === "hold") world.faults.hold(begin);
  else if (act !== null && typeof act === "object") inBackground(world, later(act.delayMs, begin));
  else begin();
  if (act === "duplicate") begin();
}

async function later(delayMs: number, begin: () => void): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  begin();
}

async function send(world: World, delivery: Delivery): Promise<void> {
  const { hook, request, event } = delivery;
  const started = performance.now();
  try {
    const response = await fetch(hook.url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
    });
    const payload = await response.text();
    delivery.response = { headers: Object.fromEntries(response.headers), payload };
    delivery.statusCode = response.status;
    delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
    delivery.durationMs = Math.round(performance.now() - started);
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    fail(delivery, timedOut ? "timed out" : "failed to connect to host", performance.now() - started);
  }
  if (delivery.status !== "OK")
    world.log(`rehearsal github: delivery of "${event}" failed: ${delivery.status}`);
}

function fail(delivery: Delivery, status: string, durationMs: number): void {
  delivery.status = status;
  delivery.statusCode = status === "timed out" ? 504 : 502;
  delivery.durationMs = Math.round(durationMs);
}
