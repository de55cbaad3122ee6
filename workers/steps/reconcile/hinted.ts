/** Hints that say where repositories are, and who is let in: what they are about is held against GitHub at once. */
import type { DeliveryEnd, DeliveryRow } from "../../store/deliveries.ts";
import { projectsOfInstallation, projectsOfRepo } from "../../store/projects.ts";
import { orderProjects } from "./orders.ts";

const INSTALLATIONS: ReadonlySet<string> = new Set(["installation", "installation_repositories"]);

export function isAboutPlaces({ event }: DeliveryRow): boolean {
  return event === "repository" || INSTALLATIONS.has(event);
}

/** Whoever signs it: what it says is not believed, and where the repository is now is read live. */
export async function observePlaces(env: Env, delivery: DeliveryRow): Promise<DeliveryEnd> {
  const ids = await concerned(env, delivery);
  if (ids.length === 0) return { state: "ignored", reason: "no_project" };
  await orderProjects(env, "hint", ids);
  return { state: "done", reason: null };
}

async function concerned(env: Env, { event, repo_id, installation_id }: DeliveryRow): Promise<string[]> {
  if (INSTALLATIONS.has(event))
    return installation_id === null ? [] : projectsOfInstallation(env.DB, installation_id);
  return repo_id === null ? [] : (await projectsOfRepo(env.DB, repo_id)).map(({ id }) => id);
}
