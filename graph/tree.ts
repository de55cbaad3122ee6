import type { Language, Tree as Parsed } from "web-tree-sitter";

/** A node of a `Tree`: its number in order of appearance. 0 is the root, `NONE` is no node. */
export type Node = number;
export const NONE: Node = -1;

/** Deeper nodes are left out and the file says so: what walks the tree may recurse this far and no further. */
export const MAX_DEPTH = 500;

/**
 * A syntax tree copied out of WebAssembly in one pass of a cursor, into arrays. Everything after reads these: asking
 * the parser for each node again costs several times the parse.
 */
export class Tree {
  readonly source: string;
  readonly count: number;
  /** Something was nested deeper than `MAX_DEPTH` and is missing here. */
  readonly cut: boolean;
  /** The parser met text that it could not make sense of. */
  readonly broken: boolean;

  readonly #types: readonly string[];
  readonly #fields: readonly (string | null)[];
  readonly #columns: Columns;
  #lines: Int32Array | undefined;

  constructor(
    source: string,
    columns: Columns,
    language: Language,
    count: number,
    cut: boolean,
    broken: boolean,
  ) {
    this.source = source;
    this.#columns = columns;
    this.#types = language.types;
    this.#fields = language.fields;
    this.count = count;
    this.cut = cut;
    this.broken = broken;
  }

  /** Name of the grammar's rule, or the token itself ("if", "+"). */
  type(node: Node): string {
    const id = this.#columns.type[node] as number;
    return id === 0xffff ? "ERROR" : (this.#types[id] as string);
  }
  named(node: Node): boolean {
    return this.#columns.named[node] === 1;
  }
  /** Offset into `source`, in UTF-16 units. */
  start(node: Node): number {
    return this.#columns.start[node] as number;
  }
  end(node: Node): number {
    return this.#columns.end[node] as number;
  }
  text(node: Node): string {
    return node === NONE ? "" : this.source.slice(this.start(node), this.end(node));
  }
  parent(node: Node): Node {
    return this.#columns.parent[node] as number;
  }
  /** First child, tokens included. */
  first(node: Node): Node {
    const next = node + 1;
    return next < this.count && this.#columns.parent[next] === node ? next : NONE;
  }
  /** Next sibling, tokens included. */
  next(node: Node): Node {
    return this.#columns.next[node] as number;
  }
  /** All children, tokens included. */
  *all(node: Node): Generator<Node> {
    for (let child = this.first(node); child !== NONE; child = this.next(child)) yield child;
  }
  /** Named children without comments, as an array. */
  children(node: Node): Node[] {
    const found: Node[] = [];
    for (let child = this.first(node); child !== NONE; child = this.next(child)) {
      if (this.#columns.named[child] === 1 && !this.isComment(child)) found.push(child);
    }
    return found;
  }
  isComment(node: Node): boolean {
    const type = this.type(node);
    return type === "comment" || type === "line_comment" || type === "block_comment";
  }
  /** The child in a field of the grammar ("name", "body"), or NONE. */
  field(node: Node, name: string): Node {
    for (let child = this.first(node); child !== NONE; child = this.next(child)) {
      if (this.#fields[this.#columns.field[child] as number] === name) return child;
    }
    return NONE;
  }
  /** All children in a field (decorators, several targets). */
  fields(node: Node, name: string): Node[] {
    const found: Node[] = [];
    for (let child = this.first(node); child !== NONE; child = this.next(child)) {
      if (this.#fields[this.#columns.field[child] as number] === name) found.push(child);
    }
    return found;
  }
  /** Name of the field that a node stands in, or "". */
  fieldOf(node: Node): string {
    return this.#fields[this.#columns.field[node] as number] ?? "";
  }
  /** First named child of a type, or NONE. */
  childOf(node: Node, type: string): Node {
    for (let child = this.first(node); child !== NONE; child = this.next(child)) {
      if (this.type(child) === type) return child;
    }
    return NONE;
  }
  /** The node behind the last one inside `node`, in order of appearance: `for (i = n; i < past(n); i++)` visits it all. */
  past(node: Node): Node {
    let at = node;
    while (at !== NONE) {
      const next = this.#columns.next[at] as number;
      if (next !== NONE) return next;
      at = this.parent(at);
    }
    return this.count;
  }
  /** 1-based. */
  line(node: Node): number {
    return this.lineAt(this.start(node));
  }
  /** 1-based line of the last character. */
  endLine(node: Node): number {
    return this.lineAt(Math.max(this.start(node), this.end(node) - 1));
  }
  /** 0-based, in UTF-16 units. */
  column(node: Node): number {
    const start = this.start(node);
    return start - (this.starts[this.lineAt(start) - 1] as number);
  }
  lineAt(offset: number): number {
    const starts = this.starts;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  /** Offset at which each line starts. */
  get starts(): Int32Array {
    this.#lines ??= lineStarts(this.source);
    return this.#lines;
  }
}

/** Storage of one tree. Kept and grown from file to file: use a tree before the next file is read. */
interface Columns {
  type: Uint16Array;
  field: Uint8Array;
  named: Uint8Array;
  start: Int32Array;
  end: Int32Array;
  parent: Int32Array;
  next: Int32Array;
}

let columns: Columns = makeColumns(1 << 14);

/** Copies a parsed tree. The columns are shared: the result is valid until `flatten` is called again. */
export function flatten(parsed: Parsed, source: string): Tree {
  const cursor = parsed.walk();
  const ancestors = new Int32Array(MAX_DEPTH + 1);
  const latest = new Int32Array(MAX_DEPTH + 2).fill(NONE);
  let count = 0;
  let depth = 0;
  let cut = false;
  try {
    for (;;) {
      if (count === columns.type.length) columns = grow(columns);
      const node = count;
      count += 1;
      columns.type[node] = cursor.nodeTypeId;
      columns.field[node] = cursor.currentFieldId;
      columns.named[node] = cursor.nodeIsNamed ? 1 : 0;
      columns.start[node] = cursor.startIndex;
      columns.end[node] = cursor.endIndex;
      columns.parent[node] = depth === 0 ? NONE : (ancestors[depth - 1] as number);
      columns.next[node] = NONE;
      const elder = latest[depth] as number;
      if (elder !== NONE) columns.next[elder] = node;
      latest[depth] = node;
      if (depth < MAX_DEPTH && cursor.gotoFirstChild()) {
        ancestors[depth] = node;
        depth += 1;
        latest[depth] = NONE;
        continue;
      }
      if (depth === MAX_DEPTH) cut = true;
      while (!cursor.gotoNextSibling()) {
        if (depth === 0)
          return new Tree(source, columns, parsed.language, count, cut, parsed.rootNode.hasError);
        cursor.gotoParent();
        depth -= 1;
      }
    }
  } finally {
    cursor.delete();
  }
}

function makeColumns(size: number): Columns {
  return {
    type: new Uint16Array(size),
    field: new Uint8Array(size),
    named: new Uint8Array(size),
    start: new Int32Array(size),
    end: new Int32Array(size),
    parent: new Int32Array(size),
    next: new Int32Array(size),
  };
}

function grow(old: Columns): Columns {
  const bigger = makeColumns(old.type.length * 2);
  for (const name of Object.keys(old) as (keyof Columns)[]) bigger[name].set(old[name]);
  return bigger;
}

function lineStarts(source: string): Int32Array {
  const starts = [0];
  for (let at = source.indexOf("\n"); at !== -1; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return Int32Array.from(starts);
}
