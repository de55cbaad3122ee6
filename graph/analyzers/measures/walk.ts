import type { Def } from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { Comments } from "./comments.ts";
import { Complexity } from "./complexity.ts";
import { CodeLines } from "./lines.ts";
import { callsItself, hasLabel, isDocument } from "./shapes.ts";
import { Tokens } from "./tokens.ts";
import { type Kind, type Kinds, type Syntax, Trait } from "./traits.ts";
import { addText, type Words } from "./words.ts";

/** What the walk tells to others on its way. */
export interface Listener {
  comment(node: Node, leading: boolean): void;
  watched(node: Node, type: string): void;
}

export interface Walked {
  complexity: Complexity;
  volumes: Float64Array;
  lines: CodeLines;
  /** Index 0 the file, i+1 the definition i. */
  words: Words[];
}

const NEVER = 0x7fffffff;

/** Notes that a parent leaves for its children. */
const DEEPER = 1;
const ELSE_IF = 2;
const IN_SEQUENCE = 4;

/** Goes through the tree once, in order of appearance, and measures the definitions as it passes. */
export class Walk {
  readonly #tree: Tree;
  readonly #syntax: Syntax;
  readonly #kinds: Kinds;
  readonly #defs: readonly Def[];
  readonly #listener: Listener;
  readonly #notes: Uint8Array;
  readonly #tokens = new Tokens();
  readonly #comments: Comments;
  readonly #walked: Walked;

  // Where the walk stands, and (behind `#ends`) what to go back to when a node ends.
  #def = -1;
  #level = 0;
  #operator = 0;
  /** The next FUNCTION is the body of the open definition, whose own node was a declarator or the like. */
  #bodyNext = false;
  #end = NEVER;
  readonly #ends: number[] = [];
  readonly #saved: number[] = [];

  constructor(tree: Tree, syntax: Syntax, kinds: Kinds, defs: readonly Def[], listener: Listener) {
    this.#tree = tree;
    this.#syntax = syntax;
    this.#kinds = kinds;
    this.#defs = defs;
    this.#listener = listener;
    this.#notes = blank(tree.count);
    this.#comments = new Comments(tree);
    this.#walked = {
      complexity: new Complexity(defs.length),
      volumes: new Float64Array(defs.length),
      lines: new CodeLines(tree.source, tree.starts),
      words: Array.from({ length: defs.length + 1 }, () => new Map<string, number>()),
    };
  }

  run(owners: ReadonlyMap<Node, number>): Walked {
    const tree = this.#tree;
    const count = tree.count;
    const order = [...owners.keys()].sort((a, b) => a - b);
    let rank = 0;
    let leading = true;
    this.#tokens.open();
    for (let node = 0; node < count; ) {
      while (node >= this.#end) this.#leave();
      const type = tree.type(node);
      const kind = this.#kinds.of(type);
      if ((kind.traits & Trait.COMMENT) !== 0) {
        this.#listener.comment(node, leading);
        this.#comments.add(node, leading, this.#wordsOf(this.#def));
        node = tree.past(node);
        continue;
      }
      if ((this.#notes[node] as number) & DEEPER) this.#deepen(node);
      while ((order[rank] as number) < node) rank += 1;
      const owned = node === order[rank];
      if (owned) {
        this.#enter(node, owners.get(node) as number, kind.traits);
      }
      const isLeaf = node + 1 === count || tree.parent(node + 1) !== node;
      if (isLeaf || (kind.traits & Trait.TEXT) !== 0) {
        if (this.#leaf(node, kind)) leading = false;
        node = isLeaf ? node + 1 : tree.past(node);
        continue;
      }
      if ((kind.traits & Trait.MAY_DOCUMENT) !== 0 && isDocument(tree, node)) {
        node = tree.past(node);
        continue;
      }
      if ((kind.traits & (MEASURED | Trait.WATCHED)) !== 0) this.#inner(node, type, kind.traits, owned);
      node += 1;
    }
    while (this.#ends.length > 0) this.#leave();
    this.#comments.settle(this.#wordsOf(-1));
    this.#tokens.close(this.#wordsOf(-1));
    return this.#walked;
  }

  #inner(node: Node, type: string, traits: number, owned: boolean): void {
    const note = this.#notes[node] as number;
    if ((traits & Trait.WATCHED) !== 0) this.#listener.watched(node, type);
    if ((traits & MEASURED) === 0) return;
    if ((traits & Trait.DECIDES) !== 0) this.#walked.complexity.decide(this.#def, 1);
    if ((traits & Trait.MAY_DECIDE) !== 0) {
      this.#walked.complexity.decide(this.#def, this.#syntax.decides?.(this.#tree, node) ?? 0);
    }
    if ((traits & Trait.STRUCTURE) !== 0) this.#structure(node, traits, note);
    if ((traits & Trait.ELSE) !== 0) this.#else(node);
    if ((traits & Trait.FUNCTION) !== 0 && !owned) this.#function(node);
    if ((traits & Trait.LOGIC) !== 0) this.#logic(node, note);
    if ((traits & Trait.PARENTHESES) !== 0 && (note & IN_SEQUENCE) !== 0) this.#tell(node, IN_SEQUENCE);
    if ((traits & Trait.JUMP) !== 0 && hasLabel(this.#tree, this.#syntax, node))
      this.#walked.complexity.flat(this.#def);
    if ((traits & Trait.CALL) !== 0 && callsItself(this.#tree, this.#syntax, this.#defs, this.#def, node)) {
      this.#walked.complexity.recursion(this.#def);
    }
  }

  #deepen(node: Node): void {
    this.#push(node);
    this.#level += 1;
  }

  /** A token; false if it is none really (left out by the parser, or between lines). */
  #leaf(node: Node, kind: Kind): boolean {
    const tree = this.#tree;
    const start = tree.start(node);
    const end = tree.end(node);
    if (end === start || (end - start === 1 && tree.source.charCodeAt(start) <= 0x20)) return false;
    const traits = kind.traits;
    this.#walked.lines.add(start, end);
    if (this.#comments.waiting) this.#comments.before(start, this.#wordsOf(this.#def));
    if ((traits & Trait.NAME) !== 0) this.#tokens.name(tree.source.slice(start, end));
    else if ((traits & Trait.SILENT) !== 0) return true;
    else if (tree.named(node)) this.#tokens.literal(tree.source, start, end);
    else this.#tokens.operator(kind.token);
    if ((traits & Trait.OPERATOR) !== 0) this.#operatorToken(node, kind.token);
    else if ((traits & (MEASURED | Trait.WATCHED)) !== 0) this.#inner(node, tree.type(node), traits, false);
    return true;
  }

  #structure(node: Node, traits: number, note: number): void {
    const isIf = (traits & Trait.IF) !== 0;
    if ((note & ELSE_IF) !== 0) this.#walked.complexity.flat(this.#def);
    else this.#walked.complexity.structure(this.#def, this.#level);
    const tree = this.#tree;
    const fieldless = tree.type(node) === "conditional_expression";
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      const field = tree.fieldOf(child);
      if (isIf && field === "alternative") this.#alternative(child);
      else if (fieldless || this.#syntax.deeper.has(field === "" ? tree.type(child) : field)) {
        this.#note(child, DEEPER);
      }
    }
  }

  /** `else` without a node of its own (Go, Java): another `if`, or what is run. */
  #alternative(child: Node): void {
    const traits = this.#kinds.of(this.#tree.type(child)).traits;
    if ((traits & Trait.IF) !== 0) this.#note(child, ELSE_IF);
    else if ((traits & Trait.ELSE) === 0) {
      this.#walked.complexity.flat(this.#def);
      this.#note(child, DEEPER);
    }
  }

  #else(node: Node): void {
    const tree = this.#tree;
    let chained = false;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (!tree.named(child) || tree.fieldOf(child) === "condition") continue;
      if ((this.#kinds.of(tree.type(child)).traits & Trait.IF) === 0) this.#note(child, DEEPER);
      else {
        this.#note(child, ELSE_IF);
        chained = true;
      }
    }
    if (!chained) this.#walked.complexity.flat(this.#def);
  }

  /** A function that is no definition: it only nests. */
  #function(node: Node): void {
    if (this.#bodyNext) {
      this.#bodyNext = false;
      return;
    }
    const tree = this.#tree;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (tree.fieldOf(child) === "body") this.#note(child, DEEPER);
    }
  }

  /** `a && b`: sequences run through it and through its operands that are such too. */
  #logic(node: Node, note: number): void {
    const tree = this.#tree;
    let operator = tree.next(tree.first(node));
    while (operator !== NONE && tree.isComment(operator)) operator = tree.next(operator);
    if (operator === NONE || (this.#kinds.of(tree.type(operator)).traits & Trait.OPERATOR) === 0) return;
    if ((note & IN_SEQUENCE) === 0) {
      this.#push(node);
      this.#operator = 0;
    }
    this.#tell(node, IN_SEQUENCE);
  }

  #operatorToken(node: Node, token: number): void {
    const traits = this.#kinds.of(this.#tree.type(this.#tree.parent(node))).traits;
    // Rust's closures without parameters and macros hold the same tokens.
    if ((traits & Trait.LOGIC) === 0) return;
    this.#walked.complexity.decide(this.#def, 1);
    if (this.#operator !== token + 1) this.#walked.complexity.flat(this.#def);
    this.#operator = token + 1;
  }

  #note(node: Node, note: number): void {
    this.#notes[node] = (this.#notes[node] as number) | note;
  }

  #tell(node: Node, note: number): void {
    for (let child = this.#tree.first(node); child !== NONE; child = this.#tree.next(child)) {
      this.#note(child, note);
    }
  }

  #push(node: Node, opened = -1): void {
    this.#ends.push(this.#end);
    this.#end = this.#tree.past(node);
    this.#saved.push(this.#def, this.#level, this.#operator, opened);
  }

  #enter(node: Node, def: number, traits: number): void {
    const fact = this.#defs[def] as Def;
    const around = this.#wordsOf(this.#def);
    if (this.#syntax.documents === "comments" && fact.docstring !== "") this.#comments.drop();
    else this.#comments.settle(around);
    if (!fact.name.startsWith("<")) addText(around, fact.name);
    if (fact.docstring !== "") addText(this.#wordsOf(def), fact.docstring);
    this.#push(node, def);
    this.#def = def;
    this.#level = 0;
    this.#operator = 0;
    this.#bodyNext = fact.type === "function" && (traits & Trait.FUNCTION) === 0;
    this.#tokens.open();
  }

  #leave(): void {
    this.#end = this.#ends.pop() as number;
    const opened = this.#saved.pop() as number;
    if (opened !== -1) this.#comments.settle(this.#wordsOf(opened));
    this.#operator = this.#saved.pop() as number;
    this.#level = this.#saved.pop() as number;
    this.#def = this.#saved.pop() as number;
    if (opened === -1) return;
    const isClass = (this.#defs[opened] as Def).type === "class";
    this.#walked.volumes[opened] = this.#tokens.close(this.#wordsOf(opened));
    this.#walked.complexity.close(opened, this.#def, this.#level, isClass);
  }

  #wordsOf(def: number): Words {
    return this.#walked.words[def + 1] as Words;
  }
}

/** Traits that `#inner` has to look at; names and literals are not among them. */
const MEASURED =
  Trait.DECIDES |
  Trait.MAY_DECIDE |
  Trait.STRUCTURE |
  Trait.ELSE |
  Trait.FUNCTION |
  Trait.LOGIC |
  Trait.PARENTHESES |
  Trait.JUMP |
  Trait.CALL;

let notes = new Uint8Array(1 << 14);

/** Notes for that many nodes, all empty. Kept from file to file, like the columns of the tree. */
function blank(count: number): Uint8Array {
  if (notes.length < count) notes = new Uint8Array(count * 2);
  else notes.fill(0, 0, count);
  return notes;
}
