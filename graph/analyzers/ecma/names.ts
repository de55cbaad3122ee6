import { NONE, type Node, type Tree } from "../../tree.ts";
import { type Name, Scope } from "./scopes.ts";
import { isFunction, patternNames } from "./syntax.ts";

/** What the file declares, and where the order of things matters. */
export interface Names {
  module: Scope;
  /** Scopes by the node that opens them. Blocks that declare nothing have none. */
  scopes: ReadonlyMap<Node, Scope>;
  /** Nodes that assign or jump, in order. */
  effects: readonly Node[];
}

/** Beyond this product of names and effects, the names of one function are followed without regard to order. */
const MAX_FOLLOWED = 100_000;

/** Assigning these makes no name of the file. */
const AMBIENT = new Set(["exports", "module", "require", "window", "globalThis", "self", "global"]);

type Visit = (survey: Survey, node: Node, type: string) => void;

/** One pass over the tree before the walk: every declaration, and which names are assigned again or from within other functions. */
export function surveyNames(tree: Tree): Names {
  const survey = new Survey(tree);
  for (let node = 0; node < tree.count; node++) {
    survey.leave(node);
    const type = tree.type(node);
    const visit = VISITS.get(type);
    if (visit !== undefined && tree.named(node)) visit(survey, node, type);
  }
  return survey.finish();
}

class Survey {
  readonly tree: Tree;
  readonly scopes = new Map<Node, Scope>();
  readonly effects: Node[] = [];
  readonly module: Scope;
  scope: Scope;
  readonly #ends: Node[] = [];
  /** Functions declared in blocks: in sloppy code the function around sees them too. */
  readonly #leaked: { outer: Scope; name: Name }[] = [];
  readonly #written: { scope: Scope; text: string }[] = [];

  constructor(tree: Tree) {
    this.tree = tree;
    this.module = new Scope(0, undefined, undefined);
    this.scope = this.module;
    this.scopes.set(0, this.module);
  }

  /** Closes the scopes that end before `node`. */
  leave(node: Node): void {
    while (this.#ends.length > 0 && node >= (this.#ends.at(-1) as Node)) {
      this.#ends.pop();
      this.scope = this.scope.parent as Scope;
    }
  }

  push(node: Node, body: boolean): Scope {
    const scope = new Scope(node, this.scope, body ? undefined : this.scope.body);
    this.scopes.set(node, scope);
    this.scope = scope;
    this.#ends.push(this.tree.past(node));
    return scope;
  }

  /** The scope where `var` declares: of the function, past its blocks. */
  functionScope(): Scope {
    let scope = this.scope;
    while (scope.parent !== undefined && scope.parent.body === scope.body) scope = scope.parent;
    return scope;
  }

  declarePattern(scope: Scope, pattern: Node, writes: number): void {
    patternNames(this.tree, pattern, (name) => scope.declare(this.tree.text(name), writes));
  }

  declareFunction(text: string): void {
    const name = this.scope.declare(text, 1);
    const outer = this.functionScope();
    if (outer !== this.scope) this.#leaked.push({ outer, name });
  }

  written(target: Node): void {
    const type = this.tree.type(target);
    if (type === "identifier") this.#written.push({ scope: this.scope, text: this.tree.text(target) });
    else if (type === "object_pattern" || type === "array_pattern")
      patternNames(this.tree, target, (name) =>
        this.#written.push({ scope: this.scope, text: this.tree.text(name) }),
      );
  }

  effect(node: Node): void {
    this.effects.push(node);
    this.scope.body.effects += 1;
  }

  finish(): Names {
    for (const { outer, name } of this.#leaked) {
      if (outer.find(name.text) === undefined) outer.adopt(name);
    }
    for (const { scope, text } of this.#written) {
      let name = scope.find(text);
      // Sloppy code makes a global by assigning it.
      if (name === undefined && !AMBIENT.has(text)) name = this.module.declare(text, 0);
      if (name === undefined) continue;
      name.writes += 1;
      if (name.scope.body !== scope.body) name.shared = true;
    }
    for (const scope of this.scopes.values()) {
      if (scope.body.declared * scope.body.effects <= MAX_FOLLOWED) continue;
      for (const name of scope.names?.values() ?? []) if (name.writes > 1) name.shared = true;
    }
    return { module: this.module, scopes: this.scopes, effects: this.effects };
  }
}

const VISITS = new Map<string, Visit>();
function on(types: string, visit: Visit): void {
  for (const type of types.split(" ")) VISITS.set(type, visit);
}

on("function_declaration generator_function_declaration", (survey, node) => {
  const { tree } = survey;
  const name = tree.field(node, "name");
  if (name !== NONE) survey.declareFunction(tree.text(name));
  survey.scope.hoisted.push(node);
  openFunction(survey, node);
});
on("function_expression generator_function arrow_function method_definition", openFunction);

function openFunction(survey: Survey, node: Node): void {
  const { tree } = survey;
  const scope = survey.push(node, true);
  const parameters = tree.field(node, "parameters");
  for (
    let child = tree.first(parameters === NONE ? node : parameters);
    child !== NONE;
    child = tree.next(child)
  ) {
    if (parameters === NONE ? tree.fieldOf(child) === "parameter" : tree.named(child))
      survey.declarePattern(scope, child, 1);
  }
  if (tree.type(node) !== "function_expression" && tree.type(node) !== "generator_function") return;
  const name = tree.field(node, "name");
  if (name !== NONE && scope.names?.get(tree.text(name)) === undefined) scope.declare(tree.text(name), 1);
}

on("class_declaration abstract_class_declaration", (survey, node) => {
  const name = survey.tree.field(node, "name");
  if (name !== NONE) survey.scope.declare(survey.tree.text(name), 1);
  survey.push(node, false);
});
on("class", (survey, node) => {
  const scope = survey.push(node, false);
  const name = survey.tree.field(node, "name");
  if (name !== NONE) scope.declare(survey.tree.text(name), 1);
});
on("class_body", (survey, node) => void survey.push(node, true));

on("statement_block switch_body", (survey, node) => {
  const parent = survey.tree.parent(node);
  if (isFunction(survey.tree.type(parent)) || survey.tree.type(parent) === "catch_clause") return;
  if (declares(survey.tree, node)) survey.push(node, false);
});
on("for_statement", (survey, node) => void survey.push(node, false));
on("catch_clause", (survey, node) => {
  const scope = survey.push(node, false);
  const parameter = survey.tree.field(node, "parameter");
  if (parameter !== NONE) survey.declarePattern(scope, parameter, 1);
});
on("for_in_statement", (survey, node) => {
  const { tree } = survey;
  const scope = survey.push(node, false);
  const left = tree.field(node, "left");
  const kind = tree.field(node, "kind");
  if (left === NONE) return;
  if (kind === NONE) {
    survey.effect(node);
    survey.written(left);
  } else survey.declarePattern(tree.type(kind) === "var" ? survey.functionScope() : scope, left, 1);
});

on("variable_declarator", (survey, node) => {
  const { tree } = survey;
  const name = tree.field(node, "name");
  if (name === NONE) return;
  const isVar = tree.type(tree.parent(node)) === "variable_declaration";
  const scope = isVar ? survey.functionScope() : survey.scope;
  const typed = tree.field(node, "value") !== NONE || tree.field(node, "type") !== NONE;
  survey.declarePattern(scope, name, typed ? 1 : 0);
  if (isVar && typed) survey.effect(node);
});
on("assignment_expression", (survey, node) => {
  survey.effect(node);
  survey.written(survey.tree.field(node, "left"));
});
on("augmented_assignment_expression", (survey, node) => {
  // Arithmetic leaves nothing behind that could be called.
  const operator = survey.tree.text(survey.tree.field(node, "operator"));
  if (operator === "||=" || operator === "&&=" || operator === "??=") {
    survey.effect(node);
    survey.written(survey.tree.field(node, "left"));
  }
});
on("return_statement throw_statement break_statement continue_statement", (survey, node) =>
  survey.effect(node),
);

on("import_clause namespace_import import_require_clause import_alias", (survey, node, type) => {
  const { tree } = survey;
  const name = tree.childOf(node, "identifier");
  if (name === NONE) return;
  survey.scope.declare(tree.text(name), 1);
  if (type === "import_alias") survey.effect(node);
});
on("import_specifier", (survey, node) => {
  const { tree } = survey;
  const alias = tree.field(node, "alias");
  survey.scope.declare(tree.text(alias === NONE ? tree.field(node, "name") : alias), 1);
});

on("enum_declaration", (survey, node) => {
  const name = survey.tree.field(node, "name");
  if (name !== NONE) survey.scope.declare(survey.tree.text(name), 1);
});
on("internal_module module", (survey, node) => {
  const { tree } = survey;
  let name = tree.field(node, "name");
  while (name !== NONE && tree.type(name) === "nested_identifier") name = tree.field(name, "object");
  if (name !== NONE && tree.type(name) === "identifier") survey.scope.declare(tree.text(name), 1);
});
on("interface_declaration type_alias_declaration", (survey, node) => {
  const name = survey.tree.field(node, "name");
  if (name !== NONE) survey.scope.declareType(survey.tree.text(name), undefined);
  survey.push(node, false);
});
// What has no names but those of its type parameters.
on(
  "function_signature method_signature abstract_method_signature function_type call_signature",
  (survey, node, type) => {
    const name = type === "function_signature" ? survey.tree.field(node, "name") : NONE;
    if (name !== NONE) survey.scope.declare(survey.tree.text(name), 0);
    if (survey.tree.field(node, "type_parameters") !== NONE) survey.push(node, false);
  },
);
on("type_parameter", (survey, node) => {
  const name = survey.tree.field(node, "name");
  if (name !== NONE) survey.scope.declareType(survey.tree.text(name), survey.tree.field(node, "constraint"));
});

on("identifier", (survey, node) => {
  const { tree } = survey;
  if (tree.end(node) - tree.start(node) !== 9 || tree.text(node) !== "arguments") return;
  for (let scope: Scope | undefined = survey.scope; scope !== undefined; scope = scope.body.parent) {
    const type = tree.type(scope.body.node);
    if (type === "arrow_function") continue;
    scope.body.usesArguments = true;
    return;
  }
});

/** Whether a block has names of its own. */
function declares(tree: Tree, block: Node): boolean {
  for (let child = tree.first(block); child !== NONE; child = tree.next(child)) {
    let type = tree.type(child);
    if (type === "switch_case" || type === "switch_default") {
      if (declares(tree, child)) return true;
      continue;
    }
    if (type === "export_statement" || type === "ambient_declaration") type = "class_declaration";
    if (DECLARING.has(type)) return true;
  }
  return false;
}

const DECLARING = new Set([
  "lexical_declaration",
  "using_declaration",
  "class_declaration",
  "abstract_class_declaration",
  "function_declaration",
  "generator_function_declaration",
  "function_signature",
  "enum_declaration",
  "interface_declaration",
  "type_alias_declaration",
  "internal_module",
  "expression_statement",
  "import_alias",
]);
