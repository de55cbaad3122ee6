import type { Var } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";
import { PLAIN } from "../typed/scopes.ts";
import { SAME, send } from "./calls.ts";
import { either, type RustFile, solid, stamp } from "./file.ts";
import { named } from "./paths.ts";

/**
 * The arguments of a macro are tokens, not syntax. Those of the common ones (`assert_eq!`, `println!`, `vec!`) are
 * expressions all the same: paths, fields, calls and method calls in them are read.
 */
export function macro(file: RustFile, node: Node): Var {
  const { tree } = file;
  const name = tree.text(tree.field(node, "macro"));
  const tokens = tree.childOf(node, "token_tree");
  if (tokens === NONE || !EXPRESSIONS.test(name)) return PLAIN;
  const values = tokenValues(file, tokens);
  if (name !== "vec") return PLAIN;
  const list = file.writer.make(1);
  for (const held of values) if (held !== PLAIN) file.writer.put(list, "*", held);
  return list;
}

const EXPRESSIONS =
  /^(\w+::)*(vec|e?print(ln)?|write(ln)?|format|panic|todo|unreachable|(debug_)?assert(_eq|_ne|_matches)?|matches|dbg|trace|debug|info|warn|error|log|bail|ensure|anyhow)$/;

/** Values of the expressions between the commas of a token tree. */
function tokenValues(file: RustFile, tokens: Node): Var[] {
  const { tree } = file;
  const values: Var[] = [];
  let chain: Chain = NOTHING;
  for (let node = tree.first(tokens); node !== NONE; node = tree.next(node)) {
    const type = tree.type(node);
    if (type === "," || type === ";") {
      values.push(chain.held);
      chain = NOTHING;
    } else if (type !== ")" && type !== "]" && type !== "}") chain = follow(file, chain, node, type);
  }
  values.push(chain.held);
  return values;
}

interface Chain {
  held: Var;
  /** What joins the next name: "." or "::", or "" when a new expression begins. */
  joint: string;
  /** The object and name of a method that is about to be called. */
  base: Var;
  name: Node;
  /** The path so far, as written. */
  text: string;
}

const NOTHING: Chain = { held: PLAIN, joint: "", base: PLAIN, name: NONE, text: "" };

function follow(file: RustFile, chain: Chain, node: Node, type: string): Chain {
  const { tree, writer } = file;
  if (type === "." || type === "::") return { ...chain, joint: type };
  if (type === "identifier" || type === "self" || type === "super" || type === "crate") {
    const name = tree.text(node);
    stamp(file, node);
    if (chain.joint === "")
      return { held: start(file, type, name), joint: "", base: PLAIN, name: node, text: name };
    const text = `${chain.text}${chain.joint}${name}`;
    if (chain.held === PLAIN) return { ...NOTHING, text, name: node };
    const base = chain.joint === "." ? chain.held : PLAIN;
    return { held: writer.load(chain.held, name), joint: "", base, name: node, text };
  }
  if (type !== "token_tree") return NOTHING;
  const values = tokenValues(file, node);
  if (tree.source[tree.start(node)] !== "(") return NOTHING;
  if (chain.name === NONE) return { ...NOTHING, held: values[0] ?? PLAIN };
  if (SAME.test(chain.text)) return { ...NOTHING, held: either(file, values) };
  if (chain.held === PLAIN) return NOTHING;
  const args = values.length === 1 && tree.end(node) - tree.start(node) === 2 ? [] : values;
  const name = tree.text(chain.name);
  if (chain.base !== PLAIN) return { ...NOTHING, held: send(file, chain.base, name, args, name, chain.name) };
  stamp(file, chain.name);
  const solids = args.map((held) => solid(file, held));
  return { ...NOTHING, held: writer.call(chain.held, solids, name) };
}

function start(file: RustFile, type: string, name: string): Var {
  if (type === "identifier" || type === "self") return named(file, name);
  return file.writer.import(name);
}
