import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { delegate } from "./calls.ts";
import { declareLocal, type JavaFile, stamp } from "./file.ts";
import { isPlainType, sample } from "./types.ts";

const SCOPES = new Set([
  "block",
  "constructor_body",
  "if_statement",
  "while_statement",
  "do_statement",
  "for_statement",
  "switch_block",
  "switch_rule",
  "switch_block_statement_group",
  "try_statement",
  "finally_clause",
]);

/** Reads a statement, or a block of them. */
export function run(file: JavaFile, node: Node): void {
  const { tree } = file;
  const type = tree.type(node);
  switch (type) {
    case "local_variable_declaration":
      locals(file, node);
      return;
    case "return_statement":
    case "yield_statement":
      given(file, node);
      return;
    case "throw_statement": {
      const held = file.value(tree.children(node)[0] ?? NONE);
      if (held !== PLAIN) file.writer.throw(held);
      return;
    }
    case "enhanced_for_statement":
      inScope(file, () => forEach(file, node));
      return;
    case "catch_clause":
      inScope(file, () => caught(file, node));
      return;
    case "try_with_resources_statement":
      inScope(file, () => withResources(file, node));
      return;
    case "explicit_constructor_invocation":
      delegate(file, node);
      return;
    case "type_pattern":
    case "record_pattern_component":
      pattern(file, node);
      return;
    case "labeled_statement":
    case "break_statement":
    case "continue_statement":
      for (const child of tree.children(node)) if (tree.type(child) !== "identifier") run(file, child);
      return;
    default:
      if (SCOPES.has(type)) inScope(file, () => each(file, node));
      else each(file, node);
  }
}

function inScope(file: JavaFile, read: () => void): void {
  file.names.open();
  read();
  file.names.close();
}

function each(file: JavaFile, node: Node): void {
  const { tree } = file;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child) || tree.isComment(child)) continue;
    const type = tree.type(child);
    if (isDeclaration(type)) file.body(child, NOTHING);
    else if (isExpression(type)) file.value(child);
    else run(file, child);
  }
}

/** A local class names itself. */
const NOTHING = { name: "", kind: "", bases: [], interfaces: [], variable: PLAIN };

function isDeclaration(type: string): boolean {
  return (
    type === "class_declaration" ||
    type === "interface_declaration" ||
    type === "enum_declaration" ||
    type === "record_declaration"
  );
}

function isExpression(type: string): boolean {
  if (type === "switch_expression") return false;
  return (
    type.endsWith("_expression") ||
    type.endsWith("_literal") ||
    type === "identifier" ||
    type === "method_invocation" ||
    type === "field_access" ||
    type === "array_access" ||
    type === "method_reference" ||
    type === "this"
  );
}

function locals(file: JavaFile, node: Node): void {
  const { tree } = file;
  const type = tree.field(node, "type");
  for (const declarator of tree.fields(node, "declarator")) {
    const held = file.value(tree.field(declarator, "value"));
    declareTyped(file, tree.text(tree.field(declarator, "name")), type, held);
  }
}

/** A variable of a declared type: what it is given, and when that is not known, some object of the type. */
export function declareTyped(file: JavaFile, name: string, type: Node, held: Var): void {
  const { writer, names } = file;
  if (name === "" || name === "_") return;
  if (isPlainType(file, type)) {
    names.declare(name, "plain", writer.unit);
    return;
  }
  const some = sample(file, type);
  const own = variableOf(writer, names.declare(name, "value", writer.unit));
  if (held !== PLAIN) writer.copy(own, held);
  if (some !== PLAIN) writer.hint(own, some);
}

function given(file: JavaFile, node: Node): void {
  const held = file.value(file.tree.children(node)[0] ?? NONE);
  if (held !== PLAIN && file.tree.type(node) === "return_statement") file.writer.result(held);
}

function forEach(file: JavaFile, node: Node): void {
  const { tree, writer } = file;
  const from = file.value(tree.field(node, "value"));
  stamp(file, node);
  const held = from === PLAIN ? PLAIN : writer.item(from, "*");
  declareTyped(file, tree.text(tree.field(node, "name")), tree.field(node, "type"), held);
  const body = tree.field(node, "body");
  if (body !== NONE) run(file, body);
}

function caught(file: JavaFile, node: Node): void {
  const { tree, writer } = file;
  const parameter = tree.childOf(node, "catch_formal_parameter");
  if (parameter !== NONE) {
    const types = tree.childOf(parameter, "catch_type");
    const own = writer.variable();
    for (const type of types === NONE ? [] : tree.children(types)) {
      const some = sample(file, type);
      if (some !== PLAIN) writer.copy(own, some);
    }
    declareLocal(file, tree.text(tree.field(parameter, "name")), own);
  }
  const body = tree.field(node, "body");
  if (body !== NONE) run(file, body);
}

function withResources(file: JavaFile, node: Node): void {
  const { tree } = file;
  const resources = tree.field(node, "resources");
  for (const resource of resources === NONE ? [] : tree.children(resources)) {
    const name = tree.field(resource, "name");
    if (name === NONE) continue;
    const held = file.value(tree.field(resource, "value"));
    declareTyped(file, tree.text(name), tree.field(resource, "type"), held);
  }
  for (const child of tree.children(node)) if (child !== resources) run(file, child);
}

/** `case T name` and the parts of record patterns. */
function pattern(file: JavaFile, node: Node): void {
  const [type, name] = file.tree.children(node);
  if (type !== undefined && name !== undefined) declareLocal(file, file.tree.text(name), sample(file, type));
}
