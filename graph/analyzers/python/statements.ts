import { CallFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { annotated, hintOf } from "./annotations.ts";
import { printed } from "./calls.ts";
import { augmented, truth } from "./operators.ts";
import type { Reader, Run } from "./reader.ts";
import { assign, assignPairs, pairUp, remove } from "./targets.ts";

/** `a = b = value`, `a: T = value`, `a: T`: what was assigned. */
function assignment(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const left = tree.field(node, "left");
  const type = tree.field(node, "type");
  const right = tree.field(node, "right");
  if (type !== NONE) return annotated(reader, left, type, right);
  const value = reader.expression(right);
  assign(reader, left, value);
  return value;
}

function assignmentStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  const left = tree.field(node, "left");
  if (reader.body.enumeration && isMember(reader, left, node)) {
    member(reader, left, node);
    return;
  }
  const pairs = left === NONE ? undefined : pairUp(reader, left, tree.field(node, "right"));
  if (pairs === undefined) assignment(reader, node);
  else assignPairs(reader, ...pairs);
}

function isMember(reader: Reader, left: Node, node: Node): boolean {
  const { tree } = reader;
  if (reader.scope.kind !== "class" || left === NONE || tree.type(left) !== "identifier") return false;
  const right = tree.field(node, "right");
  return !tree.text(left).startsWith("_") && right !== NONE && tree.type(right) !== "lambda";
}

/** `RED = 1` in an enum: an object of the enum that knows its value. */
function member(reader: Reader, left: Node, node: Node): void {
  const { tree, writer } = reader;
  const value = reader.expression(tree.field(node, "right"));
  const object = writer.instance(writer.units[reader.body.unit]?.self ?? -1);
  reader.at(left);
  writer.store(object, "value", value);
  reader.write(tree.text(left), object);
}

function augmentedAssignment(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const left = tree.field(node, "left");
  const right = tree.field(node, "right");
  const before = reader.expression(left);
  const value = reader.expression(right);
  reader.at(node);
  const operator = tree.text(tree.field(node, "operator"));
  const after = augmented(reader, operator, before, value);
  assign(reader, left, after);
  return after;
}

function expressionStatement(reader: Reader, node: Node): void {
  const { tree } = reader;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child)) continue;
    const type = tree.type(child);
    if (type === "assignment") assignmentStatement(reader, child);
    // Docstrings and `...` do nothing.
    else if (type !== "ellipsis" && (type !== "string" || tree.text(child).startsWith("f"))) {
      reader.expression(child);
    }
  }
}

function returns(reader: Reader, node: Node): void {
  const { writer, body } = reader;
  const [value] = reader.tree.children(node);
  const result = writer.units[body.unit]?.result ?? -1;
  if (value !== undefined) {
    const from = reader.expression(value);
    if (result !== -1) writer.result(from);
  }
  body.flow.stop();
}

/** `raise X` makes an X; `raise x` raises what is there. */
function raises(reader: Reader, node: Node): void {
  const { tree, writer } = reader;
  const cause = tree.field(node, "cause");
  const raised = tree.children(node).find((child) => child !== cause) ?? NONE;
  if (cause !== NONE) reader.expression(cause);
  if (raised !== NONE) {
    const type = tree.type(raised);
    const value = reader.expression(raised);
    reader.at(raised);
    writer.throw(value);
    if (type === "identifier" || type === "attribute") {
      writer.throw(writer.call(value, [], tree.text(raised), CallFlag.QUIET));
    }
  }
  reader.body.flow.stop();
}

function deletes(reader: Reader, node: Node): void {
  const { tree } = reader;
  for (const target of tree.children(node)) remove(reader, target);
}

function asserts(reader: Reader, node: Node): void {
  const [condition = NONE, ...rest] = reader.tree.children(node);
  truth(reader, condition);
  for (const one of rest) reader.expression(one);
}

/** `type X = Y`: what Y is, when it is asked for. */
function typeAlias(reader: Reader, node: Node): void {
  const { tree } = reader;
  const left = tree.field(node, "left");
  const name = left === NONE ? NONE : tree.first(left);
  if (name === NONE || tree.type(name) !== "identifier") return;
  const right = tree.field(node, "right");
  const only = right === NONE ? NONE : tree.first(right);
  const simple = only !== NONE && /^(identifier|attribute)$/.test(tree.type(only));
  reader.write(tree.text(name), simple ? reader.expression(only) : (hintOf(reader, right) ?? reader.data()));
}

function jumps(reader: Reader): void {
  reader.body.flow.jump();
}

function nothing(): void {}

export const simple: [string, Run][] = [
  ["expression_statement", expressionStatement],
  ["assignment", assignmentStatement],
  ["return_statement", returns],
  ["raise_statement", raises],
  ["delete_statement", deletes],
  ["assert_statement", asserts],
  ["print_statement", printed],
  ["exec_statement", printed],
  ["type_alias_statement", typeAlias],
  ["break_statement", jumps],
  ["continue_statement", jumps],
  ["pass_statement", nothing],
  ["global_statement", nothing],
  ["nonlocal_statement", nothing],
];

/** The same, where they stand as values: `a = b = 1`. */
export const assignments: [string, (reader: Reader, node: Node) => Var][] = [
  ["assignment", assignment],
  ["augmented_assignment", augmentedAssignment],
];
