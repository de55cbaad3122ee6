import { NONE, type Node } from "../../tree.ts";
import type { Name } from "./scopes.ts";
import { unwrap } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** Runs `arm` knowing that `condition` holds: after `x instanceof C`, an `x` of which nothing is known is a `C`. */
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
  const either = walker.own(walker.read(name));
  writer.hint(either, walker.instanceOf(known));
  frame.narrowed.set(name, either);
  names.add(name);
}
