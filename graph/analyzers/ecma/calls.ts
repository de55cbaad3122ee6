import { Arg, type Argument, CallFlag, LoadFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import type { Naming } from "./frame.ts";
import { isFree, knownMethod, load, placeOf } from "./members.ts";
import { dynamicImport, requireCall } from "./modules.ts";
import { firstNamed, literal, unwrap } from "./syntax.ts";
import type { Expression, Walker } from "./walker.ts";

export const callExpression: Expression = (walker, node) => {
  const { tree } = walker;
  const callee = tree.field(node, "function");
  const args = tree.field(node, "arguments");
  if (callee === NONE) return walker.parts(node);
  const special = moduleCall(walker, node, callee, args) ?? symbolCall(walker, node, callee);
  if (special !== undefined) return special;
  const inner = unwrapCallee(walker, callee);
  switch (tree.type(inner)) {
    case "super":
      return superCall(walker, node, args);
    case "member_expression":
    case "subscript_expression":
      return methodCall(walker, node, inner, args);
    default: {
      const value = walker.value(inner);
      return finish(walker, inner, value, argumentsOf(walker, node, args), textOf(walker, callee));
    }
  }
};

/** `Symbol("x")`: a key that is like no other. */
function symbolCall(walker: Walker, node: Node, callee: Node): Var | undefined {
  const { tree } = walker;
  if (!isFree(walker, callee, "Symbol")) return undefined;
  walker.parts(tree.field(node, "arguments"));
  return walker.constant(`Symbol:${tree.line(node)}:${tree.column(node)}`);
}

/** `import("x")` and `require("x")`. */
function moduleCall(walker: Walker, node: Node, callee: Node, args: Node): Var | undefined {
  const { tree } = walker;
  const dynamic = tree.type(callee) === "import";
  if (!dynamic && !isFree(walker, callee, "require")) return undefined;
  const [first = NONE] = args === NONE ? [] : tree.children(args);
  const specifier = literal(tree, unwrap(tree, first));
  if (specifier === undefined) return dynamic ? walker.parts(node) : undefined;
  walker.at(node);
  return dynamic ? dynamicImport(walker, node, specifier) : requireCall(walker, node, specifier);
}

/** Parentheses and casts around a callee leave its `this` as it is. */
function unwrapCallee(walker: Walker, callee: Node): Node {
  const inner = unwrap(walker.tree, callee);
  return walker.tree.type(inner) === "instantiation_expression" ? walker.tree.first(inner) : inner;
}

function superCall(walker: Walker, node: Node, args: Node): Var {
  const { frame, writer } = walker;
  const given = argumentsOf(walker, node, args);
  if (frame.home === -1 || frame.self === -1) return walker.nothing();
  walker.at(node);
  const parent = writer.load(writer.super(frame.self, frame.home), "constructor", LoadFlag.BIND);
  walker.flow.forgetAll();
  return writer.call(parent, given, "super");
}

function methodCall(walker: Walker, node: Node, callee: Node, args: Node): Var {
  const { writer } = walker;
  const place = placeOf(walker, callee);
  const known = knownMethod(walker, place);
  if (known === undefined) {
    const value = load(walker, place, true);
    return finish(walker, callee, value, argumentsOf(walker, node, args), textOf(walker, callee));
  }
  // What lies there is certain, whatever else the object held before; the object is still `this`.
  const value = writer.load(known, "call", LoadFlag.BIND);
  const given = [place.base, ...argumentsOf(walker, node, args)];
  return finish(walker, callee, value, given, textOf(walker, callee));
}

function finish(walker: Walker, callee: Node, value: Var, args: (Argument | Var)[], text: string): Var {
  stampCallee(walker, callee);
  walker.flow.forgetAll();
  return walker.writer.call(value, args, text);
}

/** A call stands where its method is named: chains over many lines are many places. */
function stampCallee(walker: Walker, callee: Node): void {
  const { tree } = walker;
  const property = tree.type(callee) === "member_expression" ? tree.field(callee, "property") : NONE;
  walker.at(property === NONE ? callee : property);
}

function textOf(walker: Walker, callee: Node): string {
  const { tree } = walker;
  const start = tree.start(callee);
  return tree.source.slice(start, Math.min(tree.end(callee), start + 160));
}

const MAX_TITLE = 200;
const TEST = /^(?:it|test|describe|suite|specify|context|bench)\b/;

function argumentsOf(walker: Walker, call: Node, args: Node): (Argument | Var)[] {
  const { tree } = walker;
  if (args === NONE) return [];
  if (tree.type(args) === "template_string") return templateArguments(walker, args);
  const naming =
    walker.inTests && TEST.test(textOf(walker, call)) ? testNaming(walker, call, args) : undefined;
  const given: (Argument | Var)[] = [];
  for (let child = tree.first(args); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child) || tree.type(child) === "comment") continue;
    if (tree.type(child) === "spread_element") {
      const [inner = NONE] = tree.children(child);
      given.push({ kind: Arg.SPREAD, value: walker.value(inner) });
    } else given.push(walker.value(child, naming));
  }
  return given;
}

/** A test is known by its title: its place in the file changes with every line above. */
function testNaming({ tree }: Walker, call: Node, args: Node): Naming {
  const title = literal(tree, firstNamed(tree, args)) ?? "";
  return { name: "", kind: "test", span: call, docstring: title.slice(0, MAX_TITLE) };
}

/** A tag gets the texts, then what stands in the holes. */
function templateArguments(walker: Walker, template: Node): Var[] {
  const { tree } = walker;
  const given = [walker.data()];
  for (const hole of tree.children(template)) {
    if (tree.type(hole) === "template_substitution") given.push(walker.value(tree.children(hole)[0] ?? NONE));
  }
  return given;
}

export const newExpression: Expression = (walker, node) => {
  const { tree } = walker;
  const callee = tree.field(node, "constructor");
  const value = walker.value(callee);
  const given = argumentsOf(walker, node, tree.field(node, "arguments"));
  walker.at(node);
  walker.flow.forgetAll();
  return walker.writer.call(value, given, textOf(walker, callee), CallFlag.NEW);
};
