import { Shape, type Var, type Writer } from "../../facts/index.ts";
import type { Node, Tree } from "../../tree.ts";
import { PLAIN, Scopes, variableOf } from "../typed/scopes.ts";

/** What is known while one Rust file is read. */
export interface RustFile {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly names: Scopes;
  readonly owners: Map<Node, number>;
  readonly outside: Map<string, Var>;
  /** Definition of each type of this file, and of each method -> its type, which may stand below it. */
  readonly typeDefs: Map<string, number>;
  readonly methods: Map<number, string>;
  /** Enums and types whose names are names here (`use Color::*`). */
  readonly stars: Var[];
  /** Modules written inside of this file around what is read, outermost first. */
  readonly modules: Var[];
  scope: string;
  owner: number;
  /** `Self`. */
  selfType: Var;
  /** What a closure that is being given to a method takes: elements of the receiver. */
  element: Var;
  plain: Var;
  /** Expressions and items need each other: these close the circle. */
  value(node: Node): Var;
  items(nodes: readonly Node[]): void;
}

export function openFile(
  tree: Tree,
  writer: Writer,
  walk: { value(file: RustFile, node: Node): Var; items(file: RustFile, nodes: readonly Node[]): void },
): RustFile {
  const file: RustFile = {
    tree,
    writer,
    names: new Scopes(),
    owners: new Map(),
    outside: new Map(),
    typeDefs: new Map(),
    methods: new Map(),
    stars: [],
    modules: [],
    scope: "",
    owner: -1,
    selfType: PLAIN,
    element: PLAIN,
    plain: PLAIN,
    value: (node) => walk.value(file, node),
    items: (nodes) => walk.items(file, nodes),
  };
  return file;
}

export function solid(file: RustFile, value: Var): Var {
  if (value !== PLAIN) return value;
  if (file.plain === PLAIN) file.plain = file.writer.within(0, () => file.writer.make(Shape.DATA));
  return file.plain;
}

export function once(file: RustFile, key: string, make: () => Var): Var {
  let variable = file.outside.get(key);
  if (variable === undefined) {
    variable = file.writer.within(0, make);
    file.outside.set(key, variable);
  }
  return variable;
}

export function stamp(file: RustFile, node: Node): void {
  const { tree, writer } = file;
  writer.line = tree.line(node);
  writer.column = tree.start(node) - (tree.starts[writer.line - 1] as number);
}

/** Runs `read` with a definition as the owner of what is found. */
export function owned(file: RustFile, def: number, read: () => void): void {
  const { scope, owner, stars } = file;
  const before = stars.length;
  file.owner = def;
  file.scope = file.writer.defs[def]?.qualified ?? scope;
  file.names.open();
  read();
  file.names.close();
  stars.length = before;
  file.scope = scope;
  file.owner = owner;
}

export function declareLocal(file: RustFile, name: string, held: Var): void {
  const { names, writer } = file;
  if (name === "" || name === "_") return;
  if (held === PLAIN) {
    // Its type may come from later use: it can be assigned.
    names.declare(name, "value", writer.unit);
    return;
  }
  writer.copy(variableOf(writer, names.declare(name, "value", writer.unit)), held);
}

export function either(file: RustFile, values: readonly Var[]): Var {
  const { writer } = file;
  const known = values.filter((held) => held !== PLAIN);
  if (known.length < 2) return known[0] ?? PLAIN;
  const both = writer.variable();
  for (const held of known) writer.copy(both, held);
  return both;
}
