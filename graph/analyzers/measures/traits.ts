import type { Node, Tree } from "../../tree.ts";

/** What a type of syntax node means to the measures; traits may be added. */
export const Trait = {
  /** A decision point of cyclomatic complexity. */
  DECIDES: 1,
  /** A decision point only sometimes: `Syntax.decides` says how many. */
  MAY_DECIDE: 1 << 1,
  /** Breaks the flow: cognitive complexity +1 and +1 for each level around it; what is inside is one level deeper. */
  STRUCTURE: 1 << 2,
  /** An `if`: its alternative costs +1, and an `if` right there is not a level deeper. */
  IF: 1 << 3,
  /** `elif` and `else` where they have a node of their own: cognitive +1, whatever the level. */
  ELSE: 1 << 4,
  /** A function: what is inside is one level deeper. */
  FUNCTION: 1 << 5,
  /** An expression that may be `a and b`: its operator is the token behind the first operand. */
  LOGIC: 1 << 6,
  /** The token of such an operator, counted in sequences. */
  OPERATOR: 1 << 7,
  /** Hands on a sequence: parentheses. */
  PARENTHESES: 1 << 8,
  /** Cognitive +1 when it names a label: `break outer`, `goto end`. */
  JUMP: 1 << 9,
  /** A call: cognitive +1 for the first that calls the function it stands in. */
  CALL: 1 << 10,
  COMMENT: 1 << 11,
  /** A statement that is documentation when it is nothing but a string. */
  MAY_DOCUMENT: 1 << 12,
  /** An identifier: an operand whose words count. */
  NAME: 1 << 13,
  /** Text that is one operand, whatever is inside. */
  TEXT: 1 << 14,
  /** A token that is half of a pair: closing brackets, quotes. */
  SILENT: 1 << 15,
  /** Rules for findings want to see it. */
  WATCHED: 1 << 16,
} as const;

/** How a language is measured: a table of its node types, and the few questions that a table cannot answer. */
export interface Syntax {
  traits: Record<string, number>;
  /** Where documentation stands: in comments before a definition, or in strings inside. */
  documents: "comments" | "strings";
  /** Children of a STRUCTURE or FUNCTION that are one level deeper: by field, or by type. */
  deeper: ReadonlySet<string>;
  /** Labels of jumps by type of node. */
  labels: ReadonlySet<string>;
  /** Names of the object that a method calls itself on. */
  selves: ReadonlySet<string>;
  /** Field of a call that holds the callee, and the fields of a callee `object.name`. */
  callee: { call: string; object: string; name: string };
  /** Decision points of a MAY_DECIDE node. */
  decides?(tree: Tree, node: Node): number;
}

/** What is known of one node type: its traits, and its number among operators. */
export interface Kind {
  traits: number;
  token: number;
}

/** Numbers below are operators, one for each type of token; from here on they are operands of the file. */
export const FIRST_OPERAND = 4096;

/** The table of a language by node type. Types that it does not name are added as they are met. */
export class Kinds {
  readonly #kinds = new Map<string, Kind>();

  constructor(syntax: Syntax, watched: Iterable<string>) {
    for (const type of SILENT) this.#add(type, Trait.SILENT);
    for (const [type, traits] of Object.entries(syntax.traits)) this.#add(type, traits);
    for (const type of watched) this.#add(type, Trait.WATCHED);
  }

  of(type: string): Kind {
    return this.#kinds.get(type) ?? this.#add(type, 0);
  }

  #add(type: string, traits: number): Kind {
    let kind = this.#kinds.get(type);
    if (kind === undefined) {
      kind = { traits: 0, token: Math.min(this.#kinds.size, FIRST_OPERAND - 1) };
      this.#kinds.set(type, kind);
    }
    kind.traits |= traits;
    return kind;
  }
}

const SILENT = [")", "]", "}", '"', "'", "`", '"""', "string_start", "string_end"];
