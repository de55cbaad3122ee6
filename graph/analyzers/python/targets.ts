import { CallFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { literalKey } from "./keys.ts";
import { protocol } from "./operators.ts";
import type { Reader } from "./reader.ts";

const GROUPS = new Set(["pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"]);

/** `target = value`, whatever the target is. */
export function assign(reader: Reader, target: Node, value: Var): void {
  if (target === NONE) return;
  const { tree } = reader;
  const type = tree.type(target);
  if (type === "identifier") reader.write(tree.text(target), value);
  else if (type === "attribute") assignField(reader, target, value);
  else if (type === "subscript") assignItem(reader, target, value);
  else if (GROUPS.has(type)) unpack(reader, tree.children(target), value);
  else if (isStar(type) || type === "parenthesized_expression" || type === "as_pattern_target") {
    assign(reader, tree.children(target)[0] ?? NONE, value);
  } else reader.expression(target);
}

function isStar(type: string): boolean {
  return type === "list_splat_pattern" || type === "list_splat";
}

function assignField(reader: Reader, target: Node, value: Var): void {
  const { tree, writer } = reader;
  const object = tree.field(target, "object");
  const name = tree.text(tree.field(target, "attribute"));
  const base = reader.expression(object);
  reader.at(target);
  writer.store(base, name, value);
  reader.learn(object, `.${name}`, value);
}

function assignItem(reader: Reader, target: Node, value: Var): void {
  const { tree, writer } = reader;
  const object = tree.field(target, "value");
  const keys = tree.fields(target, "subscript");
  const base = reader.expression(object);
  const [key] = keys;
  const literal = keys.length === 1 && key !== undefined ? literalKey(tree, key) : undefined;
  if (literal !== undefined) {
    reader.at(target);
    writer.put(base, literal, value);
    reader.learn(object, `[${literal}]`, value);
    return;
  }
  // Any key may be the one.
  reader.forgetAll();
  if (keys.length !== 1 || key === undefined) {
    for (const one of keys) reader.expression(one);
    writer.put(base, "*", value);
  } else if (tree.type(key) === "slice") {
    reader.inside(key);
    reader.at(target);
    writer.put(base, "*", writer.iterate(value));
  } else {
    const by = reader.expression(key);
    reader.at(target);
    writer.putBy(base, by, value);
  }
}

/** `a, *b, c = value`: the parts of one value by place. */
function unpack(reader: Reader, targets: readonly Node[], value: Var): void {
  const { tree, writer } = reader;
  const star = targets.findIndex((target) => isStar(tree.type(target)));
  // An object is taken apart by its `__iter__`; containers answer by place.
  if (!reader.made.has(value)) writer.iterate(value);
  targets.forEach((target, index) => {
    reader.at(target);
    if (star === -1 || index < star) assign(reader, target, writer.item(value, String(index)));
    else if (index > star) assign(reader, target, writer.item(value, "*"));
    else {
      const rest = writer.make(Shape.LIST);
      writer.put(rest, "*", writer.item(value, "*"));
      assign(reader, target, rest);
    }
  });
}

const DISPLAYS = new Set(["expression_list", "tuple", "list", "pattern_list"]);

/**
 * `a, b = f, g` without a tuple between: the parts of the right side, one per target. Undefined when they do not
 * match one by one.
 */
export function pairUp(reader: Reader, target: Node, right: Node): [Node[], Node[]] | undefined {
  const { tree } = reader;
  if (!GROUPS.has(tree.type(target)) || right === NONE || !DISPLAYS.has(tree.type(right))) return undefined;
  const targets = tree.children(target);
  const values = tree.children(right);
  if (values.some((value) => isStar(tree.type(value)))) return undefined;
  const stars = targets.filter((one) => isStar(tree.type(one))).length;
  const fits =
    stars === 0 ? targets.length === values.length : stars === 1 && values.length >= targets.length - 1;
  return fits ? [targets, values] : undefined;
}

/** Values first, then targets from left to right; a star takes what is left over as a list. */
export function assignPairs(reader: Reader, targets: readonly Node[], values: readonly Node[]): void {
  const { tree, writer } = reader;
  const read = values.map((value) => reader.expression(value));
  const extra = values.length - targets.length;
  let at = 0;
  for (const target of targets) {
    if (!isStar(tree.type(target))) {
      assign(reader, target, read[at++] as Var);
      continue;
    }
    const rest = writer.make(Shape.LIST);
    reader.made.add(rest);
    for (let index = 0; index <= extra; index++) writer.put(rest, String(index), read[at++] as Var);
    assign(reader, target, rest);
  }
}

/** `del target`. */
export function remove(reader: Reader, target: Node): void {
  const { tree } = reader;
  const type = tree.type(target);
  if (type === "subscript") {
    const base = reader.expression(tree.field(target, "value"));
    const keys = tree.fields(target, "subscript").map((key) => reader.expression(key));
    reader.at(target);
    protocol(reader, base, "__delitem__", keys.slice(0, 1));
    reader.forgetAll();
  } else if (type === "attribute") {
    const base = reader.expression(tree.field(target, "object"));
    const name = tree.text(tree.field(target, "attribute"));
    reader.at(target);
    reader.writer.call(reader.global("delattr"), [base, reader.constant(name)], "delattr", CallFlag.QUIET);
    reader.body.flow.forgetField(`.${name}`);
  } else if (GROUPS.has(type) || type === "parenthesized_expression") {
    for (const part of tree.children(target)) remove(reader, part);
  }
}

/** `for target in source`, in statements and comprehensions: one element goes to the target. */
export function takeNext(reader: Reader, node: Node, source: Var): void {
  const { tree, writer } = reader;
  const left = tree.field(node, "left");
  reader.at(left === NONE ? node : left);
  let element = writer.iterate(source);
  if (tree.type(tree.first(node)) === "async") {
    const iterator = protocol(reader, source, "__aiter__");
    element = reader.either([element, writer.await(protocol(reader, iterator, "__anext__"))]);
  }
  assign(reader, left, element);
}
