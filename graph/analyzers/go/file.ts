import type { Var, Writer } from "../../facts/index.ts";
import { CallFlag, Shape, UnitFlag } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { type Name, PLAIN, Scopes, variableOf } from "../typed/scopes.ts";

/** The function whose body is being read. */
export interface Frame {
  /** Qualified name and index of the definition that owns what is found; "" and -1 in the module. */
  scope: string;
  owner: number;
  /** One variable per result when there are several or they are named; else empty. */
  results: Var[];
}

/** What is known while one Go file is read. */
export interface GoFile {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly path: string;
  readonly names: Scopes;
  readonly owners: Map<Node, number>;
  /** Variables that a name or a cache holds: another name must not take them over, or writing one would write both. */
  readonly owned: Set<Var>;
  /** Names bound by other files of the package, and types of other packages: one op per file. */
  readonly outside: Map<string, Var>;
  /** Words of import paths -> import, for packages that are not named as their path ends. */
  readonly importWords: Map<string, Name>;
  /** Definition of each type of this file. */
  readonly typeDefs: Map<string, number>;
  /** Definition of each method -> name of its type, which may stand below it. */
  readonly methods: Map<number, string>;
  /** Fields of each struct type met: name -> type, in order. */
  readonly fields: Map<Node, Map<string, Node>>;
  /** Named containers being sampled: they may hold themselves. */
  readonly sampling: Set<Node>;
  /** Package variables of other files that this file assigns. */
  readonly assigned: Map<string, Var>;
  frame: Frame;
  /** A value that is of no interest, where an op needs one. */
  plain: Var;
  /** Expressions, function literals and statements need each other: these two close the circle. */
  value(node: Node): Var;
  body(unit: number, node: Node): void;
}

export function openFile(
  tree: Tree,
  path: string,
  writer: Writer,
  walk: { value(file: GoFile, node: Node): Var; body(file: GoFile, unit: number, node: Node): void },
): GoFile {
  const file: GoFile = {
    tree,
    writer,
    path,
    names: new Scopes(),
    owners: new Map(),
    owned: new Set(),
    outside: new Map(),
    importWords: new Map(),
    typeDefs: new Map(),
    methods: new Map(),
    fields: new Map(),
    sampling: new Set(),
    assigned: new Map(),
    frame: { scope: "", owner: -1, results: [] },
    plain: PLAIN,
    value: (node) => walk.value(file, node),
    body: (unit, node) => walk.body(file, unit, node),
  };
  return file;
}

/** Names that every file sees; types among them hold nothing that can be called. */
const BASIC = new Set(
  (
    "bool byte complex64 complex128 float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 " +
    "uint64 uintptr any comparable"
  ).split(" "),
);
const BUILTIN = new Set(
  "append cap clear close complex copy delete imag len make max min new panic print println real recover".split(
    " ",
  ),
);

export function isBasic(file: GoFile, name: string): boolean {
  return BASIC.has(name) && file.names.find(name) === undefined;
}

export function isBuiltin(file: GoFile, name: string): boolean {
  return BUILTIN.has(name) && file.names.find(name) === undefined;
}

/** The variable for a value that an op must have. */
export function solid(file: GoFile, value: Var): Var {
  if (value !== PLAIN) return value;
  if (file.plain === PLAIN) file.plain = file.writer.within(0, () => file.writer.make(Shape.DATA));
  return file.plain;
}

/** A name that this file does not bind: another file of the package does, or nobody. */
export function packageName(file: GoFile, name: string): Var {
  return once(file, name, () => file.writer.global(name));
}

/** `make` runs in the module, once per `key`. */
export function once(file: GoFile, key: string, make: () => Var): Var {
  let variable = file.outside.get(key);
  if (variable === undefined) {
    variable = file.writer.within(0, make);
    file.outside.set(key, variable);
    file.owned.add(variable);
  }
  return variable;
}

/** What an identifier holds. */
export function readName(file: GoFile, name: string): Var {
  const found = file.names.find(name);
  if (found !== undefined) {
    if (found.kind === "plain" || found.kind === "parameter") return PLAIN;
    return variableOf(file.writer, found);
  }
  if (name === "_" || BASIC.has(name) || BUILTIN.has(name)) return PLAIN;
  return packageName(file, name);
}

/** Lets a new name hold `value`: as an alias when the value is nobody else's yet. */
export function declareValue(file: GoFile, name: string, value: Var, node: Node = NONE): void {
  if (name === "_" || name === "") return;
  const { names, writer, owned } = file;
  if (value === PLAIN) {
    names.declare(name, "plain", writer.unit);
    return;
  }
  let own = value;
  if (owned.has(value)) {
    own = writer.variable();
    writer.copy(own, value);
  }
  owned.add(own);
  names.declare(name, "value", writer.unit, own, node);
}

/** The package an identifier names, or undefined. */
export function packageOf(file: GoFile, name: string): Var | undefined {
  const found = file.names.find(name);
  if (found?.kind === "package") return found.variable;
  if (found !== undefined) return undefined;
  return file.importWords.get(name)?.variable;
}

/** A new object of a class. */
export function construct(file: GoFile, type: Var, text: string, args: readonly Var[] = []): Var {
  return file.writer.call(type, args, text, CallFlag.NEW | CallFlag.QUIET);
}

/** Runs `write` inside a unit that belongs to a definition, in a scope of its own. */
export function inUnit(file: GoFile, unit: number, frame: Frame, write: () => void): void {
  const before = file.frame;
  file.frame = frame;
  file.names.open();
  file.writer.within(unit, write);
  file.names.close();
  file.frame = before;
}

/** A unit that only gives values of a declared type. */
export function typeUnit(file: GoFile, give: () => void): Var {
  const unit = file.writer.open(-1, UnitFlag.TYPE | UnitFlag.DECLARED);
  file.writer.within(unit, give);
  return file.writer.func(unit);
}

export function stamp(file: GoFile, node: Node): void {
  const { tree, writer } = file;
  writer.line = tree.line(node);
  writer.column = tree.start(node) - (tree.starts[writer.line - 1] as number);
}
