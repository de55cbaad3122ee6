import { CallFlag, type Def, Param, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { hintOf } from "./annotations.ts";
import { newBody } from "./body.ts";
import { docstringOf, signatureOf } from "./header.ts";
import type { Read, Reader, Run } from "./reader.ts";
import { assign } from "./targets.ts";

/** Adds a definition with what is the same for all kinds. `close` measures it later. */
export function define(
  reader: Reader,
  node: Node,
  about: Pick<Def, "type" | "kind" | "name" | "exported">,
): number {
  const { tree, writer, body } = reader;
  const block = tree.field(node, "body");
  const def = writer.define(
    {
      ...about,
      owner: body.def,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: about.kind === "lambda" ? "" : docstringOf(tree, block),
      signature: signatureOf(tree, node, block),
      test: reader.testFile || about.kind === "test",
      cyclomatic: 0,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    writer.defs[body.def]?.qualified ?? "",
  );
  reader.owners.set(node, def);
  return def;
}

/** Public names of the module, and public members of public classes. */
export function isExported(reader: Reader, name: string): boolean {
  if (reader.scope.kind === "module") return reader.listed?.has(name) ?? !name.startsWith("_");
  const owner = reader.writer.defs[reader.body.def];
  const hidden = name.startsWith("_") && !name.endsWith("__");
  return reader.scope.kind === "class" && owner !== undefined && owner.exported && !hidden;
}

interface Parameter {
  node: Node;
  name: string;
  kind: number;
  fallback: Var;
  hint: Var | undefined;
}

function functionDefinition(reader: Reader, node: Node): void {
  bindFunction(reader, node, []);
}

/** `def`, below its decorators. */
export function bindFunction(reader: Reader, node: Node, decorators: readonly Node[]): void {
  const { tree } = reader;
  const name = tree.text(tree.field(node, "name"));
  const kind = kindOf(reader, name, decorators);
  const called = decorators.map((decorator) => reader.expression(decorator));
  const def = define(reader, node, { type: "function", kind, name, exported: isExported(reader, name) });
  const value = readFunction(reader, node, def);
  // The stubs of an overloaded function are never what its name holds in the end.
  const stub = decorators.some((decorator) => /(^|\.)overload$/.test(tree.text(decorator)));
  if (name !== "" && !stub) reader.write(name, decorate(reader, value, decorators, called));
}

/** The innermost decorator is called first. */
export function decorate(
  reader: Reader,
  value: Var,
  decorators: readonly Node[],
  called: readonly Var[],
): Var {
  let result = value;
  for (let index = decorators.length - 1; index >= 0; index--) {
    const decorator = decorators[index] as Node;
    reader.at(decorator);
    const text = reader.tree.text(decorator);
    result = reader.writer.call(called[index] as Var, [result], text, CallFlag.DECORATOR);
  }
  if (decorators.length > 0) reader.forgetAll();
  return result;
}

function kindOf(reader: Reader, name: string, decorators: readonly Node[]): string {
  const inClass = reader.scope.kind === "class";
  const owner = reader.writer.defs[reader.body.def];
  if (name.startsWith("test")) {
    if (reader.testFile && !inClass && reader.scope.kind === "module") return "test";
    if (inClass && (reader.testFile ? /^Test|Tests?$|TestCase/.test(owner?.name ?? "") : isTestCase(owner)))
      return "test";
  }
  if (!inClass) return "function";
  const property = decorators.some((decorator) =>
    /(^|\.)(\w*_?property|setter|getter|deleter)$/.test(reader.tree.text(decorator)),
  );
  return property ? "property" : "method";
}

function isTestCase(owner: Def | undefined): boolean {
  return owner !== undefined && /\bTestCase\b/.test(owner.signature);
}

function lambda(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const name = `<lambda:${tree.line(node)}:${tree.column(node)}>`;
  const def = define(reader, node, { type: "function", kind: "lambda", name, exported: false });
  return readFunction(reader, node, def);
}

/** A body that is there to be overridden: `raise NotImplementedError` or `...`, after a docstring or not. */
function leavesOpen({ tree }: Reader, block: Node): boolean {
  if (block === NONE || tree.type(block) !== "block") return false;
  const statements = tree.children(block).filter((child) => tree.type(child) !== "comment");
  const [first] = statements;
  if (first !== undefined && statements.length > 1 && isText({ tree }, first)) statements.shift();
  const [only] = statements;
  if (only === undefined || statements.length > 1) return false;
  return /^(raise NotImplementedError\b.*|\.\.\.)$/s.test(tree.text(only));
}

function isText({ tree }: Pick<Reader, "tree">, statement: Node): boolean {
  return tree.type(statement) === "expression_statement" && tree.type(tree.first(statement)) === "string";
}

/** Reads a function or lambda; the value is the function itself, undecorated. */
function readFunction(reader: Reader, node: Node, def: number): Var {
  const { tree, writer } = reader;
  const parameters = readParameters(reader, tree.field(node, "parameters"));
  const returned = tree.field(node, "return_type");
  const scope = reader.scopes.get(node);
  const generator = scope?.generator ?? false;
  const hint = generator || returned === NONE ? undefined : hintOf(reader, returned);
  const { body: around } = reader;
  const method = reader.scope.kind === "class";
  let flags: number = generator ? UnitFlag.GENERATOR : UnitFlag.NONE;
  if (tree.type(tree.first(node)) === "async") flags |= UnitFlag.ASYNC;
  if (method) flags |= UnitFlag.METHOD;
  if (method && leavesOpen(reader, tree.field(node, "body"))) flags |= UnitFlag.DECLARED;
  const unit = writer.open(def, flags);
  const variables = parameters.map(({ name, kind, fallback }) => writer.param(unit, name, kind, fallback));
  const body = newBody(writer, unit, def, around.classUnit, around.className);
  body.self = parameters[0]?.kind === Param.PLAIN ? (variables[0] as Var) : -1;
  reader.inUnit(node, body, () => {
    parameters.forEach((parameter, index) => {
      const variable = variables[index] as Var;
      if (parameter.hint !== undefined) writer.hint(variable, parameter.hint);
      assign(reader, parameter.node, variable);
    });
    const result = writer.units[unit]?.result ?? -1;
    if (hint !== undefined) writer.hint(result, hint);
    const block = tree.field(node, "body");
    if (tree.type(node) === "lambda") writer.result(reader.expression(block));
    else reader.block(block);
  });
  return writer.func(unit);
}

/** Parameters; defaults and annotations are read in the unit around. */
function readParameters(reader: Reader, list: Node): Parameter[] {
  if (list === NONE) return [];
  const { tree } = reader;
  const found: Parameter[] = [];
  let kind: number = Param.PLAIN;
  for (const node of tree.children(list)) {
    const type = tree.type(node);
    if (type === "keyword_separator") kind = Param.NAMED;
    if (type === "keyword_separator" || type === "positional_separator" || type === "ERROR") continue;
    const named = tree.field(node, "name");
    const target = named !== NONE ? named : type === "typed_parameter" ? tree.first(node) : node;
    const own = kindOfParameter(tree.type(target), kind);
    if (own === Param.REST) kind = Param.NAMED;
    const value = tree.field(node, "value");
    const identifier = tree.type(target) === "identifier" ? target : tree.childOf(target, "identifier");
    found.push({
      node: own === Param.REST || own === Param.REST_NAMED ? identifier : target,
      name: tree.text(identifier),
      kind: own,
      fallback: value === NONE ? -1 : reader.expression(value),
      hint:
        own === Param.REST || own === Param.REST_NAMED ? undefined : hintOf(reader, tree.field(node, "type")),
    });
  }
  return found;
}

function kindOfParameter(type: string, kind: number): number {
  if (type === "list_splat_pattern") return Param.REST;
  if (type === "dictionary_splat_pattern") return Param.REST_NAMED;
  return kind;
}

export const functions: [string, Run][] = [["function_definition", functionDefinition]];
export const lambdas: [string, Read][] = [["lambda", lambda]];
