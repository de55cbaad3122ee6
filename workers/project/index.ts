/** The one way to reach a project's object. */
import { NO_PROJECT } from "../../models/audit.ts";
import type { Note } from "./audit-cause.ts";
import type { ProjectObject } from "./object.ts";

export type { Cause } from "./audit-cause.ts";
export type { Reply } from "./decision.ts";

export function projectOf(env: Env, projectId: string): DurableObjectStub<ProjectObject> {
  const namespace = env.PROJECT as DurableObjectNamespace<ProjectObject>;
  return namespace.get(namespace.idFromName(projectId));
}

/** Writes into a project's audit what is no fact of its; null: of what belongs to no project. */
export function noteTo(env: Env, projectId: string | null, note: Note): Promise<void> {
  const chain = projectId ?? NO_PROJECT;
  return projectOf(env, chain).note(chain, note);
}
