/** The primary rate limit: a budget an hour for each caller, told with every answer. */
import type { Viewer } from "./auth.ts";
import { Problem } from "./problems.ts";
import type { Bucket, World } from "./world.ts";

const HOUR_MS = 60 * 60 * 1000;
const LIMIT = 5000;
const ANONYMOUS_LIMIT = 60;

/** The rate-limit headers of one answer. */
export type Budget = { limit: number; bucket: Bucket };

function keyOf(viewer: Viewer): string {
  if (viewer.kind === "app") return `app:${viewer.app.id}`;
  if (viewer.kind === "user") return `user:${viewer.user.id}`;
  return viewer.kind === "installation" ? `installation:${viewer.installation.id}` : "anonymous";
}

/** The caller's budget now; a new hour starts with the first request after the old one ended. */
export function budgetOf(world: World, viewer: Viewer): Budget {
  const key = keyOf(viewer);
  const now = world.now();
  const known = world.buckets.get(key);
  const bucket = known !== undefined && known.resetAt > now ? known : { used: 0, resetAt: now + HOUR_MS };
  world.buckets.set(key, bucket);
  return { bucket, limit: viewer.kind === "anonymous" ? ANONYMOUS_LIMIT : LIMIT };
}

/** Takes one request from the budget; refuses when it is empty. */
export function spend(budget: Budget, viewer: Viewer): void {
  if (budget.bucket.used >= budget.limit) {
    throw new Problem(403, `API rate limit exceeded for ${keyOf(viewer).replace(":", " ID ")}.`);
  }
  budget.bucket.used += 1;
}

export function budgetHeaders({ bucket, limit }: Budget): Record<string, string> {
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(Math.max(0, limit - bucket.used)),
    "x-ratelimit-reset": String(Math.ceil(bucket.resetAt / 1000)),
    "x-ratelimit-used": String(bucket.used),
    "x-ratelimit-resource": "core",
  };
}
