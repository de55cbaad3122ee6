import type { EdgeType, GraphEdge, GraphInfo, GraphNode } from "../models/graph.ts";
import { byAge, byEdge, byPlace, byText, fitOf } from "./order.ts";
import type { Base, GraphReader, GraphStore, Part, WordMatches } from "./store.ts";

/** Keeps graphs for as long as the process lives. */
export function memoryGraphs(): GraphStore {
  const graphs = new Map<string, { info: GraphInfo; parts: Part[] }>();
  const kept = new Map<string, Uint8Array>();
  return {
    async save(info, parts, base) {
      const fresh = await gather(parts);
      const old = base === undefined ? [] : baseParts(graphs.get(base.id), info, base);
      graphs.set(info.id, { info: { ...info, status: "ready" }, parts: joined(fresh, old, base) });
    },
    async open(id) {
      const found = graphs.get(id);
      return found && readerOf(found.info, found.parts);
    },
    async list(filter) {
      return chosen(
        [...graphs.values()].map(({ info }) => info),
        filter,
      );
    },
    async remove(id) {
      return graphs.delete(id);
    },
    async facts(keys) {
      const found = new Map<string, Uint8Array>();
      for (const key of keys) {
        const bytes = kept.get(key);
        if (bytes !== undefined) found.set(key, bytes);
      }
      return found;
    },
    async keepFacts(facts) {
      for (const [key, bytes] of facts) kept.set(key, bytes.slice());
    },
  };
}

/** All parts in order of path. Throws when a path comes twice. */
export async function gather(parts: AsyncIterable<Part> | Iterable<Part>): Promise<Part[]> {
  const byPath = new Map<string, Part>();
  for await (const part of parts) {
    if (byPath.has(part.path)) throw twice(part.path);
    byPath.set(part.path, part);
  }
  return inOrder([...byPath.values()]);
}

export function twice(path: string): Error {
  return new Error(`Cannot save a graph in which "${path}" comes twice: give each path once.`);
}

/** The parts of the graph that another builds on. Throws when it cannot be built on. */
export function baseParts(
  found: { info: GraphInfo; parts: Part[] } | undefined,
  info: GraphInfo,
  base: Base,
): Part[] {
  if (found?.info.repository.path !== info.repository.path) throw noBase(base);
  return found.parts;
}

export function noBase(base: Base): Error {
  return new Error(
    `Cannot build on graph ${base.id}: it is not here, or of another repository. Save the whole graph.`,
  );
}

/** Fresh parts, and the old ones that still stand, in order of path. */
export function joined(fresh: readonly Part[], old: readonly Part[], base: Base | undefined): Part[] {
  const gone = new Set([...(base?.without ?? []), ...fresh.map(({ path }) => path)]);
  return inOrder([...fresh, ...old.filter(({ path }) => !gone.has(path))]);
}

/** What a list shows of the graphs there are. */
export function chosen(
  infos: readonly GraphInfo[],
  filter: { repository?: string; sha?: string; limit?: number } = {},
): GraphInfo[] {
  const { repository, sha, limit = infos.length } = filter;
  return infos
    .filter((info) => repository === undefined || info.repository.path === repository)
    .filter((info) => sha === undefined || info.sha === sha)
    .sort(byAge)
    .slice(0, limit);
}

function inOrder(parts: Part[]): Part[] {
  return parts.sort((a, b) => byText(a.path, b.path));
}

/** Reads a graph that is in memory whole; `parts` are in order of path. */
export function readerOf(info: GraphInfo, parts: readonly Part[]): GraphReader {
  return new MemoryReader(info, parts);
}

class MemoryReader implements GraphReader {
  readonly info: GraphInfo;
  readonly #parts: readonly Part[];
  #nodes: Map<string, GraphNode> | undefined;
  #edges: { in: Map<string, GraphEdge[]>; out: Map<string, GraphEdge[]> } | undefined;

  constructor(info: GraphInfo, parts: readonly Part[]) {
    this.info = info;
    this.#parts = parts;
  }

  async nodes(ids: readonly string[]): Promise<GraphNode[]> {
    this.#nodes ??= new Map(this.#parts.flatMap((part) => part.nodes.map((node) => [node.id, node])));
    const byId = this.#nodes;
    return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []).sort(byPlace);
  }

  async nodesOf(paths: readonly string[]): Promise<GraphNode[]> {
    return this.#at(paths)
      .flatMap((part) => part.nodes)
      .sort(byPlace);
  }

  async edges(
    ids: readonly string[],
    direction: "in" | "out",
    types?: readonly EdgeType[],
  ): Promise<GraphEdge[]> {
    this.#edges ??= this.#index();
    const edges = this.#edges[direction];
    const wanted = types && new Set<string>(types);
    return [...new Set(ids)]
      .flatMap((id) => edges.get(id) ?? [])
      .filter((edge) => wanted === undefined || wanted.has(edge.type))
      .sort(byEdge);
  }

  async files(): Promise<GraphNode[]> {
    return this.#parts
      .flatMap((part) => part.nodes)
      .filter((node) => node.type === "file")
      .sort(byPlace);
  }

  async find(text: string, limit: number, offset: number, types?: readonly string[]): Promise<GraphNode[]> {
    const lowered = text.toLowerCase();
    return this.#parts
      .flatMap((part) => part.nodes)
      .filter((node) => types === undefined || types.includes(node.type))
      .map((node) => ({ node, fit: fitOf(node.name, node.id, lowered) }))
      .filter(({ fit }) => fit !== -1)
      .sort((a, b) => a.fit - b.fit || byPlace(a.node, b.node))
      .slice(offset, offset + limit)
      .map(({ node }) => node);
  }

  async matches(words: readonly string[]): Promise<WordMatches> {
    const wanted = [...new Set(words)];
    let [total, length] = [0, 0];
    const nodes: WordMatches["nodes"] = [];
    for (const part of this.#parts) {
      part.words.forEach((counts, nth) => {
        let own = 0;
        for (const count of counts.values()) own += count;
        if (own === 0) return;
        total += 1;
        length += own;
        const found = wanted.filter((word) => counts.has(word));
        const id = part.nodes[nth]?.id;
        if (found.length === 0 || id === undefined) return;
        nodes.push({ id, length: own, counts: new Map(found.map((word) => [word, counts.get(word) ?? 0])) });
      });
    }
    return { total, averageLength: total === 0 ? 0 : length / total, nodes };
  }

  async *edgesOf(types: readonly EdgeType[]): AsyncIterable<GraphEdge> {
    const wanted = new Set<string>(types);
    for (const part of this.#parts) {
      yield* part.edges.filter((edge) => wanted.has(edge.type)).sort(byEdge);
    }
  }

  async *parts(): AsyncIterable<Part> {
    yield* this.#parts;
  }

  async unresolved(paths?: readonly string[]) {
    return this.#at(paths).flatMap((part) => part.unresolved);
  }

  async findings(paths?: readonly string[]) {
    return this.#at(paths).flatMap((part) => part.findings);
  }

  #at(paths: readonly string[] | undefined): readonly Part[] {
    if (paths === undefined) return this.#parts;
    const wanted = new Set(paths);
    return this.#parts.filter((part) => wanted.has(part.path));
  }

  #index() {
    const edges = this.#parts.flatMap((part) => part.edges);
    return { in: Map.groupBy(edges, (edge) => edge.target), out: Map.groupBy(edges, (edge) => edge.source) };
  }
}
