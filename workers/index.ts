/** Tidegate's Worker: a table of contents. */
import { env as bindings } from "cloudflare:workers";
import { REBOOT } from "../models/reconcile.ts";
import { api } from "./api/index.ts";
import { preview } from "./api/preview.ts";
import { queue } from "./api/webhooks.ts";
import { shareBuckets } from "./providers/github/index.ts";
import { careForGraphs } from "./steps/graph-care.ts";
import { consume } from "./steps/index.ts";
import { afterRestart, everyMinute } from "./steps/reconcile/index.ts";
import { bucketsIn } from "./store/buckets.ts";
import { reclaimDeliveries } from "./store/deliveries.ts";

export { ProjectObject } from "./project/object.ts";
export { SandboxContainer } from "./providers/sandbox/container.ts";

// Every isolate asks GitHub, and all of them must obey one limit.
shareBuckets(bucketsIn(bindings.DB));

export default {
  /** Apps under validation on their own hosts, the API on ours. */
  fetch: async (request, env, context) => (await preview(request, env)) ?? api.fetch(request, env, context),
  queue: consume,
  /** Takes up deliveries whose first receiver died, looks for what no webhook told, and for graphs whose maker died. */
  scheduled: async ({ cron, scheduledTime }, env) => {
    if (cron === REBOOT) return afterRestart(env);
    for (const id of await reclaimDeliveries(env.DB, Date.now())) await queue(env, id);
    await everyMinute(env, scheduledTime);
    await careForGraphs(env, Date.now());
  },
} satisfies ExportedHandler<Env>;
