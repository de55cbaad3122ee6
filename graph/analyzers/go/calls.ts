import { Arg, type Argument, CallFlag, LoadFlag, Shape, type Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { calleeText } from "../typed/header.ts";
import { PLAIN } from "../typed/scopes.ts";
import { convert, effects, FUNCTION } from "./conversions.ts";
import { construct, type GoFile, isBuiltin, solid, stamp } from "./file.ts";
import { namesType, resultTypes, sample, shapeOf, typeOf } from "./types.ts";

const MAX_TEXT = 200;

/** `f(x)`: a call, a conversion or one of the built-in functions. */
export function call(file: GoFile, node: Node): Var {
  const { tree, writer } = file;
  const callee = calleeOf(file, tree.field(node, "function"));
  const list = tree.field(node, "arguments");
  if (callee === NONE) return PLAIN;
  const name = tree.type(callee) === "identifier" ? tree.text(callee) : "";
  if (name !== "" && isBuiltin(file, name)) return builtin(file, name, list, callee);
  if (namesType(file, callee)) return convert(file, callee, file.value(firstOf(file, list)));
  const target = functionOf(file, callee);
  const args = argumentsOf(file, list);
  if (target === PLAIN) return PLAIN;
  stampCall(file, callee);
  return writer.call(
    target,
    args,
    shown(file, callee),
    isErrorText(file, callee, args.length) ? CallFlag.QUIET : 0,
  );
}

/** `err.Error()`: nearly always of an error from outside, and then no gap in what is known. */
function isErrorText(file: GoFile, callee: Node, count: number): boolean {
  if (count > 0 || file.tree.type(callee) !== "selector_expression") return false;
  return file.tree.text(file.tree.field(callee, "field")) === "Error";
}

/** The called expression without parentheses and type arguments. */
function calleeOf(file: GoFile, node: Node): Node {
  const { tree } = file;
  let at = node;
  while (at !== NONE) {
    const type = tree.type(at);
    if (type === "parenthesized_expression") at = tree.children(at)[0] ?? NONE;
    else if (type === "type_instantiation_expression") at = tree.field(at, "type");
    else if (type === "index_expression" && instantiates(file, at)) at = tree.field(at, "operand");
    else return at;
  }
  return NONE;
}

function instantiates(file: GoFile, node: Node): boolean {
  const key = file.tree.field(node, "index");
  return key !== NONE && namesType(file, key);
}

/** What is called; for a value of a named function type also the function inside of it. */
function functionOf(file: GoFile, callee: Node): Var {
  const { tree, writer, names } = file;
  const held = file.value(callee);
  if (held === PLAIN || tree.type(callee) !== "identifier") return held;
  const declared = names.find(tree.text(callee))?.node ?? NONE;
  if (declared === NONE || tree.type(declared) === "function_type") return held;
  const shape = shapeOf(file, declared);
  if (shape === NONE || tree.type(shape) !== "function_type") return held;
  const both = writer.variable();
  writer.copy(both, held);
  writer.copy(both, writer.load(held, FUNCTION, LoadFlag.NONE));
  return both;
}

/** The place of a call is the name that is called, which in a chain over several lines tells the calls apart. */
function stampCall(file: GoFile, callee: Node): void {
  const { tree } = file;
  const field = tree.type(callee) === "selector_expression" ? tree.field(callee, "field") : NONE;
  stamp(file, field === NONE ? callee : field);
}

function textOf(file: GoFile, node: Node): string {
  const { tree } = file;
  const start = tree.start(node);
  return tree.source.slice(start, Math.min(tree.end(node), start + MAX_TEXT));
}

/** The callee as written, shortened. */
function shown(file: GoFile, callee: Node): string {
  const { tree } = file;
  if (tree.type(callee) !== "selector_expression") return textOf(file, callee);
  const field = tree.field(callee, "field");
  return calleeText(tree, tree.start(callee), field === NONE ? callee : field);
}

function argumentsOf(file: GoFile, list: Node): (Argument | Var)[] {
  const { tree, writer } = file;
  const args: (Argument | Var)[] = [];
  if (list === NONE) return args;
  const nodes = tree.children(list);
  for (const node of nodes) {
    const held = solid(file, file.value(node));
    if (tree.type(node) === "variadic_argument") args.push({ kind: Arg.SPREAD, value: held });
    else args.push(held);
  }
  const only = nodes.length === 1 ? resultsOfCall(file, nodes[0] as Node) : 0;
  // f(g()) where g gives several results: each is an argument.
  if (only < 2) return args;
  const whole = args[0] as Var;
  return Array.from({ length: only }, (_, index) => writer.item(whole, String(index)));
}

/** How many results a call of a function of this file gives; 0 when that is not known. */
function resultsOfCall(file: GoFile, node: Node): number {
  const { tree, names } = file;
  if (tree.type(node) !== "call_expression") return 0;
  const callee = tree.field(node, "function");
  if (callee === NONE || tree.type(callee) !== "identifier") return 0;
  const found = names.find(tree.text(callee));
  return found?.kind === "function" && found.node !== NONE ? resultTypes(file, found.node).length : 0;
}

function firstOf(file: GoFile, list: Node): Node {
  return list === NONE ? NONE : (file.tree.children(list)[0] ?? NONE);
}

function builtin(file: GoFile, name: string, list: Node, callee: Node): Var {
  const { tree, writer } = file;
  const nodes = list === NONE ? [] : tree.children(list);
  const first = nodes[0] ?? NONE;
  if (name === "make") {
    for (const size of nodes.slice(1)) effects(file, size);
    return sample(file, first, true);
  }
  if (name === "new") {
    const type = typeOf(file, first);
    stamp(file, callee);
    return type === PLAIN ? sample(file, first, true) : construct(file, type, textOf(file, first));
  }
  if (name === "append") return append(file, nodes);
  if (name === "copy") {
    const to = file.value(first);
    const from = file.value(nodes[1] ?? NONE);
    if (to !== PLAIN && from !== PLAIN) writer.put(to, "*", writer.item(from, "*"));
    return PLAIN;
  }
  if (name === "panic") {
    const thrown = file.value(first);
    if (thrown !== PLAIN) writer.throw(thrown);
    return PLAIN;
  }
  return anyOf(file, nodes, name === "min" || name === "max");
}

function anyOf(file: GoFile, nodes: readonly Node[], wanted: boolean): Var {
  let held: Var = PLAIN;
  for (const node of nodes) {
    if (!wanted) effects(file, node);
    else {
      const next = file.value(node);
      if (held === PLAIN) held = next;
    }
  }
  return held;
}

/** The list appended to may not be there yet (a nil slice), so that the result is also a list of its own. */
function append(file: GoFile, nodes: readonly Node[]): Var {
  const { tree, writer } = file;
  const list = file.value(nodes[0] ?? NONE);
  const items: Var[] = [];
  for (const node of nodes.slice(1)) {
    const held = file.value(node);
    if (held !== PLAIN) items.push(tree.type(node) === "variadic_argument" ? writer.item(held, "*") : held);
  }
  if (items.length === 0) return list;
  const longer = writer.make(Shape.LIST);
  if (list !== PLAIN) writer.copy(longer, list);
  for (const item of items) writer.put(longer, "*", item);
  return longer;
}
