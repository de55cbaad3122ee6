import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { keyOf } from "./conversions.ts";
import { construct, type GoFile, stamp } from "./file.ts";
import { fieldsOf, sample, shapeOf, typeOf } from "./types.ts";

/** `T{...}`, and `{...}` inside of it, whose type is the element's. */
export function composite(file: GoFile, type: Node, body: Node): Var {
  const { tree, writer } = file;
  if (body === NONE) return PLAIN;
  const shape = type === NONE ? NONE : shapeOf(file, type);
  const kind = shape === NONE ? "" : tree.type(shape);
  if (kind === "map_type") return filled(file, sample(file, type, true), body, shape, "value");
  if (kind === "slice_type" || kind === "array_type" || kind === "implicit_length_array_type") {
    return filled(file, sample(file, type, true), body, shape, "element");
  }
  const named = type === NONE ? PLAIN : typeOf(file, type);
  if (named === PLAIN) return struct(file, writer.make(Shape.OBJECT), body, shape);
  stamp(file, type);
  return struct(file, construct(file, named, tree.text(type)), body, shape);
}

/** Elements of slices, arrays and maps. */
function filled(file: GoFile, made: Var, body: Node, shape: Node, field: string): Var {
  const { tree, writer } = file;
  const elementType = tree.field(shape, field);
  let position = 0;
  for (const element of tree.children(body)) {
    let key = String(position);
    let node = element;
    if (tree.type(element) === "keyed_element") {
      const keyNode = tree.field(element, "key");
      if (isLiteral(file, keyNode)) {
        elided(file, keyNode, tree.field(shape, "key"));
        key = "*";
      } else key = keyOf(file, keyNode);
      node = tree.field(element, "value");
    }
    position += 1;
    const held = elided(file, node, elementType);
    if (held !== PLAIN && made !== PLAIN) writer.put(made, key, held);
  }
  return made;
}

function isLiteral(file: GoFile, node: Node): boolean {
  if (node === NONE) return false;
  const inner = file.tree.type(node) === "literal_element" ? (file.tree.children(node)[0] ?? NONE) : node;
  return inner !== NONE && file.tree.type(inner) === "literal_value";
}

/** An element: an expression, or `{...}` of the element type. */
function elided(file: GoFile, node: Node, type: Node): Var {
  const { tree } = file;
  let at = node;
  if (at !== NONE && tree.type(at) === "literal_element") at = tree.children(at)[0] ?? NONE;
  if (at === NONE) return PLAIN;
  if (tree.type(at) !== "literal_value") return file.value(at);
  let of = type;
  while (of !== NONE && tree.type(of) === "pointer_type") of = tree.children(of)[0] ?? NONE;
  return composite(file, of, at);
}

/** Fields by name or, when the struct is of this file, by position. */
function struct(file: GoFile, made: Var, body: Node, shape: Node): Var {
  const { tree, writer } = file;
  const fields = shape === NONE ? NO_FIELDS : fieldsOf(file, shape);
  const order = fields.entries();
  for (const element of tree.children(body)) {
    if (tree.type(element) === "keyed_element") {
      keyed(file, made, element, fields);
      continue;
    }
    const field = order.next().value;
    const held = elided(file, element, field?.[1] ?? NONE);
    if (held === PLAIN) continue;
    if (field !== undefined) writer.store(made, field[0], held);
    else if (shape === NONE) writer.put(made, "*", held);
  }
  return made;
}

const NO_FIELDS: ReadonlyMap<string, Node> = new Map();

/** `name: value`; any other key is that of a named map type that another file declares. */
function keyed(file: GoFile, made: Var, element: Node, fields: ReadonlyMap<string, Node>): void {
  const { tree, writer } = file;
  const keyNode = tree.field(element, "key");
  const name = keyText(file, keyNode);
  const held = elided(file, tree.field(element, "value"), fields.get(name) ?? NONE);
  if (name === "") {
    const key = keyOf(file, keyNode);
    if (held !== PLAIN) writer.put(made, key, held);
  } else if (held !== PLAIN) writer.store(made, name, held);
}

function keyText(file: GoFile, node: Node): string {
  const { tree } = file;
  const inner =
    node !== NONE && tree.type(node) === "literal_element" ? (tree.children(node)[0] ?? NONE) : node;
  return inner !== NONE && tree.type(inner) === "identifier" ? tree.text(inner) : "";
}
