import type { EdgeType, Finding, GraphEdge, GraphInfo, GraphNode } from "../../models/graph.ts";
import type { GraphReader, Part } from "../store.ts";

export const INFO: GraphInfo = {
  id: "g_0123456789ab",
  repository: { path: "/home/me/demo", name: 'de"mo' },
  sha: "abc123",
  status: "ready",
  created_at: "2026-01-02T03:04:05.000Z",
  warnings: ["one file was too big"],
};

/** Names that every format has a trap for. */
export const HOSTILE = [
  'quo"te',
  "back\\slash\\",
  "trailing\\",
  "new\nline",
  "<b>&amp;</b>",
  "]]>--><!--",
  "`tick` %%{init}%% #quot; end",
  "{0} [a](b)",
  "nul\0bell\u0007",
  "lone\ud800half",
  "ünïcødé 汉字 🦊",
  "subgraph x; n1 --> n2",
  "  ",
];

export function node(path: string, type: GraphNode["type"], qualified: string, line = 1): GraphNode {
  const id = type === "file" ? `${path}::file` : `${path}::${type}::${qualified}`;
  return { id, type, name: qualified.split(".").at(-1) ?? "", path, lines: [line, line + 1] };
}

export function edge(source: string, target: string, type: EdgeType = "CALLS", line = 1): GraphEdge {
  return { source, target, type, line, "x-confidence": "exact" };
}

export function part(
  path: string,
  nodes: GraphNode[],
  edges: GraphEdge[] = [],
  findings: Finding[] = [],
): Part {
  return { path, blob: "0", nodes, edges, unresolved: [], findings, words: [] };
}

/** Each hostile name as a file, a class in it and a function of that class, which calls the next file's. */
export function hostile(): Part[] {
  const paths = HOSTILE.map((name) => `src/${name}.py`);
  return HOSTILE.map((name, at) => {
    const path = paths[at] as string;
    const next = (at + 1) % HOSTILE.length;
    return part(
      path,
      [node(path, "file", name), node(path, "class", name), node(path, "function", `${name}.${name}`)],
      [
        edge(
          `${path}::function::${name}.${name}`,
          `${paths[next]}::function::${HOSTILE[next]}.${HOSTILE[next]}`,
        ),
        edge(`${path}::file`, `${paths[next]}::file`, "IMPORTS"),
      ],
      [{ rule: "weak-hash", severity: "warning", message: `In ${name}`, path, lines: [3, 4] }],
    );
  });
}

/** Just what exports ask of a reader, over parts in memory. */
export function readerOf(parts: readonly Part[], info: GraphInfo = INFO): GraphReader {
  const refuse = () => Promise.reject(new Error("an export does not ask this"));
  return {
    info,
    nodes: refuse,
    nodesOf: refuse,
    edges: refuse,
    find: refuse,
    matches: refuse,
    files: async () => parts.flatMap(({ nodes }) => nodes.filter(({ type }) => type === "file")),
    async *edgesOf(types) {
      for (const { edges } of parts)
        for (const one of edges) if (types.includes(one.type as EdgeType)) yield one;
    },
    async *parts() {
      yield* parts;
    },
    unresolved: async () => parts.flatMap(({ unresolved }) => unresolved),
    findings: async () => parts.flatMap(({ findings }) => findings),
  };
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
