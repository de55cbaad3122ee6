import { type Binding, Flow, type Var, type Writer } from "../../facts/index.ts";
import type { Node } from "../../tree.ts";
import type { Name } from "./scopes.ts";

/** What is known while the code of one unit is walked. */
export class Frame {
  readonly unit: number;
  readonly flow: Flow;
  /** What `this` is; -1 where it is nothing. */
  self: Var;
  /** Unit of the class that `super` starts from, -1 outside of classes. */
  readonly home: number;
  /** What `arguments` is, -1 if it is not used. */
  list: Var = -1;
  readonly owned: Binding[] = [];
  readonly constants = new Map<string, Var>();
  readonly globals = new Map<string, Var>();
  /** An object of the type that the function says it gives back, -1 if it says nothing. */
  expected: Var = -1;
  /** The classes of which it must be, -1 if the type tells none. */
  given: Var = -1;
  data: Var = -1;
  nothing: Var = -1;
  /** `break` leaves these, innermost last: true for loops. */
  readonly breaks: boolean[] = [];
  /** What the bodies of `try` around throw themselves, innermost last. */
  readonly thrown: Var[][] = [];
  /** What a test around says of a name. */
  readonly narrowed = new Map<Name, Var>();
  paths = 0;

  constructor(writer: Writer, unit: number, self: Var, home: number) {
    this.unit = unit;
    this.flow = new Flow(writer, unit);
    this.self = self;
    this.home = home;
  }
}

/** How a function or class got its name, when it has none of its own. */
export interface Naming {
  name: string;
  kind?: string;
  /** The whole statement or member that the definition is, for its lines and comment. */
  span: Node;
  exported?: boolean;
  /** What it is said to be, where that is no comment. */
  docstring?: string;
  /** Definition and qualified name it belongs to, when not those around. */
  owner?: { def: number; path: string };
  /** A name of the file that stands for it from now on. */
  bound?: Name;
}
