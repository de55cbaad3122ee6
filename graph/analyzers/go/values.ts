import { LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { call } from "./calls.ts";
import { convert, effects, keyOf, narrow } from "./conversions.ts";
import { type GoFile, packageName, packageOf, readName, stamp } from "./file.ts";
import { lambda } from "./functions.ts";
import { composite } from "./literals.ts";
import { namesType, typeOf } from "./types.ts";

/** Reads an expression; gives what it may hold, PLAIN when that is of no interest. */
export function value(file: GoFile, node: Node): Var {
  const { tree } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "identifier":
    case "type_identifier":
      stampLine(file, node);
      return readName(file, tree.text(node));
    case "call_expression":
      return call(file, node);
    case "selector_expression":
      return selector(file, node);
    case "composite_literal":
      return composite(file, tree.field(node, "type"), tree.field(node, "body"));
    case "func_literal":
      return lambda(file, node);
    case "unary_expression":
      return unary(file, node);
    case "binary_expression":
      return binary(file, node);
    case "index_expression":
      return index(file, node);
    case "slice_expression":
      effects(file, tree.field(node, "start"));
      effects(file, tree.field(node, "end"));
      return value(file, tree.field(node, "operand"));
    case "type_assertion_expression":
      return narrow(file, value(file, tree.field(node, "operand")), tree.field(node, "type"));
    case "type_conversion_expression":
      return convert(file, tree.field(node, "type"), value(file, tree.field(node, "operand")));
    case "type_instantiation_expression":
      return value(file, tree.field(node, "type"));
    case "parenthesized_expression":
    case "expression_list":
    case "literal_element":
    case "variadic_argument":
    case "generic_type":
    case "ERROR":
      return lastOf(file, node);
    default:
      return PLAIN;
  }
}

function lastOf(file: GoFile, node: Node): Var {
  let last: Var = PLAIN;
  for (const child of file.tree.children(node)) last = value(file, child);
  return last;
}

function stampLine(file: GoFile, node: Node): void {
  // Only names from outside of the file leave an op with a line.
  if (file.names.find(file.tree.text(node)) === undefined) stamp(file, node);
}

function selector(file: GoFile, node: Node): Var {
  const { tree, writer } = file;
  const operand = tree.field(node, "operand");
  const field = tree.field(node, "field");
  if (operand === NONE || field === NONE) return PLAIN;
  const base = selectorBase(file, operand);
  if (base === PLAIN) return PLAIN;
  stamp(file, field);
  return writer.load(base, tree.text(field), LoadFlag.NONE);
}

/** What stands before the dot: a package, a type (`(*T).Method`) or a value. */
function selectorBase(file: GoFile, operand: Node): Var {
  const { tree } = file;
  if (tree.type(operand) !== "identifier") {
    return namesType(file, operand) ? typeOf(file, operand) : value(file, operand);
  }
  const name = tree.text(operand);
  const found = file.names.find(name);
  if (found === undefined) {
    stamp(file, operand);
    return packageOf(file, name) ?? packageName(file, name);
  }
  return found.kind === "parameter" ? found.variable : readName(file, name);
}

function unary(file: GoFile, node: Node): Var {
  const { tree, writer } = file;
  const operator = tree.text(tree.field(node, "operator"));
  const operand = tree.field(node, "operand");
  if (operator === "&" || operator === "*") return value(file, operand);
  if (operator !== "<-") {
    effects(file, operand);
    return PLAIN;
  }
  const channel = value(file, operand);
  if (channel === PLAIN) return PLAIN;
  stamp(file, node);
  return writer.item(channel, "*");
}

const ARITHMETIC = new Set(["+", "-", "*", "/", "%", "|", "&", "^", "<<", ">>", "&^"]);

/** Arithmetic keeps a named number type, whose methods may be called on the result. */
function binary(file: GoFile, node: Node): Var {
  const { tree } = file;
  const left = tree.field(node, "left");
  const right = tree.field(node, "right");
  if (!ARITHMETIC.has(tree.text(tree.field(node, "operator")))) {
    effects(file, left);
    effects(file, right);
    return PLAIN;
  }
  const first = value(file, left);
  const second = value(file, right);
  return first === PLAIN ? second : first;
}

function index(file: GoFile, node: Node): Var {
  const { tree, writer } = file;
  const operand = tree.field(node, "operand");
  const key = tree.field(node, "index");
  const base = value(file, operand);
  if (key !== NONE && namesType(file, key)) return base;
  const literal = keyOf(file, key);
  if (base === PLAIN) return PLAIN;
  stamp(file, node);
  return writer.item(base, literal);
}
