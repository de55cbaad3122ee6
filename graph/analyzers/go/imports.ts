import { NONE, type Node } from "../../tree.ts";
import type { Name } from "../typed/scopes.ts";
import { type GoFile, stamp } from "./file.ts";

/** Brings the packages of an import declaration into scope. */
export function importDeclaration(file: GoFile, node: Node): void {
  const { tree } = file;
  for (const child of tree.children(node)) {
    if (tree.type(child) === "import_spec_list") importDeclaration(file, child);
    else if (tree.type(child) === "import_spec") importOne(file, child);
  }
}

function importOne(file: GoFile, spec: Node): void {
  const { tree, writer, names, owned, importWords } = file;
  const pathNode = tree.field(spec, "path");
  const path = pathNode === NONE ? "" : tree.text(pathNode).slice(1, -1);
  if (path === "") return;
  const nameNode = tree.field(spec, "name");
  const alias = nameNode === NONE ? "" : tree.text(nameNode);
  writer.imports.push({
    specifier: path,
    line: tree.line(spec),
    name: alias === "." ? "*" : "",
    typeOnly: false,
  });
  stamp(file, spec);
  if (alias === ".") writer.star(path);
  if (alias === "." || alias === "_") return;
  const variable = writer.import(path);
  owned.add(variable);
  const bound: Name = names.declare(alias === "" ? packageName(path) : alias, "package", 0, variable, spec);
  if (alias !== "") return;
  // The package clause may differ from the path: "go-redis/v9" is `redis`.
  for (const word of path.split(/[/.-]/)) if (!importWords.has(word)) importWords.set(word, bound);
}

/** The last segment, without a major version behind it: "example.com/b/v2" and "gopkg.in/b.v2" are `b`. */
export function packageName(path: string): string {
  const segments = path.split("/");
  if (segments.length > 1 && /^v\d+$/.test(segments.at(-1) ?? "")) segments.pop();
  return (segments.at(-1) ?? "").replace(/\.v\d+$/, "");
}
