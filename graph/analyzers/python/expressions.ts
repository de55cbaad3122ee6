import { LoadFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { builtinName } from "./calls.ts";
import { literalKey, stringText } from "./keys.ts";
import { truth } from "./operators.ts";
import type { Read, Reader } from "./reader.ts";
import { assign } from "./targets.ts";

function identifier(reader: Reader, node: Node): Var {
  reader.at(node);
  const name = reader.tree.text(node);
  if (name === "__class__" && reader.body.classUnit !== -1 && reader.find(name) === undefined) {
    return reader.writer.units[reader.body.classUnit]?.self ?? reader.data();
  }
  return reader.name(name);
}

function attribute(reader: Reader, node: Node): Var {
  const { tree, writer } = reader;
  const object = tree.field(node, "object");
  const name = tree.field(node, "attribute");
  const base = reader.expression(object);
  if (name === NONE) return reader.data();
  const field = tree.text(name);
  reader.at(name);
  const known = reader.known(object, `.${field}`);
  if (known === undefined) return writer.load(base, field);
  return reader.either([writer.load(base, field, LoadFlag.KNOWN), known]);
}

function subscript(reader: Reader, node: Node): Var {
  const { tree, writer } = reader;
  const object = tree.field(node, "value");
  const keys = tree.fields(node, "subscript");
  const [key] = keys;
  const name = keys.length === 1 ? nameIn(reader, object, key) : undefined;
  if (name !== undefined) return name;
  const base = reader.expression(object);
  if (keys.length !== 1 || key === undefined) {
    for (const one of keys) reader.expression(one);
    reader.at(node);
    return writer.item(base, "*");
  }
  if (tree.type(key) === "slice") return slice(reader, base, key);
  const literal = literalKey(tree, key);
  if (literal !== undefined) return item(reader, node, base, literal);
  const by = reader.expression(key);
  reader.at(node);
  return tree.type(key) === "unary_operator" ? writer.item(base, "*") : writer.itemBy(base, by);
}

/** `globals()["name"]` */
function nameIn(reader: Reader, object: Node, key: Node | undefined): Var | undefined {
  const { tree, writer } = reader;
  const name = stringText(tree, key ?? NONE);
  if (name === undefined || tree.type(object) !== "call") return undefined;
  if (builtinName(reader, tree.field(object, "function")) !== "globals") return undefined;
  reader.at(object);
  return writer.load(writer.import("#self"), name);
}

function item(reader: Reader, node: Node, base: Var, key: string): Var {
  const { tree, writer } = reader;
  const known = reader.known(tree.field(node, "value"), `[${key}]`);
  reader.at(node);
  if (known === undefined) return writer.item(base, key);
  // What stands in a container is as it was put; an object's `__getitem__` runs all the same.
  if (!reader.made.has(base)) writer.item(base, key);
  return known;
}

const SLICE = /^\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?$/;

/** `xs[1:]`: a list of the same elements, at unknown places unless literals say which. */
function slice(reader: Reader, base: Var, key: Node): Var {
  const { tree, writer } = reader;
  const literal = SLICE.exec(tree.text(key));
  if (literal !== null) {
    const [, start = "", stop = "", step = ""] = literal;
    reader.at(key);
    return writer.item(base, `${start}:${stop}:${step}`);
  }
  reader.inside(key);
  reader.at(key);
  const to = writer.make(Shape.LIST);
  writer.put(to, "*", writer.item(base, "*"));
  return to;
}

function boolean(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const left = tree.field(node, "left");
  const first = truth(reader, left);
  let second = first;
  reader.body.flow.branch(
    [
      () => {
        second = reader.expression(tree.field(node, "right"));
      },
    ],
    false,
  );
  // What makes `and` give its left side is false or empty, and is not called.
  return tree.type(tree.field(node, "operator")) === "and" ? second : reader.either([first, second]);
}

function conditional(reader: Reader, node: Node): Var {
  const [yes = NONE, condition = NONE, no = NONE] = reader.tree.children(node);
  truth(reader, condition);
  const values: Var[] = [];
  reader.body.flow.branch(
    [yes, no].map((way) => () => {
      values.push(reader.expression(way));
    }),
    true,
  );
  return reader.either(values);
}

function walrus(reader: Reader, node: Node): Var {
  const value = reader.expression(reader.tree.field(node, "value"));
  reader.write(reader.tree.text(reader.tree.field(node, "name")), value);
  return value;
}

function wait(reader: Reader, node: Node): Var {
  const value = reader.expression(reader.tree.children(node)[0] ?? NONE);
  reader.forgetAll();
  return reader.writer.await(value);
}

function yields(reader: Reader, node: Node): Var {
  const { tree, writer } = reader;
  const value = reader.expression(tree.children(node)[0] ?? NONE);
  const result = writer.units[reader.body.unit]?.result ?? -1;
  // Broken code: `yield` outside of a function.
  if (result === -1) return value;
  reader.forgetAll();
  reader.at(node);
  if (tree.childOf(node, "from") === NONE) {
    writer.yield(value);
    // What `send` brings is not followed.
    return reader.data();
  }
  writer.yield(writer.iterate(value));
  return writer.await(value);
}

function inner(reader: Reader, node: Node): Var {
  const [only, ...rest] = reader.tree.children(node);
  const value = reader.expression(only ?? NONE);
  for (const more of rest) reader.expression(more);
  return value;
}

/** `E as name` where neither `with` nor `except` took it. */
function alias(reader: Reader, node: Node): Var {
  const value = reader.expression(reader.tree.first(node));
  assign(reader, reader.tree.field(node, "alias"), value);
  return value;
}

function nothing(reader: Reader): Var {
  return reader.data();
}

export const plain: [string, Read][] = [
  ["identifier", identifier],
  ["attribute", attribute],
  ["subscript", subscript],
  ["boolean_operator", boolean],
  ["conditional_expression", conditional],
  ["named_expression", walrus],
  ["await", wait],
  ["yield", yields],
  ["parenthesized_expression", inner],
  ["list_splat", inner],
  ["dictionary_splat", inner],
  ["as_pattern", alias],
  ["comment", nothing],
  ["line_continuation", nothing],
  ["type", nothing],
];
