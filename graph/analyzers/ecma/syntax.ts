import { UnitFlag } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";

const FUNCTIONS = new Set([
  "function_declaration",
  "generator_function_declaration",
  "function_expression",
  "generator_function",
  "arrow_function",
  "method_definition",
]);

export function isFunction(type: string): boolean {
  return FUNCTIONS.has(type);
}

export function isClass(type: string): boolean {
  return type === "class" || type === "class_declaration" || type === "abstract_class_declaration";
}

/** Whether a token or named node of that type is among the children before the one in field `before`. */
export function hasWord(tree: Tree, node: Node, word: string, before = "parameters"): boolean {
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (tree.fieldOf(child) === before) return false;
    if (tree.type(child) === word && tree.fieldOf(child) !== "name" && tree.fieldOf(child) !== "property")
      return true;
  }
  return false;
}

/** Flags of the unit that a function becomes. */
export function functionFlags(tree: Tree, node: Node): number {
  const type = tree.type(node);
  let flags: number = type === "arrow_function" ? UnitFlag.ARROW : UnitFlag.NONE;
  if (type === "method_definition") flags = UnitFlag.METHOD;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    const field = tree.fieldOf(child);
    if (field === "name" || field === "decorator") continue;
    if (field !== "") break;
    flags |= WORDS[tree.type(child)] ?? 0;
  }
  return flags;
}

const WORDS: Record<string, number> = {
  async: UnitFlag.ASYNC,
  "*": UnitFlag.GENERATOR,
  get: UnitFlag.GETTER,
  set: UnitFlag.SETTER,
  static: UnitFlag.STATIC,
};

/** Every identifier that a pattern binds; defaults and keys are none. */
export function patternNames(tree: Tree, pattern: Node, visit: (name: Node) => void): void {
  switch (tree.type(pattern)) {
    case "identifier":
    case "shorthand_property_identifier_pattern":
      visit(pattern);
      return;
    case "object_pattern":
    case "array_pattern":
    case "rest_pattern":
      for (let child = tree.first(pattern); child !== NONE; child = tree.next(child)) {
        if (tree.named(child)) patternNames(tree, child, visit);
      }
      return;
    case "pair_pattern":
      patternField(tree, pattern, "value", visit);
      return;
    case "assignment_pattern":
    case "object_assignment_pattern":
      patternField(tree, pattern, "left", visit);
      return;
    case "required_parameter":
    case "optional_parameter":
      patternField(tree, pattern, "pattern", visit);
      return;
  }
}

function patternField(tree: Tree, node: Node, field: string, visit: (name: Node) => void): void {
  const inner = tree.field(node, field);
  if (inner !== NONE) patternNames(tree, inner, visit);
}

/** Through parentheses and casts, to what is written inside. */
export function unwrap(tree: Tree, node: Node): Node {
  let at = node;
  while (at !== NONE) {
    switch (tree.type(at)) {
      case "parenthesized_expression":
      case "non_null_expression":
      case "as_expression":
      case "satisfies_expression": {
        const inner = firstNamed(tree, at);
        if (inner === NONE) return at;
        at = inner;
        break;
      }
      default:
        return at;
    }
  }
  return at;
}

export function firstNamed(tree: Tree, node: Node): Node {
  if (node === NONE) return NONE;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (tree.named(child) && tree.type(child) !== "comment") return child;
  }
  return NONE;
}

/** What a string or template without holes says; undefined for anything else. */
export function literal(tree: Tree, node: Node): string | undefined {
  if (node === NONE) return undefined;
  const type = tree.type(node);
  if (type === "string") return decoded(tree.source.slice(tree.start(node) + 1, tree.end(node) - 1));
  if (type === "number") return tree.text(node);
  if (type === "template_string" && tree.childOf(node, "template_substitution") === NONE)
    return decoded(tree.source.slice(tree.start(node) + 1, tree.end(node) - 1));
  return undefined;
}

const ESCAPES: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  0: "\0",
  b: "\b",
  f: "\f",
  v: "\v",
  "\n": "",
};

function decoded(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u\{?([0-9a-fA-F]{1,6})\}?|([\s\S]))/g,
    (_all, hex, code, one) => {
      if (one !== undefined) return ESCAPES[one] ?? one;
      const point = Number.parseInt(hex ?? code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : "";
    },
  );
}

/** Name of a member as a key of the object; undefined when only running the program tells. */
export function keyOf(tree: Tree, key: Node): string | undefined {
  if (key === NONE) return undefined;
  if (tree.type(key) === "computed_property_name") {
    const inner = unwrap(tree, firstNamed(tree, key));
    return literal(tree, inner) ?? symbolOf(tree, inner);
  }
  return literal(tree, key) ?? tree.text(key);
}

/** `Symbol.iterator` and its like are keys known by name. */
export function symbolOf(tree: Tree, node: Node): string | undefined {
  if (node === NONE || tree.type(node) !== "member_expression") return undefined;
  const text = tree.text(node);
  return /^Symbol\.\w+$/.test(text) ? text : undefined;
}

const MAX_SIGNATURE = 300;

/** The header from `start` up to the body, on one line. */
export function signatureOf(tree: Tree, start: Node, end: number): string {
  const from = tree.start(start);
  const text = tree.source.slice(from, Math.min(end, from + 4 * MAX_SIGNATURE));
  const flat = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const bare = flat.replace(/\s*(?:=>|[{;=])$/, "");
  return bare.length > MAX_SIGNATURE ? `${bare.slice(0, MAX_SIGNATURE - 1)}…` : bare;
}

/** The text of the doc comment that ends right before `offset`, or "". */
export function docstringBefore(source: string, offset: number): string {
  let at = offset - 1;
  while (at >= 0 && isSpace(source.charCodeAt(at))) at -= 1;
  if (at < 3 || source.charCodeAt(at) !== 0x2f || source.charCodeAt(at - 1) !== 0x2a) return "";
  const open = source.lastIndexOf("/*", at - 2);
  if (open === -1 || source.charCodeAt(open + 2) !== 0x2a || open + 3 >= at) return "";
  return commentText(source.slice(open + 3, at - 1));
}

export function commentText(inside: string): string {
  return inside
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim();
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
