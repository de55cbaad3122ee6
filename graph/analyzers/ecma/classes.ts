import { Arg, CallFlag, LoadFlag, Param, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { typedBy } from "./context.ts";
import { type Applied, decorate, decoratorValue } from "./decorators.ts";
import { defineClass, defineFunction } from "./define.ts";
import { Frame, type Naming } from "./frame.ts";
import { declared, outsideDefaults, walkBody, walkFunction } from "./functions.ts";
import { narrowedTo } from "./narrowing.ts";
import { functionFlags, isFunction, keyOf, unwrap } from "./syntax.ts";
import { annotation, objectOf, typeNamed } from "./types.ts";
import type { Walker } from "./walker.ts";

/** A class as a value: its body runs in a unit of its own that stores the members. */
export function classValue(walker: Walker, node: Node, naming?: Naming): Var {
  const { tree, writer } = walker;
  const own = tree.field(node, "name");
  const span = naming?.span ?? node;
  const name = own === NONE ? (naming?.name ?? "") : tree.text(own);
  const parent = tree.parent(node);
  const decorators = tree.fields(node, "decorator");
  if (parent !== NONE && tree.type(parent) === "export_statement")
    decorators.unshift(...tree.fields(parent, "decorator"));
  const applied = decorators.map((decorator) => decoratorValue(walker, decorator));
  return walker.inScope(node, () => {
    const heritage = tree.childOf(node, "class_heritage");
    const bases = basesOf(walker, heritage);
    const def = defineClass(walker, node, { ...naming, name, span });
    const unit = writer.open(def, UnitFlag.CLASS);
    const value = writer.class(unit, bases);
    const inner = own === NONE ? undefined : walker.names.scopes.get(node)?.names?.get(tree.text(own));
    if (inner !== undefined) walker.write(inner, value);
    walkClass(walker, node, unit, def, heritage, bases.length > 0);
    return decorate(walker, applied, value, node);
  });
}

function basesOf(walker: Walker, heritage: Node): Var[] {
  const { tree } = walker;
  if (heritage === NONE) return [];
  const clause = tree.childOf(heritage, "extends_clause");
  if (clause !== NONE) return tree.fields(clause, "value").map((base) => walker.value(base));
  if (tree.childOf(heritage, "implements_clause") !== NONE) return [];
  return tree.children(heritage).map((base) => walker.value(base));
}

/** What walking the members of one class needs. */
interface Body {
  walker: Walker;
  /** Frame of the class body. */
  frame: Frame;
  unit: number;
  def: number;
  prototype: Var;
  /** Where fields are initialised; made when the first field needs it. */
  constructor: Frame | undefined;
  constructorNode: Node;
  derived: boolean;
  /** Decorators met before their member. */
  pending: Node[];
}

function walkClass(
  walker: Walker,
  node: Node,
  unit: number,
  def: number,
  heritage: Node,
  derived: boolean,
): void {
  const { tree, writer } = walker;
  const block = tree.field(node, "body");
  const frame = new Frame(writer, unit, walker.unit(unit).self, unit);
  walker.inFrame(frame, () =>
    walker.below(def, () => {
      const implement = heritage === NONE ? NONE : tree.childOf(heritage, "implements_clause");
      if (implement !== NONE) implementing(walker, frame, implement);
      if (block === NONE) return;
      const scope = walker.names.scopes.get(block);
      if (scope !== undefined) walker.enter(scope);
      const body: Body = {
        walker,
        frame,
        unit,
        def,
        prototype: -1,
        constructor: undefined,
        constructorNode: constructorOf(walker, block),
        derived,
        pending: [],
      };
      for (let child = tree.first(block); child !== NONE; child = tree.next(child)) {
        if (!tree.named(child)) continue;
        if (tree.type(child) === "decorator") body.pending.push(child);
        else {
          member(body, child);
          body.pending = [];
        }
      }
      if (body.constructorNode === NONE && body.constructor !== undefined) walker.close(body.constructor);
      walker.close(frame);
    }),
  );
}

function implementing(walker: Walker, frame: Frame, clause: Node): void {
  for (const type of walker.tree.children(clause)) {
    const value = typeNamed(walker, type);
    if (value !== -1) walker.writer.store(frame.self, "__implements__", value);
  }
}

function constructorOf(walker: Walker, block: Node): Node {
  const { tree } = walker;
  for (let child = tree.first(block); child !== NONE; child = tree.next(child)) {
    if (tree.type(child) !== "method_definition") continue;
    if (tree.text(tree.field(child, "name")) === "constructor" && !isStatic(walker, child)) return child;
  }
  return NONE;
}

function isStatic(walker: Walker, node: Node): boolean {
  return (functionFlags(walker.tree, node) & UnitFlag.STATIC) !== 0;
}

function member(body: Body, node: Node): void {
  const { walker } = body;
  switch (walker.tree.type(node)) {
    case "method_definition":
      method(body, node);
      return;
    case "field_definition":
    case "public_field_definition":
      field(body, node);
      return;
    case "class_static_block": {
      const block = walker.tree.field(node, "body");
      if (block !== NONE) walker.inScope(block, () => walker.statements(block));
      return;
    }
    case "method_signature":
    case "abstract_method_signature":
      signature(body, node);
      return;
    case "comment":
    case "index_signature":
    case "decorator":
      return;
    default:
      // Broken code: whatever else was read here may still call something.
      walker.statement(node);
  }
}

function method(body: Body, node: Node): void {
  const { walker, frame } = body;
  const { tree, writer } = walker;
  const key = tree.field(node, "name");
  const name = keyOf(tree, key);
  const computed = name === undefined ? walker.value(key) : -1;
  const flags = functionFlags(tree, node);
  const isConstructor = node === body.constructorNode;
  const def = defineFunction(walker, node, {
    name: name ?? tree.text(key),
    kind: isConstructor ? "constructor" : kindOf(flags),
    span: node,
  });
  const decorators = decoratorsOf(body, node);
  let value: Var;
  if (isConstructor) {
    const own = constructorFrame(body);
    walker.unit(own.unit).def = def;
    walkBody(walker, node, own, def, -1, outsideDefaults(walker, node, def));
    return;
  }
  const unit = writer.open(def, flags, true);
  value = writer.func(unit);
  walkFunction(walker, node, unit, body.unit, -1);
  if (decorators.length > 0) value = decorate(walker, decorators, value, node, true);
  const home = (flags & UnitFlag.STATIC) === 0 ? prototypeOf(body) : frame.self;
  if (name === undefined) writer.putBy(home, computed, value);
  else writer.store(home, name, value);
}

function kindOf(flags: number): string {
  return (flags & (UnitFlag.GETTER | UnitFlag.SETTER)) === 0 ? "method" : "property";
}

/** Decorators of a member stand inside it in one grammar and before it in the other. */
function decoratorsOf(body: Body, node: Node): Applied[] {
  const { walker, pending } = body;
  const inside = walker.tree.fields(node, "decorator");
  return (inside.length > 0 ? inside : pending).map((decorator) => decoratorValue(walker, decorator));
}

function prototypeOf(body: Body): Var {
  const { walker, frame } = body;
  if (body.prototype === -1) {
    body.prototype = walker.writer.load(frame.self, "prototype");
  }
  return body.prototype;
}

/** The frame where instances get their fields: of the constructor, or of one made for that. */
function constructorFrame(body: Body): Frame {
  if (body.constructor !== undefined) return body.constructor;
  const { walker, unit } = body;
  const { writer } = walker;
  const own = writer.open(-1, UnitFlag.METHOD, true);
  writer.store(prototypeOf(body), "constructor", writer.func(own));
  const frame = new Frame(writer, own, walker.unit(own).self, unit);
  body.constructor = frame;
  if (body.constructorNode === NONE && body.derived) {
    writer.within(own, () => {
      const rest = writer.param(own, "args", Param.REST);
      const parent = writer.load(writer.super(frame.self, unit), "constructor", LoadFlag.BIND);
      writer.call(parent, [{ kind: Arg.SPREAD, value: rest }], "super", CallFlag.QUIET);
    });
  }
  return frame;
}

function field(body: Body, node: Node): void {
  const { walker, frame } = body;
  const { tree, writer } = walker;
  const keyNode = tree.field(node, tree.type(node) === "field_definition" ? "property" : "name");
  const value = tree.field(node, "value");
  const name = keyOf(tree, keyNode);
  const computed = name === undefined ? walker.value(keyNode) : -1;
  const type = annotation(walker, node);
  if (value === NONE) {
    const object = objectOf(walker, type);
    if (object !== -1 && name !== undefined)
      writer.store(isStatic(walker, node) ? frame.self : prototypeOf(body), name, object);
    return;
  }
  const target = isStatic(walker, node) ? frame : constructorFrame(body);
  const inner = unwrap(tree, value);
  const naming: Naming = { name: name ?? tree.text(keyNode), span: node };
  if (inner !== NONE && isFunction(tree.type(inner))) naming.kind = "method";
  const scope = walker.scope;
  const decorators = decoratorsOf(body, node);
  walker.inFrame(target, () => {
    walker.scope = scope;
    let from = walker.value(value, naming);
    const object = type === NONE ? -1 : objectOf(walker, type);
    if (object !== -1) {
      typedBy(walker, value, from, object);
      from = narrowedTo(walker, from, type);
      writer.hint(from, object);
    }
    if (decorators.length > 0) from = decorate(walker, decorators, from, node);
    if (name === undefined) writer.putBy(target.self, computed, from);
    else writer.store(target.self, name, from);
  });
}

/** An abstract method or an overload; overloads of a method that is written out are no definitions of their own. */
function signature(body: Body, node: Node): void {
  const { walker, frame } = body;
  const { tree, writer } = walker;
  const name = keyOf(tree, tree.field(node, "name"));
  if (name === undefined) return;
  for (let child = tree.next(node); child !== NONE; child = tree.next(child)) {
    if (tree.type(child) === "method_definition" && keyOf(tree, tree.field(child, "name")) === name) return;
    if (tree.named(child) && tree.type(child) !== "method_signature" && tree.type(child) !== "comment") break;
  }
  const flags = functionFlags(tree, node) | UnitFlag.METHOD;
  const kind = name === "constructor" ? "constructor" : kindOf(flags);
  const def = defineFunction(walker, node, { name, kind, span: node });
  const value = declared(walker, node, def, flags);
  writer.store((flags & UnitFlag.STATIC) === 0 ? prototypeOf(body) : frame.self, name, value);
}
