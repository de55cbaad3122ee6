/** Looks into a hint: reads the pull requests it is about live, and tells the project what it saw. */
import type { StepOrder } from "../../models/step.ts";
import { log } from "../log.ts";
import { projectOf } from "../project/index.ts";
import { commitOf, readPull } from "../providers/github/index.ts";
import {
  claimDelivery,
  type DeliveryEnd,
  type DeliveryRow,
  endDelivery,
  findDelivery,
  namedLater,
} from "../store/deliveries.ts";
import { findProject, projectsOfRepo, type StoredProject } from "../store/projects.ts";
import { openPullsAt } from "../store/pulls.ts";
import { findValidation } from "../store/validations.ts";
import { varsOf } from "../vars.ts";
import { orderGraph, repositoryAt } from "./graph-order.ts";
import { found } from "./reconcile/found.ts";
import { isAboutPlaces, observePlaces } from "./reconcile/hinted.ts";
import { byOf, orderProjects } from "./reconcile/orders.ts";
import { isTalk, observeTalk } from "./talk/observe-talk.ts";

type Observe = Extract<StepOrder, { kind: "observe" }>;

/** Pauses before looking again at what is not yet as GitHub told of it, in seconds. */
const PAUSES_S = [2, 4, 8, 16] as const;

export async function observe(env: Env, order: Observe): Promise<void> {
  if (order.delivery_id !== null) return observeDelivery(env, order, order.delivery_id);
  if (order.project_id === null || order.pr_number === null) return;
  const project = await findProject(env.DB, order.project_id);
  if (project === null || project.disconnected !== null) return;
  const { changed } = await look(env, project, order.pr_number, order.id, null);
  if (changed) await found(env, byOf(order.id), "pull");
}

async function observeDelivery(env: Env, order: Observe, deliveryId: string): Promise<void> {
  const delivery = await findDelivery(env.DB, deliveryId);
  if (delivery === null || delivery.state === "done" || delivery.state === "ignored") return;
  await claimDelivery(env.DB, deliveryId, Date.now());
  const end = await endOf(env, order, delivery);
  if (end !== null) await endDelivery(env.DB, deliveryId, end);
}

const ignored = (reason: string): DeliveryEnd => ({ state: "ignored", reason });

/** A delivery is a hint about a repository: every project that pins it looks for itself. Null: it is looked at again. */
async function endOf(env: Env, order: Observe, delivery: DeliveryRow): Promise<DeliveryEnd | null> {
  if (isAboutPlaces(delivery)) return observePlaces(env, delivery);
  const projects = delivery.repo_id === null ? [] : await projectsOfRepo(env.DB, delivery.repo_id);
  if (projects.length === 0) return ignored("no_project");
  const matching = projects.filter((project) => !mismatched(delivery, project));
  // An installation that speaks for it and that we do not know, or that we lost: where it is now is read live.
  const strange = projects.filter((one) => mismatched(delivery, one) || one.disconnected !== null);
  if (delivery.installation_id !== null)
    await orderProjects(
      env,
      "hint",
      strange.map(({ id }) => id),
    );
  if (matching.length === 0) return ignored("installation_mismatch");
  const [first, ...others] = matching.filter(({ disconnected }) => disconnected === null);
  if (first === undefined) return ignored("disconnected");
  if (isTalk(delivery)) return observeTalk(env, delivery, [first, ...others]);
  if (delivery.event === "push") return observePush(env, delivery, [first, ...others]);
  return observePulls(env, order, delivery, [first, ...others]);
}

/** A default branch moved: the graph of where it is now is wanted. */
async function observePush(
  env: Env,
  delivery: DeliveryRow,
  projects: readonly StoredProject[],
): Promise<DeliveryEnd> {
  const moved = projects.filter(({ default_branch }) => delivery.action === `refs/heads/${default_branch}`);
  if (moved.length === 0) return ignored("not_default_branch");
  for (const project of moved) {
    const sha = await commitOf(varsOf(env), project, project.default_branch);
    if (sha !== null) await orderGraph(env, repositoryAt(project, sha));
  }
  return { state: "done", reason: null };
}

async function observePulls(
  env: Env,
  order: Observe,
  delivery: DeliveryRow,
  projects: readonly StoredProject[],
): Promise<DeliveryEnd | null> {
  const sights: Sight[] = [];
  for (const project of projects) {
    for (const number of await pullsOf(env, project, delivery)) {
      sights.push(await look(env, project, number, order.id, delivery.id));
    }
  }
  if (sights.length === 0) return ignored("no_pull_request");
  const changed = order.again?.changed === true || sights.some((sight) => sight.changed);
  if (await lookAgain(env, order, delivery, sights, changed)) return null;
  const validation_id = sights.findLast((sight) => sight.validation_id !== null)?.validation_id ?? null;
  const news = changed || (await isCause(env, delivery, validation_id));
  const end = news ? ({ state: "done", reason: null } as const) : ignored("duplicate_semantic");
  return { ...end, validation_id };
}

/** Whoever looked first may have died before the delivery was ended: a second look changes nothing any more. */
async function isCause(env: Env, delivery: DeliveryRow, validationId: string | null): Promise<boolean> {
  if (validationId === null) return false;
  return (await findValidation(env.DB, validationId))?.delivery_id === delivery.id;
}

/**
 * For seconds after a change GitHub may show what was before: another head than it told of, or a pull request that is
 * still a draft, still open, still on another base. What was seen was told; it is looked at again.
 *
 * @returns whether it will be
 */
async function lookAgain(
  env: Env,
  { told_at, again: before }: Observe,
  delivery: DeliveryRow,
  sights: readonly Sight[],
  changed: boolean,
): Promise<boolean> {
  const nth = before?.nth ?? 0;
  const pause_s = PAUSES_S[nth];
  const isOlder = sights.some(({ updated_at }) => updated_at !== null && updated_at < (told_at ?? 0));
  if (!isOlder && !(await showsOldHead(env, delivery, sights))) return false;
  log("pull.stale", { delivery_id: delivery.id, looks: nth + 1, given_up: pause_s === undefined });
  if (pause_s === undefined) return false;
  const again = { nth: nth + 1, changed };
  const order: Observe = {
    ...{ kind: "observe", id: `delivery.${delivery.id}.${again.nth}`, again },
    ...{ delivery_id: delivery.id, project_id: null, pr_number: null },
    ...(told_at !== undefined && { told_at }),
  };
  await env.HINTS.send(order, { delaySeconds: pause_s });
  return true;
}

/** Whether an open pull request shows another head than was named, and no later delivery told of that one. */
async function showsOldHead(env: Env, delivery: DeliveryRow, sights: readonly Sight[]): Promise<boolean> {
  const { head_sha: named, pr_number } = delivery;
  const head = sights.find(({ open_head }) => open_head !== null && open_head !== named)?.open_head ?? null;
  if (named === null || pr_number === null || head === null) return false;
  return !(await namedLater(env.DB, delivery, head));
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

/** What a look found. */
type Sight = {
  validation_id: string | null;
  /** Whether anything followed from it. */
  changed: boolean;
  /** Null when the pull request is closed or gone. */
  open_head: string | null;
  /** Of which moment the read is; null when that is not known. */
  updated_at: number | null;
};

async function look(
  env: Env,
  project: StoredProject,
  number: number,
  orderId: string,
  delivery_id: string | null,
): Promise<Sight> {
  const { full_name, installation_id } = project;
  const live = await readPull(varsOf(env), { full_name, installation_id }, number);
  // One order may be carried out twice; the second read is another fact, and the newer one.
  const id = `${orderId}.${number}.${live?.read_at ?? Date.now()}`;
  const object = projectOf(env, project.id);
  // Names change hands: what has this one by now is somebody else's, and ours is looked for by its id.
  if (live !== null && live.base_repo_id !== project.repo_id) {
    await orderProjects(env, "hint", [project.id]);
    return { validation_id: null, changed: false, open_head: null, updated_at: null };
  }
  if (live === null) {
    const { changed } = await object.tell(project.id, { type: "pull.gone", id, pr_number: number });
    return { validation_id: null, changed, open_head: null, updated_at: null };
  }
  const { mergeable: _, merge_commit_sha: __, rules_unmet: ___, ...pull } = live;
  const reply = await object.tell(project.id, { type: "pull.observed", id, pull, delivery_id });
  const { validation_id, changed } = reply;
  const { state, head_sha, updated_at } = pull;
  return { validation_id, changed, open_head: state === "open" ? head_sha : null, updated_at };
}
