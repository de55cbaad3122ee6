/** A part as bytes in four sections, so that a question reads only those it needs. */
import { Sink } from "../../graph/facts/bytes.ts";
import { EXTERNAL_PATH, type Part } from "../../graph/store.ts";
import type { GraphNode } from "../../models/graph.ts";
import { hex } from "../digest.ts";
import { EDGE_WIDTH, packSkeleton, type Skeleton } from "./graph-skeleton.ts";
import { packValue, unpackValue, type Value } from "./graph-value.ts";
import { packWords, Words } from "./graph-words.ts";

export const Section = { SKELETON: 0, NODES: 1, WORDS: 2, REST: 3 } as const;
export type Section = (typeof Section)[keyof typeof Section];

export interface PackedPart {
  path: string;
  blob: string;
  /** Of everything below; equal parts have equal hashes. */
  hash: string;
  /** By `Section`. */
  sections: Uint8Array<ArrayBuffer>[];
  size: number;
  keys: number[];
  /** File nodes as JSON. */
  files: string;
}

/** First byte of what is hashed: raise it when a packing changes, so that parts packed before are not taken for equal. */
const VERSION = 1;

export async function packPart(part: Part, repository: string): Promise<PackedPart> {
  const sections = [
    packSkeleton(part),
    packValue(part.nodes.map(({ id, type, name, path, ...rest }) => rest)),
    packWords(part.words),
    packValue([part.unresolved, part.findings]),
  ];
  const files = JSON.stringify(part.nodes.filter((node) => node.type === "file"));
  return {
    path: part.path,
    blob: part.blob,
    hash: await hashOf(part, sections),
    sections,
    size: sections.reduce((sum, section) => sum + section.length, 0),
    keys: keysOf(part, repository),
    files,
  };
}

async function hashOf(part: Part, sections: readonly Uint8Array[]): Promise<string> {
  const all = new Sink(sections.reduce((sum, section) => sum + section.length, 200));
  all.texts([String(VERSION), part.path, part.blob]);
  for (const section of sections) {
    all.uint(section.length);
    all.raw(section);
  }
  return hex(await crypto.subtle.digest("SHA-256", all.finish())).slice(0, 32);
}

/** The nodes of a part whose skeleton is known. */
export function nodesIn(skeleton: Skeleton, bytes: Uint8Array): GraphNode[] {
  const rests = unpackValue(bytes) as Record<string, Value>[];
  return rests.map(
    (rest, i) =>
      ({
        id: skeleton.ids[i],
        type: skeleton.types[i],
        name: skeleton.names[i],
        path: skeleton.paths[i],
        ...rest,
      }) as GraphNode,
  );
}

export function wordsIn(bytes: Uint8Array): Map<string, number>[] {
  return new Words(bytes).all();
}

export function restIn(bytes: Uint8Array): Pick<Part, "unresolved" | "findings"> {
  const [unresolved, findings] = unpackValue(bytes) as unknown as [Part["unresolved"], Part["findings"]];
  return { unresolved, findings };
}

/** What a key stands for: the part has the node (or edges that leave it), or refers to it. */
export const Role = { HOLDS: 1, REFERS: 2 } as const;

/** Keys of a part: one per node, one per node of other parts that it refers to. */
function keysOf(part: Part, repository: string): number[] {
  const held = new Set(part.nodes.map(({ id }) => id));
  const referred = new Set<string>();
  for (const { source, target } of part.edges) {
    held.add(source);
    referred.add(target);
  }
  const keys = new Set<number>();
  for (const id of held) keys.add(keyOf(repository, Role.HOLDS, id));
  for (const id of referred) if (!held.has(id)) keys.add(keyOf(repository, Role.REFERS, id));
  return [...keys];
}

/** The keys of a part, from its skeleton alone: what is removed must be found again. */
export function keysIn({ ids, own, edges }: Skeleton, repository: string): number[] {
  const part: Part = {
    path: EXTERNAL_PATH,
    blob: "",
    nodes: [],
    edges: [],
    unresolved: [],
    findings: [],
    words: [],
  };
  part.nodes = ids.slice(0, own).map((id) => ({ id, type: "file", name: "", path: "" }));
  for (let at = 0; at < edges.length; at += EDGE_WIDTH) {
    const [source, target] = [ids[edges[at] as number] ?? "", ids[edges[at + 1] as number] ?? ""];
    part.edges.push({ source, target, type: "CALLS", line: 0 });
  }
  return keysOf(part, repository);
}

/** A short hash (FNV-1a with a last stir): two ids may share one, so whoever asks by it compares the ids. */
export function keyOf(repository: string, role: number, id: string): number {
  let hash = stir(stir(0x811c9dc5 ^ role, repository) ^ 0x9e3779b9, id);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

function stir(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
