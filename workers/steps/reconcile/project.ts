/** Holds a project against GitHub: where its repository is, and how its pull requests stand. */
import { log } from "../../log.ts";
import { noteTo, projectOf } from "../../project/index.ts";
import { type FoundRepository, listOpenPulls, standingOf } from "../../providers/github/index.ts";
import { pullsStoppedBy } from "../../store/overdue.ts";
import {
  disconnectProject,
  findLiveProject,
  moveProject,
  type Place,
  type StoredProject,
} from "../../store/projects.ts";
import { storedOpenPulls } from "../../store/pulls.ts";
import { varsOf } from "../../vars.ts";
import { differences } from "./differences.ts";
import { found } from "./found.ts";
import { type By, orderLooks } from "./orders.ts";

/** Why a validation ends when GitHub does not let us in; it begins anew once GitHub does. */
const DISCONNECTED = "disconnected";

/** Repeating it repeats no effect. What it finds is only ordered to be looked at: a list may be older than a webhook. */
export async function reconcileProject(env: Env, by: By, projectId: string): Promise<void> {
  const project = await findLiveProject(env.DB, projectId);
  if (project === null) return;
  // Its own alarm may be lost.
  await projectOf(env, projectId).wake(projectId);
  const standing = await standingOf(varsOf(env), project.repo_id);
  if ("away" in standing) return leave(env, by, project, standing.away);
  const place = placeOf(project, standing.repository);
  await arrive(env, by, project, place);
  const { pulls, whole } = await listOpenPulls(varsOf(env), place);
  const [stored, stopped] = await Promise.all([
    storedOpenPulls(env.DB, projectId),
    pullsStoppedBy(env.DB, projectId, DISCONNECTED),
  ]);
  const numbers = [...new Set([...differences(stored, pulls, whole), ...stopped])];
  if (numbers.length > 0) log("reconcile.differs", { project_id: projectId, pulls: numbers.length });
  await orderLooks(env, by, projectId, numbers);
}

/** GitHub does not let us in: what runs ends, and nothing more is asked. */
async function leave(
  env: Env,
  by: By,
  project: StoredProject,
  why: { code: string; message: string },
): Promise<void> {
  const disconnected = { ...why, since: Date.now() };
  if (await disconnectProject(env.DB, project.id, disconnected)) await found(env, by, "repository");
  const { since, message } = (await findLiveProject(env.DB, project.id))?.disconnected ?? disconnected;
  // Told each time, and heard once: whoever wrote it down first may have died before telling.
  await projectOf(env, project.id).tell(project.id, {
    ...{ type: "project.disconnected", id: `disconnected.${since}` },
    reason: { code: DISCONNECTED, message },
  });
}

/** GitHub lets us in, here or at another place. */
async function arrive(env: Env, by: By, project: StoredProject, place: Place): Promise<void> {
  const moved = (Object.keys(place) as (keyof Place)[]).some((key) => place[key] !== project[key]);
  if (moved) {
    await moveProject(env.DB, project.id, place);
    await found(env, by, "repository");
  }
  const back = await disconnectProject(env.DB, project.id, null);
  if (!moved && !back) return;
  const message = back ? "Connected again" : `The repository is ${place.full_name} now`;
  log("reconcile.arrived", { project_id: project.id, moved, back });
  const before = Object.fromEntries(
    (Object.keys(place) as (keyof Place)[]).map((key) => [key, project[key]]),
  );
  const actor = by === "hint" ? "github" : "tidegate";
  const action = back ? "project.connect" : "project.move";
  await noteTo(env, project.id, {
    ...{ fact: `arrived.${crypto.randomUUID()}`, actor, action, target: project.id, detail: message },
    ...{ before, after: place },
  });
  await projectOf(env, project.id).say(project.id, {
    ...{ type: "project.status.updated", validation: null },
    message,
  });
}

/** A project that is called after its repository is called so after a rename as well. */
function placeOf(project: StoredProject, repository: FoundRepository): Place {
  const { full_name, installation_id, default_branch, html_url } = repository;
  const name = project.name === project.full_name ? full_name : project.name;
  return { name, full_name, installation_id, default_branch, github_url: html_url };
}
