import { NONE, type Node, type Tree } from "../../tree.ts";

/** Longer strings are no keys or names of attributes. */
const MAX_KEY = 60;

const SCALARS = new Set([
  "string",
  "concatenated_string",
  "integer",
  "float",
  "true",
  "false",
  "none",
  "ellipsis",
]);

/** Numbers, strings and the like: no operator of ours can be called on two of them. */
export function isScalar(tree: Tree, node: Node): boolean {
  const type = tree.type(node);
  if (type === "parenthesized_expression" || type === "unary_operator") {
    const inner = tree.children(node)[0];
    return inner !== undefined && SCALARS.has(tree.type(inner));
  }
  return SCALARS.has(type);
}

/** Text of a plain string literal, without quotes; undefined for f-strings, bytes with escapes and anything else. */
export function stringText(tree: Tree, node: Node): string | undefined {
  if (node === NONE || tree.type(node) !== "string") return undefined;
  let text = "";
  for (let part = tree.first(node); part !== NONE; part = tree.next(part)) {
    const type = tree.type(part);
    if (type === "interpolation") return undefined;
    if (type !== "string_content") continue;
    if (tree.first(part) !== NONE) return undefined;
    text += tree.text(part);
  }
  return text;
}

/** What a literal is as a key: strings as themselves, whole numbers in decimal; undefined for what is no literal. */
export function literalKey(tree: Tree, node: Node): string | undefined {
  if (node === NONE) return undefined;
  switch (tree.type(node)) {
    case "string": {
      const text = stringText(tree, node);
      return text !== undefined && text.length <= MAX_KEY && text !== "*" ? text : undefined;
    }
    case "integer":
      return decimal(tree.text(node));
    case "unary_operator": {
      const text = tree.text(node);
      return /^-[0-9]+$/.test(text) ? text : undefined;
    }
    case "true":
    case "false":
    case "none":
      return tree.text(node);
    default:
      return undefined;
  }
}

function decimal(text: string): string {
  return /^[0-9]+$/.test(text) ? String(Number(text)) : text;
}
