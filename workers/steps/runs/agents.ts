/** The agents of a project: which there are, what each still lacks, and the one that a run works with. */
import { type AgentOffer, CODEGEN_KEY, PRESETS, type Preset } from "../../../models/agent.ts";
import { type Agent, commandAgent, hostedAgent } from "../../providers/agent/index.ts";
import { hostHealth, type Sandbox } from "../../providers/sandbox/index.ts";
import type { StoredProject } from "../../store/projects.ts";
import { listSecrets, openSecrets } from "../../store/secrets.ts";
import type { Vars } from "../../vars.ts";

type Needs = { env: Env; vars: Vars; project: StoredProject; sandbox: Sandbox };

const CUSTOM = "The project's own command";
const presets: Record<string, Preset> = PRESETS;

/** The agent of this name as it can be used now; else what is missing, in words. */
export async function agentOf(
  { env, vars, project, sandbox }: Needs,
  name: string,
): Promise<{ agent: Agent } | { missing: string }> {
  if (name === "codegen") {
    const organization = project.codegen_organization;
    const token = (await openSecrets(env.DB, vars.SECRETS_KEY, project.id, "agent"))[CODEGEN_KEY];
    if (organization === null)
      return { missing: "Codegen's organization id is not set in the project's settings" };
    if (token === undefined) return { missing: `The secret ${CODEGEN_KEY} is not set` };
    const repository = project.codegen_repository;
    return { agent: hostedAgent({ url: vars.CODEGEN_API_URL, token, organization, repository }) };
  }
  if (name === "custom") {
    const command = project.agent_command.trim();
    if (command === "")
      return { missing: "The command of the custom agent is not set in the project's settings" };
    return {
      agent: commandAgent(sandbox, { name: "custom agent", format: "text", plan: command, write: command }),
    };
  }
  const preset = presets[name];
  if (preset === undefined)
    return { missing: name === "" ? "No agent is chosen" : `There is no agent "${name}"` };
  return { agent: commandAgent(sandbox, preset) };
}

/** All agents, with what each lacks in this project. */
export async function offersOf(env: Env, project: StoredProject): Promise<AgentOffer[]> {
  const [health, secrets] = await Promise.all([
    // A host that does not answer is said by the gate; here it only cannot tell.
    hostHealth(env).catch(() => null),
    listSecrets(env.DB, project.id),
  ]);
  const set = new Set(secrets.filter(({ use }) => use === "agent").map(({ name }) => name));
  const known = health?.agents;
  const chosen = (id: string) => project.agent === id;
  const offers = Object.entries(presets).map(([id, { name, format, keys, program }]): AgentOffer => {
    // Where each sandbox has a host of its own nobody can say before it is there.
    const found = known === undefined || known.includes(id);
    const has_key = keys.length === 0 || keys.some((key) => set.has(key));
    const missing = !found
      ? `\`${program}\` is not installed on the sandbox host`
      : has_key
        ? null
        : `None of its keys is set as a secret for agents: ${keys.join(", ")}`;
    return {
      id,
      name,
      vendor: "command",
      format,
      found,
      keys: [...keys],
      has_key,
      missing,
      chosen: chosen(id),
    };
  });
  return [...offers, customOffer(project, chosen("custom")), codegenOffer(project, set, chosen("codegen"))];
}

function customOffer({ agent_command }: StoredProject, chosen: boolean): AgentOffer {
  const found = agent_command.trim() !== "";
  const missing = found ? null : "Its command is not set in the project's settings";
  const about = { id: "custom", name: CUSTOM, vendor: "command", format: "text" } as const;
  return { ...about, found, keys: [], has_key: true, missing, chosen };
}

function codegenOffer(project: StoredProject, set: ReadonlySet<string>, chosen: boolean): AgentOffer {
  const found = project.codegen_organization !== null;
  const has_key = set.has(CODEGEN_KEY);
  const missing = !found
    ? "Its organization id is not set in the project's settings"
    : has_key
      ? null
      : `The secret ${CODEGEN_KEY} is not set`;
  const about = { id: "codegen", name: "Codegen", vendor: "codegen", format: "text" } as const;
  return { ...about, found, keys: [CODEGEN_KEY], has_key, missing, chosen };
}
