import { Arg, CallFlag, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { isFunction, keyOf, unwrap } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** Under this name the type of a function keeps a list of objects, one for each parameter. */
export const PARAMETERS = "#parameters";

/** Members of one literal that are given their types; tables longer than this are data. */
const MAX_MEMBERS = 200;

/**
 * Functions written in a place whose type is known take their parameters' types from there:
 * `const f: Handler = (context) => ...`. `value` holds what `node` is, `type` an object of the type.
 */
export function typedBy(walker: Walker, node: Node, value: Var, type: Var, depth = 0): void {
  const { tree, writer } = walker;
  const inner = unwrap(tree, node);
  if (inner === NONE || depth > 4) return;
  const kind = tree.type(inner);
  if (isFunction(kind)) {
    if (hasOpenParameter(walker, inner)) takeParameters(walker, value, type);
  } else if (kind === "object") {
    membersTypedBy(walker, inner, value, type, depth);
  } else if (kind === "array" && hasFunction(walker, inner)) {
    const element = writer.item(type, "*");
    const first = tree.children(inner)[0] ?? NONE;
    if (first !== NONE) typedBy(walker, first, writer.item(value, "*"), element, depth + 1);
  }
}

function membersTypedBy(walker: Walker, object: Node, value: Var, type: Var, depth: number): void {
  const { tree, writer } = walker;
  for (const member of tree.children(object).slice(0, MAX_MEMBERS)) {
    const isPair = tree.type(member) === "pair";
    if (!isPair && tree.type(member) !== "method_definition") continue;
    const part = isPair ? tree.field(member, "value") : member;
    const name = keyOf(tree, tree.field(member, isPair ? "key" : "name"));
    if (name === undefined || !hasFunction(walker, part)) continue;
    walker.at(member);
    typedBy(walker, part, writer.load(value, name), writer.item(type, name), depth + 1);
  }
}

function hasFunction(walker: Walker, node: Node): boolean {
  const { tree } = walker;
  const kind = tree.type(unwrap(tree, node));
  return isFunction(kind) || kind === "object" || kind === "array";
}

/** Whether some parameter says nothing of its type. */
function hasOpenParameter(walker: Walker, node: Node): boolean {
  const { tree } = walker;
  const list = tree.field(node, "parameters");
  if (list === NONE) return tree.field(node, "parameter") !== NONE;
  return tree.children(list).some((parameter) => tree.field(parameter, "type") === NONE);
}

/** Runs `value` with objects of the types that `type` gives its parameters, in a unit that is nobody's caller. */
export function takeParameters(walker: Walker, value: Var, type: Var): void {
  const { writer } = walker;
  const unit = writer.open(-1, UnitFlag.TYPE);
  writer.within(unit, () => {
    const given = writer.load(type, PARAMETERS);
    writer.call(value, [{ kind: Arg.SPREAD, value: given }], "", CallFlag.QUIET);
  });
  writer.instance(writer.func(unit));
}
