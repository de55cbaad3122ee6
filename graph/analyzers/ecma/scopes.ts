import type { Binding, Var } from "../../facts/index.ts";
import type { Node } from "../../tree.ts";

/** A declared name, known before the code that uses it is read. */
export interface Name {
  readonly text: string;
  readonly scope: Scope;
  /** How many places give it a value. */
  writes: number;
  /** A function other than its owner assigns it. */
  shared: boolean;
  /** Made when the scope is entered. */
  binding: Binding | undefined;
  /** Definition it stands for, -1 if none. */
  def: number;
  /** Holds an object of the type it is declared with. */
  typed: Var;
  /** Of a type parameter: what it extends, NONE when it says nothing. Undefined for all other names. */
  constraint: Node | undefined;
}

/** A stretch of code with names of its own. */
export class Scope {
  names: Map<string, Name> | undefined;
  /** Interfaces, type aliases, type parameters: their names do not meet those of values. */
  types: Map<string, Name> | undefined;
  /** Function declarations directly in it: they have their value before the first statement. */
  hoisted: Node[] = [];
  /** Of functions: `arguments` is used. */
  usesArguments = false;
  /** Places that assign or jump, while names are counted. */
  effects = 0;
  declared = 0;

  readonly node: Node;
  readonly parent: Scope | undefined;
  /** The nearest scope whose code runs at another time than what is around. */
  readonly body: Scope;

  constructor(node: Node, parent: Scope | undefined, body: Scope | undefined) {
    this.node = node;
    this.parent = parent;
    this.body = body ?? this;
  }

  declare(text: string, writes: number): Name {
    this.names ??= new Map();
    const known = this.names.get(text);
    if (known !== undefined) {
      known.writes += writes;
      return known;
    }
    const name = nameOf(text, this, writes);
    this.names.set(text, name);
    this.body.declared += 1;
    return name;
  }

  /** Sees a name of a block inside. */
  adopt(name: Name): void {
    this.names ??= new Map();
    this.names.set(name.text, name);
  }

  declareType(text: string, constraint: Node | undefined): void {
    this.types ??= new Map();
    if (this.types.has(text)) return;
    this.types.set(text, { ...nameOf(text, this, 1), constraint });
  }

  find(text: string): Name | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const name = scope.names?.get(text);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** A name in the place of a type: classes, enums and imports are both. */
  findType(text: string): Name | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const name = scope.types?.get(text) ?? scope.names?.get(text);
      if (name !== undefined) return name;
    }
    return undefined;
  }
}

function nameOf(text: string, scope: Scope, writes: number): Name {
  return {
    text,
    scope,
    writes,
    shared: false,
    binding: undefined,
    def: -1,
    typed: -1,
    constraint: undefined,
  };
}
