/** Counts what no webhook told. */
import { count } from "../../store/counters.ts";
import type { By } from "./orders.ts";

/** What a comparison found differing. One that a webhook asked for found what the webhook told. */
export async function found(
  env: Env,
  by: By | null,
  what: "repository" | "pull" | "delivery",
): Promise<void> {
  if (by === "clock") await count(env.DB, "webhook_reconciled_total", what);
}
