import { type Def, type Facts, type Var, Writer } from "../facts/index.ts";
import { NONE, type Node, type Tree } from "../tree.ts";
import type { Analyzer } from "./analyzer.ts";
import { close } from "./close.ts";
import { constants, typeDeclaration, typeSpecs, variables, varSpecs } from "./go/declarations.ts";
import { type GoFile, openFile } from "./go/file.ts";
import { functionDeclaration, methodDeclaration } from "./go/functions.ts";
import { importDeclaration } from "./go/imports.ts";
import { statement } from "./go/statements.ts";
import { value } from "./go/values.ts";
import { commentAbove } from "./typed/header.ts";

const VERSION = 1;

/**
 * Go: types are declared, so they are the truth; what functions and interfaces hold flows. A package is a directory:
 * names that a file does not bind are looked for in the files beside it.
 */
export const go: Analyzer = {
  language: "go",
  version: VERSION,
  grammars: { ".go": "go" },
  analyze,
};

function analyze(tree: Tree, path: string): Facts {
  const writer = new Writer();
  const file = openFile(tree, path, writer, { value, body: (own, _unit, node) => statement(own, node) });
  const top = tree.children(0);
  let clause: Node = NONE;
  for (const node of top) {
    if (tree.type(node) === "package_clause") clause = node;
    else if (tree.type(node) === "import_declaration") importDeclaration(file, node);
    else predeclare(file, node);
  }
  for (const node of top) if (tree.type(node) === "const_declaration") constants(file, node, true);
  // What initial values call and load has to be there before them.
  for (const node of top) if (tree.type(node) !== "var_declaration") declare(file, node);
  for (const node of top) if (tree.type(node) === "var_declaration") declare(file, node);
  for (const [def, type] of file.methods) {
    const owner = file.typeDefs.get(type);
    if (owner !== undefined) (writer.defs[def] as Def).owner = owner;
  }
  return close(tree, path, writer, {
    analyzer: `go@${VERSION}`,
    language: "go",
    owners: file.owners,
    docstring: clause === NONE ? "" : commentAbove(tree, tree.start(clause), "//"),
    package: clause === NONE ? "" : tree.text(tree.children(clause)[0] ?? NONE),
  });
}

/** Names at the top of a file are seen before they are declared. */
function predeclare(file: GoFile, node: Node): void {
  const { tree, names } = file;
  switch (tree.type(node)) {
    case "function_declaration": {
      const name = tree.text(tree.field(node, "name"));
      if (name !== "init" && name !== "_") names.declare(name, "function", 0, fresh(file), node);
      return;
    }
    case "type_declaration":
      for (const spec of typeSpecs(file, node)) {
        const name = tree.text(tree.field(spec, "name"));
        names.declare(name, "type", 0, fresh(file), tree.field(spec, "type"));
      }
      return;
    case "var_declaration":
      for (const spec of varSpecs(file, node)) {
        for (const name of tree.fields(spec, "name")) {
          names.declare(tree.text(name), "value", 0, fresh(file), tree.field(spec, "type"));
        }
      }
      return;
  }
}

function fresh(file: GoFile): Var {
  const variable = file.writer.variable();
  file.owned.add(variable);
  return variable;
}

function declare(file: GoFile, node: Node): void {
  const { tree, writer, names } = file;
  writer.line = tree.line(node);
  switch (tree.type(node)) {
    case "package_clause":
    case "import_declaration":
    case "const_declaration":
      return;
    case "function_declaration":
      functionDeclaration(file, node);
      return;
    case "method_declaration":
      methodDeclaration(file, node);
      return;
    case "type_declaration":
      for (const spec of typeSpecs(file, node)) {
        typeDeclaration(file, spec);
        const own = names.find(tree.text(tree.field(spec, "name")));
        if (own !== undefined) writer.export(tree.text(tree.field(spec, "name")), own.variable);
      }
      return;
    case "var_declaration":
      for (const spec of varSpecs(file, node)) variables(file, spec, true);
      return;
    default:
      statement(file, node);
  }
}
