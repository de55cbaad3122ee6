/** The Worker's clock, at whatever time a test wants it to be. */
import type { App } from "./machine.ts";

export const MINUTE_MS = 60_000;

/** What the cron does each minute, as if `later_ms` had passed: at a full five minutes when `fifth` is wanted. */
export async function tick(app: App, later_ms = 6 * MINUTE_MS, fifth = false): Promise<void> {
  const step = fifth ? 5 * MINUTE_MS : 1;
  const at = Math.ceil((Date.now() + later_ms) / step) * step;
  const worker = await app.worker.miniflare.getWorker("tidegate");
  await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date(at) });
}

/** The value of a figure of /metrics; 0 when it is not there. */
export async function metric(app: App, figure: string): Promise<number> {
  const headers = { authorization: `Bearer ${app.token}` };
  const text = await (await fetch(`${app.url}/metrics`, { headers })).text();
  const line = text.split("\n").find((one) => one.startsWith(`${figure} `));
  return Number(line?.split(" ").at(-1) ?? 0);
}
