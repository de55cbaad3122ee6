import type { Def } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import type { Syntax } from "./traits.ts";

/** A jump that names its target. */
export function hasLabel(tree: Tree, syntax: Syntax, node: Node): boolean {
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (syntax.labels.has(tree.type(child))) return true;
  }
  return false;
}

/** A string that is a statement: documentation, or a comment in the clothes of one. */
export function isDocument(tree: Tree, node: Node): boolean {
  const only = tree.first(node);
  return only !== NONE && tree.next(only) === NONE && tree.type(only) === "string";
}

/** Whether a call is of the very definition it stands in, by name. */
export function callsItself(
  tree: Tree,
  syntax: Syntax,
  defs: readonly Def[],
  index: number,
  node: Node,
): boolean {
  const { call, object, name } = syntax.callee;
  const callee = call === "" ? node : tree.field(node, call);
  const def = defs[index];
  if (callee === NONE || def === undefined) return false;
  const base = tree.field(callee, object);
  const isMethod = def.owner !== -1 && defs[def.owner]?.type === "class";
  // In a method a bare name is a function of the module, but in Java.
  if (base === NONE && isMethod && callee !== node) return false;
  if (base !== NONE && !(isMethod && isSelf(tree, syntax, base))) return false;
  const called = base !== NONE || callee === node ? tree.field(callee, name) : callee;
  if (called === NONE || tree.end(called) - tree.start(called) !== def.name.length) return false;
  return tree.source.startsWith(def.name, tree.start(called));
}

function isSelf(tree: Tree, syntax: Syntax, node: Node): boolean {
  return tree.end(node) - tree.start(node) < 5 && syntax.selves.has(tree.text(node));
}
