/** Orders graphs: the same files read by the same analyzers are the same graph, whoever asks and however often. */
import { analyzers } from "../../graph/analyzers/index.ts";
import type { GraphInfo } from "../../models/graph.ts";
import type { GraphMessage, GraphOrder, GraphSource } from "../../models/graph-order.ts";
import { sha256 } from "../digest.ts";
import { findGraphInfo, insertGraphJob } from "../store/graph-jobs.ts";
import { updateInfo } from "../store/graphs.ts";

/** Tenant of the graphs of pinned repositories: all who are signed in see all projects. */
export const EVERYBODY = "";

/** Raise it when resolving or measuring gives other graphs from the same facts. */
const RESOLVER = 1;

export type Wish = Omit<GraphOrder, "id">;

/** The id of a graph, before it is there. */
export async function graphIdOf({ tenant, repository, sha, source }: Wish): Promise<string> {
  const versions = Object.values(analyzers).map(({ language, version }) => `${language}@${version}`);
  const content = source.kind === "upload" ? source.digest : (sha ?? "");
  const named = JSON.stringify([tenant, repository.path, content, RESOLVER, versions.sort()]);
  return `g_${(await sha256(named)).slice(0, 12)}`;
}

/** The wish for a pinned repository at a commit. */
export function repositoryAt(
  project: { full_name: string; installation_id: number | null },
  sha: string,
): Wish & { source: Extract<GraphSource, { kind: "github" }> } {
  const { full_name, installation_id } = project;
  const name = full_name.slice(full_name.indexOf("/") + 1);
  return {
    tenant: EVERYBODY,
    repository: { path: full_name, name },
    sha,
    source: { kind: "github", full_name, installation_id },
  };
}

/**
 * Sees to it that a graph is made, if it is not there and nobody makes it yet.
 *
 * @returns what is known of it now: `ready`, or how far it is
 */
export async function orderGraph(env: Env, wish: Wish): Promise<GraphInfo> {
  const order: GraphOrder = { ...wish, id: await graphIdOf(wish) };
  const { tenant, id } = order;
  const known = await findGraphInfo(env.DB, order);
  if (known?.status === "ready") return known;
  const now = Date.now();
  const info = queuedInfo(order, now);
  // Who comes second finds the job and waits for it.
  if (!(await insertGraphJob(env.DB, order, now))) return known ?? info;
  await updateInfo(env.DB, info, tenant);
  await env.GRAPHS.send({ kind: "graph", tenant, id } satisfies GraphMessage);
  return info;
}

/** What is known of a graph before anything is done for it. */
export function queuedInfo({ id, repository, sha, source }: GraphOrder, now: number): GraphInfo {
  return {
    id,
    repository,
    ...(sha !== undefined && { sha }),
    status: "queued",
    created_at: new Date(now).toISOString(),
    ...(source.kind === "upload" && { "x-archive": source.digest }),
  };
}
