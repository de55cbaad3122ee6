import type { EdgeType, Finding, GraphEdge, GraphInfo, GraphNode, UnresolvedCall } from "../models/graph.ts";

/** What one file gives to a graph: its nodes, the edges that leave them, and what else is known of it. */
export interface Part {
  path: string;
  /** Git blob hash of the file's bytes. */
  blob: string;
  nodes: GraphNode[];
  /** Edges whose source is in this file. */
  edges: GraphEdge[];
  unresolved: UnresolvedCall[];
  findings: Finding[];
  /** Words of each node for ranking, in the order of `nodes`: word -> how often. */
  words: Map<string, number>[];
}

/** Nodes outside of the repository come as one part with an empty path. */
export const EXTERNAL_PATH = "";

/** Reads one graph. Every answer is in a fixed order: nodes by path and line, edges by source, line, type, target. */
export interface GraphReader {
  readonly info: GraphInfo;
  /** Nodes of these ids; unknown ids are left out. */
  nodes(ids: readonly string[]): Promise<GraphNode[]>;
  /** Nodes of these files. */
  nodesOf(paths: readonly string[]): Promise<GraphNode[]>;
  /** Edges that leave (`out`) or reach (`in`) these nodes. */
  edges(ids: readonly string[], direction: "in" | "out", types?: readonly EdgeType[]): Promise<GraphEdge[]>;
  /** Every file node. */
  files(): Promise<GraphNode[]>;
  /** Nodes whose name or id contains the text, without case; whole-name matches first. */
  find(text: string, limit: number, offset: number, types?: readonly string[]): Promise<GraphNode[]>;
  /** For words: in how many nodes each is, how many nodes there are, their mean length, and where the words are. */
  matches(words: readonly string[]): Promise<WordMatches>;
  /** Edges of these types of the whole graph, for cycles and ranks. */
  edgesOf(types: readonly EdgeType[]): AsyncIterable<GraphEdge>;
  /** The whole graph, file by file in order of path. */
  parts(): AsyncIterable<Part>;
  unresolved(paths?: readonly string[]): Promise<UnresolvedCall[]>;
  findings(paths?: readonly string[]): Promise<Finding[]>;
}

export interface WordMatches {
  /** Nodes that have words at all. */
  total: number;
  /** Mean number of words per node. */
  averageLength: number;
  /** Nodes that hold at least one of the words: how often each, and how many words the node has. */
  nodes: { id: string; length: number; counts: Map<string, number> }[];
}

/** A graph of the same repository whose parts stand too, but for paths that are given anew or listed in `without`. */
export interface Base {
  id: string;
  without?: readonly string[];
}

/** Keeps graphs, and the facts of files between them. Kept in memory, in a JSON folder and in D1, under one contract test. */
export interface GraphStore {
  /** Writes a graph whole: afterwards it can be opened, or (after an error) it is as if nothing had been written. */
  save(info: GraphInfo, parts: AsyncIterable<Part> | Iterable<Part>, base?: Base): Promise<void>;
  open(id: string): Promise<GraphReader | undefined>;
  /** Newest first. */
  list(filter?: { repository?: string; sha?: string; limit?: number }): Promise<GraphInfo[]>;
  /** True if there was one. */
  remove(id: string): Promise<boolean>;
  /** Packed facts by key (`<blob>:<language>@<version>`); missing keys are left out. */
  facts(keys: readonly string[]): Promise<Map<string, Uint8Array>>;
  keepFacts(facts: ReadonlyMap<string, Uint8Array>): Promise<void>;
}
