import { CallFlag, LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { isScalar, stringText } from "./keys.ts";
import type { Read, Reader } from "./reader.ts";

const BINARY: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "@": "matmul",
  "/": "truediv",
  "%": "mod",
  "//": "floordiv",
  "**": "pow",
  "|": "or",
  "&": "and",
  "^": "xor",
  "<<": "lshift",
  ">>": "rshift",
};

/** Names joined by `|`: the first that the type has. */
const COMPARISONS: Readonly<Record<string, string>> = {
  "<": "__lt__",
  "<=": "__le__",
  ">": "__gt__",
  ">=": "__ge__",
  "==": "__eq__",
  // A class that has no `__ne__` turns `__eq__` around.
  "!=": "__ne__|__eq__",
  "<>": "__ne__|__eq__",
};

const UNARY: Readonly<Record<string, string>> = { "-": "__neg__", "+": "__pos__", "~": "__invert__" };

/** Calls a method that the language itself calls: looked up on the type, and nothing is missing when it is absent. */
export function protocol(reader: Reader, object: Var, method: string, args: readonly Var[] = []): Var {
  const { writer } = reader;
  return writer.call(writer.load(object, method, LoadFlag.TYPE), args, method, CallFlag.QUIET);
}

function binary(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const left = tree.field(node, "left");
  const right = tree.field(node, "right");
  const first = reader.expression(left);
  const second = reader.expression(right);
  const plainLeft = left === NONE || isScalar(tree, left);
  const plainRight = right === NONE || isScalar(tree, right);
  const name = BINARY[tree.text(tree.field(node, "operator"))];
  if (name === undefined || (plainLeft && plainRight)) return reader.data();
  reader.at(node);
  // Which of two objects answers is up to the left one, so the right one is asked only where the left cannot.
  const result = plainLeft
    ? protocol(reader, second, `__r${name}__`, [first])
    : protocol(reader, first, `__${name}__`, [second]);
  reader.forgetAll();
  const begin = prefixed(reader, left);
  const value = reader.either([begin, result]);
  const prefix = reader.prefixes.get(begin);
  if (prefix !== undefined) reader.prefixes.set(value, prefix);
  return value;
}

/** `"visit_" + kind` and `"visit_%s" % kind` are texts that begin so. */
function prefixed(reader: Reader, left: Node): Var {
  const begin = stringText(reader.tree, left);
  return begin === undefined ? reader.data() : reader.text(begin.split("%", 1)[0] ?? "");
}

/** `target op= value`: what the target holds afterwards. A list stays the list. */
export function augmented(reader: Reader, operator: string, before: Var, value: Var): Var {
  const name = BINARY[operator.slice(0, -1)];
  if (name === undefined) return before;
  const result = protocol(reader, before, `__i${name}__|__${name}__`, [value]);
  reader.forgetAll();
  return reader.either([reader.data(), result]);
}

function unary(reader: Reader, node: Node): Var {
  const { tree } = reader;
  const argument = tree.field(node, "argument");
  const value = reader.expression(argument);
  const method = UNARY[tree.text(tree.field(node, "operator"))];
  if (method === undefined || isScalar(tree, argument)) return reader.data();
  reader.at(node);
  return reader.either([reader.data(), protocol(reader, value, method)]);
}

function not(reader: Reader, node: Node): Var {
  truth(reader, reader.tree.field(node, "argument"));
  return reader.data();
}

const ASKED = new Set(["identifier", "attribute", "subscript", "call"]);

/** Reads a condition; objects are asked by `__bool__`. */
export function truth(reader: Reader, node: Node): Var {
  const value = reader.expression(node);
  if (node === NONE || !ASKED.has(reader.tree.type(node))) return value;
  reader.at(node);
  protocol(reader, value, "__bool__|__len__");
  return value;
}

/** What comes out is taken for true or false, whatever a class makes of it. */
function comparison(reader: Reader, node: Node): Var {
  const { tree } = reader;
  let left: Operand | undefined;
  let operator: Node = NONE;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (tree.fieldOf(child) === "operators") operator = child;
    else if (tree.named(child) && !tree.isComment(child)) {
      const right: Operand = [child, reader.expression(child)];
      if (operator !== NONE && left !== undefined) compare(reader, tree.text(operator), left, right);
      left = right;
    }
  }
  return reader.data();
}

type Operand = readonly [node: Node, value: Var];

function compare(reader: Reader, operator: string, left: Operand, right: Operand): void {
  const { tree } = reader;
  if (operator.startsWith("is")) return;
  const contained = operator.endsWith("in");
  const [asked, argument] = contained ? [right, left] : [left, right];
  const method = contained ? "__contains__|__iter__|__getitem__" : COMPARISONS[operator];
  if (method === undefined || isScalar(tree, asked[0])) return;
  reader.at(left[0]);
  protocol(reader, asked[1], method, [argument[1]]);
}

export const operators: [string, Read][] = [
  ["binary_operator", binary],
  ["unary_operator", unary],
  ["not_operator", not],
  ["comparison_operator", comparison],
];
