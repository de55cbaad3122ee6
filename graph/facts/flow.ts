import { commonPaths, type Paths, pathKey } from "./paths.ts";
import type { Var, Writer } from "./writer.ts";

/** A name bound somewhere in a file: a local, a parameter, a module-level name, a class attribute while its body runs. */
export interface Binding {
  readonly name: string;
  /** The unit that owns it. */
  readonly unit: number;
  /** What units other than the owner see: every value it ever had. Made when first asked for. */
  cell: Var;
  /** Another unit assigns it (`nonlocal`, `global`, a closure's `count += 1`): its versions cannot be followed. */
  shared: boolean;
  /** Every value written by the owner. */
  readonly written: Var[];
}

type Versions = Map<Binding, Var>;

interface Loop {
  /** Versions at the head: one variable per name, which also takes what the body leaves. */
  heads: Versions;
  before: Versions;
}

/**
 * Follows which value a local name holds at each point of one unit (static single assignment made while walking), so
 * that `a = f; a(); a = g; a()` calls f, then g, and nothing else. Use one Flow per unit.
 *
 * Straight-line code costs no op at all. Where ways meet, a fresh variable takes the value of each way.
 */
export class Flow {
  #versions: Versions = new Map();
  /** Known contents of `name.field` and `name[key]` (strong updates), until something may have changed them. */
  #paths: Paths = new Map();
  /** After return, raise, break or continue nothing flows on. */
  #dead = false;
  #loops: Loop[] = [];

  readonly #writer: Writer;
  readonly #unit: number;

  constructor(writer: Writer, unit: number) {
    this.#writer = writer;
    this.#unit = unit;
  }

  bind(name: string, shared = false): Binding {
    return { name, unit: this.#unit, cell: -1, shared, written: [] };
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** The variable that holds `binding` here. Reading a name before any assignment gives its cell. */
  read(binding: Binding): Var {
    if (binding.unit !== this.#unit || binding.shared) return cellOf(this.#writer, binding);
    const version = this.#versions.get(binding);
    if (version === undefined) return cellOf(this.#writer, binding);
    return this.#loops.length === 0 ? version : this.#headOf(binding, version);
  }

  write(binding: Binding, value: Var): void {
    this.forget(binding);
    if (binding.unit !== this.#unit || binding.shared) {
      this.#writer.copy(cellOf(this.#writer, binding), value);
      return;
    }
    const version = this.#versions.get(binding);
    if (version !== undefined) this.#headOf(binding, version);
    binding.written.push(value);
    this.#versions.set(binding, value);
  }

  /** The newest version at this point, for EXPORT at the end of a module; undefined if never written. */
  last(binding: Binding): Var | undefined {
    if (binding.shared) return binding.cell === -1 ? undefined : binding.cell;
    return this.#versions.get(binding);
  }

  /** `name.field` or `name[key]` was just set to `value`. `path` names field or key, such as ".x" or "[a]". */
  setPath(binding: Binding, path: string, value: Var): void {
    this.forgetField(path);
    if (binding.unit === this.#unit && !binding.shared) this.#paths.set(pathKey(binding, path), value);
  }

  /** What `name.field` certainly holds here, if that is known. */
  path(binding: Binding, path: string): Var | undefined {
    return this.#paths.get(pathKey(binding, path));
  }

  /** The name was assigned: what was known below it is not any more. */
  forget(binding: Binding): void {
    const prefix = pathKey(binding, "");
    for (const key of this.#paths.keys()) if (key.startsWith(prefix)) this.#paths.delete(key);
  }

  /** Some object's `field` was set, and it may be the same object under another name. */
  forgetField(path: string): void {
    for (const key of this.#paths.keys()) if (key.endsWith(`\0${path}`)) this.#paths.delete(key);
  }

  /** Unknown code ran (any call that is not known to be harmless). */
  forgetAll(): void {
    if (this.#paths.size > 0) this.#paths.clear();
  }

  /** return, raise, throw: what follows here is not reached from here. */
  stop(): void {
    this.#dead = true;
  }

  /** break and continue: the values of now reach the loop's head and its end. */
  jump(): void {
    this.#close();
    this.#dead = true;
  }

  /**
   * Runs each arm from the state of now and joins what they leave. With `exhaustive` false, running none of them is
   * possible too (an `if` without `else`).
   */
  branch(arms: readonly (() => void)[], exhaustive: boolean): void {
    const before = this.#save();
    const ends: State[] = exhaustive ? [] : [before];
    for (const arm of arms) {
      this.#restore(before);
      arm();
      ends.push(this.#save());
    }
    this.#join(ends);
  }

  /** A body that may run any number of times. */
  loop(body: () => void): void {
    const before = this.#save();
    this.#loops.push({ heads: new Map(), before: before.versions });
    this.forgetAll();
    body();
    this.#close();
    const loop = this.#loops.pop() as Loop;
    this.#versions = new Map(before.versions);
    for (const [binding, head] of loop.heads) this.#versions.set(binding, head);
    this.#paths = new Map();
    this.#dead = before.dead;
  }

  /** try: handlers may start from any point of the body. `after` (else) continues the body; `last` is finally. */
  attempt(body: () => void, handlers: readonly (() => void)[], after?: () => void, last?: () => void): void {
    const before = this.#save();
    const writes = this.#watch(body);
    const thrown = this.#anyOf(before, writes);
    after?.();
    const ends = [this.#save()];
    for (const handler of handlers) {
      this.#restore(thrown);
      handler();
      ends.push(this.#save());
    }
    this.#join(ends);
    if (last !== undefined) {
      const dead = this.#dead;
      this.#dead = false;
      last();
      this.#dead ||= dead;
    }
  }

  /** Ends the unit's flow; call once per binding the unit owns, after everything that may read it was walked. */
  finish(bindings: Iterable<Binding>): void {
    for (const binding of bindings) {
      if (binding.cell === -1) continue;
      for (const value of new Set(binding.written)) {
        this.#writer.within(this.#unit, () => this.#writer.copy(binding.cell, value));
      }
    }
  }

  /**
   * In a loop, a name that is touched gets a variable at the head of every loop around, where the values of later
   * rounds arrive. A version from before a loop is seen through that variable.
   */
  #headOf(binding: Binding, version: Var): Var {
    let current = version;
    let mapped: Var | undefined;
    for (const loop of this.#loops) {
      const outer = loop.before.get(binding);
      if (outer === undefined) continue;
      const source: Var =
        mapped === undefined || this.#headBefore(binding, outer, loop) === undefined ? outer : mapped;
      let head = loop.heads.get(binding);
      if (head === undefined) {
        head = this.#writer.variable(this.#unit);
        this.#writer.copy(head, source);
        binding.written.push(head);
        loop.heads.set(binding, head);
      }
      if (current === outer || current === source) current = head;
      mapped = head;
    }
    return current;
  }

  /** The head of an enclosing loop that stands for `outer`, if there is one. */
  #headBefore(binding: Binding, outer: Var, loop: Loop): Var | undefined {
    for (const enclosing of this.#loops) {
      if (enclosing === loop) return undefined;
      if (enclosing.before.get(binding) === outer) return enclosing.heads.get(binding);
    }
    return undefined;
  }

  /** What the names hold now flows to the loop's head. */
  #close(): void {
    const loop = this.#loops.at(-1);
    if (loop === undefined || this.#dead) return;
    for (const [binding, version] of this.#versions) {
      const head = loop.heads.get(binding);
      if (head !== undefined) this.#writer.copy(head, version);
      else if (loop.before.get(binding) !== version && !loop.before.has(binding)) {
        // First assigned inside the loop: it may be read after it, or in the next round.
        loop.heads.set(binding, version);
      }
    }
  }

  #watch(body: () => void): Map<Binding, Var[]> {
    const marks = new Map<Binding, number>();
    for (const binding of this.#versions.keys()) marks.set(binding, binding.written.length);
    body();
    const writes = new Map<Binding, Var[]>();
    for (const binding of this.#versions.keys()) {
      const fresh = binding.written.slice(marks.get(binding) ?? 0);
      if (fresh.length > 0) writes.set(binding, fresh);
    }
    return writes;
  }

  #anyOf(before: State, writes: Map<Binding, Var[]>): State {
    const versions = new Map(before.versions);
    for (const [binding, values] of writes) {
      const old = before.versions.get(binding);
      versions.set(binding, this.#merge(binding, old === undefined ? values : [old, ...values]));
    }
    return { versions, paths: new Map(), dead: before.dead };
  }

  #join(ends: readonly State[]): void {
    const live = ends.filter((end) => !end.dead);
    if (live.length === 0) {
      this.#restore({ ...(ends[0] ?? { versions: new Map(), paths: new Map() }), dead: true });
      return;
    }
    const versions: Versions = new Map();
    const bindings = new Set(live.flatMap((end) => [...end.versions.keys()]));
    for (const binding of bindings) {
      const values = [...new Set(live.flatMap((end) => end.versions.get(binding) ?? []))];
      versions.set(binding, values.length === 1 ? (values[0] as Var) : this.#merge(binding, values));
    }
    this.#restore({ versions, paths: commonPaths(live), dead: false });
  }

  #merge(binding: Binding, values: readonly Var[]): Var {
    if (values.length === 1) return values[0] as Var;
    const meet = this.#writer.variable(this.#unit);
    for (const value of values) this.#writer.copy(meet, value);
    binding.written.push(meet);
    return meet;
  }

  #save(): State {
    return { versions: new Map(this.#versions), paths: new Map(this.#paths), dead: this.#dead };
  }

  #restore(state: State): void {
    this.#versions = new Map(state.versions);
    this.#paths = new Map(state.paths);
    this.#dead = state.dead;
  }
}

interface State {
  versions: Versions;
  paths: Paths;
  dead: boolean;
}

/** The variable through which units other than the owner see a name. */
export function cellOf(writer: Writer, binding: Binding): Var {
  if (binding.cell === -1) binding.cell = writer.variable(binding.unit);
  return binding.cell;
}
