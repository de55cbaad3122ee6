import { type Facts, UnitFlag, Writer } from "../facts/index.ts";
import { NONE, type Node, type Tree } from "../tree.ts";
import type { Analyzer } from "./analyzer.ts";
import { close } from "./close.ts";
import { commentAbove, signature } from "./typed/header.ts";

const VERSION = 1;

/**
 * Where a new language begins: copy this file, name it after the language, add it to the table in `index.ts` and its
 * grammar to `../parse.ts`. It compiles, and finds the functions of a made-up language that writes
 * `routine NAME (...) { ... }`.
 */
export const template: Analyzer = {
  language: "template",
  version: VERSION,
  // 1. File name endings and the grammar that reads them. None here, so that no file is ever given to it.
  grammars: {},
  analyze,
};

function analyze(tree: Tree, path: string): Facts {
  const writer = new Writer();
  const owners = new Map<Node, number>();
  // 2. Walk the tree once. Nodes are numbers in order of appearance; a missing child is NONE and is normal.
  for (let node = 0; node < tree.count; node++) {
    if (tree.type(node) === "routine") routine(tree, writer, owners, node);
  }
  // 5. Imports as written go to `writer.imports`; what they mean is decided in `../resolve/`, with all paths known.
  return close(tree, path, writer, {
    analyzer: `template@${VERSION}`,
    language: "template",
    owners,
    docstring: "",
    package: "",
  });
}

/** 3. Every function and class becomes a definition, and a unit that holds its ops. */
function routine(tree: Tree, writer: Writer, owners: Map<Node, number>, node: Node): void {
  const nameNode = tree.field(node, "name");
  if (nameNode === NONE) return;
  const name = tree.text(nameNode);
  const def = writer.define(
    {
      type: "function",
      kind: "function",
      name,
      owner: -1,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: commentAbove(tree, tree.start(node), "//"),
      signature: signature(tree, node, tree.field(node, "body")),
      exported: true,
      test: false,
      cyclomatic: 1,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    "",
  );
  owners.set(node, def);
  const unit = writer.open(def, UnitFlag.NONE);
  // 4. `writer.within(unit, ...)` writes what the body does: calls, assignments, returns (see `../facts/ops.ts`).
  writer.export(name, writer.func(unit));
}
