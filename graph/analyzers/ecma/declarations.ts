import { Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { defineClass, defineFunction } from "./define.ts";
import { Frame } from "./frame.ts";
import { declared } from "./functions.ts";
import { declaredNames } from "./modules.ts";
import type { Name } from "./scopes.ts";
import { firstNamed, functionFlags, keyOf } from "./syntax.ts";
import { objectOf, typeMember, typeNamed } from "./types.ts";
import type { Statement, Walker } from "./walker.ts";

/** Writes down a declaration that is only TypeScript's: kinds interface, type, enum, namespace. */
function define(walker: Walker, node: Node, kind: string, name: string, bound: Name | undefined): number {
  const { tree } = walker;
  const outside = tree.parent(node);
  const exported = outside !== NONE && tree.type(outside) === "export_statement";
  const span =
    exported || (outside !== NONE && tree.type(outside) === "ambient_declaration") ? outside : node;
  return defineClass(walker, node, { name, kind, span, exported, ...(bound === undefined ? {} : { bound }) });
}

const interfaceDeclaration: Statement = (walker, node) => {
  const { tree, writer } = walker;
  const text = tree.text(tree.field(node, "name"));
  const bound = walker.scope.types?.get(text);
  const def = define(walker, node, "interface", text, bound);
  walker.inScope(node, () => {
    const clause = tree.childOf(node, "extends_type_clause");
    const bases: Var[] = [];
    for (const base of clause === NONE ? [] : tree.fields(clause, "type")) {
      const value = typeNamed(walker, base);
      if (value !== -1) bases.push(value);
    }
    const unit = writer.open(def, UnitFlag.CLASS);
    const value = writer.class(unit, bases);
    if (bound !== undefined) walker.write(bound, value);
    const body = tree.field(node, "body");
    if (body === NONE) return;
    const frame = new Frame(writer, unit, walker.unit(unit).self, unit);
    walker.inFrame(frame, () => walker.below(def, () => members(walker, frame, body)));
  });
};

function members(walker: Walker, frame: Frame, body: Node): void {
  const { tree, writer } = walker;
  let prototype: Var = -1;
  for (let member = tree.first(body); member !== NONE; member = tree.next(member)) {
    const type = tree.type(member);
    if (type !== "method_signature" && type !== "property_signature" && type !== "index_signature") continue;
    if (prototype === -1) prototype = writer.load(frame.self, "prototype");
    if (type === "method_signature") methodSignature(walker, prototype, member);
    else typeMember(walker, prototype, member);
  }
}

function methodSignature(walker: Walker, prototype: Var, node: Node): void {
  const { tree, writer } = walker;
  const name = keyOf(tree, tree.field(node, "name"));
  if (name === undefined) return;
  const flags = functionFlags(tree, node) | UnitFlag.METHOD;
  const accessor = (flags & (UnitFlag.GETTER | UnitFlag.SETTER)) !== 0;
  const def = defineFunction(walker, node, { name, kind: accessor ? "property" : "method", span: node });
  writer.store(prototype, name, declared(walker, node, def, flags));
}

/** A type alias runs nothing; asked for an object of it, it gives objects of what it stands for. */
const typeAlias: Statement = (walker, node) => {
  const { tree, writer } = walker;
  const text = tree.text(tree.field(node, "name"));
  const bound = walker.scope.types?.get(text);
  define(walker, node, "type", text, bound);
  walker.inScope(node, () => {
    const unit = writer.open(-1, UnitFlag.TYPE);
    const value = writer.func(unit);
    if (bound !== undefined) walker.write(bound, value);
    const frame = new Frame(writer, unit, -1, -1);
    walker.inFrame(frame, () => {
      const object = objectOf(walker, tree.field(node, "value"));
      if (object !== -1) writer.result(object);
    });
  });
};

const enumDeclaration: Statement = (walker, node) => {
  const { tree, writer } = walker;
  const text = tree.text(tree.field(node, "name"));
  const bound = walker.scope.find(text);
  const def = define(walker, node, "enum", text, bound);
  const unit = writer.open(def, UnitFlag.CLASS);
  const value = writer.class(unit, []);
  if (bound !== undefined) walker.write(bound, value);
  const body = tree.field(node, "body");
  if (body === NONE) return;
  const frame = new Frame(writer, unit, walker.unit(unit).self, unit);
  walker.inFrame(frame, () => {
    for (const member of tree.children(body)) {
      const isAssigned = tree.type(member) === "enum_assignment";
      const name = keyOf(tree, isAssigned ? tree.field(member, "name") : member);
      const from = isAssigned ? walker.value(tree.field(member, "value")) : walker.data();
      if (name !== undefined) writer.store(frame.self, name, from);
    }
  });
};

/** `namespace A.B { }`: an object that holds what is exported inside; its code runs where it stands. */
const namespaceDeclaration: Statement = (walker, node) => {
  const { tree } = walker;
  const name = tree.field(node, "name");
  const body = tree.field(node, "body");
  if (body === NONE) return;
  if (name === NONE || tree.type(name) === "string") {
    // `declare module "x"` speaks of another module.
    walker.inScope(body, () => walker.statements(body));
    return;
  }
  const parts = tree.text(name).split(".");
  const bound = walker.scope.find((parts[0] as string).trim());
  const def = define(walker, node, "namespace", parts.map((part) => part.trim()).join("."), bound);
  const object = namespaceObject(walker, bound, parts.slice(1));
  walker.below(def, () =>
    walker.inScope(body, () => {
      for (let child = tree.first(body); child !== NONE; child = tree.next(child)) {
        if (!tree.named(child)) continue;
        if (tree.type(child) === "export_statement") exportMember(walker, object, child);
        else walker.statement(child);
      }
    }),
  );
};

/** The object of the namespace: the same again where a name has several, or is a function or class as well. */
function namespaceObject(walker: Walker, bound: Name | undefined, inner: readonly string[]): Var {
  const { writer } = walker;
  let object: Var;
  if (bound !== undefined && bound.writes > 1 && walker.hasValue(bound)) object = walker.read(bound);
  else {
    object = writer.make(Shape.OBJECT);
    if (bound !== undefined) walker.write(bound, object);
  }
  for (const part of inner) {
    const nested = writer.make(Shape.OBJECT);
    writer.store(object, part.trim(), nested);
    object = nested;
  }
  return object;
}

function exportMember(walker: Walker, object: Var, node: Node): void {
  const { tree, writer } = walker;
  const declaration = tree.field(node, "declaration");
  if (declaration === NONE) {
    walker.statements(node);
    return;
  }
  walker.statement(declaration);
  for (const name of declaredNames(walker, declaration)) {
    const text = tree.text(name);
    const value = walker.scope.find(text);
    const type = walker.scope.findType(text);
    if (value !== undefined) writer.store(object, text, walker.read(value));
    if (type !== undefined && type !== value) writer.store(object, text, walker.read(type));
  }
}

/** `declare function f(): T` and overloads; overloads of a function that is written out are no definitions. */
const functionSignature: Statement = (walker, node) => {
  const { tree } = walker;
  const name = tree.field(node, "name");
  if (name === NONE) return;
  const text = tree.text(name);
  const bound = walker.scope.find(text);
  for (const other of bound?.scope.hoisted ?? []) if (tree.text(tree.field(other, "name")) === text) return;
  const outside = tree.parent(node);
  const isOuter = outside !== NONE && /^(?:export_statement|ambient_declaration)$/.test(tree.type(outside));
  const def = defineFunction(walker, node, {
    name: text,
    span: isOuter ? outside : node,
    ...(bound ? { bound } : {}),
  });
  const value = declared(walker, node, def, functionFlags(tree, node));
  if (bound !== undefined) walker.write(bound, value);
};

/** `import A = B.C`. */
const importAlias: Statement = (walker, node) => {
  const { tree } = walker;
  const [name = NONE, target = NONE] = tree.children(node);
  const bound = name === NONE ? undefined : walker.scope.find(tree.text(name));
  const value = target === NONE ? -1 : typeNamed(walker, target);
  if (bound !== undefined && value !== -1) walker.write(bound, value);
};

/** `declare ...`: what it says is so, without any code that makes it so. */
const ambient: Statement = (walker, node) => {
  const { tree } = walker;
  const block = tree.childOf(node, "statement_block");
  if (block !== NONE) walker.inScope(block, () => walker.statements(block));
  else {
    const inner = firstNamed(tree, node);
    if (inner !== NONE) walker.statement(inner);
  }
};

export const DECLARATIONS: Record<string, Statement> = {
  interface_declaration: interfaceDeclaration,
  type_alias_declaration: typeAlias,
  enum_declaration: enumDeclaration,
  internal_module: namespaceDeclaration,
  module: namespaceDeclaration,
  function_signature: functionSignature,
  import_alias: importAlias,
  ambient_declaration: ambient,
  // Reached only in broken code.
  type_annotation: () => {},
  property_signature: () => {},
};
