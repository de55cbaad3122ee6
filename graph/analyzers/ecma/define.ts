import { NONE, type Node } from "../../tree.ts";
import type { Naming } from "./frame.ts";
import { docstringBefore, signatureOf } from "./syntax.ts";
import type { Walker } from "./walker.ts";

/** Writes down the function at `node`; without a name it is a lambda. */
export function defineFunction(walker: Walker, node: Node, naming: Naming | undefined): number {
  const { tree } = walker;
  if (naming === undefined || naming.name === "") {
    const name = `<lambda:${tree.line(node)}:${tree.column(node)}>`;
    const kind = naming?.kind ?? "lambda";
    return define(walker, node, "function", { name, kind, span: node }, naming?.docstring ?? "");
  }
  return define(walker, node, "function", { kind: "function", ...naming });
}

/** Writes down the class, or whatever else TypeScript names like one, at `node`. */
export function defineClass(walker: Walker, node: Node, naming: Naming): number {
  const { tree } = walker;
  const name = naming.name === "" ? `<class:${tree.line(node)}:${tree.column(node)}>` : naming.name;
  return define(walker, node, "class", { kind: "class", ...naming, name });
}

function define(
  walker: Walker,
  node: Node,
  type: "class" | "function",
  naming: Naming,
  docstring = docstringBefore(walker.tree.source, walker.tree.start(naming.span)),
): number {
  const { tree, writer } = walker;
  const { name, span, kind = type, owner = walker } = naming;
  const body = tree.field(node, "body");
  const start = headerOf(walker, span);
  const line = tree.line(start);
  const def = writer.define(
    {
      type,
      kind,
      name,
      owner: owner.def,
      lines: [line, Math.max(tree.endLine(span), line)],
      docstring,
      signature: signatureOf(tree, start, body === NONE ? tree.end(node) : tree.start(body)),
      exported: naming.exported ?? false,
      test: kind === "test",
      cyclomatic: 0,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    owner.path,
  );
  walker.owners.set(node, def);
  if (naming.bound !== undefined) naming.bound.def = def;
  return def;
}

/** Where a declaration starts, its decorators left out. */
function headerOf(walker: Walker, span: Node): Node {
  const { tree } = walker;
  for (let child = tree.first(span); child !== NONE; child = tree.next(child)) {
    const type = tree.type(child);
    if (type === "decorator" || type === "comment") continue;
    return tree.start(child) === tree.start(span) ? span : child;
  }
  return span;
}
