import { z } from "zod";
import { NODE_TYPES } from "../../models/graph.ts";
import type { DependenciesAnswer } from "../../models/questions.ts";
import { listText } from "../text/info.ts";
import { plain } from "../text/paint.ts";
import { nodeText, searchText } from "../text/rank.ts";
import { callsText, dependenciesText, pathsText } from "../text/structure.ts";
import * as ask from "./ask.ts";
import { bounded } from "./bounded.ts";
import { confidence, edge_types, graph, node, page, said, type Tool, tool } from "./tool.ts";

/** As many as the question lets be asked for: what is not walked to is on no page. */
const MOST_NODES = 5000;

/** Each edge with those of its ends that no edge before it has: all pages together describe each node once. */
function withNodes({ edges, nodes }: DependenciesAnswer) {
  const left = new Map(nodes.map((node) => [node.id, node]));
  return edges.map((edge) => {
    const found = [edge.source, edge.target].flatMap((id) => left.get(id) ?? []);
    for (const { id } of found) left.delete(id);
    return { edge, nodes: found.map(({ id, type, path, lines }) => ({ id, type, path, lines })) };
  });
}

/** What there is, and what is joined to what. */
export const STRUCTURE: readonly Tool[] = [
  tool(
    "list_graphs",
    "Graphs",
    "Lists the code graphs that can be asked, newest first, with their commit and size.",
    { ...page },
    async (asker, { limit, offset }) => {
      const graphs = await asker.graphs();
      return said({ graphs }, (answer) => listText(answer.graphs, plain), {
        list: "graphs",
        offset,
        whole: limit,
      });
    },
  ),
  tool(
    "search",
    "Search",
    "Finds files, classes and functions by name or by words in them. Begin here when you do not know an id.",
    { query: z.string().min(1), types: z.array(z.enum(NODE_TYPES)).optional(), graph, ...page },
    async (asker, { graph, ...question }) => {
      const answer = await ask.search(await asker.open(graph), question);
      return said(answer, searchText, {
        list: "results",
        offset: question.offset,
        total: answer.totals.results,
      });
    },
  ),
  tool(
    "node",
    "One definition",
    "Shows one file, class or function: where it is, its signature and docstring, what is defined in it.",
    { node: node("What to show"), graph, ...page },
    async (asker, { graph, node, ...asked }) => {
      const answer = await ask.askNode(await asker.open(graph), node, asked);
      return said(answer, nodeText, { list: "members", offset: asked.offset, total: answer.totals.members });
    },
  ),
  tool(
    "dependencies",
    "Dependencies",
    "What a definition or file depends on (outgoing), what depends on it (incoming), or both, by typed edges.",
    {
      node: node("From where"),
      direction: z.enum(["incoming", "outgoing", "both"]).default("both"),
      depth: z.int().min(1).max(5).default(1),
      edge_types,
      members: z.boolean().default(false).describe("Ask for all that a file or class holds."),
      confidence,
      graph,
      ...page,
    },
    async (asker, { graph, node, limit, offset, edge_types, ...question }) => {
      const answer = await ask.dependencies(await asker.open(graph), {
        ...question,
        node_id: node,
        max_nodes: MOST_NODES,
        ...(edge_types !== undefined && { edge_types }),
      });
      const page = bounded(
        { ...answer, nodes: [], edges: withNodes(answer) },
        { list: "edges", offset, whole: limit },
      );
      const edges = page.edges.map(({ edge }) => edge);
      const nodes = page.edges.flatMap(({ nodes }) => nodes);
      const whole = { ...answer, ...page, edges, nodes: answer.nodes };
      const more = page.next_offset === undefined ? "" : `\nMore with offset ${page.next_offset}.`;
      return { data: { ...page, edges, nodes }, text: dependenciesText(whole, plain) + more };
    },
  ),
  ...(["callers", "callees"] as const).map((direction) =>
    tool(
      direction,
      direction === "callers" ? "Callers" : "Callees",
      direction === "callers"
        ? "Who calls a function, and calls elsewhere that may be to it but could not be followed."
        : "What a function calls, and the calls in it that could not be followed.",
      { node: node("The function"), depth: z.int().min(1).max(10).default(1), confidence, graph, ...page },
      async (asker, { graph, node, ...question }) => {
        const asked = direction === "callers" ? ask.callers : ask.callees;
        const answer = await asked(await asker.open(graph), { ...question, node_id: node });
        return said(answer, callsText, {
          list: "calls",
          offset: question.offset,
          total: answer.totals.calls,
        });
      },
    ),
  ),
  tool(
    "paths",
    "Paths",
    "The shortest ways from one definition or file to another along dependencies.",
    {
      from: node("Where to start"),
      to: node("Where to arrive"),
      edge_types,
      max_length: z.int().min(1).max(30).default(10),
      count: z.int().min(1).max(20).default(3),
      confidence,
      graph,
    },
    async (asker, { graph, edge_types, ...question }) => {
      const answer = await ask.paths(await asker.open(graph), {
        ...question,
        ...(edge_types !== undefined && { edge_types }),
      });
      return said(answer, pathsText, { list: "paths", offset: 0 });
    },
  ),
];
