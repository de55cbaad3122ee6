/** The published rate limits, each a window of its own. */
import type { World } from "./nouns.ts";
import { tooMany } from "./problems.ts";

const LIMITS = {
  create: { most: 10, seconds: 60 },
  run: { most: 60, seconds: 30 },
  runs: { most: 60, seconds: 30 },
  logs: { most: 60, seconds: 60 },
} as const;

/** Counts a request; refuses it when its window is full. */
export function count(world: World, name: keyof typeof LIMITS): void {
  const { most, seconds } = LIMITS[name];
  const now = world.now();
  const recent = (world.windows.get(name) ?? []).filter((at) => at > now - seconds * 1000);
  world.windows.set(name, recent);
  if (recent.length >= most) throw tooMany(world.knobs.retryAfterS);
  recent.push(now);
}
