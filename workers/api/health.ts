/** Whether we run, and figures for Prometheus. */
import { createRoute, z } from "@hono/zod-openapi";
import { ALERT_KINDS, type Alert } from "../../models/api.ts";
import { listAlerts } from "../store/alerts.ts";
import { listCounters } from "../store/counters.ts";
import { deliveryLags } from "../store/deliveries.ts";
import { countByPhase } from "../store/runs.ts";
import { countByState, countMerges } from "../store/validations.ts";
import { part } from "./app.ts";

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the Worker runs",
  responses: {
    200: {
      description: "It runs",
      content: { "application/json": { schema: z.object({ status: z.literal("ok") }) } },
    },
  },
});

export const operations = part().openapi(health, (c) => c.json({ status: "ok" as const }, 200));

operations.openAPIRegistry.registerPath({
  method: "get",
  path: "/metrics",
  summary: "Figures for Prometheus",
  responses: {
    200: { description: "Figures", content: { "text/plain": { schema: z.string() } } },
  },
});

/** No project, repository or person is named in a figure. */
operations.get("/metrics", async (c) => {
  const now = Date.now();
  const [states, merges, phases, counters, lags, alerts] = await Promise.all([
    countByState(c.env.DB),
    countMerges(c.env.DB),
    countByPhase(c.env.DB),
    listCounters(c.env.DB),
    deliveryLags(c.env.DB, now - LAG_WINDOW_MS, now),
    listAlerts(c.env.DB),
  ]);
  const lines = [
    "# HELP validations_total Validations by state and what became of their merge.",
    "# TYPE validations_total gauge",
  ];
  for (const { state, merge_state, count } of states) {
    lines.push(`validations_total{state="${state}",merge="${merge_state}"} ${count}`);
  }
  lines.push("# HELP auto_merge_total Merges of ours, and whether the commit had failed before it passed.");
  lines.push("# TYPE auto_merge_total counter");
  for (const { flaky, count } of merges) lines.push(`auto_merge_total{flaky="${flaky}"} ${count}`);
  lines.push("# HELP runs_total Runs of agents by phase.", "# TYPE runs_total gauge");
  for (const { phase, count } of phases) lines.push(`runs_total{phase="${phase}"} ${count}`);
  lines.push(...lagLines(lags), ...alertLines(alerts));
  const labels: Record<string, string> = {
    webhook_rejected_total: "reason",
    webhook_received_total: "event",
    webhook_reconciled_total: "of",
    dead_letters_total: "step",
  };
  for (const name of new Set(counters.map((counter) => counter.name))) {
    lines.push(`# TYPE ${name} counter`);
    for (const { label, value } of counters.filter((counter) => counter.name === name)) {
      lines.push(`${name}{${labels[name] ?? "label"}="${label.replace(/[^\w.-]/g, "_")}"} ${value}`);
    }
  }
  return c.text(`${lines.join("\n")}\n`, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
});

/** Whose deliveries the lag is taken from: those that ended within this time, in ms. */
const LAG_WINDOW_MS = 60 * 60_000;

/** How long deliveries took from their receipt to their end, and how long the oldest one waits that has none. */
function lagLines({ ended, waiting_ms }: { ended: readonly number[]; waiting_ms: number }): string[] {
  const at = (share: number) => (ended[Math.max(0, Math.ceil(ended.length * share) - 1)] ?? 0) / 1000;
  return [
    "# HELP webhook_lag_seconds From the receipt of a webhook to its end, of those that ended in the last hour.",
    "# TYPE webhook_lag_seconds summary",
    ...[0.5, 0.95, 1].map((share) => `webhook_lag_seconds{quantile="${share}"} ${at(share)}`),
    `webhook_lag_seconds_sum ${ended.reduce((sum, lag) => sum + lag, 0) / 1000}`,
    `webhook_lag_seconds_count ${ended.length}`,
    "# HELP webhook_oldest_waiting_seconds How long the oldest webhook waits that has no end yet.",
    "# TYPE webhook_oldest_waiting_seconds gauge",
    `webhook_oldest_waiting_seconds ${waiting_ms / 1000}`,
  ];
}

function alertLines(alerts: readonly Alert[]): string[] {
  const of = (kind: string) => alerts.filter((alert) => alert.kind === kind).length;
  return [
    "# HELP alerts_open What Tidegate itself is worried about.",
    "# TYPE alerts_open gauge",
    ...ALERT_KINDS.map((kind) => `alerts_open{kind="${kind}"} ${of(kind)}`),
  ];
}
