import { Param, Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { memberName, superConstructor } from "./calls.ts";
import { type ClassScope, hasModifier, type JavaFile, owned } from "./file.ts";
import { declareTypeParameters, isPlainType, sample } from "./types.ts";

/** A call may give a variable number of arguments: as many as this beyond the fixed ones are looked for. */
const MOST_VARIABLE = 6;

export function method(file: JavaFile, scope: ClassScope, node: Node): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name === "") return;
  const isTest = isTestMethod(file, node);
  const def = define(file, node, name, isTest ? "test" : "method", isTest);
  const isStatic = hasModifier(file, node, "static");
  const unit = open(file, scope, node, def, isStatic);
  const held = writer.func(unit);
  const self = (writer.units[scope.unit] as { self: Var }).self;
  const own = writer.units[unit];
  for (const count of arities(own?.params ?? [])) writer.store(self, memberName(name, count), held);
  // For references, which do not tell how many arguments there will be.
  writer.store(self, `${name}/`, held);
}

export function constructorOf(file: JavaFile, scope: ClassScope, node: Node): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name === "") return;
  const def = define(file, node, name, "constructor", false);
  const unit = open(file, scope, node, def, false);
  const held = writer.func(unit);
  const self = (writer.units[scope.unit] as { self: Var }).self;
  for (const count of arities(writer.units[unit]?.params ?? [])) {
    writer.store(self, memberName("<init>", count), held);
  }
}

/** Numbers of arguments that a call may have. */
function arities(params: readonly { kind: number }[]): number[] {
  const count = params.length;
  if (params.at(-1)?.kind !== Param.REST) return [count];
  return Array.from({ length: MOST_VARIABLE + 1 }, (_, more) => count - 1 + more);
}

function isTestMethod(file: JavaFile, node: Node): boolean {
  const { tree } = file;
  const modifiers = tree.childOf(node, "modifiers");
  if (modifiers === NONE) return false;
  return tree.children(modifiers).some((child) => {
    if (!tree.type(child).endsWith("annotation")) return false;
    const name = tree.text(tree.field(child, "name"));
    return /(^|\.)(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)$/.test(name);
  });
}

function define(file: JavaFile, node: Node, name: string, kind: string, test: boolean): number {
  const { tree, writer } = file;
  const start = headerStart(file, node);
  const parent = tree.parent(node);
  const inInterface = parent !== NONE && tree.type(parent) === "interface_body";
  const def = writer.define(
    {
      type: "function",
      kind,
      name,
      owner: file.owner,
      lines: [tree.lineAt(start), tree.endLine(node)],
      docstring: commentAbove(tree, tree.start(node), "//"),
      signature: signature(tree, node, tree.field(node, "body"), start).replace(/\s*;$/, ""),
      exported: hasModifier(file, node, "public") || (inInterface && !hasModifier(file, node, "private")),
      test,
      cyclomatic: 1,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    file.scope,
  );
  file.owners.set(node, def);
  return def;
}

/** Where a declaration begins behind its annotations. */
export function headerStart(file: JavaFile, node: Node): number {
  const { tree } = file;
  const modifiers = tree.childOf(node, "modifiers");
  if (modifiers === NONE) return tree.start(node);
  for (let child = tree.first(modifiers); child !== NONE; child = tree.next(child)) {
    if (!tree.type(child).endsWith("annotation") && !tree.isComment(child)) return tree.start(child);
  }
  const next = tree.next(modifiers);
  return next === NONE ? tree.start(node) : tree.start(next);
}

/** Opens the unit of a method and reads its header and body. */
function open(file: JavaFile, scope: ClassScope, node: Node, def: number, isStatic: boolean): number {
  const { tree, writer } = file;
  const body = tree.field(node, "body");
  const flags = UnitFlag.METHOD | (isStatic ? UnitFlag.STATIC : 0) | (body === NONE ? UnitFlag.DECLARED : 0);
  const unit = writer.open(def, flags, !isStatic);
  const before = { self: scope.self, isStatic: scope.isStatic };
  scope.isStatic = isStatic;
  scope.self = isStatic ? PLAIN : (writer.units[unit] as { self: Var }).self;
  owned(file, def, () =>
    writer.within(unit, () => {
      declareTypeParameters(file, node);
      if (!isStatic) writer.hint(scope.self, writer.instance(scope.variable));
      parameters(file, unit, parametersOf(file, node));
      returns(file, unit, tree.field(node, "type"), body === NONE);
      if (body === NONE) return;
      if (tree.type(node) !== "method_declaration") implicitSuper(file, scope, body);
      file.run(body);
    }),
  );
  scope.self = before.self;
  scope.isStatic = before.isStatic;
  return unit;
}

/** A compact constructor has the parameters of its record. */
function parametersOf(file: JavaFile, node: Node): Node {
  const { tree } = file;
  if (tree.type(node) !== "compact_constructor_declaration") return tree.field(node, "parameters");
  const body = tree.parent(node);
  const record = body === NONE ? NONE : tree.parent(body);
  return record === NONE ? NONE : tree.field(record, "parameters");
}

function returns(file: JavaFile, unit: number, type: Node, declared: boolean): void {
  const { writer } = file;
  const some = sample(file, type);
  if (some === PLAIN) return;
  if (declared) writer.result(some);
  else writer.hint((writer.units[unit] as { result: Var }).result, some);
}

/** A constructor that does not say otherwise runs the one above it that takes nothing. */
function implicitSuper(file: JavaFile, scope: ClassScope, body: Node): void {
  const { tree } = file;
  if (!scope.inherits || tree.childOf(body, "explicit_constructor_invocation") !== NONE) return;
  file.writer.line = tree.line(body);
  superConstructor(file, scope, []);
}

function parameters(file: JavaFile, unit: number, list: Node): void {
  const { tree } = file;
  if (list === NONE) return;
  for (const node of tree.children(list)) {
    if (tree.type(node) === "formal_parameter") {
      parameter(file, unit, tree.text(tree.field(node, "name")), tree.field(node, "type"), false);
    } else if (tree.type(node) === "spread_parameter") {
      const declarator = tree.childOf(node, "variable_declarator");
      const type = tree.children(node).find((child) => tree.type(child) !== "modifiers") ?? NONE;
      const name = declarator === NONE ? "" : tree.text(tree.field(declarator, "name"));
      parameter(file, unit, name, type, true);
    }
  }
}

function parameter(file: JavaFile, unit: number, name: string, type: Node, rest: boolean): void {
  const { writer, names } = file;
  const variable = writer.param(unit, name, rest ? Param.REST : Param.PLAIN);
  if (isPlainType(file, type) && !rest) {
    names.declare(name, "plain", writer.unit);
    return;
  }
  const some = sample(file, type);
  if (some !== PLAIN) writer.copy(variable, rest ? listOf(file, some) : some);
  const own = names.declare(name, "value", writer.unit, variable);
  variableOf(writer, own);
}

function listOf(file: JavaFile, element: Var): Var {
  const list = file.writer.make(Shape.LIST);
  file.writer.put(list, "*", element);
  return list;
}
