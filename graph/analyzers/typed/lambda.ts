import type { Writer } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";

/** What a definition needs to know of the file it stands in. */
interface Around {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly owners: Map<Node, number>;
  scope: string;
  owner: number;
}

/** Defines a function without a name; its parameters as written, with `mark` behind them, are its signature. */
export function defineLambda(file: Around, node: Node, mark = ""): number {
  const { tree, writer } = file;
  const parameters = tree.field(node, "parameters");
  const written = parameters === NONE ? "" : tree.text(parameters).slice(0, 200).replace(/\s+/g, " ") + mark;
  const def = writer.define(
    {
      type: "function",
      kind: "lambda",
      name: `<lambda:${tree.line(node)}:${tree.column(node)}>`,
      owner: file.owner,
      lines: [tree.line(node), tree.endLine(node)],
      docstring: "",
      signature: written,
      exported: false,
      test: false,
      cyclomatic: 1,
      cognitive: 0,
      sloc: 0,
      volume: 0,
    },
    file.scope,
  );
  file.owners.set(node, def);
  return def;
}
