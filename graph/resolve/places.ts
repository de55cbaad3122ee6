import { CallFlag, UnitFlag } from "../facts/index.ts";
import type { Given, Instance, Wanted } from "./budget.ts";
import { Column, Pairs } from "./pairs.ts";
import type { ProgramFile } from "./program.ts";
import { Rule } from "./rules.ts";
import { State } from "./state.ts";
import { Kind, type Obj } from "./values.ts";

interface ImplicitCall {
  to: number;
  args: number[];
}

/** Above all numbers of instances. */
const BESIDE = 0x40000000;

/** Running code: variables of instances, lines, calls made there and what they reached. */
export class Places extends State {
  /** Instances: unit, environment, first variable, caller's instance, depth. */
  readonly unitOf = new Column();
  readonly environment = new Column(-1);
  readonly firstVariable = new Column();
  /** Places in the code: instance and line. Loads, iterations and the like may call (properties, `__iter__`). */
  readonly siteInstance = new Column();
  readonly siteLine = new Column();
  /** Calls: site, offset of the op (-1: arguments in `callArguments`), result. */
  readonly callSite = new Column();
  readonly callOp = new Column();
  readonly callTo = new Column();
  readonly callArguments = new Map<number, Given>();
  /** What calls reached: call, how, target. And variables handed to code outside: call, variable. */
  readonly reaches = new Column();
  readonly handed = new Column();
  /** Searches under way along prototypes: to, name, receiver, flags, site. */
  readonly lookups = new Column();
  /** Members found that have no body: what completes them is looked for at the end. */
  readonly abstract: Wanted[] = [];
  /** Calls that asked an object for its `__call__`. */
  readonly asked = new Pairs();
  /** Objects that a search has been to. */
  readonly visits = new Pairs();
  /** What iterating meets: object, site. */
  readonly iterated = new Pairs();
  /** Names that a module did not have when they were asked for: module, name, to. */
  readonly absent: number[] = [];
  /** While modules run: what a module lacks may still come. */
  loading = true;
  /** Instances run for one use of a decorator. */
  readonly decorating = new Set<Instance>();
  /** Objects that decorators made: each stands for what it decorates. */
  readonly decorators = new Set<Obj>();
  readonly hooks: ((object: Obj) => void)[] = [];
  /** Variables whose value comes from a hint if from nowhere else: to, from. */
  readonly hints: number[] = [];
  /** Keyed accesses whose key may never be known: kind, base, key variable, to or from, site. */
  readonly keyed: number[] = [];
  readonly pending: number[] = [];
  /** 0 while the program itself runs, then the rounds of hints. */
  phase = 0;
  /** Members that no class of an object has, to be looked for in subclasses at the end. */
  readonly missed: Wanted[] = [];
  readonly #sites = new Pairs();
  readonly #entered = new Pairs();
  readonly #implicitKeys = new Pairs();
  readonly #implicit = new Pairs();
  readonly #implicitCalls: ImplicitCall[] = [];
  readonly #places = new Pairs();
  readonly #placesOf = new Map<Obj, number>();
  #made = 0;

  fileOfInstance(instance: Instance): ProgramFile {
    return this.fileOf(this.unitOf.get(instance));
  }

  tongueOfSite(site: number): number {
    return this.fileOfInstance(this.siteInstance.get(site)).tongue;
  }

  /** The variable `local` of a file, as seen from `instance`: its own, or one of the instances it closes over. */
  variable(instance: Instance, local: number): number {
    const file = this.fileOfInstance(instance);
    const owner = file.units + (file.facts.variables[local] as number);
    let at = instance;
    while (this.unitOf.get(at) !== owner) {
      const around = this.environment.get(at);
      if (around === -1) return this.flows.make();
      at = around;
    }
    return this.firstVariable.get(at) + (file.slots[local] as number);
  }

  /** Where a generator's values gather: one variable more than the unit has. */
  yields(instance: Instance): number {
    return this.firstVariable.get(instance) + this.program.unitSize.get(this.unitOf.get(instance));
  }

  /** The place of a line in an instance. */
  site(instance: Instance, line: number): number {
    const known = this.#sites.get(instance, line);
    if (known !== -1) return known;
    this.siteLine.push(line);
    const site = this.siteInstance.push(instance);
    this.#sites.set(instance, line, site);
    return site;
  }

  /**
   * A call that the language makes by itself at a line: of what `what` of `object` is. The same one is made once,
   * however many values meet there. `callee` gives the variable of what is called; results flow to `to`.
   */
  implicitCall(
    object: Obj,
    what: number,
    site: number,
    args: readonly number[],
    to: number,
    callee: () => number,
    named?: ReadonlyMap<string, number>,
  ): void {
    const key = number(this.#implicitKeys, object, what);
    let at = this.#implicit.get(key, site);
    if (at === -1) {
      at = this.#implicitCalls.push({ to: this.flows.make(), args: args.map(() => this.flows.make()) }) - 1;
      this.#implicit.set(key, site, at);
      const { to: result, args: given } = this.#implicitCalls[at] as ImplicitCall;
      this.flows.rule(callee(), Rule.CALL, this.call(site, given, result, named));
    }
    const known = this.#implicitCalls[at] as ImplicitCall;
    this.flows.flow(known.to, to);
    known.args.forEach((given, index) => {
      const arg = args[index];
      if (arg !== undefined) this.flows.flow(arg, given);
    });
  }

  /** True the first time that a call enters an instance. */
  enters(call: number, instance: Instance): boolean {
    return this.#entered.add(call, instance);
  }

  /** An object of a class, made at a place; once a class has been made in many places, any object of it. */
  made(type: Obj, place: number, call: number): Obj {
    const known = this.objects.get(Kind.INSTANCE, type, place);
    if (known !== -1) return known;
    const places = this.#placesOf.get(type) ?? 0;
    if (places >= this.budget.places && !this.decorates(call)) return this.objects.of(Kind.INSTANCE, type, 0);
    this.#placesOf.set(type, places + 1);
    const made = this.objects.of(Kind.INSTANCE, type, place);
    if (this.decorates(call)) this.decorators.add(made);
    return made;
  }

  /** Whether the program makes objects of a class anywhere. */
  wasMade(type: Obj): boolean {
    return this.#placesOf.has(type);
  }

  /** Whether a call is a decorator at work, or was made by one. */
  decorates(call: number): boolean {
    const site = this.callSite.get(call);
    const instance = this.siteInstance.get(site);
    const op = this.callOp.get(call);
    if (op !== -1 && ((this.fileOfInstance(instance).facts.ops[op + 5] as number) & CallFlag.DECORATOR) !== 0)
      return true;
    return this.decorating.has(instance);
  }

  /** A number for the container that an op makes: each its own in a small program, one per op in a large one. */
  placeOfOp(instance: Instance, op: number): number {
    if (!this.budget.apart) return number(this.#places, -1 - this.unitOf.get(instance), op) * 2;
    this.#made += 1;
    return -this.#made;
  }

  /** The number of one of a few objects that belong to an instance (its rest arguments, its promise), however often asked. */
  place(instance: Instance, which: number): number {
    return number(this.#places, instance, which) * 2;
  }

  /** The number of a container that stands beside something: what a Map's entries are, a piece of a list. */
  placeBeside(what: number, which: number): number {
    return number(this.#places, BESIDE + which, what) * 2;
  }

  /**
   * The number of an object that a call makes. Calls that no op stands for are told apart by line only: they come to be
   * as objects arrive, and objects that were numbered after them would come to be without end.
   */
  placeOfCall(call: number, salt = 0): number {
    if (salt === 0 && this.callOp.get(call) !== -1) return call * 2 + 1;
    return this.place(this.siteInstance.get(this.callSite.get(call)), this.whereOf(call) * 128 + salt + 8);
  }

  /** What tells a call apart within its instance: its op, or for calls that no op stands for its line. */
  protected whereOf(call: number): number {
    const op = this.callOp.get(call);
    return op === -1 ? this.siteLine.get(this.callSite.get(call)) * 2 + 1 : op * 2;
  }

  /** A call with plain arguments that no CALL op stands for. Its callee comes with `rule(..., Rule.CALL, call)`. */
  call(site: number, plain: readonly number[], to: number, named?: ReadonlyMap<string, number>): number {
    return this.callWith(site, named === undefined ? { plain } : { plain, named }, to);
  }

  callWith(site: number, given: Given, to: number): number {
    const call = this.opCall(site, -1, to);
    this.callArguments.set(call, given);
    return call;
  }

  opCall(site: number, op: number, to: number): number {
    this.callSite.push(site);
    this.callOp.push(op);
    return this.callTo.push(to);
  }

  /** A call reached something. */
  reached(call: number, how: number, target: Obj): void {
    if (this.#describesType(call)) return;
    this.reaches.push(call);
    this.reaches.push(how | (this.phase << 8));
    this.reaches.push(target);
  }

  /** A value was given to code outside, which may call it. */
  handedOver(call: number, value: number): void {
    if (this.#describesType(call)) return;
    this.handed.push(call);
    this.handed.push(value);
  }

  lookup(to: number, name: number, receiver: Obj, flags: number, site: number): number {
    const lookup = this.lookups.push(to);
    this.lookups.push(name);
    this.lookups.push(receiver);
    this.lookups.push(flags);
    this.lookups.push(site);
    return lookup;
  }

  /** An access by a key that may become known, and if not, may be any. `value` is read into or from. */
  byKey(rule: number, base: number, value: number, key: number, site: number): void {
    this.flows.rule(base, rule, value, key, site);
    this.keyed.push(rule, base, value, key, site);
  }

  hook(variable: number, then: (object: Obj) => void): void {
    this.flows.rule(variable, Rule.HOOK, this.hooks.push(then) - 1);
  }

  /** What happens while a declared type is worked out is no call of the program. */
  #describesType(call: number): boolean {
    const unit = this.unitOf.get(this.siteInstance.get(this.callSite.get(call)));
    return (this.fact(unit).flags & UnitFlag.TYPE) !== 0;
  }
}

/** The number of a pair, from 1 on, given when first asked. */
export function number(pairs: Pairs, first: number, second: number): number {
  const known = pairs.get(first, second);
  if (known !== -1) return known;
  const fresh = pairs.size + 1;
  pairs.set(first, second, fresh);
  return fresh;
}
