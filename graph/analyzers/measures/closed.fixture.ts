import { grammars } from "../../../clients/grammars.ts";
import { type Def, type Facts, Writer } from "../../facts/index.ts";
import { type Grammar, Parsers } from "../../parse.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { close } from "../close.ts";

/** Definitions as an analyzer would give them, straight from the types of nodes. For tests. */
const FUNCTIONS = new Set([
  "function_definition",
  "function_declaration",
  "function_expression",
  "arrow_function",
  "method_definition",
  "method_declaration",
  "constructor_declaration",
  "function_item",
]);
const CLASSES = new Set(["class_definition", "class_declaration", "impl_item"]);

const LANGUAGES: Record<string, [Grammar, string]> = {
  py: ["python", "python"],
  pyi: ["python", "python"],
  js: ["javascript", "javascript"],
  jsx: ["javascript", "javascript"],
  ts: ["typescript", "typescript"],
  tsx: ["tsx", "typescript"],
  go: ["go", "go"],
  java: ["java", "java"],
  rs: ["rust", "rust"],
};

let parsers: Promise<Parsers> | undefined;

/** The facts of a file with nothing but its definitions in it. `docstrings` go to definitions by name. */
export async function closed(
  path: string,
  source: string,
  docstrings: Record<string, string> = {},
): Promise<Facts> {
  parsers ??= Parsers.open(grammars);
  const [grammar, language] = LANGUAGES[path.slice(path.lastIndexOf(".") + 1)] as [Grammar, string];
  const open = await parsers;
  await open.load(grammar);
  const tree = open.parse(grammar, source) as Tree;
  const writer = new Writer();
  const owners = new Map<Node, number>();
  for (let node = 0; node < tree.count; node++) define(tree, node, writer, owners, docstrings);
  return close(tree, path, writer, {
    analyzer: "test@1",
    language,
    owners,
    docstring: docstrings[""] ?? "",
    package: "",
  });
}

function define(
  tree: Tree,
  node: Node,
  writer: Writer,
  owners: Map<Node, number>,
  docstrings: Record<string, string>,
): void {
  const type = tree.type(node);
  if (!FUNCTIONS.has(type) && !CLASSES.has(type)) return;
  let owner = -1;
  for (let at = tree.parent(node); at !== NONE && owner === -1; at = tree.parent(at))
    owner = owners.get(at) ?? -1;
  const named = tree.text(tree.field(node, type === "impl_item" ? "type" : "name"));
  const name = named === "" ? `<lambda:${tree.line(node)}:${tree.column(node)}>` : named;
  const def: Omit<Def, "qualified"> = {
    type: CLASSES.has(type) ? "class" : "function",
    kind: "",
    name,
    owner,
    lines: [tree.line(node), tree.endLine(node)],
    docstring: Object.hasOwn(docstrings, name) ? (docstrings[name] ?? "") : "",
    signature: "",
    exported: false,
    test: false,
    cyclomatic: 0,
    cognitive: 0,
    sloc: 0,
    volume: 0,
  };
  owners.set(node, writer.define(def, ""));
}
