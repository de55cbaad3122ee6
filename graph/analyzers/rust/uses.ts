import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { once, type RustFile, stamp } from "./file.ts";
import { crate, fromFile, moduleAbove, path, supers } from "./paths.ts";

/** `use a::{b, c as d, e::*};` */
export function useDeclaration(file: RustFile, node: Node): void {
  const { tree } = file;
  const argument = tree.field(node, "argument");
  if (argument === NONE) return;
  const isPublic = tree.childOf(node, "visibility_modifier") !== NONE;
  bring(file, argument, { text: "", base: PLAIN }, isPublic);
}

interface Prefix {
  text: string;
  base: Var;
}

/** Brings into scope what one branch of a `use` names, below `prefix`. */
function bring(file: RustFile, node: Node, prefix: Prefix, isPublic: boolean): void {
  const { tree } = file;
  switch (tree.type(node)) {
    case "use_list":
      for (const child of tree.children(node)) bring(file, child, prefix, isPublic);
      return;
    case "scoped_use_list": {
      const outer = tree.field(node, "path");
      const list = tree.field(node, "list");
      if (list !== NONE) bring(file, list, outer === NONE ? prefix : below(file, outer, prefix), isPublic);
      return;
    }
    case "use_wildcard": {
      const outer = tree.children(node)[0];
      star(file, outer === undefined ? prefix : below(file, outer, prefix), node);
      return;
    }
    case "use_as_clause": {
      const target = tree.field(node, "path");
      const alias = tree.text(tree.field(node, "alias"));
      if (target !== NONE) declare(file, alias, below(file, target, prefix), node, isPublic);
      return;
    }
    default: {
      const self = tree.type(node) === "self" && prefix.text !== "";
      const found = self ? prefix : below(file, node, prefix);
      declare(file, found.text.slice(found.text.lastIndexOf(":") + 1), found, node, isPublic);
    }
  }
}

/** The path `node` continued from `prefix`. */
function below(file: RustFile, node: Node, prefix: Prefix): Prefix {
  const { tree, writer } = file;
  const type = tree.type(node);
  if (type === "scoped_identifier") {
    const outer = tree.field(node, "path");
    const start = outer === NONE ? prefix : below(file, outer, prefix);
    return step(file, start, tree.text(tree.field(node, "name")), node);
  }
  if (prefix.text !== "") return step(file, prefix, tree.text(node), node);
  const text = tree.text(node);
  if (type === "crate") return { text, base: once(file, text, () => writer.import(text)) };
  if (type === "super" || type === "self") return { text, base: moduleAbove(file, type === "self" ? 0 : 1) };
  stamp(file, node);
  const found = file.names.find(text);
  return {
    text,
    base: found === undefined ? once(file, `${text}::`, () => crate(file, text)) : path(file, node),
  };
}

function step(file: RustFile, prefix: Prefix, name: string, node: Node): Prefix {
  const { writer } = file;
  const text = `${prefix.text}::${name}`;
  if (name === "super") return { text, base: moduleAbove(file, supers(text)) };
  if (prefix.base === PLAIN) return { text, base: PLAIN };
  stamp(file, node);
  return { text, base: writer.load(prefix.base, name) };
}

function declare(file: RustFile, name: string, found: Prefix, node: Node, isPublic: boolean): void {
  const { writer, names, tree } = file;
  writer.imports.push({
    specifier: fromFile(file, found.text),
    line: tree.line(node),
    name: "",
    typeOnly: false,
  });
  if (name === "_" || found.base === PLAIN) return;
  const own = names.here(name) ?? names.declare(name, "value", writer.unit, writer.variable());
  if (own.variable !== PLAIN) writer.copy(own.variable, found.base);
  const around = file.modules.at(-1);
  if (writer.unit === 0) writer.export(name, found.base);
  else if (isPublic && around !== undefined && writer.units[writer.unit]?.self === around) {
    writer.store(around, name, found.base);
  }
}

function star(file: RustFile, found: Prefix, node: Node): void {
  const { writer, tree, stars } = file;
  writer.imports.push({
    specifier: fromFile(file, found.text),
    line: tree.line(node),
    name: "*",
    typeOnly: false,
  });
  stamp(file, node);
  // In a module written inside of a file, `super` is what the file shows anyway.
  if (found.text === "super" && writer.unit !== 0) return;
  const last = found.text.slice(found.text.lastIndexOf(":") + 1).charAt(0);
  if (last === last.toLowerCase()) writer.within(0, () => writer.star(fromFile(file, found.text)));
  else if (found.base !== PLAIN) stars.push(found.base);
}
