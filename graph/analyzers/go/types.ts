import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { construct, type GoFile, isBasic, once, packageName, packageOf, solid, typeUnit } from "./file.ts";

/** The class that a type names, through pointers and type arguments; PLAIN if it names none. */
export function typeOf(file: GoFile, node: Node): Var {
  const { tree } = file;
  let at = node;
  while (at !== NONE) {
    switch (tree.type(at)) {
      case "type_identifier":
      case "identifier":
        return namedType(file, tree.text(at));
      case "qualified_type":
        return foreignType(file, at);
      case "generic_type":
        at = tree.field(at, "type");
        break;
      case "pointer_type":
      case "parenthesized_type":
      case "parenthesized_expression":
      case "negated_type":
      case "unary_expression":
        at = tree.children(at)[0] ?? NONE;
        break;
      case "selector_expression":
        return foreignType(file, at);
      default:
        return PLAIN;
    }
  }
  return PLAIN;
}

function namedType(file: GoFile, name: string): Var {
  const found = file.names.find(name);
  if (found === undefined) return isBasic(file, name) ? PLAIN : packageName(file, name);
  if (found.kind === "parameter") return found.variable;
  return found.kind === "type" ? variableOf(file.writer, found) : PLAIN;
}

/** `pkg.Type`, as a type or as an expression. */
function foreignType(file: GoFile, node: Node): Var {
  const { tree, writer } = file;
  const first = tree.first(node);
  if (first === NONE) return PLAIN;
  const name = tree.text(
    tree.type(node) === "qualified_type" ? tree.field(node, "name") : tree.field(node, "field"),
  );
  const from = packageOf(file, tree.text(first));
  if (from === undefined) return PLAIN;
  return once(file, `${tree.text(first)}.${name}`, () => writer.load(from, name));
}

/** The declaration that a type of this file names: its `type` node (struct_type, map_type ...), or NONE. */
export function shapeOf(file: GoFile, node: Node): Node {
  const { tree } = file;
  let at = node;
  while (at !== NONE) {
    const type = tree.type(at);
    if (type === "generic_type") at = tree.field(at, "type");
    else if (type === "type_identifier" || type === "identifier") {
      const found = file.names.find(tree.text(at));
      return found?.kind === "type" ? found.node : NONE;
    } else if (type === "pointer_type" || type === "parenthesized_type") at = tree.children(at)[0] ?? NONE;
    else return at;
  }
  return NONE;
}

/**
 * Some value of a declared type; PLAIN for types that hold nothing callable. With `fresh`, containers are made even
 * when their elements are unknown, and structs are objects of their own: a variable without a value has the zero value.
 */
export function sample(file: GoFile, node: Node, fresh = false): Var {
  const { tree } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "type_identifier":
    case "identifier":
    case "qualified_type":
    case "generic_type":
    case "selector_expression":
      return sampleNamed(file, node, fresh);
    case "pointer_type":
    case "parenthesized_type":
    case "parenthesized_expression":
    case "unary_expression":
      return sample(file, tree.children(node)[0] ?? NONE);
    case "slice_type":
    case "array_type":
    case "implicit_length_array_type":
      return container(file, Shape.LIST, sample(file, tree.field(node, "element")), fresh);
    case "map_type":
    case "channel_type": {
      const element = sample(file, tree.field(node, "value"));
      if (tree.type(node) === "channel_type") return container(file, Shape.LIST, element, fresh);
      // A map without values of interest is a set of its keys.
      const held = element === PLAIN ? sample(file, tree.field(node, "key")) : element;
      return container(file, Shape.DICT, held, fresh);
    }
    case "struct_type":
      return sampleStruct(file, node, fresh);
    case "function_type":
      return sampleFunction(file, node);
    default:
      return PLAIN;
  }
}

/** A struct without a name: its fields, and what it embeds, whose methods are its own. */
function sampleStruct(file: GoFile, node: Node, fresh: boolean): Var {
  const { writer } = file;
  let made = fresh ? writer.make(Shape.OBJECT) : PLAIN;
  for (const [name, type] of fieldsOf(file, node)) {
    const some = sample(file, type);
    if (some === PLAIN) continue;
    if (made === PLAIN) made = writer.make(Shape.OBJECT);
    writer.store(made, name, some);
    if (isEmbedded(file, type)) writer.copy(made, some);
  }
  return made;
}

function isEmbedded(file: GoFile, type: Node): boolean {
  const parent = file.tree.parent(type);
  return parent !== NONE && file.tree.field(parent, "name") === NONE;
}

function sampleNamed(file: GoFile, node: Node, fresh: boolean): Var {
  const { tree, writer } = file;
  const type = typeOf(file, node);
  if (type === PLAIN) return PLAIN;
  const shape = shapeOf(file, node);
  const kind = shape === NONE ? "" : tree.type(shape);
  if (fresh && kind === "struct_type") return construct(file, type, tree.text(node));
  const some = writer.instance(type);
  if (kind !== "map_type" && kind !== "slice_type") return some;
  // A named container is both: methods are found on its type, elements in it.
  if (file.sampling.has(shape)) return some;
  file.sampling.add(shape);
  const elements = sample(file, shape, fresh);
  file.sampling.delete(shape);
  if (elements === PLAIN) return some;
  writer.copy(elements, some);
  return elements;
}

function container(file: GoFile, shape: number, element: Var, fresh: boolean): Var {
  const { writer } = file;
  if (element === PLAIN && !fresh) return PLAIN;
  const made = writer.make(shape);
  if (element !== PLAIN) writer.put(made, "*", element);
  return made;
}

/** A function of which only the results are known. */
function sampleFunction(file: GoFile, node: Node): Var {
  const results = resultTypes(file, node);
  if (!results.some((type) => typeOf(file, type) !== PLAIN)) return PLAIN;
  return typeUnit(file, () => giveResults(file, results));
}

/** Returns samples of `types` from the running unit. */
export function giveResults(file: GoFile, types: readonly Node[]): void {
  const { writer } = file;
  const values = types.map((type) => sample(file, type));
  if (values.every((value) => value === PLAIN)) return;
  if (values.length === 1) writer.result(values[0] as Var);
  else writer.result(tuple(file, values));
}

export function tuple(file: GoFile, values: readonly Var[]): Var {
  const made = file.writer.make(Shape.TUPLE);
  for (const [index, value] of values.entries()) {
    if (value !== PLAIN) file.writer.put(made, String(index), solid(file, value));
  }
  return made;
}

/** Types of the results of a function, one per result. */
export function resultTypes(file: GoFile, node: Node): Node[] {
  const { tree } = file;
  const result = tree.field(node, "result");
  if (result === NONE) return [];
  if (tree.type(result) !== "parameter_list") return [result];
  const types: Node[] = [];
  for (const declaration of tree.children(result)) {
    const type = tree.field(declaration, "type");
    const count = Math.max(1, tree.fields(declaration, "name").length);
    for (let index = 0; index < count; index++) types.push(type);
  }
  return types;
}

/** Brings type parameters into scope; each stands for its constraint. */
export function declareTypeParameters(file: GoFile, list: Node): void {
  const { tree, names, writer } = file;
  if (list === NONE) return;
  for (const declaration of tree.children(list)) {
    const constraint = tree.field(declaration, "type");
    const types = constraint === NONE ? [] : tree.children(constraint);
    const bound = types.length === 1 ? typeOf(file, types[0] as Node) : PLAIN;
    for (const name of tree.fields(declaration, "name")) {
      names.declare(tree.text(name), "parameter", writer.unit, bound);
    }
  }
}

/** True when an expression in `[...]` or before `(...)` can only be a type. */
export function namesType(file: GoFile, node: Node): boolean {
  const type = file.tree.type(node);
  if (type === "identifier") {
    const name = file.tree.text(node);
    const found = file.names.find(name);
    if (found === undefined) return isBasic(file, name);
    return found.kind === "type" || found.kind === "parameter";
  }
  if (type === "parenthesized_expression" || type === "unary_expression") {
    const inner = file.tree.children(node)[0];
    return (
      inner !== undefined &&
      (type !== "unary_expression" || file.tree.text(file.tree.field(node, "operator")) === "*") &&
      namesType(file, inner)
    );
  }
  return type.endsWith("_type");
}

/** Fields of a struct type in order; an embedded one is named as its type. */
export function fieldsOf(file: GoFile, shape: Node): ReadonlyMap<string, Node> {
  const { tree } = file;
  const known = file.fields.get(shape);
  if (known !== undefined) return known;
  const fields = new Map<string, Node>();
  file.fields.set(shape, fields);
  const list = tree.childOf(shape, "field_declaration_list");
  for (const declaration of list === NONE ? [] : tree.children(list)) {
    if (tree.type(declaration) !== "field_declaration") continue;
    const type = tree.field(declaration, "type");
    const names = tree.fields(declaration, "name");
    for (const name of names) fields.set(tree.text(name), type);
    if (names.length === 0 && type !== NONE) fields.set(lastName(file, type), type);
  }
  return fields;
}

/** `T` of `T`, `*T`, `pkg.T` and `T[int]`. */
export function lastName(file: GoFile, type: Node): string {
  const { tree } = file;
  let at = type;
  for (;;) {
    const kind = at === NONE ? "" : tree.type(at);
    if (kind === "generic_type") at = tree.field(at, "type");
    else if (kind === "pointer_type" || kind === "parenthesized_type") at = tree.children(at)[0] ?? NONE;
    else if (kind === "qualified_type") at = tree.field(at, "name");
    else return tree.text(at);
  }
}
