import { type Facts, Shape } from "../facts/index.ts";
import { ALL, type Budget, KEYS, SETTLED } from "./budget.ts";
import { DROPPED, type Fire, Flows } from "./flows.ts";
import type { Natives } from "./natives.ts";
import { Column, Pairs } from "./pairs.ts";
import { type Modules, type Program, type ProgramFile, Tongue } from "./program.ts";
import { Kind, type Obj, Objects } from "./values.ts";

const RULE_NAMES = [
  ALL,
  KEYS,
  SETTLED,
  "*",
  "[*",
  "prototype",
  "constructor",
  "value",
  "next",
  "default",
  "=",
  "f",
  "fget",
  "fset",
  "func",
  "__metaclass__",
  "__call__",
  "__new__",
  "__init__",
  "__getattr__",
  "__get__",
  "__set__",
  "__implements__",
  "__thrown__",
  "__all__",
  "__wrapped__",
] as const;
type RuleName = (typeof RULE_NAMES)[number];

/** What is known of objects: their members, their classes, and the language they belong to. */
export class State {
  readonly program: Program;
  readonly modules: Modules;
  readonly natives: Natives;
  readonly flows: Flows;
  readonly objects = new Objects();
  readonly budget: Budget;
  /** The name under which an object of JavaScript keeps what it inherits from. */
  readonly inherits: number;
  /** Numbers of the names that the rules themselves speak of. */
  readonly names: Readonly<Record<RuleName, number>>;
  /** First function object made of a unit, and the object it was first stored on. */
  readonly functionOf = new Column(-1);
  readonly homeOf = new Column(-1);
  readonly classBases = new Map<Obj, number[]>();
  readonly subclasses = new Map<Obj, Obj[]>();
  /** Names that are accessors somewhere: only these need a look at each function found. */
  readonly accessors = new Set<number>();
  /** Members that were set on a class or prototype: the search for a member ends there. */
  readonly declared = new Pairs();
  /** Attributes that objects of a class keep themselves: nobody is asked for them. */
  readonly kept = new Pairs();
  readonly #members = new Map<Obj, number[]>();
  readonly #fields: Pairs;
  readonly #below = new Pairs();
  readonly #items = new Column(-1);
  readonly #alternatives = new Map<number, readonly number[] | null>();
  #dataCell = -1;

  constructor(program: Program, modules: Modules, natives: Natives, budget: Budget, fire: Fire) {
    this.program = program;
    this.modules = modules;
    this.natives = natives;
    this.budget = budget;
    this.inherits = program.id("__proto__");
    this.names = Object.fromEntries(RULE_NAMES.map((name) => [name, program.id(name)])) as Record<
      RuleName,
      number
    >;
    const words = program.files.reduce((sum, file) => sum + file.facts.ops.length, 0);
    this.flows = new Flows(fire, (object, held) => this.general(object, held), budget, words >> 1);
    this.#fields = new Pairs(words >> 3);
    this.functionOf.extend(program.unitFile.length);
    this.homeOf.extend(program.unitFile.length);
  }

  fileOf(unit: number): ProgramFile {
    return this.program.files[this.program.unitFile.get(unit)] as ProgramFile;
  }

  fact(unit: number): Facts["units"][number] {
    const file = this.fileOf(unit);
    return file.facts.units[unit - file.units] as Facts["units"][number];
  }

  tongueOfUnit(unit: number): number {
    return this.fileOf(unit).tongue;
  }

  /** The language an object belongs to; Python when it has none of its own. */
  tongueOf(object: Obj): number {
    const a = this.objects.a.get(object);
    switch (this.objects.kind.get(object)) {
      case Kind.FUNCTION:
      case Kind.CLASS:
        return this.tongueOfUnit(a);
      case Kind.BOUND:
      case Kind.INSTANCE:
      case Kind.PROTOTYPE:
        return this.tongueOf(a);
      case Kind.CONTAINER:
        return a >> 8;
      default:
        return Tongue.PYTHON;
    }
  }

  /** The variable that stands for a member of an object. */
  field(object: Obj, name: number): number {
    let variable = this.#fields.get(object, name);
    if (variable === -1) {
      variable = this.flows.make();
      this.#fields.set(object, name, variable);
    }
    return variable;
  }

  knownField(object: Obj, name: number): number {
    return this.#fields.get(object, name);
  }

  /** Name under which the item of a key is kept, apart from attributes. */
  itemName(key: number): number {
    while (this.#items.length <= key) this.#items.extend(key + 1 - this.#items.length);
    let name = this.#items.get(key);
    if (name === -1) {
      name = this.program.id(`[${this.program.name(key)}`);
      this.#items.set(key, name);
    }
    return name;
  }

  /** The names in a name written with `|` between them; undefined for any other. */
  alternatives(name: number): readonly number[] | undefined {
    const known = this.#alternatives.get(name);
    if (known !== undefined) return known ?? undefined;
    const text = this.program.name(name);
    const names = text.includes("|") ? text.split("|").map((one) => this.program.id(one)) : null;
    this.#alternatives.set(name, names);
    return names ?? undefined;
  }

  /** Holds a value of no interest. */
  get dataCell(): number {
    if (this.#dataCell === -1) this.#dataCell = this.holding(this.objects.data);
    return this.#dataCell;
  }

  holding(object: Obj): number {
    const variable = this.flows.make();
    this.flows.add(variable, object);
    return variable;
  }

  /** A member of something outside, by its full name. Names grow with every member taken: a long one says nothing. */
  below(object: Obj, name: number): Obj {
    const known = this.#below.get(object, name);
    if (known !== -1) return known;
    const tongue = this.objects.b.get(object);
    // Java's methods carry their number of parameters.
    const member =
      tongue === Tongue.JAVA ? this.program.name(name).replace(/\/.*$/, "") : this.program.name(name);
    const full = `${this.program.name(this.objects.a.get(object))}.${member}`;
    const plain = full.length <= 100 && full.split(".").length <= 6;
    const kind = this.natives.has(tongue, full) ? Kind.NATIVE : Kind.EXTERNAL;
    const found = plain ? this.objects.of(kind, this.program.id(full), tongue) : this.objects.opaque;
    this.#below.set(object, name, found);
    return found;
  }

  /** `object.name` was set: the search for a member of that name ends there. */
  declare(object: Obj, name: number): void {
    if (!this.declared.add(object, name)) return;
    const known = this.#members.get(object);
    if (known === undefined) this.#members.set(object, [name]);
    else known.push(name);
  }

  /** Whether others may complete what a type declares: asked for any object of it. */
  leavesOpen(type: Obj, receiver: Obj): boolean {
    const tongue = this.tongueOf(type);
    if (tongue === Tongue.ECMA) return false;
    return (
      this.objects.kind.get(receiver) === Kind.INSTANCE &&
      this.objects.b.get(receiver) === 0 &&
      this.objects.a.get(receiver) === type
    );
  }

  /** Names declared on an object, in the order in which they were. */
  membersOf(object: Obj): readonly number[] {
    return this.#members.get(object) ?? [];
  }

  /** The general form of an object, for a variable that holds so many: any of its class, text as mere data. */
  protected general(object: Obj, held: number): Obj {
    const { objects } = this;
    switch (objects.kind.get(object)) {
      case Kind.INSTANCE:
        return objects.b.get(object) === 0 ? object : objects.of(Kind.INSTANCE, objects.a.get(object), 0);
      case Kind.BOUND:
      case Kind.SUPER: {
        const self = objects.b.get(object);
        const general = this.general(self, held);
        if (general === self) return object;
        const receiver = general === DROPPED ? objects.data : general;
        return objects.of(objects.kind.get(object), objects.a.get(object), receiver);
      }
      case Kind.CONSTANT:
        return objects.data;
      case Kind.CONTAINER:
        // Where so much meets, one more list among others tells little about what is called, and costs a lot.
        if (held < this.budget.lists || (objects.a.get(object) & 255) > Shape.ARRAY) return object;
        // Objects of JavaScript hold functions as often as not, lists and dicts seldom do.
        return (objects.a.get(object) & 255) === Shape.OBJECT ? DROPPED : objects.data;
      default:
        return object;
    }
  }
}
