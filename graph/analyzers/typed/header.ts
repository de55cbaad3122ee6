import { NONE, type Node, type Tree } from "../../tree.ts";

const MAX_SIGNATURE = 300;
const MAX_CALLEE = 80;
const MAX_COMMENT = 20_000;

/** What stands before the body, on one line. */
export function signature(tree: Tree, node: Node, body: Node, start: number = tree.start(node)): string {
  const end = body === NONE ? tree.end(node) : tree.start(body);
  const text = tree.source.slice(start, Math.min(end, start + 4 * MAX_SIGNATURE));
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > MAX_SIGNATURE ? `${flat.slice(0, MAX_SIGNATURE - 1)}…` : flat;
}

/** A called expression as it is shown: of a long chain the end, which is what is called. */
export function calleeText(tree: Tree, start: number, name: Node): string {
  const end = tree.end(name);
  if (end - start <= MAX_CALLEE) return tree.source.slice(start, end);
  return `….${tree.source.slice(tree.start(name), Math.min(end, tree.start(name) + MAX_CALLEE))}`;
}

/**
 * The block of comments directly above `offset`, without its marks. `line` is the mark of comments that count
 * (`//`, `///`); lines that start with `skip` (Rust's `#[`) may stand between.
 */
export function commentAbove(tree: Tree, offset: number, line: string, skip = ""): string {
  const { source, starts } = tree;
  const found: string[] = [];
  const own = starts[tree.lineAt(offset) - 1] as number;
  // Something else stands before it on its line: the comment is that one's.
  if (offset - own > 200 || source.slice(own, offset).trim() !== "") return "";
  for (let at = tree.lineAt(offset) - 2; at >= 0; at -= 1) {
    const start = starts[at] as number;
    const text = source.slice(start, Math.min((starts[at + 1] as number) - 1, start + 2_000)).trim();
    if (text.startsWith(line)) found.push(text.slice(line.length).trim());
    else if (text.endsWith("*/") && found.length === 0) return blockEnding(source, starts[at + 1] as number);
    else if (skip === "" || !text.startsWith(skip)) break;
  }
  return found.reverse().join("\n").trim();
}

/** The block comment that ends before `end`. */
function blockEnding(source: string, end: number): string {
  // A closing mark without an opening one must not send every definition through the whole file.
  const text = source.slice(Math.max(0, end - MAX_COMMENT), end);
  const open = text.lastIndexOf("/*");
  if (open === -1) return "";
  const inner = text.slice(open + 2, text.lastIndexOf("*/"));
  return inner
    .split("\n")
    .map((line) => line.replace(/^\s*\*+ ?/, "").trimEnd())
    .join("\n")
    .trim();
}
