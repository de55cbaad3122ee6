import { type Def, type Facts, Writer } from "../facts/index.ts";
import type { Tree } from "../tree.ts";
import type { Analyzer } from "./analyzer.ts";
import { close } from "./close.ts";
import { openFile } from "./rust/file.ts";
import { items } from "./rust/items.ts";
import { value } from "./rust/values.ts";

const VERSION = 1;

/** Rust, as far as names, modules and declared types go. Wrappers (`Box`, `Option`, `Result`) are as what they hold. */
export const rust: Analyzer = {
  language: "rust",
  version: VERSION,
  grammars: { ".rs": "rust" },
  analyze,
};

function analyze(tree: Tree, path: string): Facts {
  const writer = new Writer();
  const file = openFile(tree, writer, {
    value,
    items: (own, nodes) => items(own, nodes, () => {}),
  });
  items(file, tree.children(0), (name, held) => writer.export(name, held));
  for (const [def, type] of file.methods) {
    const owner = file.typeDefs.get(type);
    if (owner !== undefined) (writer.defs[def] as Def).owner = owner;
  }
  return close(tree, path, writer, {
    analyzer: `rust@${VERSION}`,
    language: "rust",
    owners: file.owners,
    docstring: moduleComment(tree),
    package: "",
  });
}

/** The lines `//!` at the head of a file. */
function moduleComment(tree: Tree): string {
  const found: string[] = [];
  for (const line of tree.source.slice(0, 8_000).split("\n")) {
    const text = line.trim();
    if (text.startsWith("//!")) found.push(text.slice(3).trim());
    else if (text !== "" && found.length > 0) break;
    else if (text !== "" && !text.startsWith("//") && !text.startsWith("#!")) break;
  }
  return found.join("\n");
}
