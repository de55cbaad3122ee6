import { Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import type { RustFile } from "./file.ts";
import { path } from "./paths.ts";

/** Wrappers that are as what they wrap: a member of the one is reached through the other, or after unwrapping it. */
const WRAPPERS = new Set(
  "Box Rc Arc RefCell Cell Mutex RwLock Option Result Pin Cow Weak Ref RefMut MutexGuard".split(" "),
);
const LISTS = new Set(
  "Vec VecDeque HashMap BTreeMap HashSet BTreeSet BinaryHeap LinkedList IndexMap".split(" "),
);

/** The type (or trait) that a type names, through references and wrappers; PLAIN if it names none. */
export function typeOf(file: RustFile, node: Node): Var {
  const { tree } = file;
  let at = node;
  while (at !== NONE) {
    switch (tree.type(at)) {
      case "reference_type":
      case "pointer_type":
        at = tree.field(at, "type");
        break;
      case "dynamic_type":
      case "abstract_type":
        at = tree.field(at, "trait");
        break;
      case "bounded_type":
      case "parenthesized_type":
        at = tree.children(at)[0] ?? NONE;
        break;
      case "generic_type": {
        const name = lastName(file, tree.field(at, "type"));
        if (!WRAPPERS.has(name)) return path(file, tree.field(at, "type"));
        at = firstArgument(file, at);
        break;
      }
      case "primitive_type":
        return PLAIN;
      default:
        return path(file, at);
    }
  }
  return PLAIN;
}

export function lastName(file: RustFile, node: Node): string {
  const { tree } = file;
  if (node === NONE) return "";
  const type = tree.type(node);
  if (type === "scoped_type_identifier" || type === "scoped_identifier")
    return tree.text(tree.field(node, "name"));
  if (type === "generic_type") return lastName(file, tree.field(node, "type"));
  if (type === "reference_type") return lastName(file, tree.field(node, "type"));
  return tree.text(node);
}

function argumentsOf(file: RustFile, node: Node): Node[] {
  const { tree } = file;
  const list = tree.field(node, "type_arguments");
  return list === NONE ? [] : tree.children(list).filter((child) => tree.type(child) !== "lifetime");
}

function firstArgument(file: RustFile, node: Node): Node {
  return argumentsOf(file, node)[0] ?? NONE;
}

/** Some value of a declared type; PLAIN for those that hold nothing callable. */
export function sample(file: RustFile, node: Node): Var {
  const { tree, writer } = file;
  if (node === NONE) return PLAIN;
  switch (tree.type(node)) {
    case "reference_type":
    case "pointer_type":
      return sample(file, tree.field(node, "type"));
    case "array_type":
      return listOf(file, tree.field(node, "element"));
    case "tuple_type": {
      const values = tree.children(node).map((child) => sample(file, child));
      if (values.every((held) => held === PLAIN)) return PLAIN;
      const tuple = writer.make(Shape.TUPLE);
      for (const [index, held] of values.entries())
        if (held !== PLAIN) writer.put(tuple, String(index), held);
      return tuple;
    }
    case "generic_type": {
      const name = lastName(file, tree.field(node, "type"));
      if (WRAPPERS.has(name)) return sample(file, firstArgument(file, node));
      if (LISTS.has(name)) return listOf(file, argumentsOf(file, node).at(-1) ?? NONE);
      break;
    }
    case "function_type":
      return functionOf(file, tree.field(node, "return_type"));
  }
  const type = typeOf(file, node);
  return type === PLAIN ? PLAIN : writer.instance(type);
}

function listOf(file: RustFile, element: Node): Var {
  const { writer } = file;
  const held = sample(file, element);
  if (held === PLAIN) return PLAIN;
  const list = writer.make(Shape.LIST);
  writer.put(list, "*", held);
  return list;
}

/** A function of which only the result is known. */
function functionOf(file: RustFile, result: Node): Var {
  const { writer } = file;
  if (result === NONE || typeOf(file, result) === PLAIN) return PLAIN;
  const unit = writer.open(-1, UnitFlag.TYPE | UnitFlag.DECLARED);
  writer.within(unit, () => {
    const held = sample(file, result);
    if (held !== PLAIN) writer.result(held);
  });
  return writer.func(unit);
}

/** Type parameters stand for their first bound; bounds may also follow in a `where` clause. */
export function declareTypeParameters(file: RustFile, node: Node): void {
  const { tree, names, writer } = file;
  const list = tree.field(node, "type_parameters");
  for (const parameter of list === NONE ? [] : tree.children(list)) {
    const type = tree.type(parameter);
    if (type === "lifetime" || type === "lifetime_parameter") continue;
    const nameNode = tree.field(parameter, "name");
    const left = nameNode === NONE ? tree.field(parameter, "left") : nameNode;
    const name = tree.text(left === NONE ? parameter : left);
    names.declare(name, "parameter", writer.unit, boundOf(file, tree.field(parameter, "bounds")));
  }
  const where = tree.childOf(node, "where_clause");
  for (const predicate of where === NONE ? [] : tree.children(where)) {
    const name = tree.text(tree.field(predicate, "left"));
    const bound = boundOf(file, tree.field(predicate, "bounds"));
    if (bound !== PLAIN && names.find(name)?.kind === "parameter")
      names.declare(name, "parameter", writer.unit, bound);
  }
}

function boundOf(file: RustFile, bounds: Node): Var {
  const { tree } = file;
  if (bounds === NONE) return PLAIN;
  for (const bound of tree.children(bounds)) {
    const type = tree.type(bound);
    if (type === "type_identifier" || type === "scoped_type_identifier" || type === "generic_type") {
      return path(file, bound);
    }
  }
  return PLAIN;
}
