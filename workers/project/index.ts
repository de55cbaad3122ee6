/** The one way to reach a project's object. */
import type { ProjectObject } from "./object.ts";

export type { Reply } from "./object.ts";

export function projectOf(env: Env, projectId: string): DurableObjectStub<ProjectObject> {
  const namespace = env.PROJECT as DurableObjectNamespace<ProjectObject>;
  return namespace.get(namespace.idFromName(projectId));
}
