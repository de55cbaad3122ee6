import { Shape, type Var, type Writer } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { PLAIN, Scopes, variableOf } from "../typed/scopes.ts";

/** A class whose body is being read. */
export interface ClassScope {
  unit: number;
  /** Holds the class. */
  variable: Var;
  def: number;
  /** Names of methods and fields that it declares itself. */
  methods: Set<string>;
  fields: Set<string>;
  /** `this` in the method being read; PLAIN outside of methods. */
  self: Var;
  /** A static method is being read: there is no `this`. */
  isStatic: boolean;
  /** It extends or implements something, from which it may have more members. */
  inherits: boolean;
}

/** What is known while one Java file is read. */
export interface JavaFile {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly names: Scopes;
  readonly owners: Map<Node, number>;
  /** One op per file for each name of the outside. */
  readonly outside: Map<string, Var>;
  /** Classes around, outermost first. */
  readonly classes: ClassScope[];
  /** Classes whose static members are names here. */
  readonly staticStars: Var[];
  /** Qualified name and index of the definition that owns what is found. */
  scope: string;
  owner: number;
  plain: Var;
  /** Expressions, classes and statements need each other: these close the circle. */
  value(node: Node): Var;
  run(node: Node): void;
  body(node: Node, naming: Naming): Var;
}

/** How a class body is to be read: its name and what stands above it. */
export interface Naming {
  name: string;
  kind: string;
  bases: readonly Var[];
  interfaces: readonly Var[];
  /** The variable that takes the class. */
  variable: Var;
}

export function openFile(
  tree: Tree,
  writer: Writer,
  walk: {
    value(file: JavaFile, node: Node): Var;
    run(file: JavaFile, node: Node): void;
    body(file: JavaFile, node: Node, naming: Naming): Var;
  },
): JavaFile {
  const file: JavaFile = {
    tree,
    writer,
    names: new Scopes(),
    owners: new Map(),
    outside: new Map(),
    classes: [],
    staticStars: [],
    scope: "",
    owner: -1,
    plain: PLAIN,
    value: (node) => walk.value(file, node),
    run: (node) => walk.run(file, node),
    body: (node, naming) => walk.body(file, node, naming),
  };
  return file;
}

export function solid(file: JavaFile, value: Var): Var {
  if (value !== PLAIN) return value;
  if (file.plain === PLAIN) file.plain = file.writer.within(0, () => file.writer.make(Shape.DATA));
  return file.plain;
}

export function once(file: JavaFile, key: string, make: () => Var): Var {
  let variable = file.outside.get(key);
  if (variable === undefined) {
    variable = file.writer.within(0, make);
    file.outside.set(key, variable);
  }
  return variable;
}

export function stamp(file: JavaFile, node: Node): void {
  const { tree, writer } = file;
  writer.line = tree.line(node);
  writer.column = tree.start(node) - (tree.starts[writer.line - 1] as number);
}

/** `this` as seen from the code being read, for a class around it. */
export function selfOf(file: JavaFile, scope: ClassScope): Var {
  if (scope.isStatic) return scope.variable;
  return scope.self === PLAIN ? file.writer.instance(scope.variable) : scope.self;
}

/** Runs `read` with a definition as the owner of what is found. */
export function owned(file: JavaFile, def: number, read: () => void): void {
  const { scope, owner } = file;
  file.owner = def;
  file.scope = file.writer.defs[def]?.qualified ?? scope;
  file.names.open();
  read();
  file.names.close();
  file.scope = scope;
  file.owner = owner;
}

/** A local variable, with the value it has at first. */
export function declareLocal(file: JavaFile, name: string, held: Var): void {
  const { names, writer } = file;
  if (name === "" || name === "_") return;
  if (held === PLAIN) {
    names.declare(name, "plain", writer.unit);
    return;
  }
  const own = names.declare(name, "value", writer.unit);
  writer.copy(variableOf(writer, own), held);
}

/** True when the modifiers of a declaration have the word. */
export function hasModifier(file: JavaFile, node: Node, word: string): boolean {
  const { tree } = file;
  const modifiers = tree.childOf(node, "modifiers");
  return modifiers !== NONE && tree.childOf(modifiers, word) !== NONE;
}
