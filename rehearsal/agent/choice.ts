/** Who writes changes on this machine, as the command line and the environment of the shell say. */
import type { Api } from "../../clients/api.ts";
import { PRESETS, type Preset } from "../../models/agent.ts";
import type { NewProject } from "../../models/project.ts";
import type { Flags } from "../flags.ts";
import { withFile } from "./along.ts";

export type Choice = {
  settings: Pick<NewProject, "agent" | "agent_command">;
  /** Keys that the environment holds, by their names. */
  secrets: Record<string, string>;
  /** For the screen; no value of a key is in it. */
  says: string;
};

const presets: Record<string, Preset> = PRESETS;

/** Where a person typed the command, whose paths are relative to it: started by npm, this process is in the package's. */
export function folderOf(environment: NodeJS.ProcessEnv): string {
  return environment.INIT_CWD ?? process.cwd();
}

/**
 * The agent that the flags name; null when they name none.
 *
 * @param repo its path, absolute; null: the sample's
 * @throws when the command names a file that cannot be taken along, or that is nowhere
 */
export function choiceOf(
  { agent, agentCommand, repo }: Pick<Flags, "agent" | "agentCommand" | "repo">,
  environment: NodeJS.ProcessEnv,
): Choice | null {
  if (agent === null) return null;
  const preset = presets[agent];
  if (preset === undefined) {
    const command = withFile(agentCommand ?? "", folderOf(environment), repo);
    const says = command === agentCommand ? "your own command" : "your own script, as it is now";
    return { settings: { agent, agent_command: command }, secrets: {}, says };
  }
  const held = preset.keys.filter((key) => (environment[key] ?? "") !== "");
  const says =
    held.length > 0
      ? `${preset.name}, with ${held.join(" and ")} from your environment as a secret of the project`
      : `${preset.name}, without a key: your environment has none of ${preset.keys.join(", ")}`;
  const secrets = Object.fromEntries(held.map((key) => [key, environment[key] ?? ""]));
  return { settings: { agent }, secrets, says };
}

/** Gives a project the keys of its agent, and says what the agent still lacks. */
export async function equip(api: Api, projectId: string, { secrets, says }: Choice): Promise<string> {
  for (const [name, value] of Object.entries(secrets)) await api.saveSecret(projectId, name, value, "agent");
  const offer = (await api.agents(projectId)).find(({ chosen }) => chosen);
  return offer?.missing ? `${says}; it cannot work yet: ${offer.missing}` : says;
}
