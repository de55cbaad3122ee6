import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { type JavaFile, once } from "./file.ts";

/** Types that hold nothing of interest, or anything at all. */
const BASIC = new Set(
  "Boolean Byte Character CharSequence Double Float Integer Long Number Object Short String Void var".split(
    " ",
  ),
);

/** Types of java.lang that are called by name. */
const LANGUAGE = new Set(
  (
    "ArithmeticException AssertionError AutoCloseable Class ClassLoader Cloneable Comparable Enum Error Exception " +
    "IllegalArgumentException IllegalStateException IndexOutOfBoundsException InterruptedException Iterable Math " +
    "NullPointerException NumberFormatException Override Process ProcessBuilder Record Runnable Runtime " +
    "RuntimeException SecurityException StackTraceElement StrictMath StringBuffer StringBuilder System Thread " +
    "ThreadLocal Throwable UnsupportedOperationException"
  ).split(" "),
);

/** The class that a name stands for. */
export function typeNamed(file: JavaFile, name: string): Var {
  const found = file.names.find(name);
  if (found !== undefined) {
    if (found.kind === "parameter") return found.variable;
    return found.kind === "type" ? variableOf(file.writer, found) : PLAIN;
  }
  const { writer } = file;
  return once(file, name, () => {
    const variable = writer.global(name);
    if (BASIC.has(name) || LANGUAGE.has(name) || /^[A-Z]\w*(Error|Exception)$/.test(name)) {
      // A class of the package may have the same name, and comes first.
      writer.hint(variable, writer.from(`java.lang/${name}`, name));
    }
    return variable;
  });
}

/** The class that a type names, without its arguments; PLAIN if it names none. */
export function typeOf(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "type_identifier":
    case "identifier":
      return typeNamed(file, tree.text(node));
    case "generic_type":
    case "annotated_type":
      return typeOf(file, lastType(file, node));
    case "scoped_type_identifier": {
      const [outer, inner] = scopedParts(file, node);
      if (inner === NONE) return PLAIN;
      if (isPackage(file, outer)) return qualified(file, tree.text(node));
      const base = typeOf(file, outer);
      return base === PLAIN ? PLAIN : writer.load(base, tree.text(inner));
    }
    default:
      return PLAIN;
  }
}

function scopedParts(file: JavaFile, node: Node): [Node, Node] {
  const parts = file.tree.children(node);
  return [parts[0] ?? NONE, parts.length > 1 ? (parts.at(-1) as Node) : NONE];
}

/** Packages are written small: `java.util` in `java.util.List`. */
function isPackage(file: JavaFile, node: Node): boolean {
  if (node === NONE) return false;
  const text = file.tree.text(node);
  const first = text.slice(text.lastIndexOf(".") + 1).charAt(0);
  return first === first.toLowerCase() && file.names.find(text) === undefined;
}

/** A class by its full name. */
export function qualified(file: JavaFile, name: string): Var {
  const at = name.lastIndexOf(".");
  const simple = name.slice(at + 1);
  return once(file, name, () => file.writer.from(`${name.slice(0, at)}/${simple}`, simple));
}

/** In `generic_type` the type comes first, in `annotated_type` last. */
function lastType(file: JavaFile, node: Node): Node {
  const parts = file.tree.children(node);
  return (file.tree.type(node) === "generic_type" ? parts[0] : parts.at(-1)) ?? NONE;
}

/** Some value of a declared type; PLAIN for those that hold nothing callable. */
export function sample(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  if (node === NONE) return PLAIN;
  const type = tree.type(node);
  if (type === "array_type") {
    const element = sample(file, tree.field(node, "element"));
    if (element === PLAIN) return PLAIN;
    const list = writer.make(Shape.LIST);
    writer.put(list, "*", element);
    return list;
  }
  if (
    type === "type_identifier" &&
    BASIC.has(tree.text(node)) &&
    file.names.find(tree.text(node)) === undefined
  ) {
    return PLAIN;
  }
  const of = typeOf(file, node);
  return of === PLAIN ? PLAIN : writer.instance(of);
}

/** Numbers, texts and truth values: a variable of such a type never holds anything that can be called. */
export function isPlainType(file: JavaFile, node: Node): boolean {
  const { tree } = file;
  if (node === NONE) return false;
  const type = tree.type(node);
  if (type === "type_identifier") {
    const name = tree.text(node);
    return BASIC.has(name) && name !== "Object" && name !== "var" && file.names.find(name) === undefined;
  }
  return (
    type === "integral_type" ||
    type === "floating_point_type" ||
    type === "boolean_type" ||
    type === "void_type"
  );
}

export function declareTypeParameters(file: JavaFile, node: Node): void {
  const { tree, names, writer } = file;
  const list = tree.field(node, "type_parameters");
  if (list === NONE) return;
  for (const parameter of tree.children(list)) {
    const name = tree.childOf(parameter, "type_identifier");
    const bound = tree.childOf(parameter, "type_bound");
    const type = bound === NONE ? NONE : (tree.children(bound)[0] ?? NONE);
    if (name !== NONE) names.declare(tree.text(name), "parameter", writer.unit, typeOf(file, type));
  }
}
