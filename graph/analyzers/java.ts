import { type Facts, Writer } from "../facts/index.ts";
import { NONE, type Tree } from "../tree.ts";
import type { Analyzer } from "./analyzer.ts";
import { close } from "./close.ts";
import { classBody, KINDS, predeclare } from "./java/classes.ts";
import { openFile } from "./java/file.ts";
import { importDeclaration } from "./java/imports.ts";
import { run } from "./java/statements.ts";
import { value } from "./java/values.ts";
import { commentAbove } from "./typed/header.ts";
import { PLAIN } from "./typed/scopes.ts";

const VERSION = 1;
const ITSELF = { name: "", kind: "", bases: [], interfaces: [], variable: PLAIN };

/** Java, as far as names, imports and declared types go: generic arguments are not followed. */
export const java: Analyzer = {
  language: "java",
  version: VERSION,
  grammars: { ".java": "java" },
  analyze,
};

function analyze(tree: Tree, path: string): Facts {
  const writer = new Writer();
  const file = openFile(tree, writer, { value, run, body: classBody });
  let packageName = "";
  let first = NONE;
  for (const node of tree.children(0)) {
    const type = tree.type(node);
    if (first === NONE) first = node;
    if (type === "package_declaration") packageName = tree.text(tree.children(node).at(-1) ?? NONE);
    else if (type === "import_declaration") importDeclaration(file, node);
    else if (KINDS[type] !== undefined) predeclare(file, node);
  }
  for (const node of tree.children(0)) {
    if (KINDS[tree.type(node)] !== undefined) {
      const held = classBody(file, node, ITSELF);
      const name = tree.text(tree.field(node, "name"));
      if (held !== PLAIN && name !== "") writer.export(name, held);
    } else if (tree.type(node) !== "import_declaration" && tree.type(node) !== "package_declaration")
      run(file, node);
  }
  return close(tree, path, writer, {
    analyzer: `java@${VERSION}`,
    language: "java",
    owners: file.owners,
    docstring: first === NONE ? "" : headComment(tree, first),
    package: packageName.replace(/\s+/g, ""),
  });
}

/** What stands above the package; above a class it is the class's. */
function headComment(tree: Tree, first: number): string {
  return tree.type(first) === "package_declaration" ? commentAbove(tree, tree.start(first), "//") : "";
}
