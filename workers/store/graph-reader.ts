/** Reads a graph from D1: keys lead to parts, and what is asked is found in them. */
import { byEdge, byPlace, byText, fitOf } from "../../graph/order.ts";
import type { GraphReader, Part, WordMatches } from "../../graph/store.ts";
import type {
  EdgeType,
  Finding,
  GraphEdge,
  GraphInfo,
  GraphNode,
  UnresolvedCall,
} from "../../models/graph.ts";
import { keyOf, nodesIn, Role, restIn, Section } from "./graph-part.ts";
import { type Pieces, type Place, slices } from "./graph-pieces.ts";
import { EDGE_WIDTH, edgeAt, type Skeleton } from "./graph-skeleton.ts";

/** Ids whose keys are looked up at once: well below the largest parameter. */
const KEYS_AT_ONCE = 20_000;
const PLACE = "p.part, p.path, p.blob, p.size";

export interface Opened {
  info: GraphInfo;
  repository: string;
  edition: number;
}

export class D1Reader implements GraphReader {
  readonly info: GraphInfo;
  readonly #db: D1Database;
  readonly #pieces: Pieces;
  readonly #repository: string;
  readonly #edition: number;

  constructor(db: D1Database, pieces: Pieces, { info, repository, edition }: Opened) {
    this.info = info;
    this.#db = db;
    this.#pieces = pieces;
    this.#repository = repository;
    this.#edition = edition;
  }

  async nodes(ids: readonly string[]): Promise<GraphNode[]> {
    const wanted = new Set(ids);
    const places = await this.#holding(wanted, [Role.HOLDS]);
    const nodes = await this.#pick(places, (skeleton, nth) => wanted.has(skeleton.ids[nth] as string));
    return nodes.sort(byPlace);
  }

  async nodesOf(paths: readonly string[]): Promise<GraphNode[]> {
    return (await this.#pick(await this.#at(paths), () => true)).sort(byPlace);
  }

  async edges(
    ids: readonly string[],
    direction: "in" | "out",
    types?: readonly EdgeType[],
  ): Promise<GraphEdge[]> {
    const wanted = new Set(ids);
    const roles = direction === "out" ? [Role.HOLDS] : [Role.HOLDS, Role.REFERS];
    const end = direction === "out" ? 0 : 1;
    const edges: GraphEdge[] = [];
    for (const slice of slices(await this.#holding(wanted, roles))) {
      for (const skeleton of (await this.#pieces.skeletons(slice)).values()) {
        collect(skeleton, edges, types, (at) =>
          wanted.has(skeleton.ids[skeleton.edges[at + end] as number] ?? ""),
        );
      }
    }
    return edges.sort(byEdge);
  }

  async files(): Promise<GraphNode[]> {
    const { results } = await this.#db
      .prepare(
        "SELECT p.files FROM graph_members AS m CROSS JOIN graph_parts AS p ON p.part = m.part WHERE m.edition = ?",
      )
      .bind(this.#edition)
      .all<{ files: string }>();
    return results.flatMap(({ files }) => JSON.parse(files) as GraphNode[]).sort(byPlace);
  }

  async find(text: string, limit: number, offset: number, types?: readonly string[]): Promise<GraphNode[]> {
    const lowered = text.toLowerCase();
    const found: Found[] = [];
    for (const slice of slices(await this.#directory())) {
      for (const skeleton of (await this.#pieces.skeletons(slice)).values()) {
        findIn(skeleton, lowered, types, found);
      }
    }
    const ids = found
      .sort(byFit)
      .slice(offset, offset + limit)
      .map(({ id }) => id);
    const nodes = new Map((await this.nodes(ids)).map((node) => [node.id, node]));
    return ids.flatMap((id) => nodes.get(id) ?? []);
  }

  async matches(words: readonly string[]): Promise<WordMatches> {
    const wanted = [...new Set(words)];
    let [total, length] = [0, 0];
    const nodes: WordMatches["nodes"] = [];
    for (const slice of slices(await this.#directory())) {
      const packed = await this.#pieces.words(slice);
      const skeletons = await this.#pieces.skeletons(slice);
      for (const { part } of slice) {
        const lengths = packed.get(part)?.lengths ?? new Int32Array();
        for (const own of lengths) if (own > 0) total += 1;
        for (const own of lengths) length += own;
        const found = new Map<number, Map<string, number>>();
        for (const word of wanted) {
          packed.get(part)?.find(word, (node, count) => {
            const counts = found.get(node);
            if (counts === undefined) found.set(node, new Map([[word, count]]));
            else counts.set(word, count);
          });
        }
        for (const node of [...found.keys()].sort((a, b) => a - b)) {
          const id = skeletons.get(part)?.ids[node];
          if (id === undefined) continue;
          nodes.push({ id, length: lengths[node] ?? 0, counts: found.get(node) ?? new Map() });
        }
      }
    }
    return { total, averageLength: total === 0 ? 0 : length / total, nodes };
  }

  async *edgesOf(types: readonly EdgeType[]): AsyncIterable<GraphEdge> {
    for (const slice of slices(await this.#directory())) {
      const skeletons = await this.#pieces.skeletons(slice);
      for (const { part } of slice) {
        const edges: GraphEdge[] = [];
        collect(skeletons.get(part) as Skeleton, edges, types, () => true);
        yield* edges.sort(byEdge);
      }
    }
  }

  async *parts(): AsyncIterable<Part> {
    for (const slice of slices(await this.#directory())) {
      const skeletons = await this.#pieces.skeletons(slice);
      const nodes = await this.#pieces.passing(slice, Section.NODES);
      const words = await this.#pieces.words(slice);
      const rests = await this.#pieces.passing(slice, Section.REST);
      for (const { part, path, blob } of slice) {
        const skeleton = skeletons.get(part) as Skeleton;
        const edges: GraphEdge[] = [];
        collect(skeleton, edges, undefined, () => true);
        yield {
          path,
          blob,
          nodes: nodesIn(skeleton, nodes.get(part) as Uint8Array),
          edges,
          words: words.get(part)?.all() ?? [],
          ...restIn(rests.get(part) as Uint8Array),
        };
      }
    }
  }

  async unresolved(paths?: readonly string[]): Promise<UnresolvedCall[]> {
    return (await this.#rests(paths)).flatMap((rest) => rest.unresolved);
  }

  async findings(paths?: readonly string[]): Promise<Finding[]> {
    return (await this.#rests(paths)).flatMap((rest) => rest.findings);
  }

  async #rests(paths: readonly string[] | undefined): Promise<Pick<Part, "unresolved" | "findings">[]> {
    const found: Pick<Part, "unresolved" | "findings">[] = [];
    for (const slice of slices(await this.#at(paths))) {
      const bytes = await this.#pieces.bytes(slice, Section.REST);
      for (const { part } of slice) found.push(restIn(bytes.get(part) as Uint8Array));
    }
    return found;
  }

  /** Nodes of these parts that `wanted` wants. */
  async #pick(
    places: readonly Place[],
    wanted: (skeleton: Skeleton, nth: number) => boolean,
  ): Promise<GraphNode[]> {
    const found: GraphNode[] = [];
    for (const slice of slices(places)) {
      const skeletons = await this.#pieces.skeletons(slice);
      const some = slice.filter(({ part }) => {
        const skeleton = skeletons.get(part) as Skeleton;
        for (let nth = 0; nth < skeleton.own; nth++) if (wanted(skeleton, nth)) return true;
        return false;
      });
      for (const [part, bytes] of await this.#pieces.bytes(some, Section.NODES)) {
        const skeleton = skeletons.get(part) as Skeleton;
        found.push(...nodesIn(skeleton, bytes).filter((_, nth) => wanted(skeleton, nth)));
      }
    }
    return found;
  }

  /** Parts that may have one of these ids in one of these roles. */
  async #holding(ids: ReadonlySet<string>, roles: readonly number[]): Promise<Place[]> {
    const keys = [...ids].flatMap((id) => roles.map((role) => keyOf(this.#repository, role, id)));
    const found = new Map<number, Place>();
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const { results } = await this.#db
        .prepare(
          `SELECT DISTINCT ${PLACE} FROM json_each(?1) AS wanted CROSS JOIN graph_keys AS k ON k.key = wanted.value ` +
            "CROSS JOIN graph_members AS m ON m.edition = ?2 AND m.part = k.part CROSS JOIN graph_parts AS p ON p.part = k.part",
        )
        .bind(JSON.stringify(keys.slice(from, from + KEYS_AT_ONCE)), this.#edition)
        .all<Place>();
      for (const place of results) found.set(place.part, place);
    }
    return [...found.values()];
  }

  /** Every part in order of path. */
  #directory(): Promise<Place[]> {
    return this.#pieces.directory(this.#edition, async () => {
      const { results } = await this.#db
        .prepare(
          `SELECT ${PLACE} FROM graph_members AS m CROSS JOIN graph_parts AS p ON p.part = m.part WHERE m.edition = ?`,
        )
        .bind(this.#edition)
        .all<Place>();
      return results.sort((a, b) => byText(a.path, b.path));
    });
  }

  async #at(paths: readonly string[] | undefined): Promise<Place[]> {
    if (paths === undefined) return this.#directory();
    const { results } = await this.#db
      .prepare(
        `SELECT DISTINCT ${PLACE} FROM json_each(?1) AS wanted ` +
          "CROSS JOIN graph_parts AS p ON p.repository = ?2 AND p.path = wanted.value " +
          "CROSS JOIN graph_members AS m ON m.edition = ?3 AND m.part = p.part",
      )
      .bind(JSON.stringify(paths), this.#repository, this.#edition)
      .all<Place>();
    return results.sort((a, b) => byText(a.path, b.path));
  }
}

interface Found {
  id: string;
  fit: number;
  path: string;
  line: number;
}

function findIn(
  { own, ids, names, types: kinds, paths, starts }: Skeleton,
  lowered: string,
  types: readonly string[] | undefined,
  found: Found[],
): void {
  for (let nth = 0; nth < own; nth++) {
    if (types !== undefined && !types.includes(kinds[nth] as string)) continue;
    const id = ids[nth] as string;
    const fit = fitOf(names[nth] as string, id, lowered);
    if (fit !== -1) found.push({ id, fit, path: paths[nth] as string, line: starts[nth] as number });
  }
}

/** As `byPlace`, behind how well it fits. */
function byFit(a: Found, b: Found): number {
  return a.fit - b.fit || byText(a.path, b.path) || a.line - b.line || byText(a.id, b.id);
}

/** Adds the edges of these types that `wanted` wants, which is told where the edge is. */
function collect(
  skeleton: Skeleton,
  edges: GraphEdge[],
  types: readonly EdgeType[] | undefined,
  wanted: (at: number) => boolean,
): void {
  const styles = skeleton.styles.map(
    (style) => types === undefined || types.includes(style.type as EdgeType),
  );
  for (let at = 0; at < skeleton.edges.length; at += EDGE_WIDTH) {
    if (styles[skeleton.edges[at + 2] as number] && wanted(at)) edges.push(edgeAt(skeleton, at / EDGE_WIDTH));
  }
}
