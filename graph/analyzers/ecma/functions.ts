import { Param, Shape, UnitFlag, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PARAMETERS, takeParameters, typedBy } from "./context.ts";
import { defineFunction } from "./define.ts";
import { Frame, type Naming } from "./frame.ts";
import { classesOf, narrowedTo } from "./narrowing.ts";
import { assign } from "./patterns.ts";
import { functionFlags, literal, unwrap } from "./syntax.ts";
import { annotation, objectOf, parameterObjects } from "./types.ts";
import type { Walker } from "./walker.ts";

/** A function as a value: expression, arrow, or method. Gives the variable that holds it. */
export function functionValue(walker: Walker, node: Node, naming?: Naming): Var {
  const { tree, writer } = walker;
  const own = tree.type(node) === "method_definition" ? NONE : tree.field(node, "name");
  const named = own === NONE ? naming : { ...(naming ?? { span: node }), name: tree.text(own) };
  const def = defineFunction(walker, node, named);
  const flags = functionFlags(tree, node);
  const unit = writer.open(def, flags, (flags & UnitFlag.ARROW) === 0);
  const value = writer.func(unit);
  // `super` in a method of an object literal is not that of a class around.
  const home = tree.type(node) === "method_definition" ? -1 : walker.frame.home;
  walkFunction(walker, node, unit, home, own === NONE ? -1 : value);
  return value;
}

/** A function declaration at its place in the file; its value was bound when the scope was entered. */
export function functionDeclaration(walker: Walker, node: Node, naming: Naming): void {
  const { tree, writer } = walker;
  const def = defineFunction(walker, node, naming);
  let unit = walker.opened.get(node);
  if (unit === undefined) {
    unit = writer.open(-1, functionFlags(tree, node), true);
    writer.func(unit);
  }
  walker.unit(unit).def = def;
  if (naming.bound !== undefined) naming.bound.def = def;
  walkFunction(walker, node, unit, -1, -1);
}

/** The function's own code. `self` holds the function where its body may call it by its own name. */
export function walkFunction(
  walker: Walker,
  node: Node,
  unit: number,
  home: number,
  self: Var,
  before?: () => void,
): void {
  const outer = walker.frame;
  const fact = walker.unit(unit);
  const arrow = (fact.flags & UnitFlag.ARROW) !== 0;
  const frame = new Frame(walker.writer, unit, arrow ? outer.self : fact.self, home);
  frame.list = arrow ? outer.list : -1;
  const fallbacks = outsideDefaults(walker, node, fact.def);
  walkBody(walker, node, frame, fact.def, self, fallbacks, before);
}

/** Walks parameters and body in a frame that exists already (fields were written into it). */
export function walkBody(
  walker: Walker,
  node: Node,
  frame: Frame,
  def: number,
  self: Var,
  fallbacks: ReadonlyMap<Node, Var>,
  before?: () => void,
): void {
  const { tree } = walker;
  walker.inFrame(frame, () =>
    walker.below(def === -1 ? walker.def : def, () => {
      const scope = walker.names.scopes.get(node);
      if (scope !== undefined) walker.enter(scope);
      const params = parameters(walker, node, fallbacks);
      if (scope?.usesArguments === true) frame.list = argumentList(walker, params);
      const own = self === -1 ? undefined : scope?.names?.get(tree.text(tree.field(node, "name")));
      if (own !== undefined && own.scope === scope && own.binding?.cell === -1) walker.write(own, self);
      for (const take of params.take) take();
      before?.();
      const type = returnType(walker, node);
      frame.expected = objectOf(walker, type);
      frame.given = classesOf(walker, type);
      body(walker, node);
      if (frame.expected !== -1) walker.writer.hint(walker.unit(frame.unit).result, frame.expected);
      walker.close(frame);
    }),
  );
}

function body(walker: Walker, node: Node): void {
  const { tree } = walker;
  const inner = tree.field(node, "body");
  if (inner === NONE) return;
  if (tree.type(inner) === "statement_block") walker.statements(inner);
  else giveBack(walker, inner);
}

/** `return value`. */
export function giveBack(walker: Walker, node: Node): void {
  const value = walker.value(node);
  const { expected, given } = walker.frame;
  if (expected !== -1) typedBy(walker, node, value, expected);
  walker.writer.result(given === -1 ? value : walker.writer.narrow(value, given));
}

/**
 * The type that the function says it gives back, that of the value where it is a promise. Code knows better than an annotation what comes out; the
 * annotation serves where code says nothing.
 */
function returnType(walker: Walker, node: Node): Node {
  const type = annotation(walker, node, "return_type");
  const fact = walker.unit(walker.frame.unit);
  if (type === NONE || fact.result === -1 || (fact.flags & UnitFlag.GENERATOR) !== 0) return NONE;
  return (fact.flags & UnitFlag.ASYNC) === 0 ? type : promised(walker, type);
}

/** `T` of `Promise<T>`. */
function promised(walker: Walker, type: Node): Node {
  const { tree } = walker;
  if (tree.type(type) !== "generic_type" || tree.text(tree.field(type, "name")) !== "Promise") return type;
  return tree.children(tree.field(type, "type_arguments"))[0] ?? NONE;
}

interface Parameters {
  variables: { variable: Var; rest: boolean }[];
  /** Takes the parameters apart, once all are there. */
  take: (() => void)[];
}

/** Adds the parameters of `node` to the running unit. */
export function parameters(walker: Walker, node: Node, fallbacks: ReadonlyMap<Node, Var>): Parameters {
  const { tree } = walker;
  const found: Parameters = { variables: [], take: [] };
  const single = tree.field(node, "parameter");
  if (single !== NONE) parameter(walker, single, found, fallbacks);
  const list = tree.field(node, "parameters");
  if (list === NONE) return found;
  for (let child = tree.first(list); child !== NONE; child = tree.next(child)) {
    if (tree.named(child) && tree.type(child) !== "comment") parameter(walker, child, found, fallbacks);
  }
  return found;
}

function parameter(walker: Walker, node: Node, found: Parameters, fallbacks: ReadonlyMap<Node, Var>): void {
  const { tree, writer, frame } = walker;
  const typed = tree.type(node) === "required_parameter" || tree.type(node) === "optional_parameter";
  const pattern = typed ? tree.field(node, "pattern") : node;
  if (pattern === NONE || tree.type(pattern) === "decorator") return;
  const type = typed ? objectOf(walker, annotation(walker, node)) : -1;
  if (tree.type(pattern) === "this") {
    if (type === -1 || frame.self === -1) return;
    writer.hint(frame.self, type);
    frame.self = narrowedTo(walker, frame.self, annotation(walker, node));
    return;
  }
  const rest = tree.type(pattern) === "rest_pattern";
  const target = tree.type(pattern) === "assignment_pattern" ? tree.field(pattern, "left") : pattern;
  const name = tree.type(target) === "identifier" ? tree.text(target) : "";
  const fallback = fallbacks.get(node) ?? -1;
  const variable = writer.param(frame.unit, name, rest ? Param.REST : Param.PLAIN, fallback);
  if (type !== -1) writer.copy(variable, type);
  const classes = typed && !rest ? classesOf(walker, annotation(walker, node)) : -1;
  found.variables.push({ variable, rest });
  found.take.push(() => {
    const value = defaultOf(walker, node);
    if (value !== NONE && fallback === -1) writer.hint(variable, walker.value(value, { name, span: node }));
    const taken = classes === -1 ? variable : writer.narrow(variable, classes);
    assign(walker, target, taken);
    if (typed && isProperty(walker, node) && frame.self !== -1) writer.store(frame.self, name, taken);
  });
}

function defaultOf(walker: Walker, node: Node): Node {
  const { tree } = walker;
  return tree.field(node, tree.type(node) === "assignment_pattern" ? "right" : "value");
}

/** `constructor(private readonly x: X)`. */
function isProperty(walker: Walker, node: Node): boolean {
  const { tree } = walker;
  for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
    const type = tree.type(child);
    if (type === "accessibility_modifier" || type === "override_modifier" || type === "readonly") return true;
    if (tree.fieldOf(child) === "pattern") return false;
  }
  return false;
}

/** `arguments`: every parameter by its place, and whatever else is given. */
function argumentList(walker: Walker, params: Parameters): Var {
  const { writer, frame } = walker;
  let rest = params.variables.find((param) => param.rest)?.variable ?? -1;
  if (rest === -1) rest = writer.param(frame.unit, "", Param.REST);
  if (params.variables.length === 0) return rest;
  const list = writer.make(Shape.ARRAY);
  params.variables.forEach((param, index) => {
    if (!param.rest) writer.put(list, String(index), param.variable);
  });
  writer.put(list, "*", writer.iterate(rest));
  return list;
}

/**
 * Defaults that can be had without running the function, evaluated around it: then a call that gives the argument
 * does not meet the default.
 */
export function outsideDefaults(walker: Walker, node: Node, def: number): ReadonlyMap<Node, Var> {
  const { tree } = walker;
  const list = tree.field(node, "parameters");
  if (list === NONE) return NO_DEFAULTS;
  let found: Map<Node, Var> | undefined;
  for (let child = tree.first(list); child !== NONE; child = tree.next(child)) {
    if (!tree.named(child)) continue;
    const value = defaultOf(walker, child);
    if (value === NONE || !standsAlone(walker, node, value)) continue;
    const left = tree.field(child, tree.type(child) === "assignment_pattern" ? "left" : "pattern");
    found ??= new Map();
    found.set(
      child,
      walker.below(def === -1 ? walker.def : def, () =>
        walker.value(value, { name: tree.text(left), span: child }),
      ),
    );
  }
  return found ?? NO_DEFAULTS;
}

const NO_DEFAULTS: ReadonlyMap<Node, Var> = new Map();

const SIMPLE = new Set([
  "identifier",
  "arrow_function",
  "function_expression",
  "member_expression",
  "null",
  "undefined",
]);

/** Whether an expression neither runs anything nor uses names of the function it is a default of. */
function standsAlone(walker: Walker, node: Node, value: Node): boolean {
  const { tree } = walker;
  const inner = unwrap(tree, value);
  if (literal(tree, inner) !== undefined) return true;
  const type = tree.type(inner);
  if (!SIMPLE.has(type)) return false;
  const names = walker.names.scopes.get(node)?.names;
  const isValue = type !== "arrow_function" && type !== "function_expression";
  const past = tree.past(inner);
  for (let at = inner; at < past; at++) {
    const part = tree.type(at);
    if (part === "this" || part === "super" || (isValue && RUNS.has(part))) return false;
    if (part === "identifier" || part === "shorthand_property_identifier") {
      const text = tree.text(at);
      if (text === "arguments" || names?.has(text) === true) return false;
    }
  }
  return true;
}

const RUNS = new Set(["call_expression", "new_expression", "subscript_expression", "assignment_expression"]);

/** A function without body: overload, interface method, `declare function`. What it gives back is its type. */
export function declared(walker: Walker, node: Node, def: number, flags: number): Var {
  const { tree, writer } = walker;
  return walker.inScope(node, () => {
    const unit = writer.open(def, flags | UnitFlag.DECLARED, (flags & UnitFlag.METHOD) !== 0);
    const list = tree.field(node, "parameters");
    for (const param of list === NONE ? [] : tree.children(list)) {
      const pattern = tree.field(param, "pattern");
      if (pattern === NONE || tree.type(pattern) === "this") continue;
      const name = tree.type(pattern) === "identifier" ? tree.text(pattern) : "";
      const rest = tree.type(pattern) === "rest_pattern";
      const variable = writer.param(unit, name, rest ? Param.REST : Param.PLAIN);
      const type = rest ? NONE : annotation(walker, param);
      if (!mayBeFunction(walker, type)) continue;
      const object = objectOf(walker, type);
      if (object !== -1) writer.within(unit, () => takeParameters(walker, variable, object));
    }
    const given = objectOf(walker, annotation(walker, node, "return_type"));
    if (given !== -1) writer.within(unit, () => writer.result(given));
    const value = writer.func(unit);
    const parameters = parameterObjects(walker, node);
    if (parameters !== -1) writer.store(value, PARAMETERS, parameters);
    return value;
  });
}

/** A type written as a function, or named by something that may be one. */
function mayBeFunction(walker: Walker, type: Node): boolean {
  const { tree } = walker;
  const inner =
    type !== NONE && tree.type(type) === "parenthesized_type" ? (tree.children(type)[0] ?? NONE) : type;
  return inner !== NONE && tree.type(inner) === "function_type";
}
