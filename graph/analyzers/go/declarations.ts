import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { convert } from "./conversions.ts";
import { declareValue, type GoFile, inUnit, solid } from "./file.ts";
import { declaredMethod, isExported } from "./functions.ts";
import { declareTypeParameters, fieldsOf, sample, shapeOf, typeOf } from "./types.ts";

/** `var`, `const` or `type` inside of a function. */
export function localDeclaration(file: GoFile, node: Node): void {
  const { tree, names, writer } = file;
  const kind = tree.type(node);
  if (kind === "type_declaration") {
    for (const spec of typeSpecs(file, node)) {
      const name = tree.text(tree.field(spec, "name"));
      names.declare(name, "type", writer.unit, writer.variable(), tree.field(spec, "type"));
      typeDeclaration(file, spec);
    }
  } else if (kind === "const_declaration") constants(file, node, false);
  else for (const spec of varSpecs(file, node)) variables(file, spec, false);
}

export function typeSpecs(file: GoFile, node: Node): Node[] {
  return file.tree.children(node).filter((spec) => {
    const type = file.tree.type(spec);
    return type === "type_spec" || type === "type_alias";
  });
}

export function varSpecs(file: GoFile, node: Node): Node[] {
  const { tree } = file;
  return tree.children(node).flatMap((child) => {
    if (tree.type(child) === "var_spec_list") return varSpecs(file, child);
    return tree.type(child) === "var_spec" ? [child] : [];
  });
}

const KINDS: Record<string, string> = { struct_type: "struct", interface_type: "interface" };

/** A type whose name is in scope already. */
export function typeDeclaration(file: GoFile, spec: Node): void {
  const { tree, writer, names, frame } = file;
  const name = tree.text(tree.field(spec, "name"));
  const type = tree.field(spec, "type");
  const own = names.find(name);
  if (name === "" || own === undefined || own.kind !== "type") return;
  const def = defineType(file, spec, name, KINDS[type === NONE ? "" : tree.type(type)] ?? "type");
  if (frame.owner === -1) file.typeDefs.set(name, def);
  const variable = variableOf(writer, own);
  if (tree.type(spec) === "type_alias") {
    const target = typeOf(file, type);
    if (target !== PLAIN) writer.copy(variable, target);
    return;
  }
  const unit = writer.open(def, UnitFlag.CLASS);
  const qualified = writer.defs[def]?.qualified ?? name;
  let bases: Var[] = [];
  inUnit(file, unit, { scope: qualified, owner: def, results: [] }, () => {
    declareTypeParameters(file, tree.field(spec, "type_parameters"));
    bases = members(file, unit, type, qualified, def);
  });
  writer.class(unit, bases, variable);
}

function defineType(file: GoFile, spec: Node, name: string, kind: string): number {
  const { tree, writer, frame } = file;
  // A single type begins at the word `type`, one of a group at its name.
  const parent = tree.parent(spec);
  const alone = parent !== NONE && tree.line(parent) === tree.line(spec);
  const start = alone ? tree.start(parent) : tree.start(spec);
  const body = bodyOf(file, tree.field(spec, "type"));
  const def = writer.define(
    {
      type: "class",
      kind,
      name,
      owner: frame.owner,
      lines: [tree.lineAt(start), tree.endLine(spec)],
      docstring: commentAbove(tree, start, "//"),
      signature: `${alone ? "" : "type "}${signature(tree, spec, body, start)}`,
      exported: isExported(name),
      test: false,
      cyclomatic: 0,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    frame.scope,
  );
  file.owners.set(spec, def);
  return def;
}

/** Where the members of a type begin: its list of fields, or the brace of an interface. */
function bodyOf(file: GoFile, type: Node): Node {
  const { tree } = file;
  if (type === NONE) return NONE;
  if (tree.type(type) === "struct_type") return tree.childOf(type, "field_declaration_list");
  return tree.type(type) === "interface_type" ? tree.childOf(type, "{") : NONE;
}

/** Stores what a type declares on its class; gives what it embeds. */
function members(file: GoFile, unit: number, type: Node, scope: string, def: number): Var[] {
  const { tree } = file;
  if (type === NONE) return [];
  switch (tree.type(type)) {
    case "struct_type":
      return structMembers(file, unit, type);
    case "interface_type":
      return interfaceMembers(file, unit, type, scope, def);
    case "function_type":
      functionClass(file, unit);
      return [];
    default:
      return [];
  }
}

function structMembers(file: GoFile, unit: number, type: Node): Var[] {
  const { tree, writer } = file;
  const self = (writer.units[unit] as { self: Var }).self;
  for (const [name, fieldType] of fieldsOf(file, type)) {
    const some = sample(file, fieldType);
    if (some !== PLAIN) writer.store(self, name, some);
  }
  const list = tree.childOf(type, "field_declaration_list");
  const bases: Var[] = [];
  for (const field of list === NONE ? [] : tree.children(list)) {
    if (tree.type(field) !== "field_declaration" || tree.field(field, "name") !== NONE) continue;
    const base = typeOf(file, tree.field(field, "type"));
    if (base !== PLAIN) bases.push(base);
  }
  return bases;
}

function interfaceMembers(file: GoFile, unit: number, type: Node, scope: string, def: number): Var[] {
  const { tree } = file;
  const bases: Var[] = [];
  for (const element of tree.children(type)) {
    if (tree.type(element) === "method_elem") declaredMethod(file, element, unit, scope, def);
    else if (tree.type(element) === "type_elem") {
      const types = tree.children(element);
      // A union of types is a constraint, not something that is embedded.
      const base = types.length === 1 ? typeOf(file, types[0] as Node) : PLAIN;
      if (base !== PLAIN) bases.push(base);
    }
  }
  return bases;
}

/** A value of `type F func(...)` keeps the function it was converted from, for methods that call their receiver. */
function functionClass(file: GoFile, unit: number): void {
  const { writer } = file;
  const keep = writer.open(-1, UnitFlag.TYPE | UnitFlag.METHOD);
  const self = writer.param(keep, "");
  const held = writer.param(keep, "");
  writer.within(keep, () => writer.store(self, "()", held));
  writer.store((writer.units[unit] as { self: Var }).self, "__init__", writer.func(keep));
}

/** The names of a `var` become variables; at the top of a file they are exported. */
export function variables(file: GoFile, spec: Node, top: boolean): void {
  const { tree, writer } = file;
  const names = tree.fields(spec, "name").map((name) => tree.text(name));
  const type = tree.field(spec, "type");
  const list = tree.field(spec, "value");
  const sources = list === NONE ? [] : tree.children(list);
  const values = sources.map((source) => file.value(source));
  const many = names.length > 1 && values.length === 1;
  for (const [index, name] of names.entries()) {
    const whole = values[0] as Var;
    let held: Var;
    if (many) held = whole === PLAIN ? PLAIN : writer.item(whole, String(index));
    else held = values[index] ?? PLAIN;
    held = typedValue(file, type, held, values.length > 0);
    if (top) packageVariable(file, name, held);
    else declareValue(file, name, held, type);
  }
}

/** What a variable of a declared type holds: its value, and the zero value when it has none. */
function typedValue(file: GoFile, type: Node, held: Var, given: boolean): Var {
  const { tree, writer } = file;
  if (type === NONE) return held;
  const shape = shapeOf(file, type);
  // var h HandlerFunc = f converts.
  if (shape !== type && shape !== NONE && tree.type(shape) === "function_type")
    return convert(file, type, held);
  const some = sample(file, type, !given);
  const own = writer.variable();
  if (held !== PLAIN) writer.copy(own, held);
  if (some !== PLAIN) {
    if (given && held !== PLAIN) writer.hint(own, some);
    else writer.copy(own, some);
  }
  if (held !== PLAIN || some !== PLAIN) return own;
  const kind = tree.type(type);
  return kind === "function_type" || kind === "interface_type" || tree.text(type) === "any" ? own : PLAIN;
}

/** Other files of the package may assign it too. */
function packageVariable(file: GoFile, name: string, held: Var): void {
  const { writer, names } = file;
  const own = names.find(name);
  if (name === "_" || own === undefined) return;
  const variable = variableOf(writer, own);
  if (variable === PLAIN) return;
  if (held !== PLAIN) writer.copy(variable, held);
  writer.export(name, variable);
  writer.copy(variable, writer.global(name));
}

/** Constants: text is known as a key; numbers of a named type have its methods. */
export function constants(file: GoFile, node: Node, top: boolean): void {
  const { tree, writer, names } = file;
  let type: Node = NONE;
  for (const spec of tree.children(node)) {
    if (tree.type(spec) !== "const_spec") continue;
    const list = tree.field(spec, "value");
    // A line without value repeats the one above, type included.
    if (list !== NONE) type = tree.field(spec, "type");
    const sources = list === NONE ? [] : tree.children(list);
    for (const [index, nameNode] of tree.fields(spec, "name").entries()) {
      const name = tree.text(nameNode);
      if (tree.type(nameNode) !== "identifier" || name === "_") continue;
      const source = sources[index] ?? NONE;
      const held = type === NONE ? file.value(source) : sample(file, type);
      if (held === PLAIN) names.declare(name, "plain", writer.unit);
      else declareValue(file, name, held);
      const own = names.find(name);
      if (own !== undefined) own.text = textOf(file, source);
      if (top) writer.export(name, held === PLAIN ? solid(file, PLAIN) : (own?.variable ?? held));
    }
  }
}

function textOf(file: GoFile, node: Node): string {
  if (node === NONE) return "";
  const type = file.tree.type(node);
  return type === "interpreted_string_literal" || type === "raw_string_literal"
    ? file.tree.text(node).slice(1, -1)
    : "";
}
