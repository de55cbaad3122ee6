import { Param, Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { declareValue, type Frame, type GoFile, inUnit, solid } from "./file.ts";
import { declareTypeParameters, giveResults, lastName, resultTypes, sample, typeOf } from "./types.ts";

const TESTS = /^(Test|Benchmark|Example|Fuzz)($|[^a-z])/;

/** `func name(...)` at the top of a file. */
export function functionDeclaration(file: GoFile, node: Node): void {
  const { tree, writer, names } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name === "") return;
  const test = file.path.endsWith("_test.go") && TESTS.test(name);
  const def = define(file, node, { name, scope: "", owner: -1, kind: test ? "test" : "function", test });
  const unit = openFunction(file, node, def, UnitFlag.NONE);
  const own = names.find(name);
  const value = writer.func(unit, own?.node === node ? own.variable : writer.variable());
  if (name !== "init" && name !== "main" && name !== "_") writer.export(name, value);
}

/** `func (receiver) name(...)`: becomes a member of the receiver's type, wherever that is declared. */
export function methodDeclaration(file: GoFile, node: Node): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  const receiver = tree.field(node, "receiver");
  const declaration = receiver === NONE ? undefined : tree.children(receiver)[0];
  const type = declaration === undefined ? NONE : tree.field(declaration, "type");
  if (name === "" || type === NONE) return;
  const scope = lastName(file, type);
  const def = define(file, node, { name, scope, owner: -1, kind: "method", test: false });
  file.methods.set(def, scope);
  const unit = openFunction(file, node, def, UnitFlag.METHOD, declaration);
  const method = writer.func(unit);
  const target = typeOf(file, type);
  if (target !== PLAIN) writer.store(target, name, method);
}

/** A method of an interface: known by its header alone. */
export function declaredMethod(
  file: GoFile,
  node: Node,
  classUnit: number,
  scope: string,
  owner: number,
): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  if (name === "") return;
  const def = define(file, node, { name, scope, owner, kind: "method", test: false });
  const unit = writer.open(def, UnitFlag.METHOD | UnitFlag.DECLARED);
  writer.param(unit, "");
  parameters(file, unit, tree.field(node, "parameters"));
  writer.within(unit, () => giveResults(file, resultTypes(file, node)));
  writer.store((writer.units[classUnit] as { self: Var }).self, name, writer.func(unit));
}

/** `func(...) {...}` as a value. */
export function lambda(file: GoFile, node: Node): Var {
  const { tree, writer, frame } = file;
  const name = `<lambda:${tree.line(node)}:${tree.column(node)}>`;
  const def = define(file, node, {
    name,
    scope: frame.scope,
    owner: frame.owner,
    kind: "lambda",
    test: false,
  });
  return writer.func(openFunction(file, node, def, UnitFlag.NONE));
}

interface Naming {
  name: string;
  scope: string;
  owner: number;
  kind: string;
  test: boolean;
}

function define(file: GoFile, node: Node, naming: Naming): number {
  const { tree, writer } = file;
  const isLambda = naming.kind === "lambda";
  const def = writer.define(
    {
      type: "function",
      kind: naming.kind,
      name: naming.name,
      owner: naming.owner,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: isLambda ? "" : commentAbove(tree, tree.start(node), "//"),
      signature: signature(tree, node, tree.field(node, "body")),
      exported: isExported(naming.name),
      test: naming.test,
      cyclomatic: 1,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    naming.scope,
  );
  file.owners.set(node, def);
  return def;
}

/** A name is seen by other packages when it begins with a capital. */
export function isExported(name: string): boolean {
  const first = name.charAt(0);
  return first !== first.toLowerCase();
}

/** Opens the unit of a function and reads its header and body. */
function openFunction(file: GoFile, node: Node, def: number, flags: number, receiver?: Node): number {
  const { tree, writer, frame } = file;
  const body = tree.field(node, "body");
  const unit = writer.open(def, body === NONE ? flags | UnitFlag.DECLARED : flags);
  const scope = writer.defs[def]?.qualified ?? frame.scope;
  inUnit(file, unit, { scope, owner: def, results: [] }, () => {
    declareTypeParameters(file, tree.field(node, "type_parameters"));
    if (receiver !== undefined) {
      receiverParameters(file, tree.field(receiver, "type"));
      parameter(file, unit, receiver);
    }
    parameters(file, unit, tree.field(node, "parameters"));
    if (body === NONE) giveResults(file, resultTypes(file, node));
    else {
      declareResults(file, unit, node, file.frame);
      file.body(unit, body);
    }
  });
  return unit;
}

/** `[K, V]` of the receiver `*Map[K, V]`. */
function receiverParameters(file: GoFile, type: Node): void {
  const { tree, names, writer } = file;
  let at = type;
  while (at !== NONE && tree.type(at) !== "generic_type") {
    at =
      tree.type(at) === "pointer_type" || tree.type(at) === "parenthesized_type"
        ? (tree.children(at)[0] ?? NONE)
        : NONE;
  }
  if (at === NONE) return;
  for (const argument of tree.children(tree.field(at, "type_arguments"))) {
    names.declare(tree.text(argument), "parameter", writer.unit);
  }
}

function parameters(file: GoFile, unit: number, list: Node): void {
  if (list === NONE) return;
  for (const declaration of file.tree.children(list)) parameter(file, unit, declaration);
}

/** One declaration: `a, b T`, `T`, or `rest ...T`. */
function parameter(file: GoFile, unit: number, declaration: Node): void {
  const { tree, writer } = file;
  const type = tree.field(declaration, "type");
  const rest = tree.type(declaration) === "variadic_parameter_declaration";
  const names = tree.fields(declaration, "name").map((name) => tree.text(name));
  writer.within(unit, () => {
    const some = typed(file, type, rest);
    for (const name of names.length === 0 ? [""] : names) {
      const variable = writer.param(unit, name === "_" ? "" : name, rest ? Param.REST : Param.PLAIN);
      if (some !== PLAIN) writer.copy(variable, some);
      else if (isPlain(file, type) && !rest) {
        declareValue(file, name, PLAIN);
        continue;
      }
      declareValue(file, name, variable, type);
    }
  });
}

function typed(file: GoFile, type: Node, rest: boolean): Var {
  const { writer } = file;
  const element = sample(file, type);
  if (element === PLAIN || !rest) return element;
  const list = writer.make(Shape.LIST);
  writer.put(list, "*", element);
  return list;
}

/** Numbers, texts and truth values. */
function isPlain(file: GoFile, type: Node): boolean {
  const { tree, names } = file;
  if (type === NONE || tree.type(type) !== "type_identifier") return false;
  const name = tree.text(type);
  return name !== "any" && names.find(name) === undefined && typeOf(file, type) === PLAIN;
}

/** Results that are named or several gather in one variable each; a single one is returned as it is. */
function declareResults(file: GoFile, unit: number, node: Node, frame: Frame): void {
  const { tree, writer } = file;
  const types = resultTypes(file, node);
  const list = tree.field(node, "result");
  const names = list !== NONE && tree.type(list) === "parameter_list" ? resultNames(file, list) : [];
  if (types.length === 0) return;
  const result = (writer.units[unit] as { result: Var }).result;
  if (types.length === 1 && names.length === 0) {
    const some = sample(file, types[0] as Node);
    if (some !== PLAIN) writer.hint(result, some);
    return;
  }
  frame.results = types.map((type) => {
    const variable = writer.variable();
    const some = sample(file, type);
    if (some !== PLAIN) writer.hint(variable, some);
    return variable;
  });
  for (const [index, name] of names.entries())
    declareValue(file, name, frame.results[index] as Var, types[index]);
  if (frame.results.length === 1) {
    writer.result(frame.results[0] as Var);
    return;
  }
  const all = writer.make(Shape.TUPLE);
  for (const [index, variable] of frame.results.entries())
    writer.put(all, String(index), solid(file, variable));
  writer.result(all);
}

function resultNames(file: GoFile, list: Node): string[] {
  const { tree } = file;
  return tree
    .children(list)
    .flatMap((declaration) => tree.fields(declaration, "name").map((name) => tree.text(name)));
}
