/** Small faults in one function each, as a tired person makes them: the program stays well formed, its lines where they are. */
import { grammars } from "../../clients/grammars.ts";
import { analyzerFor } from "../../graph/analyzers/index.ts";
import { Parsers } from "../../graph/parse.ts";
import { NONE, type Node, type Tree } from "../../graph/tree.ts";

export interface Fault {
  line: number;
  /** The file with the fault. */
  text: string;
  /** What was written instead of what. */
  what: string;
}

/** Operators and words, and what is written in their place. */
const SWAPS: Record<string, string> = {
  "==": "!=",
  "!=": "==",
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "+",
  "//": "*",
  "/": "*",
  "%": "+",
  "&&": "||",
  "||": "&&",
  and: "or",
  or: "and",
  in: "not in",
  "not in": "in",
  is: "is not",
  "is not": "is",
  true: "false",
  false: "true",
  True: "False",
  False: "True",
  "+=": "-=",
  "-=": "+=",
};
/** Rules of the grammars whose operator may be swapped. */
const OPERATIONS =
  /^(?:comparison_operator|boolean_operator|binary_operator|binary_expression|augmented_assignment|augmented_assignment_expression)$/;

/** Every fault that a file can be given between two lines. */
export class Faults {
  readonly #parsers: Parsers;

  private constructor(parsers: Parsers) {
    this.#parsers = parsers;
  }

  static async open(): Promise<Faults> {
    return new Faults(await Parsers.open(grammars));
  }

  async of(path: string, source: string): Promise<Fault[]> {
    const grammar = analyzerFor(path)?.grammar;
    if (grammar === undefined) return [];
    await this.#parsers.load(grammar);
    const tree = this.#parsers.parse(grammar, source);
    return tree === undefined ? [] : faultsIn(tree, grammar === "python");
  }

  close(): void {
    this.#parsers.close();
  }
}

function faultsIn(tree: Tree, python: boolean): Fault[] {
  const faults: Fault[] = [];
  for (let node = 0; node < tree.count; node += 1) {
    const swap = swapOf(tree, node, python);
    if (swap === undefined) continue;
    const [at, instead] = swap;
    const before = tree.source.slice(0, tree.start(at));
    const written = tree.text(at);
    if (written.includes("\n")) continue;
    faults.push({
      line: before.split("\n").length,
      text: before + instead + tree.source.slice(tree.end(at)),
      what: `${written} -> ${instead}`,
    });
  }
  return faults;
}

/** What to replace, and by what. */
function swapOf(tree: Tree, node: Node, python: boolean): [at: Node, instead: string] | undefined {
  const type = tree.type(node);
  if (OPERATIONS.test(type)) {
    const sign = [...tree.all(node)].find(
      (child) => !tree.named(child) && SWAPS[tree.text(child)] !== undefined,
    );
    return sign === undefined ? undefined : [sign, SWAPS[tree.text(sign)] ?? ""];
  }
  if (/^(?:true|false)$/.test(type)) return [node, SWAPS[tree.text(node)] ?? tree.text(node)];
  if (/^(?:integer|number)$/.test(type) && /^\d{1,3}$/.test(tree.text(node)))
    return [node, String(Number(tree.text(node)) + 1)];
  if (type === "not_operator") return [node, tree.text(node).replace(/^not\s+/, "")];
  if (type === "unary_expression" && tree.text(node).startsWith("!")) return [node, tree.text(node).slice(1)];
  if (type === "return_statement") {
    const value = tree.children(node)[0] ?? NONE;
    if (value !== NONE && !/^(?:none|null|undefined)$/i.test(tree.text(value)))
      return [value, python ? "None" : "null"];
  }
  if (type === "if_statement") {
    const condition = tree.field(node, "condition");
    const written = tree.text(condition);
    return condition === NONE ? undefined : [condition, python ? `not (${written})` : `(!${written})`];
  }
  return undefined;
}
