/** Puts a project on the rehearsal GitHub and under Tidegate's care. */
import type { Api } from "../clients/api.ts";
import type { NewProject, Project } from "../models/project.ts";
import { agentCommand } from "./agent/index.ts";
import type { Machine } from "./machine.ts";

export const OWNER = "rehearsal-team";

/** The rehearsal agent, which knows the sample project and no other. */
export const REHEARSAL_AGENT = { agent: "custom", agent_command: agentCommand() } as const;

/** The sample project, with branch protection that waits for Tidegate's check, and somebody who writes changes. */
export async function pinSample(
  machine: Machine,
  api: Api,
  folder: string,
  agent: Partial<NewProject> = REHEARSAL_AGENT,
): Promise<Project> {
  const { github } = machine;
  const name = `${OWNER}/shopping-list`;
  github.createUser(OWNER);
  await github.createRepositoryFrom(name, folder);
  github.install(name);
  github.protect(name, "main", { checks: { strict: false, checks: [{ context: "tidegate", appId: null }] } });
  return api.pin({ full_name: name, name: "Shopping list", auto_merge_enabled: true, ...agent });
}

/** Any git repository of this disk: it is cloned, never touched. */
export async function pinRepository(
  machine: Machine,
  api: Api,
  path: string,
  name: string,
  settings: Partial<NewProject>,
): Promise<Project> {
  const { github } = machine;
  const full = `${OWNER}/${name}`;
  github.createUser(OWNER);
  await github.importRepository(OWNER, name, path);
  github.install(full);
  return api.pin({ full_name: full, auto_merge_enabled: true, ...settings });
}
