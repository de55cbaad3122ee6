import { CallFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { call } from "./calls.ts";
import { closure } from "./closures.ts";
import { either, type RustFile, stamp } from "./file.ts";
import { macro } from "./macros.ts";
import { path } from "./paths.ts";
import { bindPattern } from "./patterns.ts";
import { sample, typeOf } from "./types.ts";

/** Reads an expression or statement; gives what it may hold, PLAIN when that is of no interest. */
export function value(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  if (node === NONE) return PLAIN;
  const type = tree.type(node);
  switch (type) {
    case "identifier":
    case "self":
    case "scoped_identifier":
    case "generic_function":
      return path(file, node);
    case "call_expression":
      return call(file, node);
    case "macro_invocation":
      return macro(file, node);
    case "field_expression": {
      const base = value(file, tree.field(node, "value"));
      const field = tree.field(node, "field");
      if (base === PLAIN || field === NONE) return PLAIN;
      stamp(file, field);
      const name = tree.text(field);
      return /^\d/.test(name) ? both(file, base, name) : writer.load(base, name);
    }
    case "closure_expression":
      return closure(file, node);
    case "struct_expression":
      return struct(file, node);
    case "let_declaration":
      letDeclaration(file, node);
      return PLAIN;
    case "let_condition":
      bindPattern(file, tree.field(node, "pattern"), value(file, tree.field(node, "value")));
      return PLAIN;
    case "block":
    case "unsafe_block":
    case "async_block":
    case "const_block":
    case "try_block":
      return block(file, node);
    case "if_expression":
      return inScope(file, () => {
        value(file, tree.field(node, "condition"));
        const otherwise = tree.field(node, "alternative");
        return either(file, [value(file, tree.field(node, "consequence")), value(file, otherwise)]);
      });
    case "match_expression":
      return match(file, node);
    case "for_expression":
      return inScope(file, () => {
        const from = value(file, tree.field(node, "value"));
        stamp(file, node);
        bindPattern(file, tree.field(node, "pattern"), from === PLAIN ? PLAIN : writer.item(from, "*"));
        value(file, tree.field(node, "body"));
        return PLAIN;
      });
    case "while_expression":
      return inScope(file, () => each(file, node));
    case "return_expression": {
      const held = value(file, tree.children(node)[0] ?? NONE);
      if (held !== PLAIN) writer.result(held);
      return PLAIN;
    }
    case "assignment_expression":
      assign(file, tree.field(node, "left"), value(file, tree.field(node, "right")));
      return PLAIN;
    case "reference_expression":
      return value(file, tree.field(node, "value"));
    case "type_cast_expression":
      return value(file, tree.field(node, "value"));
    case "tuple_expression":
      return tuple(file, node);
    case "array_expression":
      return list(file, node);
    case "index_expression": {
      const [base, key] = tree.children(node);
      const held = value(file, base ?? NONE);
      value(file, key ?? NONE);
      if (held === PLAIN) return PLAIN;
      stamp(file, node);
      return writer.item(held, "*");
    }
    case "unary_expression":
    case "parenthesized_expression":
    case "try_expression":
    case "await_expression":
    case "else_clause":
    case "expression_statement":
      return value(file, tree.children(node).at(-1) ?? NONE);
    case "binary_expression":
    case "compound_assignment_expr":
      value(file, tree.field(node, "left"));
      value(file, tree.field(node, "right"));
      return PLAIN;
    default:
      if (isItem(type)) file.items([node]);
      else if (!type.endsWith("_literal") && !type.endsWith("_type")) each(file, node);
      return PLAIN;
  }
}

function each(file: RustFile, node: Node): Var {
  for (const child of file.tree.children(node)) {
    if (file.tree.type(child) !== "label") value(file, child);
  }
  return PLAIN;
}

function inScope(file: RustFile, read: () => Var): Var {
  file.names.open();
  const held = read();
  file.names.close();
  return held;
}

/** `x.0` is a field of a struct or a place of a tuple. */
function both(file: RustFile, base: Var, name: string): Var {
  const held = file.writer.load(base, name);
  file.writer.item(base, name, held);
  return held;
}

/** The value of a block is that of its last expression, unless a semicolon ends it. */
function block(file: RustFile, node: Node): Var {
  const { tree } = file;
  return inScope(file, () => {
    let last: Var = PLAIN;
    const children = tree.children(node);
    if (children.length === 1 && tree.type(children[0] as Node) === "block")
      return block(file, children[0] as Node);
    const declared = children.filter((child) => isItem(tree.type(child)));
    if (declared.length > 0) file.items(declared);
    for (const child of children) {
      const type = tree.type(child);
      if (type === "label" || isItem(type)) continue;
      const held = value(file, child);
      const ends = type === "expression_statement" && tree.source[tree.end(child) - 1] === ";";
      last = ends ? PLAIN : held;
    }
    return last;
  });
}

function isItem(type: string): boolean {
  return type.endsWith("_item") || type === "use_declaration";
}

function letDeclaration(file: RustFile, node: Node): void {
  const { tree, writer } = file;
  const pattern = tree.field(node, "pattern");
  const type = tree.field(node, "type");
  const held = value(file, tree.field(node, "value"));
  value(file, tree.field(node, "alternative"));
  const some = type === NONE ? PLAIN : sample(file, type);
  if (some === PLAIN || held === PLAIN) {
    bindPattern(file, pattern, some === PLAIN ? held : some);
    return;
  }
  const own = writer.variable();
  writer.copy(own, held);
  writer.hint(own, some);
  bindPattern(file, pattern, own);
}

function match(file: RustFile, node: Node): Var {
  const { tree } = file;
  const held = value(file, tree.field(node, "value"));
  const body = tree.field(node, "body");
  const values: Var[] = [];
  for (const arm of body === NONE ? [] : tree.children(body)) {
    if (tree.type(arm) !== "match_arm") continue;
    file.names.open();
    bindPattern(file, tree.field(arm, "pattern"), held);
    values.push(value(file, tree.field(arm, "value")));
    file.names.close();
  }
  return either(file, values);
}

function assign(file: RustFile, target: Node, held: Var): void {
  const { tree, writer, names } = file;
  if (target === NONE) return;
  switch (tree.type(target)) {
    case "identifier": {
      const found = names.find(tree.text(target));
      if (found?.kind === "value" && held !== PLAIN) writer.copy(variableOf(writer, found), held);
      return;
    }
    case "field_expression": {
      const base = value(file, tree.field(target, "value"));
      if (base !== PLAIN && held !== PLAIN) writer.store(base, tree.text(tree.field(target, "field")), held);
      return;
    }
    case "index_expression": {
      const base = value(file, tree.children(target)[0] ?? NONE);
      if (base !== PLAIN && held !== PLAIN) writer.put(base, "*", held);
      return;
    }
    case "unary_expression":
    case "parenthesized_expression":
      assign(file, tree.children(target)[0] ?? NONE, held);
      return;
    default:
      value(file, target);
  }
}

function tuple(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  const made = writer.make(Shape.TUPLE);
  for (const [index, child] of tree.children(node).entries()) {
    const held = value(file, child);
    if (held !== PLAIN) writer.put(made, String(index), held);
  }
  return made;
}

function list(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  const made = writer.make(Shape.LIST);
  for (const child of tree.children(node)) {
    const held = value(file, child);
    if (held !== PLAIN) writer.put(made, "*", held);
  }
  return made;
}

/** `T { field: value, .. }`; of a variant `E::V { ... }` some object of the enum. */
function struct(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  const name = tree.field(node, "name");
  const outer = name === NONE ? NONE : tree.field(name, "path");
  const isVariant =
    outer !== NONE && tree.type(name) !== "generic_type" && /^[A-Z]|::[A-Z]\w*$/.test(tree.text(outer));
  const type = typeOf(file, isVariant ? outer : name);
  stamp(file, name === NONE ? node : name);
  const made =
    type === PLAIN
      ? writer.make(Shape.OBJECT)
      : isVariant
        ? writer.instance(type)
        : writer.call(type, [], tree.text(name), CallFlag.NEW | CallFlag.QUIET);
  const body = tree.field(node, "body");
  for (const field of body === NONE ? [] : tree.children(body)) {
    const key = tree.field(field, "field");
    if (tree.type(field) === "shorthand_field_initializer") {
      const short = tree.children(field).at(-1) ?? NONE;
      const held = value(file, short);
      if (held !== PLAIN) writer.store(made, tree.text(short), held);
    } else if (key !== NONE) {
      const held = value(file, tree.field(field, "value"));
      if (held !== PLAIN) writer.store(made, tree.text(key), held);
    } else value(file, tree.children(field)[0] ?? NONE);
  }
  return made;
}
