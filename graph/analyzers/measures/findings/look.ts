import type { FindingFact } from "../../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../../tree.ts";
import { Constants, type Literals } from "./constants.ts";
import { type RuleName, severityOf } from "./rules.ts";

/** More findings than that in one file are one finding: the file. */
const MAX_FINDINGS = 200;

/** A rule: looks at one node of the types it is listed under. */
export type Watch = (look: Look, node: Node) => void;

/** The rules of a language family, by the type of node they look at. */
export interface Watches {
  literals: Literals;
  at: Record<string, Watch>;
}

/** What rules see of a file, and where they say what they found. */
export class Look {
  readonly tree: Tree;
  readonly path: string;
  readonly found: FindingFact[] = [];
  readonly #literals: Literals;
  readonly #mentions = new Map<string, boolean>();
  #constants: Constants | undefined;

  constructor(tree: Tree, path: string, literals: Literals) {
    this.tree = tree;
    this.path = path;
    this.#literals = literals;
  }

  /** One finding of a rule on a line says enough. */
  report(rule: RuleName, node: Node, message: string): void {
    if (this.found.length >= MAX_FINDINGS) return;
    const lines: [number, number] = [this.tree.line(node), this.tree.endLine(node)];
    const id = `security/${rule}`;
    const last = this.found.at(-1);
    if (last?.rule === id && last.lines[0] === lines[0]) return;
    this.found.push({ rule: id, severity: severityOf(rule), message, lines });
  }

  /** Whether the file has this text anywhere: the cheap question before a dear one. */
  mentions(text: string): boolean {
    let known = this.#mentions.get(text);
    if (known === undefined) {
      known = this.tree.source.includes(text);
      this.#mentions.set(text, known);
    }
    return known;
  }

  /** The same with a pattern. */
  matches(pattern: RegExp): boolean {
    let known = this.#mentions.get(pattern.source);
    if (known === undefined) {
      known = pattern.test(this.tree.source);
      this.#mentions.set(pattern.source, known);
    }
    return known;
  }

  /** A node's text if it is short, else "". */
  name(node: Node): string {
    if (node === NONE || this.tree.end(node) - this.tree.start(node) > 80) return "";
    return this.tree.text(node);
  }

  /** Whether the value is written here in full: literals, joins of literals, names that hold nothing else. */
  isFixed(node: Node): boolean {
    return this.#known().isFixed(node, 0);
  }

  /** The node, or the values given to it when it is a name. */
  origins(node: Node): readonly Node[] {
    if (!this.#literals.names.has(this.tree.type(node))) return [node];
    return this.#known().valuesOf(this.tree.text(node));
  }

  #known(): Constants {
    this.#constants ??= new Constants(this.tree, this.#literals);
    return this.#constants;
  }

  /** What a plain string literal says; undefined if it is none, or has holes. */
  string(node: Node): string | undefined {
    if (node === NONE || !this.#literals.strings.has(this.tree.type(node))) return undefined;
    let text = "";
    for (const part of this.tree.children(node)) {
      const type = this.tree.type(part);
      if (this.#literals.holes.has(type)) return undefined;
      // Python's quotes have names.
      if (type !== "string_start" && type !== "string_end") text += this.tree.text(part);
    }
    return text;
  }

  /** Whether a string is put together here from parts that are not all fixed. */
  isJoined(node: Node): boolean {
    return node !== NONE && this.#literals.isJoined(this.tree, node) && !this.isFixed(node);
  }

  /** Whether what the node is made of, here or where its name is bound, has this form. */
  comesFrom(node: Node, form: RegExp): boolean {
    return this.origins(node).some((origin) => form.test(this.clip(origin)));
  }

  /** The first two thousand characters of a node. */
  clip(node: Node): string {
    const start = this.tree.start(node);
    return this.tree.source.slice(start, Math.min(this.tree.end(node), start + 2_000));
  }

  /** The arguments of a call, in order, names included. */
  args(node: Node): Node[] {
    const list = this.tree.field(node, "arguments");
    // A tagged template hands over its text and its values apart.
    return list === NONE || this.tree.type(list) === "template_string" ? [] : this.tree.children(list);
  }
}
