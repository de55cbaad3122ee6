import type { Var, Writer } from "../../facts/index.ts";
import { NONE, type Node } from "../../tree.ts";

/** A value that no call can come from (numbers, text, nothing): no op is spent on it. */
export const PLAIN: Var = -1;

/** What a name stands for in a language whose names are declared. */
export interface Name {
  /** `plain`: never holds anything that can be called. `parameter`: of a generic type or function. */
  kind: "value" | "plain" | "type" | "function" | "package" | "parameter";
  unit: number;
  depth: number;
  /** PLAIN until somebody asks. */
  variable: Var;
  /** Where it was declared, when its shape may be asked for. */
  node: Node;
  /** Of constants: the literal. */
  text: string;
}

/** The names that can be seen at one point of the walk. */
export class Scopes {
  readonly #names = new Map<string, Name>();
  readonly #undo: [string, Name | undefined][] = [];
  readonly #marks: number[] = [];

  get depth(): number {
    return this.#marks.length;
  }

  open(): void {
    this.#marks.push(this.#undo.length);
  }

  close(): void {
    const mark = this.#marks.pop() ?? 0;
    while (this.#undo.length > mark) {
      const [name, before] = this.#undo.pop() as [string, Name | undefined];
      if (before === undefined) this.#names.delete(name);
      else this.#names.set(name, before);
    }
  }

  find(name: string): Name | undefined {
    return this.#names.get(name);
  }

  /** Found in the innermost scope itself. */
  here(name: string): Name | undefined {
    const found = this.#names.get(name);
    return found?.depth === this.#marks.length ? found : undefined;
  }

  declare(name: string, kind: Name["kind"], unit: number, variable: Var = PLAIN, node: Node = NONE): Name {
    const fresh: Name = { kind, unit, depth: this.#marks.length, variable, node, text: "" };
    this.#undo.push([name, this.#names.get(name)]);
    this.#names.set(name, fresh);
    return fresh;
  }
}

/** The variable of a name, made in the unit that declared it when first asked for. */
export function variableOf(writer: Writer, name: Name): Var {
  if (name.kind === "plain") return PLAIN;
  if (name.variable === PLAIN) name.variable = writer.variable(name.unit);
  return name.variable;
}
