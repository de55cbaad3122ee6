import type { Binding } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";

export type ScopeKind = "module" | "class" | "function" | "comprehension";

/** One scope of Python: what it binds is known before its code is read, because assignment anywhere makes a local. */
export class Scope {
  readonly kind: ScopeKind;
  readonly node: Node;
  /** The scope around; corrected on entry, since defaults and decorators are read outside of the function. */
  parent: Scope | undefined;
  readonly names = new Set<string>();
  /** Names declared `global` here. */
  globals: Set<string> | undefined;
  nonlocals: Set<string> | undefined;
  /** Names that other units assign. */
  shared: Set<string> | undefined;
  generator = false;
  /** Made on entry. */
  readonly bindings = new Map<string, Binding>();

  constructor(kind: ScopeKind, node: Node, parent: Scope | undefined) {
    this.kind = kind;
    this.node = node;
    this.parent = parent;
  }

  add(name: string): void {
    if (name !== "") this.names.add(name);
  }
}

const OPENS = new Map<string, ScopeKind>([
  ["class_definition", "class"],
  ["function_definition", "function"],
  ["lambda", "function"],
  ["list_comprehension", "comprehension"],
  ["set_comprehension", "comprehension"],
  ["dictionary_comprehension", "comprehension"],
  ["generator_expression", "comprehension"],
]);

/** What binds names, by type of node. */
const BINDERS = new Map<string, (tree: Tree, node: Node, scope: Scope) => void>([
  ["assignment", bindLeft],
  ["augmented_assignment", bindLeft],
  ["for_statement", bindLeft],
  ["for_in_clause", bindLeft],
  [
    "type_alias_statement",
    (tree, node, scope) => bindTarget(tree, tree.first(tree.field(node, "left")), scope),
  ],
  [
    "named_expression",
    (tree, node, scope) => bindTarget(tree, tree.field(node, "name"), runningScope(scope)),
  ],
  ["as_pattern", bindAlias],
  ["except_clause", bindCaught],
  ["import_statement", bindImports],
  ["import_from_statement", bindImports],
  ["future_import_statement", bindImports],
  ["delete_statement", (tree, node, scope) => bindTarget(tree, tree.children(node)[0] ?? NONE, scope)],
  ["parameters", bindParameters],
  ["lambda_parameters", bindParameters],
  ["type_parameter", bindTypeParameters],
  ["case_clause", bindPatterns],
  ["global_statement", (tree, node, scope) => declare(tree, node, scope, "globals")],
  ["nonlocal_statement", (tree, node, scope) => declare(tree, node, scope, "nonlocals")],
  [
    "yield",
    (_tree, _node, scope) => {
      runningScope(scope).generator = true;
    },
  ],
]);

/** Every scope of a file by its node; the module is node 0. */
export function scan(tree: Tree): Map<Node, Scope> {
  const module = new Scope("module", 0, undefined);
  const scopes = new Map<Node, Scope>([[0, module]]);
  const around: Scope[] = [];
  const ends: number[] = [];
  let scope = module;
  let end = tree.count;
  for (let node = 1; node < tree.count; node++) {
    while (node >= end) {
      scope = around.pop() as Scope;
      end = ends.pop() as number;
    }
    if (!tree.named(node)) continue;
    const type = tree.type(node);
    const kind = OPENS.get(type);
    if (kind !== undefined) {
      if (type === "function_definition" || type === "class_definition") {
        scope.add(tree.text(tree.field(node, "name")));
      }
      around.push(scope);
      ends.push(end);
      scope = new Scope(kind, node, scope);
      end = tree.past(node);
      scopes.set(node, scope);
    } else BINDERS.get(type)?.(tree, node, scope);
  }
  for (const one of scopes.values()) settle(one, module);
  return scopes;
}

/** Names that a scope only borrows belong to the scope that owns them, which learns that others assign them. */
function settle(scope: Scope, module: Scope): void {
  for (const name of scope.globals ?? []) {
    if (scope === module || !scope.names.delete(name)) continue;
    module.names.add(name);
    share(module, name);
  }
  for (const name of scope.nonlocals ?? []) {
    if (!scope.names.delete(name)) continue;
    for (let outer = scope.parent; outer !== undefined; outer = outer.parent) {
      if (outer.kind !== "function" || outer.nonlocals?.has(name) || !outer.names.has(name)) continue;
      share(outer, name);
      break;
    }
  }
}

function share(scope: Scope, name: string): void {
  scope.shared ??= new Set();
  scope.shared.add(name);
}

/** A walrus or yield inside a comprehension belongs to the function around it. */
function runningScope(scope: Scope): Scope {
  let at = scope;
  while (at.kind === "comprehension" && at.parent !== undefined) at = at.parent;
  return at;
}

function bindLeft(tree: Tree, node: Node, scope: Scope): void {
  bindTarget(tree, tree.field(node, "left"), scope);
}

const SPREADING = new Set([
  "pattern_list",
  "tuple_pattern",
  "list_pattern",
  "list_splat_pattern",
  "dictionary_splat_pattern",
  "list_splat",
  "tuple",
  "list",
  "expression_list",
  "parenthesized_expression",
  "as_pattern_target",
  "ERROR",
]);

function bindTarget(tree: Tree, node: Node, scope: Scope): void {
  if (node === NONE) return;
  const type = tree.type(node);
  if (type === "identifier") scope.add(tree.text(node));
  else if (SPREADING.has(type)) {
    for (let child = tree.first(node); child !== NONE; child = tree.next(child))
      bindTarget(tree, child, scope);
  }
}

function bindAlias(tree: Tree, node: Node, scope: Scope): void {
  const alias = tree.field(node, "alias");
  // In `case`, the name stands bare behind `as`.
  if (alias === NONE) bindTarget(tree, tree.children(node).at(-1) ?? NONE, scope);
  else bindTarget(tree, alias, scope);
}

function bindCaught(tree: Tree, node: Node, scope: Scope): void {
  const [, old] = tree.fields(node, "value");
  // Python 2: `except E, e`.
  if (old !== undefined) bindTarget(tree, old, scope);
  bindTarget(tree, tree.field(node, "alias"), scope);
}

function bindImports(tree: Tree, node: Node, scope: Scope): void {
  for (const name of tree.fields(node, "name")) scope.add(importedAs(tree, name));
}

/** The name that an import binds: its alias, or the first part of `a.b.c`. */
export function importedAs(tree: Tree, name: Node): string {
  if (tree.type(name) === "aliased_import") return tree.text(tree.field(name, "alias"));
  return tree.text(tree.childOf(name, "identifier"));
}

function bindParameters(tree: Tree, node: Node, scope: Scope): void {
  for (const parameter of tree.children(node)) {
    const name = tree.field(parameter, "name");
    const type = tree.type(parameter);
    if (name !== NONE) bindTarget(tree, name, scope);
    else if (type === "typed_parameter") bindTarget(tree, tree.first(parameter), scope);
    else bindTarget(tree, parameter, scope);
  }
}

/** `def f[T]`: but `list[T]` in an annotation has the same shape. */
function bindTypeParameters(tree: Tree, node: Node, scope: Scope): void {
  if (tree.fieldOf(node) !== "type_parameters") return;
  for (const type of tree.children(node)) {
    let inner = tree.first(type);
    while (inner !== NONE && tree.type(inner) !== "identifier") inner = tree.first(inner);
    bindTarget(tree, inner, scope);
  }
}

/** Capturing names of a `case`: bare names that are not `_`, and what follows `*`. */
function bindPatterns(tree: Tree, node: Node, scope: Scope): void {
  const end = tree.past(node);
  for (let at = node + 1; at < end; at++) {
    const type = tree.type(at);
    if (type === "block" || type === "if_clause") return;
    if (type === "dotted_name" && isCapture(tree, at)) scope.add(tree.text(at));
    else if (type === "splat_pattern") scope.add(tree.text(tree.childOf(at, "identifier")));
  }
}

/** A bare name in a pattern takes the value; `a.b` and the name of a class are compared with it. */
export function isCapture(tree: Tree, dotted: Node): boolean {
  if (tree.type(tree.parent(dotted)) === "class_pattern") return false;
  const only = tree.first(dotted);
  return only !== NONE && tree.next(only) === NONE && tree.text(only) !== "_";
}

function declare(tree: Tree, node: Node, scope: Scope, kind: "globals" | "nonlocals"): void {
  const owner = runningScope(scope);
  owner[kind] ??= new Set();
  for (const name of tree.children(node)) owner[kind].add(tree.text(name));
}
