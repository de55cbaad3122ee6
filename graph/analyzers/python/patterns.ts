import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { literalKey } from "./keys.ts";
import type { Reader } from "./reader.ts";
import { isCapture } from "./scopes.ts";

/** Binds the names of a `case` pattern to the parts of `subject` that they stand for. */
export function matchPattern(reader: Reader, pattern: Node, subject: Var): void {
  const { tree } = reader;
  switch (tree.type(pattern)) {
    case "case_pattern":
    case "union_pattern":
      for (const inner of tree.children(pattern)) matchPattern(reader, inner, subject);
      return;
    case "as_pattern":
      matchAlias(reader, pattern, subject);
      return;
    case "dotted_name":
      if (isCapture(tree, pattern)) reader.write(tree.text(pattern), subject);
      else if (tree.text(pattern) !== "_") dotted(reader, pattern);
      return;
    case "class_pattern":
      matchClass(reader, pattern, subject);
      return;
    case "list_pattern":
    case "tuple_pattern":
      matchSequence(reader, tree.children(pattern), subject);
      return;
    case "dict_pattern":
      matchDictionary(reader, pattern, subject);
  }
}

function matchAlias(reader: Reader, pattern: Node, subject: Var): void {
  const { tree } = reader;
  const parts = tree.children(pattern);
  const name = parts.at(-1);
  const [inner] = parts;
  if (inner === undefined || name === undefined) return;
  matchPattern(reader, inner, subject);
  const only = tree.children(inner)[0];
  const type =
    only !== undefined && tree.type(only) === "class_pattern" ? tree.childOf(only, "dotted_name") : NONE;
  reader.write(tree.text(name), type === NONE ? subject : narrowed(reader, subject, dotted(reader, type)));
}

/** The subject, or an object of the class when nothing is known of it. */
function narrowed(reader: Reader, subject: Var, type: Var): Var {
  const to = reader.either([subject, subject]);
  reader.writer.hint(to, reader.writer.instance(type));
  return to;
}

function matchClass(reader: Reader, pattern: Node, subject: Var): void {
  const { tree, writer } = reader;
  const name = tree.childOf(pattern, "dotted_name");
  const object = name === NONE ? subject : narrowed(reader, subject, dotted(reader, name));
  let place = 0;
  for (const argument of tree.children(pattern)) {
    if (tree.type(argument) !== "case_pattern") continue;
    const inner = tree.children(argument)[0] ?? NONE;
    reader.at(argument);
    if (inner !== NONE && tree.type(inner) === "keyword_pattern") {
      const [key, value] = tree.children(inner);
      if (key !== undefined && value !== undefined) {
        matchPattern(reader, value, writer.load(object, tree.text(key)));
      }
      continue;
    }
    // Places are named by `__match_args__`, which nobody reads here; `int(x)` is x itself.
    matchPattern(reader, argument, place === 0 ? subject : reader.data());
    place += 1;
  }
}

function matchSequence(reader: Reader, patterns: readonly Node[], subject: Var): void {
  const { tree, writer } = reader;
  let place = 0;
  for (const pattern of patterns) {
    const inner = tree.type(pattern) === "case_pattern" ? (tree.children(pattern)[0] ?? NONE) : pattern;
    reader.at(pattern);
    if (inner !== NONE && tree.type(inner) === "splat_pattern") {
      const rest = writer.make(Shape.LIST);
      writer.put(rest, "*", writer.item(subject, "*"));
      reader.write(tree.text(tree.childOf(inner, "identifier")), rest);
      place = Number.NaN;
    } else matchPattern(reader, pattern, writer.item(subject, Number.isNaN(place) ? "*" : String(place++)));
  }
}

function matchDictionary(reader: Reader, pattern: Node, subject: Var): void {
  const { tree, writer } = reader;
  let key: Node = NONE;
  for (const part of tree.children(pattern)) {
    if (tree.fieldOf(part) === "key") key = part;
    else if (tree.type(part) === "splat_pattern") {
      reader.write(tree.text(tree.childOf(part, "identifier")), subject);
    } else if (key !== NONE) {
      reader.at(part);
      matchPattern(reader, part, writer.item(subject, literalKey(tree, key) ?? "*"));
      key = NONE;
    }
  }
}

/** `a.b.C` read as a value. */
function dotted(reader: Reader, node: Node): Var {
  reader.at(node);
  const [first = "", ...rest] = reader.tree.text(node).split(".");
  let value = reader.name(first.trim());
  for (const field of rest) value = reader.writer.load(value, field.trim());
  return value;
}
