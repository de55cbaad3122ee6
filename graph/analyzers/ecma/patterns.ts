import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { isExports, placeOf, quietly, store } from "./members.ts";
import { keyOf } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** Gives `value` to whatever stands on the left: a name, a member, or a pattern that takes it apart. */
export function assign(walker: Walker, target: Node, value: Var): void {
  const { tree } = walker;
  if (target === NONE) return;
  switch (tree.type(target)) {
    case "identifier":
    case "shorthand_property_identifier_pattern":
      assignName(walker, target, value);
      return;
    case "member_expression":
      if (isExports(walker, target)) walker.writer.export("=", value);
      else store(walker, placeOf(walker, target), value);
      return;
    case "subscript_expression":
      store(walker, placeOf(walker, target), value);
      return;
    case "object_pattern":
    case "object":
      takeObject(walker, target, value);
      return;
    case "array_pattern":
    case "array":
      takeArray(walker, target, value);
      return;
    case "assignment_pattern":
    case "object_assignment_pattern":
      assign(walker, tree.field(target, "left"), orDefault(walker, target, value));
      return;
    case "required_parameter":
    case "optional_parameter":
      assign(walker, tree.field(target, "pattern"), value);
      return;
    case "rest_pattern":
    case "parenthesized_expression":
    case "non_null_expression":
    case "as_expression":
    case "satisfies_expression":
      for (const inner of tree.children(target).slice(0, 1)) assign(walker, inner, value);
  }
}

function assignName(walker: Walker, target: Node, value: Var): void {
  const text = walker.tree.text(target);
  const name = walker.scope.find(text);
  if (name !== undefined) walker.write(name, name.typed === -1 ? value : known(walker, value, name.typed));
  // `exports = module.exports = value` goes on meaning the module.
}

/** The value, and where nothing is known of it, what the name is declared to hold. */
function known(walker: Walker, value: Var, typed: Var): Var {
  const either = walker.own(value);
  walker.writer.hint(either, typed);
  return either;
}

/** The value, or where nothing came, the default of `target`. */
function orDefault(walker: Walker, target: Node, value: Var): Var {
  const { tree, writer } = walker;
  const left = tree.field(target, "left");
  const fallback = walker.value(tree.field(target, "right"), { name: tree.text(left), span: target });
  const either = walker.own(value);
  writer.hint(either, fallback);
  return either;
}

function takeObject(walker: Walker, pattern: Node, value: Var): void {
  const { tree, writer } = walker;
  for (let part = tree.first(pattern); part !== NONE; part = tree.next(part)) {
    if (!tree.named(part)) continue;
    walker.at(part);
    switch (tree.type(part)) {
      case "shorthand_property_identifier_pattern":
        assign(walker, part, writer.load(value, tree.text(part)));
        break;
      case "object_assignment_pattern":
        assign(walker, part, writer.load(value, tree.text(tree.field(part, "left"))));
        break;
      case "pair_pattern":
      case "pair":
        assign(walker, tree.field(part, "value"), member(walker, value, tree.field(part, "key")));
        break;
      case "rest_pattern":
      case "spread_element":
        assign(walker, part, value);
    }
  }
}

function member(walker: Walker, value: Var, key: Node): Var {
  const { tree, writer } = walker;
  const name = keyOf(tree, key);
  return name === undefined ? writer.itemBy(value, walker.value(key)) : writer.load(value, name);
}

function takeArray(walker: Walker, pattern: Node, value: Var): void {
  const { tree, writer } = walker;
  let index = 0;
  for (let part = tree.first(pattern); part !== NONE; part = tree.next(part)) {
    if (!tree.named(part)) {
      if (tree.type(part) === ",") index += 1;
      continue;
    }
    if (tree.type(part) === "comment") continue;
    walker.at(part);
    if (tree.type(part) === "rest_pattern" || tree.type(part) === "spread_element") {
      const rest = index === 0 ? value : quietly(walker, value, "slice", [walker.constant(String(index))]);
      assign(walker, part, rest);
    } else assign(walker, part, writer.item(value, String(index)));
  }
}
