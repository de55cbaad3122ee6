import type { ContextStrategy } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import type { RankedNode } from "./context-evidence.ts";
import type { Piece, SelectedFile, Selection } from "./context-selection.ts";
import { bodyOf, languageOf } from "./context-source.ts";
import type { Tokenizer } from "./tokens.ts";

/** Of the budget, what bodies may take before signatures are given room, and what one body may take at most. */
export const SHARES = { bodies: 0.7, function: 0.5, class: 0.25, file: 0.1, focus: 0.6 } as const;
/** No token of code has more characters on average: what is longer cannot fit and need not be counted. */
const MAX_CHARACTERS = 12;

export interface Material {
  /** Lines by path, of the files that could be read. */
  lines: ReadonlyMap<string, readonly string[]>;
  imports: ReadonlyMap<string, { lines: [number, number]; code: string }>;
}

export interface Frame {
  budget: number;
  strategy: ContextStrategy;
  tokenizer: Tokenizer;
  /** Everything of a selection but its files. */
  about: Omit<Selection, "files" | "left_out">;
  /** How well whole files fit, by path: files are written in this order. */
  files?: ReadonlyMap<string, number>;
  /** Ranked nodes in all, to tell how many were left out. */
  total: number;
  write(selection: Selection): string;
}

export interface Choice {
  files: SelectedFile[];
  text: string;
  tokens: number;
  /** What each piece was reckoned to cost, by id of its node. */
  costs: Map<string, number>;
}

interface Chosen {
  piece: Piece;
  cost: number;
  /** When it was taken: the later, the less it matters. */
  turn: number;
}

/** Fills a budget: nodes come in order of rank. What is written never has more tokens than the budget. */
export function choose(ranked: readonly RankedNode[], material: Material, frame: Frame): Choice {
  const basket = new Basket(material, frame);
  const { strategy, budget } = frame;
  if (strategy === "balanced" || strategy === "bodies") {
    const bodies = byValue(ranked, material);
    const first = strategy === "bodies" ? budget : budget * SHARES.bodies;
    for (const body of bodies) basket.addBody(body, first);
    basket.addImports();
    if (strategy === "balanced") {
      for (const one of ranked) basket.addSignature(one, "signature");
      basket.settle();
      for (const body of bodies) basket.addBody(body, budget);
      basket.addImports();
    }
    basket.settle();
    for (const body of bodies) basket.addBody(body, budget);
  } else {
    for (const one of ranked) basket.addSignature(one, strategy === "metadata" ? "metadata" : "signature");
  }
  return basket.close(ranked);
}

interface Body {
  ranked: RankedNode;
  code: string;
}

/** Bodies in order of what they are worth for their length; relevance counts twice, since length is the lesser evil. */
function byValue(ranked: readonly RankedNode[], { lines }: Material): Body[] {
  const bodies: (Body & { value: number })[] = [];
  for (const one of ranked) {
    const code = bodyOf(one.node, lines.get(one.node.path) ?? []);
    if (code === undefined) continue;
    bodies.push({ ranked: one, code, value: one.relevance ** 2 / Math.sqrt(40 + code.length / 4) });
  }
  return bodies.sort((a, b) => b.value - a.value || (a.ranked.node.id < b.ranked.node.id ? -1 : 1));
}

class Basket {
  readonly #material: Material;
  readonly #frame: Frame;
  readonly #files = new Map<string, Map<string, Chosen>>();
  readonly #imports = new Map<string, { cost: number; turn: number }>();
  readonly #bare = new Map<string, number>();
  readonly #header: number;
  #spent: number;
  #turn = 0;

  constructor(material: Material, frame: Frame) {
    this.#material = material;
    this.#frame = frame;
    this.#header = this.#count([], 0);
    this.#spent = this.#count([], frame.total);
  }

  addBody({ ranked, code }: Body, limit: number): void {
    const { node, relevance, focus } = ranked;
    if (this.#holder(node) !== undefined) return;
    const { budget } = this.#frame;
    const most = focus ? SHARES.focus : SHARES[node.type === "external" ? "function" : node.type];
    if (code.length > Math.min(limit - this.#spent, budget * most) * MAX_CHARACTERS) return;
    const piece: Piece = { node, relevance, form: "body", code };
    const cost = this.#costOf(piece);
    const inner = this.#inside(node);
    const saved = inner.reduce((sum, chosen) => sum + chosen.cost, 0);
    if (cost > budget * most || !this.#fits(node.path, cost - saved, limit)) return;
    for (const chosen of inner) this.#take(chosen);
    this.#put(piece, cost);
  }

  addSignature({ node, relevance }: RankedNode, form: "signature" | "metadata"): void {
    if (this.#shows(node)) return;
    const summary = form === "metadata" ? undefined : firstLine(node.docstring);
    const piece: Piece = { node, relevance, form, ...(summary === undefined ? {} : { summary }) };
    const cost = this.#costOf(piece);
    if (this.#fits(node.path, cost, this.#frame.budget)) this.#put(piece, cost);
  }

  /** Imports of the files of which bodies are shown. */
  addImports(): void {
    for (const [path, pieces] of this.#files) {
      const found = this.#material.imports.get(path);
      if (found === undefined || this.#imports.has(path)) continue;
      const bodies = [...pieces.values()].filter(({ piece }) => piece.form === "body");
      if (bodies.length === 0 || bodies.some(({ piece }) => covers(piece.node, found.lines))) continue;
      const cost =
        this.#count([{ path, language: languageOf(path), imports: found, pieces: [] }], 0) -
        this.#bareOf(path);
      if (this.#spent + cost > this.#frame.budget) continue;
      this.#imports.set(path, { cost, turn: this.#turn++ });
      this.#spent += cost;
    }
  }

  /** Counts what was chosen as one text: pieces counted one by one come to more, and the rest of the budget stayed empty. */
  settle(): void {
    this.#spent = Math.min(this.#spent, this.#count(this.#selected(), this.#frame.total));
  }

  /** Writes it all, and takes back what came last until the text is within the budget. */
  close(ranked: readonly RankedNode[]): Choice {
    for (let drop = 1; ; drop *= 2) {
      const files = this.#selected();
      const shown = ranked.filter(({ node }) => this.#shows(node)).length;
      const text = this.#write(files, Math.max(0, this.#frame.total - shown));
      const tokens = this.#frame.tokenizer.count(text);
      if (tokens <= this.#frame.budget) return { files, text, tokens, costs: this.#costs() };
      if (this.#files.size === 0) return { files: [], text: "", tokens: 0, costs: new Map() };
      this.#dropLast(tokens - this.#frame.budget, drop);
    }
  }

  /** Takes back at least `count` of the latest, and at least what they cost. */
  #dropLast(excess: number, count: number): void {
    const pieces = [...this.#files.values()].flatMap((file) => [...file.values()]);
    const latest = pieces.sort((a, b) => b.turn - a.turn);
    let saved = 0;
    for (const [index, chosen] of latest.entries()) {
      if (index >= count && saved >= excess) return;
      this.#take(chosen);
      saved += chosen.cost;
      const { path } = chosen.piece.node;
      if (this.#files.get(path)?.size === 0) {
        this.#files.delete(path);
        saved += this.#imports.get(path)?.cost ?? 0;
        this.#imports.delete(path);
      }
    }
  }

  #costs(): Map<string, number> {
    const all = [...this.#files.values()].flatMap((file) => [...file.values()]);
    return new Map(all.map(({ piece, cost }) => [piece.node.id, Math.max(0, cost)]));
  }

  /** Files in order of rank, then of their best piece; pieces in order of line. */
  #selected(): SelectedFile[] {
    const files = [...this.#files].filter(([, pieces]) => pieces.size > 0);
    const best = ([, pieces]: (typeof files)[number]): number =>
      Math.max(...[...pieces.values()].map(({ piece }) => piece.relevance));
    const rank = (path: string): number => this.#frame.files?.get(path) ?? 0;
    files.sort((a, b) => rank(b[0]) - rank(a[0]) || best(b) - best(a) || (a[0] < b[0] ? -1 : 1));
    return files.map(([path, chosen]) => {
      const imports = this.#imports.has(path) ? this.#material.imports.get(path) : undefined;
      const pieces = [...chosen.values()].map(({ piece }) => piece).sort(byLine);
      return { path, language: languageOf(path), ...(imports === undefined ? {} : { imports }), pieces };
    });
  }

  #fits(path: string, cost: number, limit: number): boolean {
    const heading = this.#files.has(path) ? 0 : this.#bareOf(path);
    return this.#spent + heading + cost <= limit;
  }

  #put(piece: Piece, cost: number): void {
    const { path, id } = piece.node;
    let file = this.#files.get(path);
    if (file === undefined) {
      file = new Map();
      this.#files.set(path, file);
      this.#spent += this.#bareOf(path);
    }
    file.set(id, { piece, cost, turn: this.#turn++ });
    this.#spent += cost;
  }

  #take(chosen: Chosen): void {
    this.#files.get(chosen.piece.node.path)?.delete(chosen.piece.node.id);
    this.#spent -= chosen.cost;
  }

  #shows(node: GraphNode): boolean {
    return this.#files.get(node.path)?.has(node.id) === true || this.#holder(node) !== undefined;
  }

  /** The body that a node is in already. */
  #holder(node: GraphNode): Chosen | undefined {
    if (node.lines === undefined) return undefined;
    for (const chosen of this.#files.get(node.path)?.values() ?? []) {
      if (chosen.piece.form === "body" && covers(chosen.piece.node, node.lines)) return chosen;
    }
    return undefined;
  }

  /** What was chosen of a node and inside of it, and is not needed beside its body. */
  #inside(node: GraphNode): Chosen[] {
    return [...(this.#files.get(node.path)?.values() ?? [])].filter(
      ({ piece }) =>
        piece.node.lines !== undefined && covers(node, piece.node.lines) && isInner(piece.node, node),
    );
  }

  #costOf(piece: Piece): number {
    const { path } = piece.node;
    return (
      this.#count([{ path, language: languageOf(path), pieces: [piece] }], 0) -
      this.#header -
      this.#bareOf(path)
    );
  }

  /** What the heading of a file costs. */
  #bareOf(path: string): number {
    let cost = this.#bare.get(path);
    if (cost === undefined) {
      cost = this.#count([{ path, language: languageOf(path), pieces: [] }], 0) - this.#header;
      this.#bare.set(path, cost);
    }
    return cost;
  }

  #count(files: SelectedFile[], leftOut: number): number {
    return this.#frame.tokenizer.count(this.#write(files, leftOut));
  }

  #write(files: SelectedFile[], leftOut: number): string {
    return this.#frame.write({ ...this.#frame.about, files, left_out: leftOut });
  }
}

/** A file's own piece says what no body of a definition says, though they may have the same lines. */
function isInner(inner: GraphNode, outer: GraphNode): boolean {
  return inner.id === outer.id || inner.type !== "file" || outer.type === "file";
}

export function covers(node: GraphNode, [first, last]: readonly [number, number]): boolean {
  return node.lines !== undefined && node.lines[0] <= first && last <= node.lines[1];
}

function byLine(a: Piece, b: Piece): number {
  const rank = (piece: Piece): number => (piece.node.type === "file" ? 0 : (piece.node.lines?.[0] ?? 0));
  return rank(a) - rank(b) || (a.node.id < b.node.id ? -1 : 1);
}

function firstLine(docstring: string | undefined): string | undefined {
  const line = docstring
    ?.split("\n")
    .find((one) => one.trim() !== "")
    ?.trim();
  return line === undefined ? undefined : line.slice(0, 200);
}
