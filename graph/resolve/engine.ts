import { UnitFlag } from "../facts/index.ts";
import type { Budget, Instance } from "./budget.ts";
import type { Natives } from "./natives.ts";
import { Column, Pairs } from "./pairs.ts";
import { number, Places } from "./places.ts";
import type { Modules, Program } from "./program.ts";
import type { Obj } from "./values.ts";

export { ALL, type Budget, type Given, type Instance, KEYS, SETTLED, type Wanted } from "./budget.ts";

/** How far below a decorator calls are still its own. */
const DEEPEST_DECORATOR = 3;
/** Ops of a decorator, in words, up to which each use of it is followed by itself. */
const MOST_DECORATOR = 600;

/** The state of one resolution, and the smallest steps on it. The rules themselves are in the files around. */
export class Engine extends Places {
  readonly caller = new Column(-1);
  readonly depth = new Column();
  /** Instances that wait to be run. */
  readonly due: Instance[] = [];
  readonly #instances = new Pairs();
  readonly #where = new Pairs();
  readonly #who = new Pairs();
  readonly #contexts = new Pairs();
  readonly #copies = new Column();
  readonly #later: (() => void)[] = [];
  /** Copies of methods for objects that decorators made. */
  readonly #own = new Pairs();
  /** Units that were run, with what they close over. */
  readonly #closures = new Pairs();
  #spent = 0;
  #decorated = 0;
  #run: (engine: Engine, instance: Instance) => void;

  constructor(
    program: Program,
    modules: Modules,
    natives: Natives,
    budget: Budget,
    fire: (engine: Engine, kind: number, object: Obj, a: number, b: number, c: number, d: number) => void,
    run: (engine: Engine, instance: Instance) => void,
  ) {
    super(program, modules, natives, budget, (kind, object, a, b, c, d) =>
      fire(this, kind, object, a, b, c, d),
    );
    this.#run = run;
    this.#copies.extend(program.unitFile.length);
  }

  /** The copy of a unit that every caller shares. */
  shared(unit: number, environment: Instance): Instance {
    let instance = this.#instances.get(unit, environment);
    if (instance === -1) {
      instance = this.#make(unit, environment, -1, 0);
      this.#instances.set(unit, environment, instance);
    }
    return instance;
  }

  ran(unit: number): boolean {
    return this.#copies.get(unit) > 0;
  }

  ranWith(unit: number, environment: Instance): boolean {
    return this.#closures.get(unit, environment) !== -1;
  }

  /**
   * The copy of a function's body for one call: its own if the budget allows, so that `same(f)()` and `same(g)()` are
   * told apart; otherwise the shared one. A function that calls itself stays in its copy.
   */
  instanceFor(callable: Obj, receiver: Obj, call: number): Instance {
    const unit = this.objects.a.get(callable);
    const environment = this.objects.b.get(callable);
    const from = this.siteInstance.get(this.callSite.get(call));
    const size = this.#size(unit);
    const depth = this.depth.get(from) + 1;
    // Past half of the work, what is left is for finding something everywhere rather than much somewhere.
    const fits =
      this.flows.fired < this.budget.work / 2 &&
      size <= this.budget.unit &&
      depth <= this.budget.depth &&
      this.#spent + size <= this.budget.words;
    const affordable = fits && this.#copies.get(unit) < this.budget.copies;
    // Each use of a decorator is its own: taken together, everything that it decorates would call everything.
    const decorator =
      !affordable && size <= MOST_DECORATOR && this.#affordsDecorator() && this.decorates(call);
    if (!affordable && !decorator)
      return this.ofDecorator(callable, receiver) ?? this.shared(unit, environment);
    for (let at = from; at !== -1; at = this.caller.get(at)) {
      if (this.unitOf.get(at) === unit) return this.shared(unit, environment);
    }
    const where = number(this.#where, from, this.whereOf(call));
    const who = number(this.#who, callable, receiver);
    let instance = this.#contexts.get(where, who);
    if (instance === -1) {
      this.#spent += size;
      if (decorator) this.#decorated += size;
      // A body that is run again is more work than a rule.
      this.flows.fired += 20;
      instance = this.#make(unit, environment, from, depth);
      if (this.decorates(call) && depth <= DEEPEST_DECORATOR) this.decorating.add(instance);
      this.#contexts.set(where, who, instance);
    }
    return instance;
  }

  /**
   * The copy of a method that is run for one object that a decorator made, whoever calls it: shared by all of them,
   * `__call__` and `__get__` would lead from each decorated function to every other.
   */
  ofDecorator(callable: Obj, receiver: Obj): Instance | undefined {
    if (!this.decorators.has(receiver)) return undefined;
    const size = this.#size(this.objects.a.get(callable));
    if (size > MOST_DECORATOR || !this.#affordsDecorator()) return undefined;
    let instance = this.#own.get(callable, receiver);
    if (instance === -1) {
      this.#decorated += size;
      instance = this.#make(
        this.objects.a.get(callable),
        this.objects.b.get(callable),
        -1,
        this.budget.depth,
      );
      this.#own.set(callable, receiver, instance);
    }
    return instance;
  }

  #affordsDecorator(): boolean {
    return this.#decorated < this.budget.words / 8 + 60_000;
  }

  /** Runs what is due and carries everything to its end. */
  settle(): void {
    for (;;) {
      this.flows.settle();
      if (this.flows.stopped) return;
      const instance = this.due.pop();
      if (instance !== undefined) this.#run(this, instance);
      else if (this.#later.length === 0) return;
      else for (const then of this.#later.splice(0)) then();
    }
  }

  /** Asks a question that only makes sense once nothing moves any more: how long a list is, what an object lacks. */
  later(then: () => void): void {
    this.#later.push(then);
  }

  #size(unit: number): number {
    const fact = this.fact(unit);
    return fact.end - fact.start + 8;
  }

  #make(unit: number, environment: Instance, caller: Instance, depth: number): Instance {
    const fact = this.fact(unit);
    const extra = (fact.flags & UnitFlag.GENERATOR) === 0 ? 0 : 1;
    const first = this.flows.make(this.program.unitSize.get(unit) + extra);
    this.#copies.set(unit, this.#copies.get(unit) + 1);
    if (environment !== -1) this.#closures.add(unit, environment);
    this.environment.push(environment);
    this.firstVariable.push(first);
    this.caller.push(caller);
    this.depth.push(depth);
    const instance = this.unitOf.push(unit);
    // Modules and class bodies are run at once by whoever made them.
    if ((fact.flags & UnitFlag.CLASS) === 0 && fact.parent !== -1) this.due.push(instance);
    return instance;
  }
}
