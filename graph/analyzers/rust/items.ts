import { UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { commentAbove, signature } from "../typed/header.ts";
import { PLAIN, variableOf } from "../typed/scopes.ts";
import { owned, type RustFile } from "./file.ts";
import { functionItem } from "./functions.ts";
import { declareTypeParameters, lastName, sample, typeOf } from "./types.ts";
import { useDeclaration } from "./uses.ts";

const TYPES: Record<string, string> = {
  struct_item: "struct",
  union_item: "struct",
  enum_item: "enum",
  trait_item: "trait",
  type_item: "type",
};

/** Puts the names of items into scope: they are seen before they are declared. */
export function predeclare(file: RustFile, nodes: readonly Node[]): void {
  const { tree, writer, names } = file;
  for (const node of nodes) {
    const type = tree.type(node);
    const name = tree.text(tree.field(node, "name"));
    if (name === "") continue;
    if (type === "function_item" || type === "function_signature_item") {
      names.declare(name, "function", writer.unit, writer.variable(), node);
    } else if (TYPES[type] !== undefined || type === "mod_item") {
      names.declare(name, "type", writer.unit, writer.variable(), node);
    } else if (type === "const_item" || type === "static_item") names.declare(name, "value", writer.unit);
  }
}

/** Reads items in order: `use` first, since it brings names for all. `keep` makes a name known outside. */
export function items(file: RustFile, nodes: readonly Node[], keep: (name: string, held: Var) => void): void {
  const { tree } = file;
  predeclare(file, nodes);
  for (const node of nodes) if (tree.type(node) === "use_declaration") useDeclaration(file, node);
  let isTest = false;
  for (const node of nodes) {
    const type = tree.type(node);
    if (type === "attribute_item") {
      isTest ||= TEST.test(tree.text(node).slice(0, 200));
      continue;
    }
    if (type !== "use_declaration") item(file, node, keep, isTest);
    isTest = false;
  }
}

const TEST = /^#\[\s*(\w+::)*(test|rstest|test_case|quickcheck|bench|wasm_bindgen_test)\b/;

function item(file: RustFile, node: Node, keep: (name: string, held: Var) => void, isTest: boolean): void {
  const { tree, names, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  const own = names.here(name);
  switch (tree.type(node)) {
    case "function_item":
    case "function_signature_item": {
      const held = functionItem(file, node, { kind: isTest ? "test" : "function", selfType: PLAIN, isTest });
      if (held === PLAIN) return;
      if (own?.node === node) writer.copy(own.variable, held);
      keep(name, held);
      return;
    }
    case "mod_item":
      if (own !== undefined) keep(name, moduleItem(file, node, own.variable));
      return;
    case "impl_item":
      implItem(file, node);
      return;
    case "const_item":
    case "static_item": {
      const held = file.value(tree.field(node, "value"));
      const some = sample(file, tree.field(node, "type"));
      if (own === undefined || (held === PLAIN && some === PLAIN)) return;
      const variable = variableOf(writer, own);
      if (held !== PLAIN) writer.copy(variable, held);
      if (some !== PLAIN) writer.hint(variable, some);
      keep(name, variable);
      return;
    }
    case "extern_crate_declaration":
      return;
    default:
      if (TYPES[tree.type(node)] !== undefined) {
        if (own === undefined) return;
        typeItem(file, node, own.variable);
        keep(name, own.variable);
      } else if (tree.type(node) === "foreign_mod_item") {
        const body = tree.field(node, "body");
        if (body !== NONE) items(file, tree.children(body), keep);
      } else if (!tree.type(node).endsWith("_item")) file.value(node);
  }
}

/** `mod x;` is another file, `mod x { ... }` a space of names of its own. */
function moduleItem(file: RustFile, node: Node, variable: Var): Var {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  const body = tree.field(node, "body");
  writer.line = tree.line(node);
  if (body === NONE) {
    const nested = file.scope === "" ? "" : `${file.scope.replaceAll(".", "::")}::`;
    const specifier = `self::${nested}${name}`;
    writer.imports.push({ specifier, line: writer.line, name: "", typeOnly: false });
    return writer.import(specifier, variable);
  }
  const def = defineType(file, node, name, "namespace");
  const unit = writer.open(def, UnitFlag.CLASS);
  owned(file, def, () =>
    writer.within(unit, () => {
      const self = selfOf(file, unit);
      file.modules.push(self);
      items(file, tree.children(body), (own, held) => writer.store(self, own, held));
      file.modules.pop();
    }),
  );
  return writer.class(unit, [], variable);
}

function selfOf(file: RustFile, unit: number): Var {
  return (file.writer.units[unit] as { self: Var }).self;
}

function defineType(file: RustFile, node: Node, name: string, kind: string): number {
  const { tree, writer } = file;
  const def = writer.define(
    {
      type: "class",
      kind,
      name,
      owner: file.owner,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: commentAbove(tree, tree.start(node), "///", "#["),
      signature: signature(tree, node, tree.field(node, "body")).replace(/\s*;$/, ""),
      exported: tree.childOf(node, "visibility_modifier") !== NONE,
      test: false,
      cyclomatic: 0,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    file.scope,
  );
  file.owners.set(node, def);
  return def;
}

function typeItem(file: RustFile, node: Node, variable: Var): void {
  const { tree, writer } = file;
  const name = tree.text(tree.field(node, "name"));
  const kind = TYPES[tree.type(node)] ?? "type";
  const def = defineType(file, node, name, kind);
  const key = file.scope === "" ? name : `${file.scope}.${name}`;
  file.typeDefs.set(key, def);
  if (kind === "type") {
    const target = typeOf(file, tree.field(node, "type"));
    if (target !== PLAIN) writer.copy(variable, target);
    return;
  }
  const unit = writer.open(def, UnitFlag.CLASS);
  const before = file.selfType;
  file.selfType = variable;
  const bases = kind === "trait" ? basesOf(file, node) : [];
  owned(file, def, () =>
    writer.within(unit, () => {
      declareTypeParameters(file, node);
      const body = tree.field(node, "body");
      if (kind === "trait") traitMembers(file, unit, body);
      else if (kind === "enum") variants(file, unit, body);
      else fields(file, selfOf(file, unit), body);
    }),
  );
  file.selfType = before;
  writer.class(unit, bases, variable);
}

/** The traits that a trait demands. */
function basesOf(file: RustFile, node: Node): Var[] {
  const { tree, names } = file;
  const bounds = tree.field(node, "bounds");
  if (bounds === NONE) return [];
  names.open();
  declareTypeParameters(file, node);
  const bases = tree.children(bounds).map((bound) => typeOf(file, bound));
  names.close();
  return bases.filter((base) => base !== PLAIN);
}

function traitMembers(file: RustFile, unit: number, body: Node): void {
  const { tree, writer } = file;
  for (const child of body === NONE ? [] : tree.children(body)) {
    const type = tree.type(child);
    if (type !== "function_item" && type !== "function_signature_item") continue;
    const held = functionItem(file, child, { kind: "method", selfType: file.selfType, isTest: false });
    if (held !== PLAIN) writer.store(selfOf(file, unit), tree.text(tree.field(child, "name")), held);
  }
}

function fields(file: RustFile, self: Var, body: Node): void {
  const { tree, writer } = file;
  if (body === NONE) return;
  if (tree.type(body) === "ordered_field_declaration_list") {
    for (const [index, type] of tree.fields(body, "type").entries()) {
      const some = sample(file, type);
      if (some !== PLAIN) writer.store(self, String(index), some);
    }
    return;
  }
  for (const field of tree.children(body)) {
    const name = tree.field(field, "name");
    const some = name === NONE ? PLAIN : sample(file, tree.field(field, "type"));
    if (some !== PLAIN) writer.store(self, tree.text(name), some);
  }
}

/** A variant is some object of its enum, or a function that gives one. */
function variants(file: RustFile, unit: number, body: Node): void {
  const { tree, writer } = file;
  const self = selfOf(file, unit);
  for (const variant of body === NONE ? [] : tree.children(body)) {
    const name = tree.text(tree.field(variant, "name"));
    if (tree.type(variant) !== "enum_variant" || name === "") continue;
    const parts = tree.field(variant, "body");
    fields(file, self, parts);
    if (parts === NONE || tree.type(parts) !== "ordered_field_declaration_list") {
      writer.store(self, name, writer.instance(self));
      continue;
    }
    const maker = writer.open(-1, UnitFlag.TYPE | UnitFlag.STATIC);
    const taken = tree.fields(parts, "type").map(() => writer.param(maker, ""));
    writer.within(maker, () => {
      const made = writer.instance(self);
      for (const [index, held] of taken.entries()) writer.store(made, String(index), held);
      writer.result(made);
    });
    writer.store(self, name, writer.func(maker));
  }
}

/** `impl Type { ... }` and `impl Trait for Type { ... }`: members of the type, wherever it is declared. */
function implItem(file: RustFile, node: Node): void {
  const { tree, writer, names } = file;
  const typeNode = tree.field(node, "type");
  const body = tree.field(node, "body");
  names.open();
  declareTypeParameters(file, node);
  const type = typeOf(file, typeNode);
  const traitNode = tree.field(node, "trait");
  const trait = traitNode === NONE ? PLAIN : typeOf(file, traitNode);
  if (trait !== PLAIN && type !== PLAIN) writer.store(type, "__implements__", trait);
  const before = { selfType: file.selfType, scope: file.scope };
  file.selfType = type;
  const name = lastName(file, typeNode);
  if (name !== "") file.scope = file.scope === "" ? name : `${file.scope}.${name}`;
  for (const child of body === NONE ? [] : tree.children(body)) {
    if (tree.type(child) !== "function_item") continue;
    const held = functionItem(file, child, { kind: "method", selfType: type, isTest: false });
    if (held !== PLAIN && type !== PLAIN) writer.store(type, tree.text(tree.field(child, "name")), held);
  }
  file.scope = before.scope;
  file.selfType = before.selfType;
  names.close();
}
