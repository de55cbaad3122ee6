/**
 * What a validation's commands get and reach. The code of a fork is a stranger's: it gets no secret, it reaches the
 * registries and what the base allows it, and it runs only where that is kept.
 */
import type { Plan } from "../../models/config.ts";
import { REGISTRIES } from "../../models/registries.ts";
import type { Network, SandboxInfo } from "../../models/sandbox.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { openSecrets } from "../store/secrets.ts";
import type { Context } from "./visit.ts";

type OfFork = Pick<Validation, "from_fork">;

/** The project's secrets for its commands and its app. */
export async function secretsFor({
  env,
  vars,
  project,
  validation,
}: Context): Promise<Record<string, string>> {
  if (validation.from_fork) return {};
  return openSecrets(env.DB, vars.SECRETS_KEY, project.id, "validation");
}

/** What commands that want this network get of it. */
export function networkFor(
  { from_fork }: OfFork,
  plan: Pick<Plan, "forks">,
  wanted: "open" | "none",
): Network {
  if (wanted === "none" || !from_fork) return wanted;
  return { allow: [...REGISTRIES, ...(plan.forks?.egress ?? [])] };
}

/** Why nothing of a fork may run in this sandbox; null when it may. */
export function unconfined({ from_fork }: OfFork, { egress, isolation }: SandboxInfo): Reason | null {
  if (!from_fork || egress === "confined") return null;
  const message = `The sandbox host does not keep the network in (isolation ${isolation}), and the code of a fork does not run unconfined`;
  return { code: "no_isolation", message: `${message}: install bubblewrap there` };
}
