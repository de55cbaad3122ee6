import { Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { firstNamed, literal } from "./syntax.ts";
import type { Statement, Walker } from "./walker.ts";

/** Notes that this file needs another. */
export function noteImport(
  walker: Walker,
  node: Node,
  specifier: string,
  name: string,
  typeOnly: boolean,
): void {
  walker.writer.imports.push({ specifier, line: walker.tree.line(node), name, typeOnly });
}

/** `import` in all its forms; the names hold what the module gives from the start. */
export const importStatement: Statement = (walker, node) => {
  const { tree, writer } = walker;
  const required = tree.childOf(node, "import_require_clause");
  const source = literal(tree, tree.field(required === NONE ? node : required, "source"));
  if (source === undefined) return;
  walker.at(node);
  const clause = tree.childOf(node, "import_clause");
  noteImport(walker, node, source, "", clause !== NONE && onlyTypes(walker, node, clause));
  if (required !== NONE) {
    bind(walker, tree.childOf(required, "identifier"), () => whole(walker, source));
    return;
  }
  if (clause === NONE) return;
  for (const part of tree.children(clause)) {
    if (tree.type(part) === "identifier") bind(walker, part, () => writer.from(source, "default"));
    else if (tree.type(part) === "namespace_import")
      bind(walker, firstNamed(tree, part), () => whole(walker, source));
    else if (tree.type(part) === "named_imports") namedImports(walker, part, source);
  }
};

function namedImports(walker: Walker, list: Node, source: string): void {
  const { tree, writer } = walker;
  for (const specifier of tree.children(list)) {
    if (tree.type(specifier) !== "import_specifier") continue;
    const name = tree.field(specifier, "name");
    const alias = tree.field(specifier, "alias");
    const from = literal(tree, name) ?? tree.text(name);
    walker.at(specifier);
    bind(walker, alias === NONE ? name : alias, () => writer.from(source, from));
  }
}

function bind(walker: Walker, node: Node, value: () => Var): void {
  const name = node === NONE ? undefined : walker.scope.find(walker.tree.text(node));
  if (name !== undefined) walker.write(name, value());
}

/** `import type`, and lists in which every name says `type`. */
function onlyTypes(walker: Walker, node: Node, clause: Node): boolean {
  const { tree } = walker;
  if (startsWithType(walker, node)) return true;
  const list = tree.childOf(clause, "named_imports");
  if (list === NONE || firstNamed(tree, clause) !== list) return false;
  const specifiers = tree.children(list);
  return (
    specifiers.length > 0 && specifiers.every((specifier) => tree.type(tree.first(specifier)) === "type")
  );
}

/** The word `type` behind `import` or `export`. */
function startsWithType(walker: Walker, node: Node): boolean {
  const { tree } = walker;
  const first = tree.first(node);
  const second = first === NONE ? NONE : tree.next(first);
  return second !== NONE && tree.type(second) === "type";
}

/** `export` in all its forms. */
export const exportStatement: Statement = (walker, node) => {
  const { tree } = walker;
  const source = literal(tree, tree.field(node, "source"));
  const declaration = tree.field(node, "declaration");
  const isDefault = hasToken(walker, node, "default");
  if (source !== undefined) exportFrom(walker, node, source);
  else if (declaration !== NONE) exportDeclaration(walker, declaration, isDefault);
  else if (tree.childOf(node, "export_clause") !== NONE)
    exportNames(walker, tree.childOf(node, "export_clause"));
  else if (hasToken(walker, node, "namespace")) return;
  else exportValue(walker, node, isDefault);
};

function hasToken(walker: Walker, node: Node, token: string): boolean {
  return walker.tree.childOf(node, token) !== NONE;
}

function exportFrom(walker: Walker, node: Node, source: string): void {
  const { tree, writer } = walker;
  walker.at(node);
  const clause = tree.childOf(node, "export_clause");
  const namespace = tree.childOf(node, "namespace_export");
  const star = clause === NONE && namespace === NONE;
  noteImport(walker, node, source, star ? "*" : "", startsWithType(walker, node));
  if (star) {
    writer.star(source);
    return;
  }
  if (namespace !== NONE) {
    writer.export(nameAt(walker, firstNamed(tree, namespace)), writer.import(source));
    return;
  }
  for (const specifier of tree.children(clause)) {
    if (tree.type(specifier) !== "export_specifier") continue;
    const name = nameAt(walker, tree.field(specifier, "name"));
    const alias = tree.field(specifier, "alias");
    walker.at(specifier);
    writer.export(alias === NONE ? name : nameAt(walker, alias), writer.from(source, name));
  }
}

function nameAt(walker: Walker, node: Node): string {
  return literal(walker.tree, node) ?? walker.tree.text(node);
}

/** `export { a, b as c }`. */
function exportNames(walker: Walker, clause: Node): void {
  const { tree } = walker;
  for (const specifier of tree.children(clause)) {
    if (tree.type(specifier) !== "export_specifier") continue;
    const local = tree.field(specifier, "name");
    const alias = tree.field(specifier, "alias");
    const as = nameAt(walker, alias === NONE ? local : alias);
    exportName(walker, tree.text(local), as);
  }
}

/** A name is given out as it stands at the end of the module; a type and a value may share it. */
export function exportName(walker: Walker, local: string, as: string): void {
  const value = walker.scope.find(local);
  if (value !== undefined) walker.exports.push({ as, name: value });
  const type = walker.scope.findType(local);
  if (type !== undefined && type !== value) walker.exports.push({ as, name: type });
}

function exportDeclaration(walker: Walker, declaration: Node, isDefault: boolean): void {
  const { tree } = walker;
  walker.statement(declaration);
  for (const name of declaredNames(walker, declaration)) {
    const text = tree.text(name);
    exportName(walker, text, isDefault ? "default" : text);
  }
}

/** The names that a declaration brings. */
export function declaredNames(walker: Walker, declaration: Node): Node[] {
  const { tree } = walker;
  const type = tree.type(declaration);
  const found: Node[] = [];
  if (type === "lexical_declaration" || type === "variable_declaration") {
    for (const declarator of tree.children(declaration)) {
      const name = tree.field(declarator, "name");
      if (name !== NONE) collect(walker, name, found);
    }
  } else if (type === "ambient_declaration") {
    for (const inner of tree.children(declaration)) found.push(...declaredNames(walker, inner));
  } else if (type === "import_alias") {
    found.push(...[firstNamed(tree, declaration)].filter((name) => name !== NONE));
  } else if (type !== "statement_block") {
    let name = tree.field(declaration, "name");
    while (name !== NONE && tree.type(name) === "nested_identifier") name = tree.field(name, "object");
    if (name !== NONE) found.push(name);
  }
  return found;
}

function collect(walker: Walker, pattern: Node, found: Node[]): void {
  const { tree } = walker;
  const past = tree.past(pattern);
  for (let at = pattern; at < past; at++) {
    const type = tree.type(at);
    if (type === "identifier" || type === "shorthand_property_identifier_pattern") found.push(at);
  }
}

/** `export default value`, `export = value`. */
function exportValue(walker: Walker, node: Node, isDefault: boolean): void {
  const { tree, writer } = walker;
  const value = isDefault ? tree.field(node, "value") : firstNamed(tree, node);
  if (value === NONE) return;
  const as = isDefault ? "default" : "=";
  if (tree.type(value) === "identifier") exportName(walker, tree.text(value), as);
  else
    writer.export(as, walker.value(value, { name: as === "=" ? "exports" : as, span: node, exported: true }));
}

/** `require("x")`. */
export function requireCall(walker: Walker, node: Node, specifier: string): Var {
  noteImport(walker, node, specifier, "", false);
  return whole(walker, specifier);
}

/** A module, and what it put in its own place by `module.exports = value`. */
function whole(walker: Walker, specifier: string): Var {
  const { writer } = walker;
  return writer.from(specifier, "=", writer.import(specifier));
}

/** `import("x")`: a promise of the module. */
export function dynamicImport(walker: Walker, node: Node, specifier: string): Var {
  const { writer } = walker;
  noteImport(walker, node, specifier, "", false);
  const promise = writer.make(Shape.PROMISE);
  writer.store(promise, "value", writer.import(specifier));
  return promise;
}

/** Gives out the names of the module, and marks what stands behind them. */
export function closeModule(walker: Walker): void {
  const { writer, exports } = walker;
  for (const { as, name } of exports) {
    writer.export(as, walker.read(name));
    const def = writer.defs[name.def];
    if (def !== undefined) def.exported = true;
  }
  for (const name of walker.given) {
    const def = writer.defs[name.def];
    if (def !== undefined) def.exported = true;
  }
  for (const def of writer.defs) {
    const owner = writer.defs[def.owner];
    if (owner?.exported === true && owner.type === "class" && !def.name.startsWith("#")) def.exported = true;
  }
}
