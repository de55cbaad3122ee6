import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Name } from "./scopes.ts";
import { firstNamed, unwrap } from "./syntax.ts";
import { typeNamed } from "./types.ts";
import type { Walker } from "./walker.ts";

const NO_CLASS: Var = -1;

/** Runs `arm` knowing that `condition` holds: after `x instanceof C`, `x` is a `C`. */
export function narrowed(walker: Walker, condition: Node, arm: () => void): void {
  const names = new Set<Name>();
  narrow(walker, condition, names);
  arm();
  for (const name of names) walker.frame.narrowed.delete(name);
}

function narrow(walker: Walker, condition: Node, names: Set<Name>): void {
  const { tree, writer, frame } = walker;
  const inner = unwrap(tree, condition);
  if (inner === NONE || tree.type(inner) !== "binary_expression") return;
  const operator = tree.text(tree.field(inner, "operator"));
  const left = unwrap(tree, tree.field(inner, "left"));
  const right = tree.field(inner, "right");
  if (operator === "&&") {
    narrow(walker, left, names);
    narrow(walker, right, names);
    return;
  }
  if (operator !== "instanceof" || left === NONE || tree.type(left) !== "identifier") return;
  const name = walker.scope.find(tree.text(left));
  const type = unwrap(tree, right);
  if (name === undefined || frame.narrowed.has(name) || type === NONE || tree.type(type) !== "identifier")
    return;
  const known = walker.scope.find(tree.text(type));
  if (known === undefined) return;
  const either = writer.narrow(walker.read(name), walker.read(known));
  writer.hint(either, walker.instanceOf(known));
  frame.narrowed.set(name, either);
  names.add(name);
}

/**
 * A variable that holds the classes written at `node`, where nothing but their objects can be of the type; -1 where the
 * type tells nothing like that (parameters of types, interfaces of others, `any`).
 */
export function classesOf(walker: Walker, node: Node): Var {
  const { tree, writer } = walker;
  if (node === NONE) return NO_CLASS;
  switch (tree.type(node)) {
    case "type_identifier":
      return walker.scope.findType(tree.text(node)) === undefined ? NO_CLASS : typeNamed(walker, node);
    case "generic_type":
      return classesOf(walker, tree.field(node, "name"));
    case "nested_type_identifier":
      return typeNamed(walker, node);
    case "parenthesized_type":
      return classesOf(walker, firstNamed(tree, node));
    case "union_type": {
      const found: Var[] = [];
      for (const part of tree.children(node)) {
        if (tree.type(part) === "literal_type" || PRIMITIVES.has(tree.text(part))) continue;
        const type = classesOf(walker, part);
        if (type === NO_CLASS) return NO_CLASS;
        found.push(type);
      }
      if (found.length <= 1) return found[0] ?? NO_CLASS;
      const any = writer.variable();
      for (const type of found) writer.copy(any, type);
      return any;
    }
    default:
      return NO_CLASS;
  }
}

const PRIMITIVES = new Set(["undefined", "null", "string", "number", "boolean", "bigint", "symbol", "void"]);

/** What of `value` can be of the type at `node`, in a variable of its own. */
export function narrowedTo(walker: Walker, value: Var, node: Node): Var {
  const classes = classesOf(walker, node);
  return classes === NO_CLASS ? walker.own(value) : walker.writer.narrow(value, classes);
}
