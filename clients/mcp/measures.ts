import { z } from "zod";
import type { ImpactAnswer } from "../../models/impact.ts";
import { diffText, findingsText, hotSpotsText, impactText } from "../text/rank.ts";
import { cyclesText, unreferencedText } from "../text/structure.ts";
import * as ask from "./ask.ts";
import { bounded, DEFAULT_LIMIT } from "./bounded.ts";
import { confidence, graph, page, said, type Tool, tool } from "./tool.ts";

/** Lists of an impact answer that can be read to their ends. */
const IMPACT_LISTS = [
  "affected_files",
  "affected_symbols",
  "tests",
  "entry_points",
  "changed_symbols",
  "likely",
] as const;

/** Paths of tests are short and worth more than the rest: an agent runs them. */
const MOST_BESIDE = 60;

/** Of later pages the other lists were on the first. */
function onlyList(answer: ImpactAnswer, list: (typeof IMPACT_LISTS)[number]): ImpactAnswer {
  const none = { changed_files: [], unknown_files: [], affected_tests: [], owners: [] };
  const others = Object.fromEntries(IMPACT_LISTS.filter((name) => name !== list).map((name) => [name, []]));
  return { ...answer, ...none, ...others };
}

/** What follows from it: for a change, for a task, for the repository as a whole. */
export const MEASURES: readonly Tool[] = [
  tool(
    "impact",
    "Impact of a change",
    "What a change may break: reach, files likely to change too, tests to run, owners, and a risk from 0 to 100. Give files, symbols or a unified diff. The first page holds the beginning of every list; not_shown counts what a list lacks, and `list` reads it on.",
    {
      files: z.array(z.string()).default([]),
      symbols: z.array(z.string()).default([]).describe("Ids or names of definitions."),
      diff: z.string().optional().describe("A unified diff, as git diff writes it."),
      depth: z.int().min(1).max(100).optional().describe("Steps listed. Default: all."),
      list: z.enum(IMPACT_LISTS).default("affected_files").describe("The list that limit and offset page."),
      confidence,
      graph,
      ...page,
    },
    async (asker, { graph, diff, depth, list, limit, offset, ...question }) => {
      const answer = await ask.askImpact(asker, await asker.open(graph), {
        ...question,
        ...(diff !== undefined && { diff }),
        ...(depth !== undefined && { depth }),
        // Of the first page the other lists are shown too, whatever its size.
        limit: offset === 0 ? Math.max(limit, MOST_BESIDE) : limit,
        offset,
      });
      const totals: Record<string, number> = { ...answer.totals, tests: answer.totals.affected_tests ?? 0 };
      const shown = {
        ...(offset === 0 ? answer : onlyList(answer, list)),
        [list]: answer[list].slice(0, limit),
      };
      return said(shown as typeof answer, impactText, {
        list,
        offset,
        total: totals[list],
        ...(offset === 0 && { totals }),
      });
    },
  ),
  tool(
    "context",
    "Context for a task",
    "What is worth reading for a task or around some files, ranked, with code, within a budget of tokens.",
    {
      task: z.string().optional().describe("What is to be done, in words."),
      files: z.array(z.string()).optional(),
      entry_points: z.array(z.string()).optional().describe("Ids, paths or names."),
      depth: z.int().min(1).max(5).default(2),
      max_tokens: z.int().min(100).max(6_000).default(5_000),
      strategy: z.enum(["balanced", "bodies", "signatures", "metadata"]).default("balanced"),
      graph,
    },
    async (asker, { graph, ...question }) => {
      const given = Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined));
      const { text, context_nodes, left_out, ...answer } = await ask.askContext(
        asker,
        await asker.open(graph),
        given,
      );
      const nodes = context_nodes.map(({ id, relevance, form }) => ({ id, relevance, form }));
      const data = bounded(
        { ...answer, context_nodes: nodes, left_out: left_out.length },
        { list: "context_nodes", offset: 0, whole: DEFAULT_LIMIT },
      );
      delete data.next_offset;
      const said = [text, ...answer.warnings].join("\n");
      return { data: { ...data, text }, text: said };
    },
  ),
  tool(
    "cycles",
    "Cycles",
    "Import cycles between files, or call cycles between functions.",
    {
      of: z.enum(["IMPORTS", "CALLS"]).default("IMPORTS"),
      type_only: z.boolean().default(false),
      confidence,
      graph,
      ...page,
    },
    async (asker, { graph, ...question }) => {
      const answer = await ask.cycles(await asker.open(graph), question);
      return said(answer, cyclesText, {
        list: "cycles",
        offset: question.offset,
        total: answer.totals.cycles,
      });
    },
  ),
  tool(
    "hot_spots",
    "Hot spots",
    "Where complexity meets change (or, without a history, many dependents).",
    {
      of: z.enum(["function", "file"]).default("function"),
      tests: z.boolean().default(false),
      graph,
      ...page,
    },
    async (asker, { graph, ...question }) => {
      const answer = await ask.askHotSpots(asker, await asker.open(graph), question);
      return said(answer, hotSpotsText, {
        list: "hot_spots",
        offset: question.offset,
        total: answer.totals.hot_spots,
      });
    },
  ),
  tool(
    "unreferenced",
    "No known reference",
    "Definitions that nothing is known to use. They need not be dead: something may use them by name or from outside.",
    { include_exported: z.boolean().default(false), paths: z.array(z.string()).optional(), graph, ...page },
    async (asker, { graph, paths, ...question }) => {
      const answer = await ask.unreferenced(await asker.open(graph), {
        ...question,
        ...(paths !== undefined && { paths }),
      });
      return said(answer, unreferencedText, {
        list: "no_known_reference",
        offset: question.offset,
        total: answer.totals.no_known_reference,
      });
    },
  ),
  tool(
    "findings",
    "Findings",
    "What was noticed while reading: cycles, duplicates, hard-coded secrets and other security findings, with lines.",
    {
      severity: z.enum(["note", "warning", "error"]).default("note").describe("The least severe."),
      rules: z.array(z.string()).optional(),
      paths: z.array(z.string()).optional(),
      graph,
      ...page,
    },
    async (asker, { graph, ...question }) => {
      const answer = await ask.askFindings(await asker.open(graph), question);
      return said(answer, findingsText, {
        list: "findings",
        offset: question.offset,
        total: answer.totals.findings,
      });
    },
  ),
  tool(
    "compare",
    "Compare graphs",
    "What changed from one graph to another: files, definitions and edges added, removed, changed.",
    { before: z.string().describe("The older graph."), after: graph, ...page },
    async (asker, { before, after, ...question }) => {
      const answer = await ask.diff(await asker.open(before), await asker.open(after), question);
      return said(answer, diffText, {
        list: "changed_nodes",
        offset: question.offset,
        total: answer.totals.changed_nodes,
      });
    },
  ),
];
