/** Sandboxes that nobody needs any more and that were never let go: their release is ordered again. */
import type { ValidationOrder } from "../../../models/step.ts";
import { log } from "../../log.ts";
import { type LeftSandbox, leftSandboxes } from "../../store/overdue.ts";

/** How long the release that was ordered first may take, in ms; after each further one this doubles. */
const PATIENCE_MS = 10 * 60_000;
/** So often a release is ordered; by then the sandbox ended itself. */
const MOST_RELEASES = 8;
const MOST_AT_ONCE = 50;

export async function releaseLeft(env: Env, now: number): Promise<void> {
  for (const left of await leftSandboxes(env.DB, now - PATIENCE_MS, MOST_AT_ONCE)) {
    if (!isReleaseDue(left, now)) continue;
    const order = releaseOf(left);
    log("release.again", { step_id: order.id });
    await env.STEPS.send(order);
  }
}

/** Whether the last release had its time. */
export function isReleaseDue({ releases, released_at }: LeftSandbox, now: number): boolean {
  if (released_at === null) return true;
  return releases < MOST_RELEASES && released_at <= now - PATIENCE_MS * 2 ** (releases - 1);
}

/** A step of its own: one that was given up is over. */
function releaseOf({ project_id, validation_id, try: nth, releases }: LeftSandbox): ValidationOrder {
  const id = `${validation_id}.release.${nth}${releases === 0 ? "" : `.${releases + 1}`}`;
  return { kind: "release", id, project_id, validation_id, try: nth, delay_s: 0 };
}
