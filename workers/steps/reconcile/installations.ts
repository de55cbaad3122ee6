/** Something may run for a project whose installation is gone: that is not waited for until its turn comes. */
import { liveInstallations } from "../../providers/github/index.ts";
import { projectsAtWork } from "../../store/projects.ts";
import { varsOf } from "../../vars.ts";
import { orderProjects } from "./orders.ts";

/** Projects at work whose installation is gone or suspended are held against GitHub at once. */
export async function lookAtInstallations(env: Env): Promise<void> {
  const working = await projectsAtWork(env.DB);
  if (working.length === 0) return;
  const live = await liveInstallations(varsOf(env));
  const away = working.filter(
    ({ installation_id }) => installation_id !== null && !live.has(installation_id),
  );
  await orderProjects(
    env,
    "clock",
    away.map(({ id }) => id),
  );
}
