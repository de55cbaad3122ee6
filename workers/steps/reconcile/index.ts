/** What the clock looks after: whatever no webhook told, no alarm woke and no release ended. */
import type { ReconcileOrder } from "../../../models/reconcile.ts";
import { log, messageOf } from "../../log.ts";
import { projectOf } from "../../project/index.ts";
import { overdueProjects } from "../../store/overdue.ts";
import { claimDueProjects, listProjects, projectsAtWork } from "../../store/projects.ts";
import { varsOf } from "../../vars.ts";
import { isDeliveryLogDue, rescueDeliveries } from "./deliveries.ts";
import { lookAtInstallations } from "./installations.ts";
import { byOf, orderProjects } from "./orders.ts";
import { reconcileProject } from "./project.ts";
import { releaseLeft } from "./releases.ts";
import { endSilences, noticeSilence } from "./silence.ts";

/** So many are begun in a minute: five minutes take a thousand projects, and who comes late waits a little longer. */
const MOST_PROJECTS = 200;
const MOST_WOKEN = 100;
/** So often what a hint asked for is tried. */
const MOST_TRIES = 5;
/** How late the project's own alarm may be before it counts as lost, in ms. */
const LATE_MS = 30_000;

/** Once a minute. One part that fails keeps no other from its work. */
export async function everyMinute(env: Env, now: number): Promise<void> {
  const fifth = Math.floor(now / 60_000) % 5 === 0;
  const parts: Record<string, () => Promise<void>> = {
    projects: async () => orderProjects(env, "clock", await claimDueProjects(env.DB, now, MOST_PROJECTS)),
    github: () => orderLooksAtGitHub(env, now),
    alarms: () => wakeOverdue(env, now),
    silences: () => endSilences(env),
    ...(fifth && { silence: () => noticeSilence(env, now), releases: () => releaseLeft(env, now) }),
  };
  for (const [part, run] of Object.entries(parts)) {
    await run().catch((error) => log("clock.failed", { part, error: messageOf(error) }));
  }
}

/** Takes an order out of the queue. One that the clock gave is not tried again: it gives the next one soon. */
export async function takeReconcile(env: Env, order: ReconcileOrder, message: Message): Promise<void> {
  try {
    await reconcile(env, order);
    message.ack();
  } catch (error) {
    log("reconcile.failed", { order_id: order.id, of: order.of, error: messageOf(error) });
    const again = byOf(order.id) === "hint" && message.attempts <= MOST_TRIES;
    if (again) message.retry({ delaySeconds: 2 ** message.attempts });
    else message.ack();
  }
}

async function reconcile(env: Env, { id, of, project_id }: ReconcileOrder): Promise<void> {
  switch (of) {
    case "project":
      return project_id === null ? undefined : reconcileProject(env, byOf(id) ?? "clock", project_id);
    case "deliveries":
      return rescueDeliveries(env, Date.now());
    case "installations":
      return lookAtInstallations(env);
  }
}

/** With a personal token there is no App that would have installations, or a log of deliveries. */
async function orderLooksAtGitHub(env: Env, now: number): Promise<void> {
  if (varsOf(env).GITHUB_TOKEN !== null) return;
  if (await isDeliveryLogDue(env, now)) await order(env, "deliveries", now);
  if ((await projectsAtWork(env.DB)).length > 0) await order(env, "installations", now);
}

async function order(env: Env, of: ReconcileOrder["of"], now: number): Promise<void> {
  const body: ReconcileOrder = { kind: "reconcile", id: `clock.${of}.${now}`, of, project_id: null };
  await env.HINTS.send(body);
}

/** Every project sends again what it waits for: on one machine the messages of the Worker before died with it. */
export async function afterRestart(env: Env): Promise<void> {
  for (const { id } of await listProjects(env.DB)) {
    const wake = projectOf(env, id).wake(id, 0);
    // One that cannot be woken keeps no other asleep; its own clock wakes it later.
    await wake.catch((error) => log("clock.failed", { part: "restart", error: messageOf(error) }));
  }
}

/** Projects in which something is overdue wake up, and see to it. */
async function wakeOverdue(env: Env, now: number): Promise<void> {
  for (const id of await overdueProjects(env.DB, now - LATE_MS, MOST_WOKEN)) {
    log("project.woken", { project_id: id });
    await projectOf(env, id).wake(id);
  }
}
