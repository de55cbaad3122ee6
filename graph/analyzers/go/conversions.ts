import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { construct, type GoFile, stamp } from "./file.ts";
import { sample, shapeOf, typeOf } from "./types.ts";

/** Member under which an object of a named function type keeps the function. */
export const FUNCTION = "()";

/** Reads an expression whose value nobody wants: only the calls in it count. */
export function effects(file: GoFile, node: Node): void {
  const { tree } = file;
  let at = node;
  while (at !== NONE) {
    const type = tree.type(at);
    if (type === "selector_expression") at = tree.field(at, "operand");
    else if (type === "parenthesized_expression") at = tree.children(at)[0] ?? NONE;
    else if (type === "identifier") return;
    else if (type === "binary_expression") {
      effects(file, tree.field(at, "left"));
      at = tree.field(at, "right");
    } else {
      file.value(at);
      return;
    }
  }
}

/** The literal key of an index or of a map entry, "*" when it is not known; the calls in it are read. */
export function keyOf(file: GoFile, node: Node): string {
  const { tree } = file;
  if (node === NONE) return "*";
  switch (tree.type(node)) {
    case "literal_element":
      return keyOf(file, tree.children(node)[0] ?? NONE);
    case "interpreted_string_literal":
    case "raw_string_literal":
      return tree.text(node).slice(1, -1);
    case "int_literal":
      return tree.text(node);
    case "identifier":
      return file.names.find(tree.text(node))?.text || "*";
    default:
      effects(file, node);
      return "*";
  }
}

/** `x.(T)`: an object of the type; for interfaces what `x` holds, which says more. */
export function narrow(file: GoFile, from: Var, type: Node): Var {
  const { tree, writer } = file;
  if (type === NONE || typeOf(file, type) === PLAIN) return from;
  const shape = shapeOf(file, type);
  const some = sample(file, type);
  if (shape === NONE || tree.type(shape) !== "interface_type" || from === PLAIN) return some;
  const both = writer.variable();
  writer.copy(both, from);
  writer.hint(both, some);
  return both;
}

/** `T(x)`: the same value under another type. */
export function convert(file: GoFile, type: Node, from: Var): Var {
  const { tree, writer } = file;
  const shape = shapeOf(file, type);
  const named = typeOf(file, type);
  const isFunction = named !== PLAIN && shape !== NONE && tree.type(shape) === "function_type";
  // A function with methods is an object that keeps the function: see `functionClass`.
  stamp(file, type);
  if (isFunction && from !== PLAIN) return construct(file, named, tree.text(type), [from]);
  const some = sample(file, type);
  if (some === PLAIN || from === PLAIN) return some === PLAIN ? from : some;
  const both = writer.variable();
  writer.copy(both, from);
  writer.copy(both, some);
  return both;
}
