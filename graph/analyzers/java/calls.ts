import { CallFlag, LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { calleeText } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { type ClassScope, type JavaFile, selfOf, solid, stamp } from "./file.ts";
import { typeOf } from "./types.ts";

/** A member is known by its name and its number of parameters: overloads are different members. */
export function memberName(name: string, count: number): string {
  return `${name}/${count}`;
}

/** Methods that every object has: where they are not ours, nothing is missing. */
const OF_EVERYTHING = new Set(
  "getClass/0 equals/1 hashCode/0 toString/0 clone/0 notify/0 notifyAll/0 wait/0 wait/1 name/0 ordinal/0 values/0 valueOf/1 getMessage/0 getCause/0 printStackTrace/0".split(
    " ",
  ),
);

/** `m(x)`, `o.m(x)`, `C.m(x)`, `super.m(x)`. */
export function invoke(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  const object = tree.field(node, "object");
  const nameNode = tree.field(node, "name");
  if (nameNode === NONE) return PLAIN;
  const list = tree.field(node, "arguments");
  const name = memberName(tree.text(nameNode), countOf(file, list));
  const base = object === NONE ? PLAIN : receiver(file, object);
  const args = argumentsOf(file, list);
  stamp(file, nameNode);
  let callee = PLAIN;
  if (object === NONE) callee = unqualified(file, tree.text(nameNode), name);
  else if (base !== PLAIN) callee = writer.load(base, name);
  if (callee === PLAIN) return PLAIN;
  return writer.call(
    callee,
    args,
    calleeText(tree, tree.start(node), nameNode),
    OF_EVERYTHING.has(name) ? CallFlag.QUIET : 0,
  );
}

function receiver(file: JavaFile, object: Node): Var {
  const { tree, writer, classes } = file;
  if (tree.type(object) !== "super") return file.value(object);
  const scope = classes.at(-1);
  return scope === undefined ? PLAIN : writer.super(selfOf(file, scope), scope.unit);
}

/** The class around that declares the method; else whatever may have inherited it, and static imports. */
function unqualified(file: JavaFile, plainName: string, name: string): Var {
  const { writer, names, classes, staticStars } = file;
  const declaring = classes.findLast((scope) => scope.methods.has(plainName));
  if (declaring !== undefined) return writer.load(selfOf(file, declaring), name);
  const imported = names.find(plainName);
  if (imported?.kind === "package") return writer.load(imported.variable, name);
  const bases = [
    ...classes.filter((scope) => scope.inherits).map((scope) => selfOf(file, scope)),
    ...staticStars,
  ];
  if (bases.length === 0) return PLAIN;
  const callee = writer.variable();
  for (const base of bases) writer.load(base, name, LoadFlag.NONE, callee);
  return callee;
}

export function countOf(file: JavaFile, list: Node): number {
  return list === NONE ? 0 : file.tree.children(list).length;
}

export function argumentsOf(file: JavaFile, list: Node): Var[] {
  if (list === NONE) return [];
  return file.tree.children(list).map((node) => solid(file, file.value(node)));
}

/** `new C(x)`, with or without a body. */
export function create(file: JavaFile, node: Node): Var {
  const { tree, writer } = file;
  const typeNode = tree.field(node, "type");
  const list = tree.field(node, "arguments");
  for (const child of tree.children(node)) {
    // outer.new Inner()
    if (child !== typeNode && child !== list && tree.fieldOf(child) === "" && isValue(tree.type(child)))
      file.value(child);
  }
  const type = typeOf(file, typeNode);
  const args = argumentsOf(file, list);
  const body = tree.childOf(node, "class_body");
  let made = type;
  if (body !== NONE) {
    const name = `<class:${tree.line(node)}:${tree.column(node)}>`;
    const bases = type === PLAIN ? [] : [type];
    made = file.body(node, { name, kind: "class", bases, interfaces: [], variable: writer.variable() });
  }
  if (made === PLAIN) return PLAIN;
  stamp(file, typeNode);
  return construct(file, made, args, `new ${tree.text(typeNode)}`);
}

function isValue(type: string): boolean {
  return type !== "class_body" && type !== "type_arguments" && !type.endsWith("annotation");
}

/** Makes an object, and runs the constructor that takes as many arguments. */
export function construct(file: JavaFile, type: Var, args: readonly Var[], text: string): Var {
  const { writer } = file;
  const made = writer.call(type, args, text, CallFlag.NEW);
  const maker = writer.load(made, memberName("<init>", args.length), LoadFlag.TYPE);
  writer.call(maker, args, text, CallFlag.QUIET);
  return made;
}

/** `this(x)` and `super(x)` at the head of a constructor. */
export function delegate(file: JavaFile, node: Node): void {
  const { tree, writer } = file;
  const scope = file.classes.at(-1);
  const which = tree.field(node, "constructor");
  const args = argumentsOf(file, tree.field(node, "arguments"));
  if (scope === undefined || which === NONE) return;
  stamp(file, which);
  if (tree.type(which) === "super") superConstructor(file, scope, args);
  else {
    const name = memberName("<init>", args.length);
    writer.call(writer.load(selfOf(file, scope), name, LoadFlag.TYPE), args, "this", CallFlag.QUIET);
  }
}

export function superConstructor(file: JavaFile, scope: ClassScope, args: readonly Var[]): void {
  const { writer } = file;
  const above = writer.super(selfOf(file, scope), scope.unit);
  const maker = writer.load(above, memberName("<init>", args.length), LoadFlag.TYPE);
  writer.call(maker, args, "super", CallFlag.QUIET);
}
