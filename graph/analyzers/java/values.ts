import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { create, invoke } from "./calls.ts";
import { declareLocal, type JavaFile, selfOf, stamp } from "./file.ts";
import { lambda, reference } from "./lambdas.ts";
import { qualified, sample, typeNamed, typeOf } from "./types.ts";

/** Reads an expression; gives what it may hold, PLAIN when that is of no interest. */
export function value(file: JavaFile, node: Node): Var {
  const { tree } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "identifier":
      return named(file, node);
    case "this":
      return innermostSelf(file);
    case "method_invocation":
      return invoke(file, node);
    case "object_creation_expression":
      return create(file, node);
    case "field_access":
      return field(file, node);
    case "lambda_expression":
      return lambda(file, node);
    case "method_reference":
      return reference(file, node);
    case "assignment_expression":
      return assignment(file, node);
    case "cast_expression":
      return cast(file, node);
    case "instanceof_expression":
      return instanceOf(file, node);
    case "ternary_expression":
      value(file, tree.field(node, "condition"));
      return either(file, [tree.field(node, "consequence"), tree.field(node, "alternative")]);
    case "array_access":
      return element(file, node);
    case "array_creation_expression":
      return array(file, node);
    case "array_initializer":
      return filled(file, node);
    case "parenthesized_expression":
      return value(file, tree.children(node)[0] ?? NONE);
    case "switch_expression":
      file.run(node);
      return PLAIN;
    case "string_literal":
    case "decimal_integer_literal":
      return PLAIN;
    default:
      for (const child of tree.children(node)) value(file, child);
      return PLAIN;
  }
}

function innermostSelf(file: JavaFile): Var {
  const scope = file.classes.at(-1);
  return scope === undefined ? PLAIN : selfOf(file, scope);
}

/** A local, a field of a class around, or a class. */
function named(file: JavaFile, node: Node): Var {
  const { tree, writer, names, classes } = file;
  const name = tree.text(node);
  const found = names.find(name);
  if (found?.kind === "package") return writer.load(found.variable, name);
  if (found !== undefined) return found.kind === "parameter" ? found.variable : variableOf(writer, found);
  stamp(file, node);
  for (let at = classes.length - 1; at >= 0; at--) {
    const scope = classes[at] as (typeof classes)[number];
    if (scope.fields.has(name)) return writer.load(selfOf(file, scope), name);
  }
  const first = name.charAt(0);
  if (first !== first.toLowerCase() && first.toUpperCase() === first && !isConstant(name))
    return typeNamed(file, name);
  const inherited = classes.findLast((scope) => scope.inherits);
  return inherited === undefined ? PLAIN : writer.load(selfOf(file, inherited), name);
}

function isConstant(name: string): boolean {
  return name.length > 2 && name === name.toUpperCase();
}

function field(file: JavaFile, node: Node): Var {
  const { tree, writer, classes } = file;
  const object = tree.field(node, "object");
  const name = tree.field(node, "field");
  if (object === NONE || name === NONE) return PLAIN;
  if (tree.type(name) === "this") {
    // Outer.this
    const type = typeOf(file, object);
    const scope = classes.findLast((one) => one.variable === type);
    return scope === undefined ? (type === PLAIN ? PLAIN : writer.instance(type)) : selfOf(file, scope);
  }
  const full = fullName(file, node);
  if (full !== "") return qualified(file, full);
  const base = tree.type(object) === "super" ? innermostSelf(file) : value(file, object);
  if (base === PLAIN) return PLAIN;
  stamp(file, name);
  return writer.load(base, tree.text(name));
}

/** `a.b.C` in an expression, where `a` is nothing that is known; "" for all else. */
function fullName(file: JavaFile, node: Node): string {
  const { tree, names, classes } = file;
  const text = tree.source.slice(tree.start(node), Math.min(tree.end(node), tree.start(node) + 200));
  if (!/^[a-z]\w*(\.[a-z]\w*)*\.[A-Z]\w*$/.test(text)) return "";
  const first = text.slice(0, text.indexOf("."));
  const known = names.find(first) !== undefined || classes.some((scope) => scope.fields.has(first));
  return known || !text.slice(first.length + 1).includes(".") ? "" : text;
}

function either(file: JavaFile, nodes: readonly Node[]): Var {
  const { writer } = file;
  const values = nodes.map((node) => value(file, node)).filter((held) => held !== PLAIN);
  if (values.length < 2) return values[0] ?? PLAIN;
  const both = writer.variable();
  for (const held of values) writer.copy(both, held);
  return both;
}

function assignment(file: JavaFile, node: Node): Var {
  const { tree } = file;
  const held = value(file, tree.field(node, "right"));
  if (tree.text(tree.field(node, "operator")) === "=") assign(file, tree.field(node, "left"), held);
  return held;
}

function assign(file: JavaFile, target: Node, held: Var): void {
  const { tree, writer, names, classes } = file;
  if (target === NONE) return;
  switch (tree.type(target)) {
    case "identifier": {
      const name = tree.text(target);
      const found = names.find(name);
      const scope =
        classes.findLast((one) => one.fields.has(name)) ?? classes.findLast((one) => one.inherits);
      if (held === PLAIN) return;
      if (found?.kind === "value") writer.copy(variableOf(writer, found), held);
      else if (found === undefined && scope !== undefined) writer.store(selfOf(file, scope), name, held);
      return;
    }
    case "field_access": {
      const object = tree.field(target, "object");
      const base =
        object !== NONE && tree.type(object) === "super" ? innermostSelf(file) : value(file, object);
      if (base !== PLAIN && held !== PLAIN) writer.store(base, tree.text(tree.field(target, "field")), held);
      return;
    }
    case "array_access": {
      const base = value(file, tree.field(target, "array"));
      value(file, tree.field(target, "index"));
      if (base !== PLAIN && held !== PLAIN) writer.put(base, "*", held);
      return;
    }
    default:
      value(file, target);
  }
}

/** `(T) x` is some T; a function keeps what it is. */
function cast(file: JavaFile, node: Node): Var {
  const { tree } = file;
  const inner = tree.field(node, "value");
  const held = value(file, inner);
  const type = inner === NONE ? "" : tree.type(inner);
  if (type === "lambda_expression" || type === "method_reference") return held;
  const some = sample(file, tree.field(node, "type"));
  return some === PLAIN ? held : some;
}

function instanceOf(file: JavaFile, node: Node): Var {
  const { tree } = file;
  value(file, tree.field(node, "left"));
  const name = tree.field(node, "name");
  if (name !== NONE) declareLocal(file, tree.text(name), sample(file, tree.field(node, "right")));
  const pattern = tree.field(node, "pattern");
  if (pattern !== NONE) file.run(pattern);
  return PLAIN;
}

function element(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  const base = value(file, tree.field(node, "array"));
  value(file, tree.field(node, "index"));
  if (base === PLAIN) return PLAIN;
  stamp(file, node);
  return writer.item(base, "*");
}

function array(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  for (const size of tree.fields(node, "dimensions")) {
    for (const child of tree.children(size)) value(file, child);
  }
  const initial = tree.field(node, "value");
  return initial === NONE ? writer.make(Shape.LIST) : filled(file, initial);
}

function filled(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  const list = writer.make(Shape.LIST);
  for (const child of tree.children(node)) {
    const held = value(file, child);
    if (held !== PLAIN) writer.put(list, "*", held);
  }
  return list;
}
