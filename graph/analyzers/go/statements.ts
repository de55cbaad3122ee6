import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { assignAll, expressions, isDeclaring, range } from "./assignments.ts";
import { effects, narrow } from "./conversions.ts";
import { localDeclaration } from "./declarations.ts";
import { declareValue, type GoFile, stamp } from "./file.ts";
import { functionDeclaration } from "./functions.ts";

/** Reads a statement, or a block of them. */
export function statement(file: GoFile, node: Node): void {
  const { tree } = file;
  switch (tree.type(node)) {
    case "expression_statement":
    case "go_statement":
    case "defer_statement":
    case "inc_statement":
    case "dec_statement":
      for (const child of tree.children(node)) effects(file, child);
      return;
    case "short_var_declaration":
      assignAll(file, tree.field(node, "left"), tree.field(node, "right"), true);
      return;
    case "assignment_statement":
      assignment(file, node);
      return;
    case "receive_statement":
      assignAll(file, tree.field(node, "left"), tree.field(node, "right"), isDeclaring(file, node));
      return;
    case "return_statement":
      returned(file, node);
      return;
    case "send_statement":
      send(file, node);
      return;
    case "for_statement":
      inScope(file, () => forLoop(file, node));
      return;
    case "type_switch_statement":
      inScope(file, () => typeSwitch(file, node));
      return;
    case "block":
    case "if_statement":
    case "expression_switch_statement":
    case "expression_case":
    case "default_case":
    case "communication_case":
      inScope(file, () => each(file, node));
      return;
    case "var_declaration":
    case "const_declaration":
    case "type_declaration":
      localDeclaration(file, node);
      return;
    case "function_declaration":
      functionDeclaration(file, node);
      return;
    default:
      each(file, node);
  }
}

/** Whatever stands in a node, in order: statements run, expressions are read. */
function each(file: GoFile, node: Node): void {
  const { tree } = file;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child) || tree.isComment(child)) continue;
    if (isExpression(tree.type(child))) effects(file, child);
    else statement(file, child);
  }
}

function isExpression(type: string): boolean {
  return (
    type.endsWith("_expression") ||
    type.endsWith("_literal") ||
    type === "identifier" ||
    type === "expression_list" ||
    type === "label_name"
  );
}

function inScope(file: GoFile, read: () => void): void {
  file.names.open();
  read();
  file.names.close();
}

function assignment(file: GoFile, node: Node): void {
  const { tree } = file;
  const left = tree.field(node, "left");
  const right = tree.field(node, "right");
  if (tree.text(tree.field(node, "operator")) === "=") {
    assignAll(file, left, right, false);
    return;
  }
  effects(file, left);
  effects(file, right);
}

function returned(file: GoFile, node: Node): void {
  const { tree, writer, frame } = file;
  const list = tree.children(node)[0];
  if (list === undefined) return;
  const sources = expressions(file, list);
  const values = sources.map((source) => file.value(source));
  const { results } = frame;
  if (results.length > 1 && values.length === 1) {
    // return g(), where g gives as many results.
    const whole = values[0] as Var;
    if (whole === PLAIN) return;
    stamp(file, list);
    for (const [index, result] of results.entries()) writer.item(whole, String(index), result);
    return;
  }
  for (const [index, held] of values.entries()) {
    if (held === PLAIN) continue;
    const result = results[index];
    if (result !== undefined) writer.copy(result, held);
    else if (values.length === 1) writer.result(held);
  }
}

function send(file: GoFile, node: Node): void {
  const { tree, writer } = file;
  const channel = file.value(tree.field(node, "channel"));
  const held = file.value(tree.field(node, "value"));
  if (channel !== PLAIN && held !== PLAIN) writer.put(channel, "*", held);
}

function forLoop(file: GoFile, node: Node): void {
  const { tree } = file;
  const body = tree.field(node, "body");
  for (const child of tree.children(node)) {
    if (child === body) continue;
    if (tree.type(child) === "range_clause") range(file, child);
    else if (tree.type(child) === "for_clause") each(file, child);
    else effects(file, child);
  }
  if (body !== NONE) statement(file, body);
}

/** `switch v := x.(type)`: in a case of one type `v` is of that type. */
function typeSwitch(file: GoFile, node: Node): void {
  const { tree, names } = file;
  const initializer = tree.field(node, "initializer");
  if (initializer !== NONE) statement(file, initializer);
  const from = file.value(tree.field(node, "value"));
  const alias = tree.field(node, "alias");
  const name = alias === NONE ? "" : tree.text(alias);
  if (from !== PLAIN) file.owned.add(from);
  for (const branch of tree.children(node)) {
    const type = tree.type(branch);
    if (type !== "type_case" && type !== "default_case") continue;
    const types = tree.fields(branch, "type").filter((child) => tree.named(child));
    names.open();
    if (name !== "")
      declareValue(file, name, types.length === 1 ? narrow(file, from, types[0] as Node) : from);
    for (const child of tree.children(branch))
      if (tree.type(child) === "statement_list") statement(file, child);
    names.close();
  }
}
