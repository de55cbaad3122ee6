import { CallFlag, LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Name } from "./scopes.ts";
import { firstNamed, literal, symbolOf, unwrap } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** Where the value of `a.b` and `a["b"]` lies: the object, and the name if it is known before running. */
export interface Place {
  base: Var;
  name: string | undefined;
  /** Holds the key when the name is not known. */
  key: Var;
  /** The name that the object is read from, and the path below it, for strong updates. */
  root: Name | undefined;
  /** `exports` or `module.exports`. */
  exported: boolean;
  /** The name is a place in a list: `a[0]`. */
  isIndex: boolean;
}

/** Walks the object of a member or subscript expression. */
export function placeOf(walker: Walker, node: Node): Place {
  const { tree } = walker;
  const object = tree.field(node, "object");
  const isMember = tree.type(node) === "member_expression";
  const property = tree.field(node, isMember ? "property" : "index");
  const exported = isExports(walker, object);
  const inner = unwrap(tree, object);
  const root =
    inner !== NONE && tree.type(inner) === "identifier" ? walker.scope.find(tree.text(inner)) : undefined;
  const base = exported ? -1 : baseOf(walker, object);
  const index = isMember ? property : unwrap(tree, property);
  const name = isMember ? tree.text(property) : (literal(tree, index) ?? symbolOf(tree, index));
  const key = name === undefined ? walker.value(property) : -1;
  walker.at(property === NONE ? node : property);
  const isIndex = !isMember && index !== NONE && tree.type(index) === "number";
  return { base, name, key, root, exported, isIndex };
}

function baseOf(walker: Walker, object: Node): Var {
  if (object === NONE || walker.tree.type(object) !== "super") return walker.value(object);
  const { frame, writer } = walker;
  if (frame.self === -1) return walker.nothing();
  return frame.home === -1 ? writer.load(frame.self, "__proto__") : writer.super(frame.self, frame.home);
}

/** Whether a node is the module's own `exports` or `module.exports`. */
export function isExports(walker: Walker, node: Node): boolean {
  const { tree } = walker;
  if (node === NONE) return false;
  if (tree.type(node) === "identifier") return isFree(walker, node, "exports");
  if (tree.type(node) !== "member_expression") return false;
  return (
    tree.text(tree.field(node, "property")) === "exports" &&
    isFree(walker, tree.field(node, "object"), "module")
  );
}

/** An identifier of that text which nothing in the file binds. */
export function isFree(walker: Walker, node: Node, text: string): boolean {
  const { tree } = walker;
  return (
    node !== NONE &&
    tree.type(node) === "identifier" &&
    tree.end(node) - tree.start(node) === text.length &&
    tree.text(node) === text &&
    walker.scope.find(text) === undefined
  );
}

/** The module itself as a value. */
export function moduleItself(walker: Walker): Var {
  return walker.writer.import("#self");
}

/** The value at a place. With `bind` it is about to be called, and a function found takes the object for `this`. */
export function load(walker: Walker, place: Place, bind: boolean): Var {
  const { writer, flow } = walker;
  if (place.exported) place.base = moduleItself(walker);
  const flags = bind ? LoadFlag.BIND : LoadFlag.NONE;
  if (place.name === undefined) return writer.itemBy(place.base, place.key);
  const known =
    place.root?.binding === undefined ? undefined : flow.path(place.root.binding, `.${place.name}`);
  if (known !== undefined) return known;
  return place.isIndex ? writer.item(place.base, place.name) : writer.load(place.base, place.name, flags);
}

/** `call` given what was certainly put there just now: the object is still `this`. */
export function knownMethod(walker: Walker, place: Place): Var | undefined {
  const binding = place.root?.binding;
  if (binding === undefined || place.name === undefined) return undefined;
  return walker.flow.path(binding, `.${place.name}`);
}

/** After this many fields known at once, all are let go: each costs time at every assignment. */
const MAX_PATHS = 48;

export function store(walker: Walker, place: Place, value: Var): void {
  const { writer, flow, frame } = walker;
  if (place.exported) {
    if (place.name === undefined) writer.putBy(moduleItself(walker), place.key, value);
    else writer.export(place.name, value);
    return;
  }
  if (place.name === undefined) {
    writer.putBy(place.base, place.key, value);
    flow.forgetAll();
    return;
  }
  if (place.isIndex) writer.put(place.base, place.name, value);
  else writer.store(place.base, place.name, value);
  const binding = place.root?.binding;
  if (binding === undefined) {
    flow.forgetField(`.${place.name}`);
    return;
  }
  frame.paths += 1;
  if (frame.paths % MAX_PATHS === 0) flow.forgetAll();
  flow.setPath(binding, `.${place.name}`, value);
}

/** Calls that the language makes by itself; unresolved they are nobody's concern. */
export function quietly(walker: Walker, base: Var, method: string, args: Var[]): Var {
  const { writer } = walker;
  return writer.call(writer.load(base, method, LoadFlag.BIND), args, method, CallFlag.QUIET);
}

/** `Foo.prototype.name` as the target of an assignment: the name of `Foo`. */
export function prototypeOwner(walker: Walker, target: Node): Node {
  const { tree } = walker;
  const object = tree.field(target, "object");
  if (object === NONE || tree.type(object) !== "member_expression") return NONE;
  if (tree.text(tree.field(object, "property")) !== "prototype") return NONE;
  const owner = firstNamed(tree, object);
  return owner !== NONE && tree.type(owner) === "identifier" ? owner : NONE;
}
