/** Source of the files of a graph, as they were at its commit. */

import { MAX_FILE_BYTES } from "../../graph/parse.ts";
import type { ReadSource } from "../../graph/queries/context-source.ts";
import { read } from "../../graph/read.ts";
import type { GraphInfo } from "../../models/graph.ts";
import type { GraphSource } from "../../models/graph-order.ts";
import { blobIn } from "../store/graph-known.ts";
import { projectNamed } from "../store/projects.ts";
import { sourceKey } from "../store/uploads.ts";
import type { Source, Wanted } from "./files.ts";
import { sourceOf } from "./sources.ts";

/** Reads files by path; what was read once is kept by its blob hash. */
export function sourceText(env: Env, tenant: string, info: GraphInfo): ReadSource {
  let origin: Promise<Source | null> | undefined;
  return async (path) => {
    const blob = await blobIn(env.DB, tenant, info.id, path);
    if (blob === null) return undefined;
    const key = sourceKey(tenant, blob);
    const kept = await env.ARTIFACTS.get(key);
    if (kept !== null) return textOf(new Uint8Array(await kept.arrayBuffer()), path);
    origin ??= originOf(env, tenant, info);
    const source = await origin;
    if (source === null) return undefined;
    const bytes = await source.one({ path, blob, size: 0, key: "" } satisfies Wanted);
    if (bytes.length <= MAX_FILE_BYTES) await env.ARTIFACTS.put(key, bytes);
    return textOf(bytes, path);
  };
}

function textOf(bytes: Uint8Array, path: string): string | undefined {
  const found = read(bytes, path);
  return "text" in found ? found.text : undefined;
}

/** Null when the repository is no longer under our care: then nobody lets us in. */
async function originOf(env: Env, tenant: string, info: GraphInfo): Promise<Source | null> {
  const found = await originIn(env, info);
  if (found === null) return null;
  const { id, repository, sha } = info;
  const source = sourceOf(env, { tenant, id, repository, source: found, ...(sha !== undefined && { sha }) });
  // Where the files are in the pack is known when its list was read.
  if (found.kind === "upload") await source.list();
  return source;
}

async function originIn(env: Env, info: GraphInfo): Promise<GraphSource | null> {
  const digest = info["x-archive"];
  if (typeof digest === "string") return { kind: "upload", digest };
  const project = await projectNamed(env.DB, info.repository.path);
  if (project === null) return null;
  const { full_name, installation_id } = project;
  return { kind: "github", full_name, installation_id };
}
