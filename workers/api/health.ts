/** Whether we run, and figures for Prometheus. */
import { createRoute, z } from "@hono/zod-openapi";
import { listCounters } from "../store/counters.ts";
import { countByPhase } from "../store/runs.ts";
import { countByState } from "../store/validations.ts";
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
  const [states, phases, counters] = await Promise.all([
    countByState(c.env.DB),
    countByPhase(c.env.DB),
    listCounters(c.env.DB),
  ]);
  const lines = [
    "# HELP validations_total Validations by state and what became of their merge.",
    "# TYPE validations_total gauge",
  ];
  for (const { state, merge_state, count } of states) {
    lines.push(`validations_total{state="${state}",merge="${merge_state}"} ${count}`);
  }
  lines.push("# HELP runs_total Runs of agents by phase.", "# TYPE runs_total gauge");
  for (const { phase, count } of phases) lines.push(`runs_total{phase="${phase}"} ${count}`);
  const labels: Record<string, string> = {
    webhook_rejected_total: "reason",
    webhook_received_total: "event",
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
