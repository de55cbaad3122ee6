import { CallFlag, LoadFlag, Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Naming } from "./frame.ts";
import { functionValue } from "./functions.ts";
import { functionFlags, isFunction, keyOf, unwrap } from "./syntax.ts";
import type { Expression, Walker } from "./walker.ts";

/** Literals longer than this are tables of data: beyond it, texts and numbers are left out. */
const MAX_PLACES = 200;

function isText(type: string): boolean {
  return type === "string" || type === "number" || type === "null" || type === "true" || type === "false";
}

export const objectLiteral: Expression = (walker, node, naming) => {
  const { tree, writer } = walker;
  const object = writer.make(Shape.OBJECT);
  let count = 0;
  for (let part = tree.first(node); part !== NONE; part = tree.next(part)) {
    if (!tree.named(part)) continue;
    switch (tree.type(part)) {
      case "pair":
        count += 1;
        if (count > MAX_PLACES && isText(tree.type(tree.field(part, "value")))) break;
        pair(walker, object, part, naming);
        break;
      case "method_definition":
        method(walker, object, part, naming);
        break;
      case "shorthand_property_identifier":
        writer.store(object, tree.text(part), identifier(walker, part));
        break;
      case "spread_element":
        mix(walker, object, walker.value(tree.children(part)[0] ?? NONE), part);
        break;
      case "comment":
        break;
      default:
        walker.value(part);
    }
  }
  return object;
};

export const identifier: Expression = (walker, node) => {
  const text = walker.tree.text(node);
  const name = walker.scope.find(text);
  if (name !== undefined) return walker.read(name);
  if (text === "arguments" && walker.frame.list !== -1) return walker.frame.list;
  if (text === "exports") return walker.writer.import("#self");
  if (text === "NaN" || text === "Infinity") return walker.data();
  walker.at(node);
  return walker.global(text);
};

function pair(walker: Walker, object: Var, node: Node, naming: Naming | undefined): void {
  const { tree, writer } = walker;
  const key = tree.field(node, "key");
  const value = tree.field(node, "value");
  const name = keyOf(tree, key);
  const computed = name === undefined ? walker.value(key) : -1;
  const from = walker.value(
    value,
    memberNaming(walker, name ?? "", node, naming, isFunction(typeOf(walker, value))),
  );
  if (name !== undefined) writer.store(object, name, from);
  else writer.putBy(object, computed, from);
}

function typeOf(walker: Walker, node: Node): string {
  const inner = unwrap(walker.tree, node);
  return inner === NONE ? "" : walker.tree.type(inner);
}

/** Members of `Foo.prototype = { ... }` are methods of `Foo`; others belong to the name that the object is given to. */
function memberNaming(
  walker: Walker,
  name: string,
  span: Node,
  naming: Naming | undefined,
  isMethod: boolean,
): Naming {
  if (naming === undefined || naming.name === "" || naming.name === "exports") return { name, span };
  const { def, path } = naming.owner ?? walker;
  if (naming.name === "prototype" && naming.owner !== undefined)
    return { name, span, owner: { def, path }, ...(isMethod ? { kind: "method" } : {}) };
  // Two objects of a file may have members of one name: without theirs, one more above would rename all below.
  return { name, span, owner: { def, path: path === "" ? naming.name : `${path}.${naming.name}` } };
}

function method(walker: Walker, object: Var, node: Node, naming: Naming | undefined): void {
  const { tree, writer } = walker;
  const key = tree.field(node, "name");
  const name = keyOf(tree, key);
  const computed = name === undefined ? walker.value(key) : -1;
  const accessor = (functionFlags(tree, node) & (UnitFlag.GETTER | UnitFlag.SETTER)) !== 0;
  const value = functionValue(walker, node, {
    ...memberNaming(walker, name ?? tree.text(key), node, naming, true),
    kind: accessor ? "property" : "method",
  });
  if (name === undefined) writer.putBy(object, computed, value);
  else writer.store(object, name, value);
}

/** `...from` in an object: as `Object.assign` does. */
export function mix(walker: Walker, object: Var, from: Var, node: Node): void {
  const { writer } = walker;
  walker.at(node);
  const assign = writer.load(walker.global("Object"), "assign", LoadFlag.NONE);
  writer.call(assign, [object, from], "Object.assign", CallFlag.QUIET);
}

export const arrayLiteral: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const array = writer.make(Shape.ARRAY);
  let index = 0;
  let spread = false;
  for (let part = tree.first(node); part !== NONE; part = tree.next(part)) {
    if (!tree.named(part)) {
      if (tree.type(part) === ",") index += 1;
      continue;
    }
    if (tree.type(part) === "comment") continue;
    if (tree.type(part) === "spread_element") {
      const inner = walker.value(tree.children(part)[0] ?? NONE);
      walker.at(part);
      writer.put(array, "*", writer.iterate(inner));
      spread = true;
      continue;
    }
    if (index >= MAX_PLACES && isText(tree.type(part))) continue;
    // Behind a spread nobody knows the place any more.
    writer.put(array, spread || index >= MAX_PLACES ? "*" : String(index), walker.value(part));
  }
  return array;
};

/** JSX: a component is called with its attributes and children as one object. */
export const jsxElement: Expression = (walker, node) => {
  const { tree, writer } = walker;
  const open = tree.type(node) === "jsx_self_closing_element" ? node : tree.field(node, "open_tag");
  const name = open === NONE ? NONE : tree.field(open, "name");
  const props = writer.make(Shape.OBJECT);
  if (open !== NONE) attributes(walker, open, props);
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child) || child === open || tree.fieldOf(child) !== "") continue;
    const type = tree.type(child);
    if (type !== "jsx_text" && type !== "comment") writer.store(props, "children", walker.value(child));
  }
  if (name === NONE || !isComponent(tree.text(name))) return props;
  const component = walker.value(name);
  walker.at(name);
  walker.flow.forgetAll();
  const made = writer.call(component, [props], tree.text(name));
  // Of a class, what is shown is what its object renders.
  writer.store(made, "props", props);
  const render = writer.load(made, "render", LoadFlag.BIND | LoadFlag.TYPE);
  writer.call(render, [], "render", CallFlag.QUIET);
  return made;
};

function isComponent(name: string): boolean {
  return /^[A-Z_$]/.test(name) || name.includes(".");
}

function attributes(walker: Walker, open: Node, props: Var): void {
  const { tree, writer } = walker;
  for (const attribute of tree.fields(open, "attribute")) {
    const parts = tree.children(attribute);
    const [first = NONE, second = NONE] = parts;
    if (tree.type(attribute) === "jsx_attribute") {
      const value = second === NONE ? walker.data() : walker.value(second, { name: "", span: attribute });
      writer.store(props, tree.text(first), value);
    } else if (first !== NONE && tree.type(first) === "spread_element") {
      mix(walker, props, walker.value(tree.children(first)[0] ?? NONE), attribute);
    } else walker.value(attribute);
  }
}
