/** Looks into a hint: reads the pull requests it is about live, and tells the project what it saw. */
import type { StepOrder } from "../../models/step.ts";
import { projectOf } from "../project/index.ts";
import { commitOf, readPull } from "../providers/github/index.ts";
import { claimDelivery, type DeliveryRow, endDelivery, findDelivery } from "../store/deliveries.ts";
import { findProject, projectsOfRepo, type StoredProject } from "../store/projects.ts";
import { openPullsAt } from "../store/pulls.ts";
import { varsOf } from "../vars.ts";
import { orderGraph, repositoryAt } from "./graph-order.ts";
import { isTalk, observeTalk } from "./talk/observe-talk.ts";

type Observe = Extract<StepOrder, { kind: "observe" }>;

export async function observe(env: Env, order: Observe): Promise<void> {
  if (order.delivery_id !== null) return observeDelivery(env, order.id, order.delivery_id);
  if (order.project_id === null || order.pr_number === null) return;
  const project = await findProject(env.DB, order.project_id);
  if (project !== null) await look(env, project, order.pr_number, order.id, null);
}

/** A delivery is a hint about a repository: every project that pins it looks for itself. */
async function observeDelivery(env: Env, orderId: string, deliveryId: string): Promise<void> {
  const delivery = await findDelivery(env.DB, deliveryId);
  if (delivery === null || delivery.state === "done" || delivery.state === "ignored") return;
  await claimDelivery(env.DB, deliveryId, Date.now());
  const projects = delivery.repo_id === null ? [] : await projectsOfRepo(env.DB, delivery.repo_id);
  if (projects.length === 0)
    return endDelivery(env.DB, deliveryId, { state: "ignored", reason: "no_project" });
  const mine = projects.filter((project) => !mismatched(delivery, project));
  const [first, ...others] = mine;
  if (first === undefined) {
    return endDelivery(env.DB, deliveryId, { state: "ignored", reason: "installation_mismatch" });
  }
  if (isTalk(delivery))
    return endDelivery(env.DB, deliveryId, await observeTalk(env, delivery, [first, ...others]));
  if (delivery.event === "push") return observePush(env, delivery, mine);
  let looked = 0;
  let validation_id: string | null = null;
  for (const project of mine) {
    for (const number of await pullsOf(env, project, delivery)) {
      looked += 1;
      validation_id = (await look(env, project, number, orderId, deliveryId)) ?? validation_id;
    }
  }
  if (looked === 0) return endDelivery(env.DB, deliveryId, { state: "ignored", reason: "no_pull_request" });
  await endDelivery(env.DB, deliveryId, { state: "done", reason: null, validation_id });
}

/** A default branch moved: the graph of where it is now is wanted. */
async function observePush(
  env: Env,
  delivery: DeliveryRow,
  projects: readonly StoredProject[],
): Promise<void> {
  const moved = projects.filter(({ default_branch }) => delivery.action === `refs/heads/${default_branch}`);
  if (moved.length === 0)
    return endDelivery(env.DB, delivery.id, { state: "ignored", reason: "not_default_branch" });
  for (const project of moved) {
    const sha = await commitOf(varsOf(env), project, project.default_branch);
    if (sha !== null) await orderGraph(env, repositoryAt(project, sha));
  }
  await endDelivery(env.DB, delivery.id, { state: "done", reason: null });
}

/** An installation may speak for its own repositories only. */
function mismatched(delivery: DeliveryRow, project: StoredProject): boolean {
  const { installation_id } = delivery;
  return (
    installation_id !== null &&
    project.installation_id !== null &&
    installation_id !== project.installation_id
  );
}

/** The pull requests a hint is about: named, or found by their head (forks leave the list in a payload empty). */
async function pullsOf(env: Env, project: StoredProject, delivery: DeliveryRow): Promise<number[]> {
  if (delivery.pr_number !== null) return [delivery.pr_number];
  return delivery.head_sha === null ? [] : openPullsAt(env.DB, project.id, delivery.head_sha);
}

async function look(
  env: Env,
  project: StoredProject,
  number: number,
  orderId: string,
  delivery_id: string | null,
): Promise<string | null> {
  const { full_name, installation_id } = project;
  const live = await readPull(varsOf(env), { full_name, installation_id }, number);
  // One order may be carried out twice; the second read is another fact, and the newer one.
  const id = `${orderId}.${number}.${live?.read_at ?? Date.now()}`;
  const object = projectOf(env, project.id);
  if (live === null) {
    await object.tell(project.id, { type: "pull.gone", id, pr_number: number });
    return null;
  }
  const { mergeable: _, merge_commit_sha: __, ...pull } = live;
  const reply = await object.tell(project.id, { type: "pull.observed", id, pull, delivery_id });
  return reply.validation_id;
}
