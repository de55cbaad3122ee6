import { CallFlag, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { effects, keyOf } from "./conversions.ts";
import { declareValue, type GoFile, stamp } from "./file.ts";

/** True for `:=`. */
export function isDeclaring(file: GoFile, node: Node): boolean {
  const { tree } = file;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child))
    if (tree.type(child) === ":=") return true;
  return false;
}

/** `a, b = x, y`, `a, b = f()`, `v, ok = m[k]`, and all of them with `:=`. */
export function assignAll(file: GoFile, left: Node, right: Node, declares: boolean): void {
  const { tree, writer } = file;
  const targets = left === NONE ? [] : tree.children(left);
  const sources = expressions(file, right);
  const [only] = sources;
  if (targets.length > 1 && sources.length === 1 && only !== undefined) {
    const whole = file.value(only);
    const isCall = tree.type(only) === "call_expression";
    for (const [index, target] of targets.entries()) {
      if (tree.text(target) === "_") continue;
      stamp(file, target);
      // The second of `v, ok` is a truth value.
      const part = !isCall
        ? index === 0
          ? whole
          : PLAIN
        : whole === PLAIN
          ? PLAIN
          : writer.item(whole, String(index));
      assign(file, target, part, declares);
    }
    return;
  }
  const values = sources.map((source) => file.value(source));
  for (const [index, target] of targets.entries()) assign(file, target, values[index] ?? PLAIN, declares);
}

export function expressions(file: GoFile, node: Node): Node[] {
  if (node === NONE) return [];
  return file.tree.type(node) === "expression_list" ? file.tree.children(node) : [node];
}

/** Puts a value where `target` says. */
export function assign(file: GoFile, target: Node, held: Var, declares: boolean): void {
  const { tree, writer } = file;
  switch (tree.type(target)) {
    case "identifier":
      assignName(file, target, held, declares);
      return;
    case "selector_expression": {
      const base = file.value(tree.field(target, "operand"));
      if (base !== PLAIN && held !== PLAIN) writer.store(base, tree.text(tree.field(target, "field")), held);
      return;
    }
    case "index_expression":
      assignItem(file, target, held);
      return;
    case "parenthesized_expression":
    case "unary_expression": {
      const inner =
        tree.type(target) === "unary_expression" ? tree.field(target, "operand") : tree.children(target)[0];
      if (inner !== undefined && inner !== NONE) assign(file, inner, held, false);
      return;
    }
    default:
      effects(file, target);
  }
}

/** `m[k] = v`; a map without values of interest is a set of its keys. */
function assignItem(file: GoFile, target: Node, held: Var): void {
  const { tree, writer } = file;
  const base = file.value(tree.field(target, "operand"));
  const keyNode = tree.field(target, "index");
  const kind = keyNode === NONE ? "" : tree.type(keyNode);
  if (held === PLAIN && (kind === "identifier" || kind === "selector_expression")) {
    const key = file.value(keyNode);
    if (base !== PLAIN && key !== PLAIN) writer.put(base, "*", key);
    return;
  }
  const key = keyOf(file, keyNode);
  if (base !== PLAIN && held !== PLAIN) writer.put(base, key, held);
}

function assignName(file: GoFile, target: Node, held: Var, declares: boolean): void {
  const { tree, writer, names } = file;
  const name = tree.text(target);
  if (name === "_") return;
  const found = declares ? names.here(name) : names.find(name);
  if (declares && found === undefined) {
    declareValue(file, name, held);
    return;
  }
  if (held === PLAIN) return;
  if (found !== undefined) {
    const variable = variableOf(writer, found);
    if (variable !== PLAIN) writer.copy(variable, held);
    return;
  }
  assignOutside(file, name, held);
}

/** A package variable that another file declares: this file gives it one more value. */
function assignOutside(file: GoFile, name: string, held: Var): void {
  const { writer, assigned } = file;
  let cell = assigned.get(name);
  if (cell === undefined) {
    const made = writer.variable(0);
    writer.within(0, () => writer.export(name, made));
    assigned.set(name, made);
    cell = made;
  }
  writer.copy(cell, held);
}

/** `for k, v := range xs`; the only name is an element when `xs` is a channel (or a set). */
export function range(file: GoFile, clause: Node): void {
  const { tree, writer } = file;
  const from = file.value(tree.field(clause, "right"));
  const left = tree.field(clause, "left");
  const targets = left === NONE ? [] : tree.children(left);
  const declares = isDeclaring(file, clause);
  stamp(file, clause);
  const right = tree.field(clause, "right");
  const isCall = right !== NONE && tree.type(right) === "call_expression";
  const yielded = isCall && from !== PLAIN ? iterator(file, from, targets.length) : [];
  for (const [index, target] of targets.entries()) {
    const holds = index === targets.length - 1 && from !== PLAIN && tree.text(target) !== "_";
    const given = yielded[index] ?? PLAIN;
    if (holds)
      assign(
        file,
        target,
        given === PLAIN ? writer.item(from, "*") : writer.item(from, "*", given),
        declares,
      );
    else assign(file, target, given, declares);
  }
}

/** What is ranged over may be a function that calls us back with each element. */
function iterator(file: GoFile, from: Var, count: number): Var[] {
  const { writer } = file;
  const taken = Array.from({ length: count }, () => writer.variable());
  const unit = writer.open(-1, UnitFlag.TYPE);
  const given = taken.map(() => writer.param(unit, ""));
  writer.within(unit, () => {
    for (const [index, variable] of taken.entries()) writer.copy(variable, given[index] as Var);
  });
  writer.call(from, [writer.func(unit)], "range", CallFlag.QUIET);
  return taken;
}
