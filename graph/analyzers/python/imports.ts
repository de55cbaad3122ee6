import { NONE, type Node } from "../../tree.ts";
import type { Reader, Run } from "./reader.ts";
import { importedAs } from "./scopes.ts";

function importModules(reader: Reader, node: Node): void {
  const { tree, writer } = reader;
  for (const name of tree.fields(node, "name")) {
    reader.at(name);
    const aliased = tree.type(name) === "aliased_import";
    const specifier = dotted(reader, aliased ? tree.field(name, "name") : name);
    if (specifier === "") continue;
    note(reader, specifier, "");
    const module = writer.import(specifier);
    const top = specifier.indexOf(".");
    // `import a.b` loads a.b and binds a.
    const bound = aliased || top === -1 ? module : writer.import(specifier.slice(0, top));
    reader.write(importedAs(tree, name), bound);
  }
}

function importNames(reader: Reader, node: Node): void {
  const { tree, writer } = reader;
  const module = tree.field(node, "module_name");
  const specifier = module === NONE ? "__future__" : dotted(reader, module);
  if (specifier === "") return;
  if (tree.childOf(node, "wildcard_import") !== NONE) {
    reader.at(node);
    note(reader, specifier, "*");
    writer.star(specifier);
    return;
  }
  for (const name of tree.fields(node, "name")) {
    reader.at(name);
    const aliased = tree.type(name) === "aliased_import";
    const imported = dotted(reader, aliased ? tree.field(name, "name") : name);
    note(reader, specifier, imported);
    reader.write(importedAs(tree, name), writer.from(specifier, imported));
  }
}

function note(reader: Reader, specifier: string, name: string): void {
  reader.writer.imports.push({ specifier, line: reader.writer.line, name, typeOnly: reader.typeOnly });
}

/** `a . b` may be written with spaces and line breaks. */
function dotted(reader: Reader, node: Node): string {
  const text = reader.tree.text(node);
  return /[\s\\]/.test(text) ? text.replace(/[\s\\]+/g, "") : text;
}

export const imports: [string, Run][] = [
  ["import_statement", importModules],
  ["import_from_statement", importNames],
  ["future_import_statement", importNames],
];
