import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { QuestionError } from "../../graph/queries/answer.ts";
import type { GraphStore } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { gitLine } from "./files/git.ts";
import { folderGraphs } from "./folder.ts";

/** Where graphs are kept: beside the user's other data, never inside of what is analyzed. */
export function homeOf(env: Record<string, string | undefined> = process.env): string {
  if (env.TIDEGATE_HOME) return resolve(env.TIDEGATE_HOME);
  if (env.XDG_DATA_HOME) return join(resolve(env.XDG_DATA_HOME), "tidegate");
  return join(env.HOME || homedir(), ".local", "share", "tidegate");
}

export function storeOf(home = homeOf()): GraphStore {
  return folderGraphs(home);
}

/** The same state of the same folder has the same id: analyzing it again replaces its graph. */
export function graphId(root: string, state: string): string {
  return `g_${createHash("sha256").update(`${root}\0${state}`).digest("hex").slice(0, 12)}`;
}

/**
 * The graph that a person means: by id, the beginning of an id, a folder, the name of a repository, a commit; without
 * any, the newest of the repository that `folder` is in.
 *
 * @throws {QuestionError}
 */
export async function findGraph(
  store: GraphStore,
  asked: string | undefined,
  folder: string,
): Promise<GraphInfo> {
  const graphs = (await store.list()).filter(({ status }) => status === "ready");
  if (asked === undefined) return newestAround(graphs, folder);
  const exact = graphs.find(({ id }) => id === asked);
  if (exact !== undefined) return exact;
  const begins = /^g_[0-9a-f]+$/.test(asked) ? graphs.filter(({ id }) => id.startsWith(asked)) : [];
  if (begins.length === 1) return begins[0] as GraphInfo;
  if (begins.length > 1)
    throw new QuestionError(
      "AMBIGUOUS",
      `Cannot tell which graph "${asked}" is`,
      begins.map(({ id }) => id),
    );
  const path = real(resolve(folder, asked));
  const found =
    graphs.find(({ repository }) => repository.path === path) ??
    graphs.find(({ repository }) => repository.name === asked) ??
    graphs.find(({ sha }) => asked.length >= 7 && sha?.startsWith(asked)) ??
    (await ofRevision(graphs, asked, folder));
  if (found !== undefined) return found;
  throw new QuestionError(
    "NOT_FOUND",
    `Cannot find a graph "${asked}": see tidegate list, or make one with tidegate analyze`,
  );
}

/** The graph of `HEAD~1`, a branch or a tag, as git reads it in this folder; one without changes beside it first. */
async function ofRevision(
  graphs: readonly GraphInfo[],
  asked: string,
  folder: string,
): Promise<GraphInfo | undefined> {
  const commit = await gitLine(folder, "rev-parse", "--verify", "--end-of-options", `${asked}^{commit}`);
  const fit = graphs.filter(({ sha }) => commit !== undefined && sha === commit);
  return fit.find((info) => info["x-dirty"] !== true) ?? fit[0];
}

/** The innermost analyzed folder around this one; its newest graph. */
function newestAround(graphs: readonly GraphInfo[], folder: string): GraphInfo {
  const here = real(folder);
  const around = graphs.filter(
    ({ repository }) =>
      repository.path === here || here.startsWith(`${repository.path.replace(/[\\/]$/, "")}/`),
  );
  const longest = Math.max(...around.map(({ repository }) => repository.path.length));
  const found = around.find(({ repository }) => repository.path.length === longest);
  if (found !== undefined) return found;
  throw new QuestionError(
    "NOT_FOUND",
    `There is no graph of "${here}": make one with tidegate analyze, or name one with --graph (see tidegate list)`,
  );
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
