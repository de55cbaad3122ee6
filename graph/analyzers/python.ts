import { Writer } from "../facts/index.ts";
import { NONE, type Node, type Tree } from "../tree.ts";
import type { Analyzer } from "./analyzer.ts";
import { close } from "./close.ts";
import { newBody } from "./python/body.ts";
import { calls } from "./python/calls.ts";
import { classes } from "./python/classes.ts";
import { control } from "./python/control.ts";
import { functions, lambdas } from "./python/definitions.ts";
import { plain } from "./python/expressions.ts";
import { docstringOf } from "./python/header.ts";
import { imports } from "./python/imports.ts";
import { stringText } from "./python/keys.ts";
import { literals } from "./python/literals.ts";
import { operators } from "./python/operators.ts";
import { Reader, type Tables } from "./python/reader.ts";
import { scan } from "./python/scopes.ts";
import { assignments, simple } from "./python/statements.ts";

const tables: Tables = {
  expressions: new Map([...plain, ...literals, ...operators, ...calls, ...lambdas, ...assignments]),
  statements: new Map([...simple, ...control, ...imports, ...functions, ...classes]),
};

export const python: Analyzer = {
  language: "python",
  version: 2,
  grammars: { ".py": "python", ".pyi": "python", ".pyw": "python" },
  analyze(tree, path) {
    const writer = new Writer();
    const about = { testFile: isTestFile(path), listed: listedNames(tree) };
    const reader = new Reader(tree, writer, scan(tree), tables, about);
    const body = newBody(writer, 0, -1);
    reader.inUnit(0, body, () => {
      reader.block(0);
      for (const binding of reader.module.bindings.values()) {
        const last = body.flow.last(binding) ?? (binding.cell === -1 ? undefined : binding.cell);
        if (last !== undefined) writer.export(binding.name, last);
      }
    });
    return close(tree, path, writer, {
      analyzer: `python@${python.version}`,
      language: "python",
      owners: reader.owners,
      docstring: docstringOf(tree, 0),
      package: "",
    });
  },
};

function isTestFile(path: string): boolean {
  return /(^|\/)(tests?\/|test_[^/]*\.py$|[^/]*_tests?\.py$|conftest\.py$)/.test(path);
}

/** The names of a literal `__all__` of the module. */
function listedNames(tree: Tree): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (let node = tree.first(0); node !== NONE; node = tree.next(node)) {
    if (tree.type(node) !== "expression_statement") continue;
    const statement = tree.first(node);
    if (statement === NONE || tree.text(tree.field(statement, "left")) !== "__all__") continue;
    const right = tree.field(statement, "right");
    const list = right === NONE ? "" : tree.type(right);
    if (list !== "list" && list !== "tuple") return undefined;
    names ??= new Set();
    if (!addNames(tree, right, names)) return undefined;
  }
  return names;
}

function addNames(tree: Tree, list: Node, names: Set<string>): boolean {
  for (const element of tree.children(list)) {
    const name = stringText(tree, element);
    if (name === undefined) return false;
    names.add(name);
  }
  return true;
}
