import { CallFlag, Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PARAMETERS } from "./context.ts";
import { firstNamed, keyOf, literal } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** No object can be told from a type: primitives, `any`, what only the compiler computes. */
const NO_OBJECT: Var = -1;

/** The type behind a `: T`, or NONE. */
export function annotation(walker: Walker, node: Node, field = "type"): Node {
  const { tree } = walker;
  const found = tree.field(node, field);
  if (found === NONE || tree.type(found) !== "type_annotation") return found;
  return firstNamed(tree, found);
}

/** A variable that holds an object of the type written at `node`; -1 when nothing is known of such objects. */
export function objectOf(walker: Walker, node: Node): Var {
  if (node === NONE) return NO_OBJECT;
  const read = TYPES[walker.tree.type(node)];
  return read === undefined ? NO_OBJECT : read(walker, node);
}

/** What a name in the place of a type stands for, itself (a class, an interface, an alias); -1 if nothing. */
export function typeNamed(walker: Walker, node: Node): Var {
  const { tree, writer } = walker;
  switch (tree.type(node)) {
    case "type_identifier":
    case "identifier": {
      const text = tree.text(node);
      const name = walker.scope.findType(text);
      if (name === undefined) {
        walker.at(node);
        return walker.global(text);
      }
      return name.constraint === undefined ? walker.read(name) : NO_OBJECT;
    }
    case "generic_type":
      return typeNamed(walker, tree.field(node, "name"));
    case "nested_type_identifier":
    case "nested_identifier":
    case "member_expression": {
      const first = firstNamed(tree, node);
      const last = tree.field(node, tree.type(node) === "nested_type_identifier" ? "name" : "property");
      if (first === NONE || last === NONE) return NO_OBJECT;
      const base = typeNamed(walker, first);
      walker.at(last);
      return base === NO_OBJECT ? base : writer.load(base, tree.text(last));
    }
    default:
      return NO_OBJECT;
  }
}

type TypeReader = (walker: Walker, node: Node) => Var;

const inner: TypeReader = (walker, node) => objectOf(walker, firstNamed(walker.tree, node));

const named: TypeReader = (walker, node) => {
  const { tree } = walker;
  if (tree.type(node) === "type_identifier") {
    const name = walker.scope.findType(tree.text(node));
    if (name !== undefined) {
      return name.constraint === undefined ? walker.instanceOf(name) : constraintOf(walker, name.constraint);
    }
    if (LANGUAGE_TYPES.has(tree.text(node))) return NO_OBJECT;
  }
  const type = typeNamed(walker, node);
  return type === NO_OBJECT ? type : walker.writer.instance(type);
};

function constraintOf(walker: Walker, constraint: Node): Var {
  if (constraint === NONE || walker.constraints > 2) return NO_OBJECT;
  // `T extends Box<T>` leads back to itself.
  walker.constraints += 1;
  const found = objectOf(walker, firstNamed(walker.tree, constraint));
  walker.constraints -= 1;
  return found;
}

/** Names of the language whose objects are of no interest, or that only rearrange other types. */
const LANGUAGE_TYPES = new Set(["Function", "Object", "String", "Number", "Boolean", "Symbol", "BigInt"]);

const WRAPPING = new Set([
  "Partial",
  "Readonly",
  "Required",
  "Pick",
  "Omit",
  "NonNullable",
  "Exclude",
  "Extract",
  "NoInfer",
]);
const LISTS = new Set([
  "Array",
  "ReadonlyArray",
  "Iterable",
  "IterableIterator",
  "AsyncIterable",
  "ArrayLike",
]);
const MAPS = new Set(["Map", "ReadonlyMap", "WeakMap"]);
const SETS = new Set(["Set", "ReadonlySet", "WeakSet"]);
const PROMISES = new Set(["Promise", "PromiseLike", "Thenable"]);

const generic: TypeReader = (walker, node) => {
  const { tree } = walker;
  const name = tree.field(node, "name");
  const text = tree.text(name);
  if (walker.scope.findType(text) !== undefined) return objectOf(walker, name);
  const args = tree.children(tree.field(node, "type_arguments"));
  const first = args[0] ?? NONE;
  if (text === "Awaited") {
    const object = objectOf(walker, first);
    return object === NO_OBJECT ? object : walker.writer.await(object);
  }
  if (WRAPPING.has(text)) return objectOf(walker, first);
  if (LISTS.has(text)) return containerOf(walker, Shape.ARRAY, first);
  if (text === "Record") return containerOf(walker, Shape.OBJECT, args[1] ?? NONE);
  if (PROMISES.has(text)) return promiseOf(walker, objectOf(walker, first));
  if (text === "InstanceType") return objectOf(walker, firstNamed(tree, first));
  if (text === "ReturnType") return resultOf(walker, first);
  if (MAPS.has(text)) return containerOf(walker, Shape.MAP, args[1] ?? NONE);
  if (SETS.has(text)) return containerOf(walker, Shape.SET, first);
  return named(walker, node);
};

function containerOf(walker: Walker, shape: number, element: Node): Var {
  const object = objectOf(walker, element);
  const container = walker.writer.make(shape);
  if (object !== NO_OBJECT) walker.writer.put(container, "*", object);
  return container;
}

function promiseOf(walker: Walker, value: Var): Var {
  const promise = walker.writer.make(Shape.PROMISE);
  if (value !== NO_OBJECT) walker.writer.store(promise, "value", value);
  return promise;
}

/** `ReturnType<typeof f>`: what a call would give back; the unit is no caller. */
function resultOf(walker: Walker, type: Node): Var {
  const { tree, writer } = walker;
  if (type === NONE || tree.type(type) !== "type_query") return NO_OBJECT;
  const callee = objectOf(walker, type);
  if (callee === NO_OBJECT) return callee;
  const unit = writer.open(-1, UnitFlag.TYPE);
  writer.within(unit, () => writer.result(writer.call(callee, [], tree.text(type), CallFlag.QUIET)));
  return writer.instance(writer.func(unit));
}

const either: TypeReader = (walker, node) => {
  const { tree, writer } = walker;
  const found: Var[] = [];
  for (const part of tree.children(node)) {
    const object = objectOf(walker, part);
    if (object !== NO_OBJECT) found.push(object);
  }
  if (found.length <= 1) return found[0] ?? NO_OBJECT;
  const any = writer.variable();
  for (const object of found) writer.copy(any, object);
  return any;
};

const tuple: TypeReader = (walker, node) => {
  const { tree, writer } = walker;
  const list = writer.make(Shape.ARRAY);
  tree.children(node).forEach((part, index) => {
    const object = objectOf(walker, part);
    if (object !== NO_OBJECT) writer.put(list, String(index), object);
  });
  return list;
};

const record: TypeReader = (walker, node) => {
  const object = walker.writer.make(Shape.OBJECT);
  for (const member of walker.tree.children(node)) typeMember(walker, object, member);
  return object;
};

/** One line of an object type: what objects of the type hold under that name. */
export function typeMember(walker: Walker, object: Var, member: Node): void {
  const { tree, writer } = walker;
  const type = tree.type(member);
  if (type === "property_signature") {
    const name = keyOf(tree, tree.field(member, "name"));
    const value = objectOf(walker, annotation(walker, member));
    if (name !== undefined && value !== NO_OBJECT) writer.store(object, name, value);
  } else if (type === "method_signature") {
    const name = keyOf(tree, tree.field(member, "name"));
    const value = declaredFunction(walker, member);
    if (name !== undefined && value !== NO_OBJECT) writer.store(object, name, value);
  } else if (type === "index_signature") {
    const value = objectOf(walker, annotation(walker, member));
    if (value !== NO_OBJECT) writer.put(object, "*", value);
  }
}

/** A function of which only the type is known; of interest for what it gives back and what it is given. */
const declaredFunction: TypeReader = (walker, node) =>
  walker.inScope(node, () => {
    const { writer } = walker;
    const given = objectOf(walker, annotation(walker, node, "return_type"));
    const parameters = parameterObjects(walker, node);
    if (given === NO_OBJECT && parameters === NO_OBJECT) return NO_OBJECT;
    const unit = writer.open(-1, UnitFlag.DECLARED | UnitFlag.TYPE);
    if (given !== NO_OBJECT) writer.within(unit, () => writer.result(given));
    const value = writer.func(unit);
    if (parameters !== NO_OBJECT) writer.store(value, PARAMETERS, parameters);
    return value;
  });

/** A list of objects of the types of the parameters; -1 when none of them is known. */
export function parameterObjects(walker: Walker, node: Node): Var {
  const { tree, writer } = walker;
  const list = tree.field(node, "parameters");
  let found = NO_OBJECT;
  let index = 0;
  for (const parameter of list === NONE ? [] : tree.children(list)) {
    const pattern = tree.field(parameter, "pattern");
    if (pattern !== NONE && tree.type(pattern) === "this") continue;
    const isRest = pattern !== NONE && tree.type(pattern) === "rest_pattern";
    const object = isRest ? NO_OBJECT : objectOf(walker, annotation(walker, parameter));
    if (object !== NO_OBJECT) {
      if (found === NO_OBJECT) found = writer.make(Shape.ARRAY);
      writer.put(found, String(index), object);
    }
    index += 1;
  }
  return found;
}

/** `typeof x`: the value itself. */
const query: TypeReader = (walker, node) => {
  const { tree } = walker;
  const about = firstNamed(tree, node);
  return about === NONE
    ? NO_OBJECT
    : tree.type(about) === "call_expression"
      ? NO_OBJECT
      : valueNamed(walker, about);
};

function valueNamed(walker: Walker, node: Node): Var {
  const { tree, writer } = walker;
  if (tree.type(node) === "identifier") {
    const name = walker.scope.find(tree.text(node));
    return name === undefined ? NO_OBJECT : walker.read(name);
  }
  if (tree.type(node) !== "member_expression") return NO_OBJECT;
  const base = valueNamed(walker, tree.field(node, "object"));
  walker.at(node);
  return base === NO_OBJECT ? base : writer.load(base, tree.text(tree.field(node, "property")));
}

/** `T["name"]`. */
const lookup: TypeReader = (walker, node) => {
  const { tree, writer } = walker;
  const [type = NONE, key = NONE] = tree.children(node);
  const base = objectOf(walker, type);
  const name = key === NONE ? undefined : literal(tree, firstNamed(tree, key));
  if (base === NO_OBJECT) return NO_OBJECT;
  walker.at(node);
  return name === undefined ? writer.item(base, "*") : writer.load(base, name);
};

const TYPES: Readonly<Record<string, TypeReader>> = {
  type_identifier: named,
  nested_type_identifier: named,
  generic_type: generic,
  array_type: (walker, node) => containerOf(walker, Shape.ARRAY, firstNamed(walker.tree, node)),
  readonly_type: inner,
  parenthesized_type: inner,
  optional_type: inner,
  rest_type: inner,
  required_parameter: (walker, node) => objectOf(walker, annotation(walker, node)),
  optional_parameter: (walker, node) => objectOf(walker, annotation(walker, node)),
  type_annotation: inner,
  constraint: inner,
  union_type: either,
  intersection_type: either,
  tuple_type: tuple,
  object_type: record,
  function_type: declaredFunction,
  type_query: query,
  lookup_type: lookup,
  this_type: (walker) => walker.frame.self,
};
