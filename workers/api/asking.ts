/** Whom a caller may ask: the graphs of pinned repositories, and those of the archives that he sent. */
import type { Context } from "hono";
import type { Around, Asker } from "../../clients/mcp/asker.ts";
import { QuestionError } from "../../graph/queries/answer.ts";
import type { Encoding, EncodingModule } from "../../graph/queries/tokens.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { AppError } from "../errors.ts";
import { EVERYBODY } from "../steps/graph-order.ts";
import { sourceText } from "../steps/source-text.ts";
import { findGraphInfo } from "../store/graph-jobs.ts";
import { d1Graphs } from "../store/graphs.ts";
import type { App } from "./app.ts";

/** Seconds after which it is worth to look again. */
const SOON_S = 2;

/** Tenant of the graphs that only one person sees. */
export function ownTenant(c: Context<App>): string {
  return `owner:${c.var.owner}`;
}

function tenantsOf(c: Context<App>): string[] {
  return [EVERYBODY, ownTenant(c)];
}

/** What is known of a graph, ready or not, and whose it is; null when the caller may see none of this id. */
export async function findGraph(
  c: Context<App>,
  id: string,
): Promise<{ tenant: string; info: GraphInfo } | null> {
  const found = await Promise.all(
    tenantsOf(c).map(async (tenant) => ({ tenant, info: await findGraphInfo(c.env.DB, { tenant, id }) })),
  );
  for (const { tenant, info } of found) if (info !== null) return { tenant, info };
  return null;
}

/** As `findGraph`; 404 when there is none. */
export async function needGraph(c: Context<App>, id: string): Promise<{ tenant: string; info: GraphInfo }> {
  const found = await findGraph(c, id);
  if (found === null)
    throw new AppError(
      "not_found",
      `Cannot find graph "${id}": see /api/v1/graphs, or analyze the repository`,
    );
  return found;
}

/** A graph to be asked; refused with its progress while it is not ready. */
export async function openGraph(
  c: Context<App>,
  id: string,
): Promise<{ tenant: string; reader: GraphReader }> {
  const { tenant, info } = await needGraph(c, id);
  const reader = await d1Graphs(c.env.DB, { tenant }).open(id);
  if (reader !== undefined) return { tenant, reader };
  if (info.status === "failed")
    throw new AppError(
      "analysis_failed",
      `Cannot ask graph "${id}", its analysis failed: ${info.error ?? ""}`,
    );
  const { done, total } = info.progress ?? { done: 0, total: 0 };
  throw new AppError("not_ready", `Cannot ask graph "${id}" yet: it is ${info.status}`, undefined, {
    progress: { status: info.status, done, total },
    retry_after_s: SOON_S,
  });
}

/** The caller's graphs as the tools of agents and the questions of many parts ask them. */
export function askerOf(c: Context<App>): Asker {
  return {
    graphs: () => listGraphs(c, {}),
    async open(asked) {
      const { id } = pick(await listGraphs(c, {}), asked);
      return (await openGraph(c, id)).reader;
    },
    around: (info) => aroundOf(c, info),
  };
}

/** All graphs that the caller may see, newest first. */
export async function listGraphs(
  c: Context<App>,
  filter: { repository?: string; sha?: string; limit?: number },
): Promise<GraphInfo[]> {
  const lists = await Promise.all(tenantsOf(c).map((tenant) => d1Graphs(c.env.DB, { tenant }).list(filter)));
  const all = lists
    .flat()
    .sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
  return all.slice(0, filter.limit ?? all.length);
}

/** The graph that is meant: by id or its beginning, by name or path of the repository, by commit; else the newest. */
function pick(graphs: readonly GraphInfo[], asked: string | undefined): GraphInfo {
  const ready = graphs.filter(({ status }) => status === "ready");
  const [newest] = ready;
  if (newest === undefined && asked === undefined)
    throw new QuestionError("NOT_FOUND", "There is no graph yet: analyze a repository first");
  if (asked === undefined && newest !== undefined) return newest;
  const text = asked ?? "";
  const found =
    graphs.find(({ id }) => id === text) ??
    ready.find(({ repository }) => repository.path === text || repository.name === text) ??
    ready.find(({ id, sha }) => text.length >= 5 && (id.startsWith(text) || sha?.startsWith(text)));
  if (found !== undefined) return found;
  const ids = ready.slice(0, 3).map(({ id }) => id);
  throw new QuestionError("NOT_FOUND", `Cannot find a graph "${text}"`, ids);
}

/** What is known of a graph's repository beside the graph. */
export function aroundOf(c: Context<App>, info: GraphInfo): Around {
  const tenant = info["x-archive"] === undefined ? EVERYBODY : ownTenant(c);
  return {
    source: sourceText(c.env, tenant, info),
    async codeowners() {
      const key = info["x-codeowners"];
      if (typeof key !== "string") return undefined;
      const bytes = (await d1Graphs(c.env.DB, { tenant }).facts([key])).get(key);
      return bytes && new TextDecoder().decode(bytes);
    },
    encoding: encodingOf,
  };
}

/**
 * Megabytes of tables, made when first asked for. Those of cl100k_base, which older models use, would make the Worker
 * larger than it may be: for them tokens are estimated, and the answer says so.
 */
async function encodingOf(name: Encoding): Promise<EncodingModule | undefined> {
  return name === "o200k_base" ? await import("gpt-tokenizer/encoding/o200k_base") : undefined;
}
