import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { callExpression, newExpression } from "./calls.ts";
import { classValue } from "./classes.ts";
import { typedBy } from "./context.ts";
import type { Naming } from "./frame.ts";
import { functionValue } from "./functions.ts";
import { isExports, load, moduleItself, placeOf, prototypeOwner, store } from "./members.ts";
import { narrowed, narrowedTo } from "./narrowing.ts";
import { arrayLiteral, identifier, jsxElement, objectLiteral } from "./objects.ts";
import { assign } from "./patterns.ts";
import { firstNamed, literal, unwrap } from "./syntax.ts";
import { objectOf } from "./types.ts";
import type { Expression, Walker } from "./walker.ts";

const data: Expression = (walker) => walker.data();
const nothing: Expression = (walker) => walker.nothing();

/** Through parentheses, casts and the like. */
const inside: Expression = (walker, node, naming) => walker.value(firstNamed(walker.tree, node), naming);

const text: Expression = (walker, node) => {
  const { tree } = walker;
  if (tree.end(node) - tree.start(node) > 66)
    return tree.type(node) === "string" ? walker.data() : walker.parts(node);
  const known = literal(tree, node);
  return known === undefined ? walker.parts(node) : walker.constant(known);
};

const memberExpression: Expression = (walker, node) => {
  if (isExports(walker, node)) return moduleItself(walker);
  return load(walker, placeOf(walker, node), false);
};

const thisExpression: Expression = (walker) => {
  const { frame } = walker;
  return frame.self === -1 ? walker.nothing() : frame.self;
};

/** `value as T`: the value, and where nothing is known of it, some object of the type. */
const cast: Expression = (walker, node, naming) => {
  const { tree, writer } = walker;
  const parts = tree.children(node);
  const isOld = tree.type(node) === "type_assertion";
  const [first = NONE, second = NONE] = parts;
  const value = walker.value(isOld ? second : first, naming);
  const type = isOld ? firstNamed(tree, first) : second;
  const object = objectOf(walker, type);
  if (object === -1) return value;
  typedBy(walker, isOld ? second : first, value, object);
  const either = narrowedTo(walker, value, type);
  writer.hint(either, object);
  return either;
};

const assignment: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const left = unwrap(tree, tree.field(node, "left"));
  const right = tree.field(node, "right");
  if (left === NONE) return walker.parts(node);
  const type = tree.type(left);
  if (isExports(walker, left) && type === "member_expression") {
    const value = walker.value(right, { name: "exports", span: spanOf(walker, node), exported: true });
    writer.export("=", value);
    givenOut(walker, right);
    return value;
  }
  if (type === "member_expression" || type === "subscript_expression") {
    const place = placeOf(walker, left);
    const naming =
      place.name === undefined ? undefined : memberNaming(walker, node, left, place.name, place.exported);
    const value = walker.value(right, naming);
    walker.at(left);
    store(walker, place, value);
    if (place.exported) givenOut(walker, right);
    return value;
  }
  const naming = type === "identifier" ? nameNaming(walker, node, left) : undefined;
  const value = walker.value(right, naming);
  assign(walker, left, value);
  return value;
};

/** A name given to CommonJS: what it stands for is exported. */
function givenOut(walker: Walker, right: Node): void {
  const { tree } = walker;
  const value = unwrap(tree, right);
  const names: Node[] = [];
  if (value !== NONE && tree.type(value) === "identifier") names.push(value);
  if (value !== NONE && tree.type(value) === "object") {
    for (const part of tree.children(value)) {
      const inner = tree.type(part) === "pair" ? tree.field(part, "value") : part;
      if (tree.type(inner) === "identifier" || tree.type(inner) === "shorthand_property_identifier")
        names.push(inner);
    }
  }
  for (const name of names) {
    const known = walker.scope.find(tree.text(name));
    if (known !== undefined) walker.given.push(known);
  }
}

/** The statement that an assignment is, or itself. */
function spanOf(walker: Walker, node: Node): Node {
  const parent = walker.tree.parent(node);
  return parent !== NONE && walker.tree.type(parent) === "expression_statement" ? parent : node;
}

function nameNaming(walker: Walker, node: Node, left: Node): Naming {
  const text = walker.tree.text(left);
  const bound = walker.scope.find(text);
  return {
    name: text,
    span: spanOf(walker, node),
    ...(bound !== undefined && bound.def === -1 ? { bound } : {}),
  };
}

/** `Foo.prototype.bar = function` is the method `Foo.bar`, any other `x.y = function` is `y`. */
function memberNaming(walker: Walker, node: Node, left: Node, name: string, exported: boolean): Naming {
  const span = spanOf(walker, node);
  const owner = prototypeOwner(walker, left);
  if (owner !== NONE) return { name, kind: "method", span, owner: ownerOf(walker, owner) };
  const { tree } = walker;
  if (name === "prototype" && tree.type(tree.field(left, "object")) === "identifier")
    return { name, span, owner: ownerOf(walker, tree.field(left, "object")) };
  return { name, span, exported };
}

function ownerOf(walker: Walker, node: Node): { def: number; path: string } {
  const { tree, writer } = walker;
  const text = tree.text(node);
  const known = walker.scope.find(text)?.def ?? -1;
  const def = writer.defs[known];
  if (def !== undefined) return { def: known, path: def.qualified };
  return { def: walker.def, path: walker.path === "" ? text : `${walker.path}.${text}` };
}

/** `a ||= b` keeps both; arithmetic leaves nothing that could be called. */
const augmented: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const left = unwrap(tree, tree.field(node, "left"));
  const right = tree.field(node, "right");
  const operator = tree.text(tree.field(node, "operator"));
  if (operator !== "||=" && operator !== "&&=" && operator !== "??=") {
    walker.value(left);
    walker.value(right);
    return walker.data();
  }
  const either = walker.own(walker.value(left));
  const isName = left !== NONE && tree.type(left) === "identifier";
  walker.flow.branch(
    [() => writer.copy(either, walker.value(right, isName ? nameNaming(walker, node, left) : undefined))],
    false,
  );
  assign(walker, left, either);
  return either;
};

/** Runs `arm` as something that may not run, where that makes a difference. */
function perhaps(walker: Walker, node: Node, arm: () => void): void {
  if (walker.affects(node)) walker.flow.branch([arm], false);
  else arm();
}

const binary: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const left = tree.field(node, "left");
  const right = tree.field(node, "right");
  const operator = tree.text(tree.field(node, "operator"));
  const first = walker.value(left);
  if (operator !== "&&" && operator !== "||" && operator !== "??") {
    walker.value(right);
    return walker.data();
  }
  const result = writer.variable();
  if (operator !== "&&") writer.copy(result, first);
  const second = () => writer.copy(result, walker.value(right));
  perhaps(walker, right, operator === "&&" ? () => narrowed(walker, left, second) : second);
  return result;
};

const ternary: Expression = (walker, node, naming) => {
  const { tree, writer } = walker;
  const [yes, no] = [tree.field(node, "consequence"), tree.field(node, "alternative")];
  const condition = tree.field(node, "condition");
  walker.value(condition);
  const result = writer.variable();
  const arms = [
    () => narrowed(walker, condition, () => writer.copy(result, walker.value(yes, naming))),
    () => writer.copy(result, walker.value(no, naming)),
  ];
  if (walker.affects(yes) || walker.affects(no)) walker.flow.branch(arms, true);
  else for (const arm of arms) arm();
  return result;
};

const sequence: Expression = (walker, node) => {
  let last: Var = walker.nothing();
  for (const part of walker.tree.children(node)) last = walker.value(part);
  return last;
};

const awaiting: Expression = (walker, node) => {
  const value = walker.value(firstNamed(walker.tree, node));
  walker.flow.forgetAll();
  return walker.writer.await(value);
};

const yielding: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const inner = firstNamed(tree, node);
  const value = walker.value(inner);
  walker.flow.forgetAll();
  walker.at(node);
  const delegates = tree.childOf(node, "*") !== NONE;
  if (inner !== NONE) writer.yield(delegates ? writer.iterate(value) : value);
  // `yield*` is what the other generator returns; what `yield` is, whoever runs this one gives.
  return delegates ? writer.await(value) : writer.variable();
};

const update: Expression = (walker, node) => {
  walker.value(walker.tree.field(node, "argument"));
  return walker.data();
};

const jsxExpression: Expression = (walker, node) => {
  const { tree } = walker;
  const inner = firstNamed(tree, node);
  if (inner === NONE) return walker.data();
  if (tree.type(inner) !== "spread_element") return walker.value(inner);
  walker.at(node);
  return walker.writer.iterate(walker.value(firstNamed(tree, inner)));
};

const undefinedName: Expression = (walker, node) =>
  walker.scope.find("undefined") === undefined ? walker.nothing() : identifier(walker, node);

const table: Record<string, Expression> = {
  identifier,
  shorthand_property_identifier: identifier,
  property_identifier: data,
  undefined: undefinedName,
  null: nothing,
  true: data,
  false: data,
  regex: data,
  comment: data,
  meta_property: data,
  jsx_text: data,
  type_arguments: data,
  type_annotation: data,
  string: text,
  number: data,
  template_string: text,
  this: thisExpression,
  super: nothing,
  import: nothing,
  parenthesized_expression: inside,
  non_null_expression: inside,
  instantiation_expression: inside,
  computed_property_name: inside,
  template_substitution: inside,
  as_expression: cast,
  satisfies_expression: cast,
  type_assertion: cast,
  member_expression: memberExpression,
  subscript_expression: memberExpression,
  call_expression: callExpression,
  new_expression: newExpression,
  assignment_expression: assignment,
  augmented_assignment_expression: augmented,
  binary_expression: binary,
  ternary_expression: ternary,
  update_expression: update,
  sequence_expression: sequence,
  await_expression: awaiting,
  yield_expression: yielding,
  object: objectLiteral,
  array: arrayLiteral,
  arrow_function: functionValue,
  function_expression: functionValue,
  generator_function: functionValue,
  method_definition: functionValue,
  class: classValue,
  jsx_element: jsxElement,
  jsx_self_closing_element: jsxElement,
  jsx_expression: jsxExpression,
};

export const EXPRESSIONS: ReadonlyMap<string, Expression> = new Map(Object.entries(table));
