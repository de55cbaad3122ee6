/** Gathers what a prompt is made of: settings, the base branch's own files for agents, the code graph. */

import { context as rankContext } from "../../../graph/queries/context.ts";
import { estimateTokens } from "../../../graph/queries/token-estimate.ts";
import type { Plan as Gate } from "../../../models/config.ts";
import { ContextRequest } from "../../../models/context.ts";
import type { Run } from "../../../models/run.ts";
import type { TurnPurpose } from "../../../models/turn.ts";
import { fromBase64 } from "../../base64.ts";
import { listTree, readBlob, type TreeEntry, treeOf } from "../../providers/github/index.ts";
import { d1Graphs } from "../../store/graphs.ts";
import { fenced } from "../fence.ts";
import { graphIdOf, repositoryAt } from "../graph-order.ts";
import { readPlan } from "../plan.ts";
import { sourceText } from "../source-text.ts";
import type { Work } from "../visit.ts";
import type { AgentFile, PromptParts } from "./prompt.ts";

/** Files by which repositories speak to agents, whichever agent they were written for. */
const AGENT_FILES =
  /^(?:AGENTS?\.md|CLAUDE\.md|GEMINI\.md|QWEN\.md|CONVENTIONS\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints|\.github\/copilot-instructions\.md|\.cursor\/rules\/[^/]+\.mdc?)$/i;
const MOST_AGENT_FILES = 12;
/** Longest of one such file, and of all together, in characters. */
const MOST_OF_ONE = 20_000;
const MOST_OF_ALL = 60_000;
/** Longest context of code in a prompt, in tokens. */
const CONTEXT_TOKENS = 6_000;

/** Where a turn begins. */
export type Start = {
  /** The commit that is laid. */
  sha: string;
  /** The branch whose rules count. */
  base: string;
  base_sha: string;
};

export type Wanted = {
  run: Run;
  purpose: TurnPurpose;
  start: Start;
  report: string | null;
  images: readonly string[];
  here: boolean;
};

/** Everything that a prompt is made of, read where a change cannot reach it. */
export async function partsOf(work: Work, wanted: Wanted): Promise<PromptParts> {
  const { run, purpose, start, report, images, here } = wanted;
  const { project } = work;
  const [found, agent_files, context] = await Promise.all([
    readPlan(work, start.base_sha),
    agentFiles(work, start.base_sha),
    purpose === "repair" ? null : contextOf(work, run, start.sha),
  ]);
  const newest = run.plans.find(({ version }) => version === run.plan_version) ?? run.plans.at(-1);
  return {
    ...{ purpose, run, report, images, here, context, agent_files },
    full_name: project.full_name,
    base: start.base,
    plan: newest?.text ?? null,
    statement: project.planning_statement,
    rules: project.repository_rules,
    instructions: "reason" in found ? "" : found.instructions,
    gate: "reason" in found ? [] : gateLines(found.plan),
  };
}

/** In the order in which they stand in the tree; a link is not followed. */
async function agentFiles({ vars, repo }: Work, sha: string): Promise<AgentFile[]> {
  const tree = await listTree(vars, repo, await treeOf(vars, repo, sha));
  const named = tree.filter(isAgentFile).slice(0, MOST_AGENT_FILES);
  const files = await Promise.all(
    named.map(async ({ path, sha: blob }) => ({ path, text: textOf(await readBlob(vars, repo, blob)) })),
  );
  let left = MOST_OF_ALL;
  return files.flatMap(({ path, text }) => {
    const shown = cut(text, Math.min(left, MOST_OF_ONE));
    left -= shown.length;
    return shown.trim() === "" ? [] : [{ path, text: shown }];
  });
}

function isAgentFile({ path, type, mode }: TreeEntry): boolean {
  return type === "blob" && mode !== "120000" && AGENT_FILES.test(path);
}

function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, Math.max(0, most - 40)).toWellFormed()}\n(the rest is left out)`;
}

function textOf(base64: string): string {
  return new TextDecoder().decode(fromBase64(base64));
}

function gateLines({ setup, test, serve, ui, path }: Gate): string[] {
  return [
    ...(path === undefined ? [] : [`all of it in the folder \`${path}\``]),
    ...(setup === "none" ? [] : setup.map((command) => `set-up: \`${command}\``)),
    ...test.run.map((command) => `tests: \`${command}\``),
    ...(serve === "none" ? [] : [`the app answers: \`${serve.run}\` on port ${serve.port}`]),
    ...(ui === "none" ? [] : ui.map(({ name }) => `in a real browser: ${name}`)),
  ];
}

/** What the code graph finds worth reading for the goal; null while there is no graph of this commit. */
async function contextOf(work: Work, run: Run, sha: string): Promise<string | null> {
  const { env, project } = work;
  const wish = repositoryAt(project, sha);
  const reader = await d1Graphs(env.DB, { tenant: wish.tenant }).open(await graphIdOf(wish));
  if (reader === undefined) return null;
  const there = new Set((await reader.files()).map((file) => file.path));
  const asked = ContextRequest.parse({
    task: run.target_text,
    files: run.files.filter((path) => there.has(path)),
    max_tokens: CONTEXT_TOKENS,
  });
  const { text, context_nodes } = await rankContext(reader, asked, {
    source: sourceText(env, wish.tenant, reader.info),
  });
  return context_nodes.length === 0 ? null : fenced("Chosen by the code graph for this goal", text);
}

/** Roughly how many tokens a model counts. */
export const tokensOf = (text: string): number => estimateTokens(text);
