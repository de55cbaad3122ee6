import { NONE, type Node, type Tree } from "../../tree.ts";

const MAX_SIGNATURE = 1000;

/** The head of a definition on one line, without the colon and without comments. */
export function signatureOf(tree: Tree, node: Node, body: Node): string {
  const start = tree.start(node);
  const colon = colonOf(tree, node, body);
  let text = "";
  let from = start;
  const until = colon === NONE ? (body === NONE ? tree.end(node) : tree.start(body)) : tree.start(colon);
  const slice = tree.source.slice(start, until);
  if (slice.includes("#")) {
    for (let at = node + 1; at < tree.count && tree.start(at) < until; at++) {
      if (!tree.isComment(at)) continue;
      text += tree.source.slice(from, tree.start(at));
      from = tree.end(at);
    }
  }
  text += tree.source.slice(from, until);
  const line = text.slice(0, 4 * MAX_SIGNATURE).replace(/\\?\s+/g, " ");
  return line
    .replace(/([([{]) /g, "$1")
    .replace(/,? ([)\]}])/g, "$1")
    .trim()
    .slice(0, MAX_SIGNATURE);
}

function colonOf(tree: Tree, node: Node, body: Node): Node {
  let colon: Node = NONE;
  for (let child = tree.first(node); child !== NONE && child !== body; child = tree.next(child)) {
    if (tree.type(child) === ":") colon = child;
  }
  return colon;
}

/** The string that a module, class or function begins with. */
export function docstringOf(tree: Tree, block: Node): string {
  if (block === NONE) return "";
  const [first] = firstStatement(tree, block);
  if (first === undefined || tree.type(first) !== "expression_statement") return "";
  const string = tree.first(first);
  if (string === NONE || tree.type(string) !== "string" || tree.next(string) !== NONE) return "";
  const open = tree.first(string);
  // Bytes and f-strings are no docstrings.
  if (open === NONE || /[bBfF]/.test(tree.text(open))) return "";
  const content = tree.childOf(string, "string_content");
  return content === NONE ? "" : dedent(plainText(tree.text(content), tree.text(open)));
}

function firstStatement(tree: Tree, block: Node): Node[] {
  for (let child = tree.first(block); child !== NONE; child = tree.next(child)) {
    if (tree.named(child) && !tree.isComment(child)) return [child];
  }
  return [];
}

function plainText(text: string, open: string): string {
  if (!text.includes("\\") || /[rR]/.test(open)) return text;
  return text.replace(/\\(\r?\n|[\\'"nt])/g, (_all, what: string) => {
    if (what === "n") return "\n";
    if (what === "t") return "\t";
    return what.endsWith("\n") ? "" : what;
  });
}

/** As Python's `inspect.cleandoc`: what all lines but the first are indented by is taken away. */
function dedent(text: string): string {
  const lines = text.replace(/\t/g, "        ").split(/\r?\n/);
  let margin = Number.POSITIVE_INFINITY;
  for (const line of lines.slice(1)) {
    const indent = line.length - line.trimStart().length;
    if (indent < line.length) margin = Math.min(margin, indent);
  }
  const [first = "", ...rest] = lines;
  return [first.trimStart(), ...rest.map((line) => line.slice(Math.min(margin, line.length)))]
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}
