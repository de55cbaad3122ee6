/** Every question to a graph, asked the same way by the command and by agents. */
import { head, needNamed, pageOf, QuestionError } from "../../graph/queries/answer.ts";
import { callees, callers } from "../../graph/queries/calls.ts";
import { context } from "../../graph/queries/context.ts";
import { cycles } from "../../graph/queries/cycles.ts";
import { dependencies } from "../../graph/queries/dependencies.ts";
import { diff } from "../../graph/queries/diff.ts";
import { hotSpots } from "../../graph/queries/hot-spots.ts";
import { impact } from "../../graph/queries/impact.ts";
import { cleanPath, nodeOf } from "../../graph/queries/names.ts";
import { paths } from "../../graph/queries/paths.ts";
import { search } from "../../graph/queries/search.ts";
import { unreferenced } from "../../graph/queries/unreferenced.ts";
import type { GraphReader } from "../../graph/store.ts";
import { type ContextAnswer, ContextRequest } from "../../models/context.ts";
import type { Finding, GraphNode } from "../../models/graph.ts";
import type { ImpactAnswer, ImpactQuestion } from "../../models/impact.ts";
import type { HotSpotsAnswer, HotSpotsQuestion } from "../../models/questions.ts";
import type { FindingsAnswer, NodeAnswer } from "../text/rank.ts";
import { type Asker, recencyOf } from "./asker.ts";

export { callees, callers, cycles, dependencies, diff, paths, QuestionError, search, unreferenced };

export interface Paged {
  limit: number;
  offset: number;
}

/** Hot spots, by changes where the repository has a history. */
export async function askHotSpots(
  asker: Asker,
  reader: GraphReader,
  question: Omit<HotSpotsQuestion, "history">,
): Promise<HotSpotsAnswer> {
  const history = (await asker.around(reader.info).history?.()) ?? [];
  return hotSpots(reader, { ...question, ...(history.length > 0 && { history }) });
}

/**
 * Which of the words that a person typed are files, which definitions.
 *
 * @throws {QuestionError} when a word may be several definitions
 */
export async function filesAndSymbols(
  reader: GraphReader,
  words: readonly string[],
): Promise<{ files: string[]; symbols: string[] }> {
  const files: string[] = [];
  const symbols: string[] = [];
  for (const word of words) {
    const node = (await reader.nodesOf([cleanPath(word)]))[0] ?? (await nodeIfAny(reader, word));
    if (node === undefined || node.path === cleanPath(word)) files.push(word);
    else if (node.type === "file") files.push(node.path);
    else symbols.push(node.id);
  }
  return { files, symbols };
}

async function nodeIfAny(reader: GraphReader, word: string): Promise<GraphNode | undefined> {
  try {
    return await nodeOf(reader, word);
  } catch (error) {
    // A file that is not in the graph is for the question to speak of.
    if (error instanceof QuestionError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** What a change may break, with history and owners where they are known. */
export async function askImpact(
  asker: Asker,
  reader: GraphReader,
  question: ImpactQuestion,
): Promise<ImpactAnswer> {
  const around = asker.around(reader.info);
  const [history, codeowners] = await Promise.all([around.history?.(), around.codeowners?.()]);
  return impact(reader, {
    ...question,
    ...(history !== undefined && history.length > 0 && { history }),
    ...(codeowners !== undefined && { codeowners }),
  });
}

/** What is worth reading, with bodies where the sources are at hand. */
export async function askContext(
  asker: Asker,
  reader: GraphReader,
  question: Partial<ContextRequest>,
): Promise<ContextAnswer> {
  const asked = ContextRequest.safeParse(question);
  if (!asked.success)
    throw new QuestionError("INVALID", asked.error.issues.map(({ message }) => message).join("; "));
  const around = asker.around(reader.info);
  const history = (await around.history?.()) ?? [];
  const answer = await context(reader, asked.data, {
    ...(around.source !== undefined && { source: around.source }),
    ...(around.encoding !== undefined && { encoding: around.encoding }),
    ...(history.length > 0 && { recency: recencyOf(history) }),
  });
  needNamed(asked.data, answer);
  return { ...answer, warnings: [...answer.warnings, ...(reader.info.warnings ?? [])] };
}

export interface FindingsQuestion extends Paged {
  /** The least severe that is wanted. */
  severity: Finding["severity"];
  rules?: readonly string[] | undefined;
  paths?: readonly string[] | undefined;
}

const WEIGHT = { note: 0, warning: 1, error: 2 };

export async function askFindings(reader: GraphReader, question: FindingsQuestion): Promise<FindingsAnswer> {
  const { severity, rules, paths: only } = question;
  const wanted = (await reader.findings()).filter(
    (one) =>
      WEIGHT[one.severity] >= WEIGHT[severity] &&
      (rules === undefined || rules.length === 0 || rules.includes(one.rule)) &&
      (only === undefined || only.length === 0 || only.some((path) => isIn(one.path, path))),
  );
  const findings = pageOf(wanted, question);
  return {
    ...head(reader),
    truncated: findings.length < wanted.length,
    totals: { findings: wanted.length },
    findings,
  };
}

function isIn(path: string, folder: string): boolean {
  const name = folder.replace(/^\.\//, "").replace(/\/$/, "");
  return name === "" || name === "." || path === name || path.startsWith(`${name}/`);
}

/** One node, what is defined in it, and how many edges it has. */
export async function askNode(reader: GraphReader, text: string, page: Paged): Promise<NodeAnswer> {
  const node = await nodeOf(reader, text);
  const [start, end] = node.lines ?? [0, 0];
  const inside = (node.type === "external" ? [] : await reader.nodesOf([node.path])).filter(
    ({ id, lines }) => id !== node.id && lines !== undefined && lines[0] >= start && lines[1] <= end,
  );
  const [out, into] = await Promise.all([reader.edges([node.id], "out"), reader.edges([node.id], "in")]);
  const members = pageOf(inside, page);
  return {
    ...head(reader),
    truncated: members.length < inside.length,
    totals: { members: inside.length },
    node,
    members,
    edges_out: out.length,
    edges_in: into.length,
  };
}
