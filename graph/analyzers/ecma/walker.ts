import {
  type Binding,
  cellOf,
  type Flow,
  Shape,
  type Unit,
  type Var,
  type Writer,
} from "../../facts/index.ts";
import { NONE, type Node, type Tree } from "../../tree.ts";
import { Frame, type Naming } from "./frame.ts";
import type { Names } from "./names.ts";
import type { Name, Scope } from "./scopes.ts";
import { functionFlags } from "./syntax.ts";

export type Expression = (walker: Walker, node: Node, naming?: Naming) => Var;
export type Statement = (walker: Walker, node: Node) => void;

/** Walks one file and writes its facts. What each kind of node means is in the two tables it is given. */
export class Walker {
  readonly tree: Tree;
  readonly writer: Writer;
  readonly names: Names;
  readonly inTests: boolean;
  frame: Frame;
  scope: Scope;
  /** Definition around, and its qualified name. */
  def = -1;
  path = "";
  /** Syntax node of each definition. */
  readonly owners = new Map<Node, number>();
  /** Units of functions that were bound before their place in the file was reached. */
  readonly opened = new Map<Node, number>();
  /** Names the module gives out at its end: under which name. */
  readonly exports: { as: string; name: Name }[] = [];
  /** Names that CommonJS gives out: what they stand for is exported. */
  readonly given: Name[] = [];
  /** Objects of declared types, one a file for each name. */
  readonly instances = new Map<Binding, Var>();
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #statements: ReadonlyMap<string, Statement>;
  #line = 1;
  /** How many type parameters are being looked through. */
  constraints = 0;

  constructor(
    tree: Tree,
    writer: Writer,
    names: Names,
    tables: { expressions: ReadonlyMap<string, Expression>; statements: ReadonlyMap<string, Statement> },
    options: { inTests: boolean },
  ) {
    this.tree = tree;
    this.writer = writer;
    this.names = names;
    this.inTests = options.inTests;
    this.#expressions = tables.expressions;
    this.#statements = tables.statements;
    this.frame = new Frame(writer, 0, -1, -1);
    this.scope = names.module;
  }

  get flow(): Flow {
    return this.frame.flow;
  }

  /** Value of an expression; a function or class without name is called by `naming`. */
  value(node: Node, naming?: Naming): Var {
    if (node === NONE) return this.nothing();
    const read = this.#expressions.get(this.tree.type(node));
    return read === undefined ? this.parts(node) : read(this, node, naming);
  }

  statement(node: Node): void {
    const type = this.tree.type(node);
    const run = this.#statements.get(type);
    if (run !== undefined) run(this, node);
    else if (this.#expressions.has(type)) this.value(node);
    else this.statements(node);
  }

  /** Every named child as a statement. */
  statements(node: Node): void {
    const { tree } = this;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (tree.named(child)) this.statement(child);
    }
  }

  /** Runs through the parts of something whose value is of no interest. */
  parts(node: Node): Var {
    const { tree } = this;
    for (let child = tree.first(node); child !== NONE; child = tree.next(child)) {
      if (tree.named(child)) this.value(child);
    }
    return this.data();
  }

  /** Stamps what is written next with the place of `node`. */
  at(node: Node): void {
    const { tree } = this;
    const start = tree.start(node);
    const starts = tree.starts;
    const here = this.#line - 1;
    // Walks go forward: the line is nearly always this one or one of the next.
    if (start >= (starts[here] as number) && start < (starts[here + 1] ?? Number.POSITIVE_INFINITY)) {
      this.writer.line = this.#line;
    } else {
      this.#line = tree.lineAt(start);
      this.writer.line = this.#line;
    }
    this.writer.column = start - (starts[this.#line - 1] as number);
  }

  data(): Var {
    const { frame } = this;
    if (frame.data === -1) frame.data = this.writer.make(Shape.DATA);
    return frame.data;
  }

  /** `undefined` and `null`: a variable that never holds anything. */
  nothing(): Var {
    const { frame } = this;
    if (frame.nothing === -1) frame.nothing = this.writer.variable();
    return frame.nothing;
  }

  /** A text that may serve as a key somewhere; sentences do not. */
  constant(text: string): Var {
    if (text.length > 48 || text === "" || text.includes(" ") || text.includes("\n")) return this.data();
    const { constants } = this.frame;
    let known = constants.get(text);
    if (known === undefined) {
      known = this.writer.constant(text);
      constants.set(text, known);
    }
    return known;
  }

  global(text: string): Var {
    const { globals } = this.frame;
    let known = globals.get(text);
    if (known === undefined) {
      known = this.writer.global(text);
      globals.set(text, known);
    }
    return known;
  }

  /** The binding of a name; names whose scope was never entered (broken code) get one where they are first met. */
  bindingOf(name: Name): Binding {
    name.binding ??= this.flow.bind(name.text, name.shared);
    return name.binding;
  }

  read(name: Name): Var {
    if (this.frame.narrowed.size > 0) {
      const known = this.frame.narrowed.get(name);
      if (known !== undefined) return known;
    }
    return this.flow.read(this.bindingOf(name));
  }

  /** Gives a name a value. Names that have only one value in their life need not be followed. */
  write(name: Name, value: Var): void {
    this.frame.narrowed.delete(name);
    const binding = this.bindingOf(name);
    if (name.writes > 1 || name.shared || binding.unit !== this.frame.unit) {
      this.flow.write(binding, value);
    } else if (binding.cell === -1) {
      binding.cell = value;
    } else {
      this.writer.copy(binding.cell, value);
    }
  }

  /** Whether something was given to a name already. */
  hasValue(name: Name): boolean {
    const { binding } = name;
    return binding !== undefined && (binding.cell !== -1 || binding.written.length > 0);
  }

  /** A variable that only this name stands for, for hints that must not reach others. */
  own(value: Var): Var {
    const fresh = this.writer.variable();
    this.writer.copy(fresh, value);
    return fresh;
  }

  /** The object of a type that a name stands for. */
  instanceOf(name: Name): Var {
    const binding = this.bindingOf(name);
    let known = this.instances.get(binding);
    if (known === undefined) {
      const cell = cellOf(this.writer, binding);
      known = this.writer.within(binding.unit, () => this.writer.instance(cell));
      this.instances.set(binding, known);
    }
    return known;
  }

  /** Makes the names of a scope known in the running unit. */
  enter(scope: Scope): void {
    this.scope = scope;
    for (const name of scope.names?.values() ?? []) this.#bind(name);
    for (const name of scope.types?.values() ?? []) this.#bind(name);
    const last = new Map(scope.hoisted.map((node) => [this.tree.text(this.tree.field(node, "name")), node]));
    for (const node of scope.hoisted) this.#hoist(node, last);
  }

  /**
   * Function declarations have their value before the first statement runs, the last of a name for all; their bodies
   * are walked in place.
   */
  #hoist(node: Node, last: ReadonlyMap<string, Node>): void {
    const text = this.tree.text(this.tree.field(node, "name"));
    const name = last.get(text) === node ? this.scope.find(text) : undefined;
    const unit = this.writer.open(-1, functionFlags(this.tree, node), true);
    this.opened.set(node, unit);
    const value = this.writer.func(unit);
    if (name !== undefined) this.write(name, value);
  }

  #bind(name: Name): void {
    // A function of a block may have been met in the scope around it.
    if (name.binding !== undefined && name.binding.unit === this.frame.unit) return;
    name.binding = this.flow.bind(name.text, name.shared);
    if (name.writes > 1 || name.shared) this.frame.owned.push(name.binding);
  }

  /** Runs `walk` in the scope that `node` opens, if it opens one. */
  inScope<T>(node: Node, walk: () => T): T {
    const scope = this.names.scopes.get(node);
    if (scope === undefined) return walk();
    const before = this.scope;
    this.enter(scope);
    const result = walk();
    this.scope = before;
    return result;
  }

  /** Runs `walk` as the code of another unit. */
  inFrame<T>(frame: Frame, walk: () => T): T {
    const before = { frame: this.frame, scope: this.scope };
    this.frame = frame;
    const result = this.writer.within(frame.unit, walk);
    this.frame = before.frame;
    this.scope = before.scope;
    return result;
  }

  /** Runs `walk` below a definition. */
  below<T>(def: number, walk: () => T): T {
    const before = { def: this.def, path: this.path };
    this.def = def;
    this.path = this.writer.defs[def]?.qualified ?? "";
    const result = walk();
    this.def = before.def;
    this.path = before.path;
    return result;
  }

  /** Ends the flow of a unit. */
  close(frame: Frame): void {
    frame.flow.finish(frame.owned);
  }

  unit(index: number): Unit {
    return this.writer.units[index] as Unit;
  }

  /** Whether something inside `node` assigns or jumps, so that ways must be told apart. */
  affects(node: Node): boolean {
    if (node === NONE) return false;
    const { effects } = this.names;
    let low = 0;
    let high = effects.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((effects[middle] as Node) < node) low = middle + 1;
      else high = middle;
    }
    return low < effects.length && (effects[low] as Node) < this.tree.past(node);
  }
}
