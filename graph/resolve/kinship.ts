import type { EdgeType } from "../../models/graph.ts";
import type { Def } from "../facts/index.ts";
import { basesOf } from "./classes.ts";
import type { ResolvedEdge } from "./edge.ts";
import type { Engine } from "./engine.ts";
import { externalName } from "./external.ts";
import { Kind, type Obj } from "./values.ts";

/** Whoever calls one of these names the class itself: nothing of a subclass runs instead. */
const OWN = new Set(["__init__", "__new__", "constructor", "init"]);
const INTERFACES = new Set(["interface", "trait", "protocol"]);
/** A circle of bases, or more classes above than anybody wrote. */
const MOST_ABOVE = 100;

type Keep = (edge: ResolvedEdge) => void;
type Methods = ReadonlyMap<string, number>;

/**
 * What classes are made of: what they extend and implement, and for each method the one above whose place it takes,
 * since who calls that one may run this one.
 */
export class Kinship {
  readonly #engine: Engine;
  readonly #methods = new Map<number, Map<number, Map<string, number>>>();

  readonly #classes = new Map<number, Obj[]>();

  constructor(engine: Engine) {
    this.#engine = engine;
    for (const type of engine.classBases.keys()) {
      const file = this.#fileOf(type);
      const known = this.#classes.get(file);
      if (known === undefined) this.#classes.set(file, [type]);
      else known.push(type);
    }
  }

  /** Of all classes of one file. */
  of(file: number, keep: Keep): void {
    for (const type of this.#classes.get(file) ?? []) this.#tell(type, keep);
  }

  #tell(type: Obj, keep: Keep): void {
    const fact = this.#engine.fact(this.#engine.objects.a.get(type));
    if (fact.def === -1) return;
    const line = this.#defOf(type)?.lines[0] ?? 0;
    for (const base of basesOf(this.#engine, type)) this.#relation("EXTENDS", fact.def, line, base, keep);
    for (const base of this.#interfacesOf(type)) this.#relation("IMPLEMENTS", fact.def, line, base, keep);
    this.#overrides(type, keep);
  }

  #relation(type: EdgeType, from: number, line: number, base: Obj, keep: Keep): void {
    const { objects, program } = this.#engine;
    const kind = objects.kind.get(base);
    const rest = { from, type, line, confidence: "exact", kind: "" } as const;
    if (kind === Kind.CLASS || kind === Kind.FUNCTION) {
      const unit = objects.a.get(base);
      const { def } = this.#engine.fact(unit);
      if (def !== -1) keep({ ...rest, file: program.unitFile.get(unit), def, outside: "" });
    } else if (kind === Kind.EXTERNAL || kind === Kind.NATIVE) {
      const outside = externalName(program.name(objects.a.get(base)), objects.b.get(base));
      if (outside !== undefined) keep({ ...rest, file: -1, def: -1, outside });
    }
  }

  /** Each method, and the nearest of that name above. */
  #overrides(type: Obj, keep: Keep): void {
    const open = new Map([...this.#methodsOf(type)].filter(([name]) => !OWN.has(name)));
    const seen = new Set([type]);
    for (const above of seen) {
      if (open.size === 0 || seen.size > MOST_ABOVE) return;
      if (above !== type) this.#completes(open, above, keep, type);
      for (const next of [...basesOf(this.#engine, above), ...this.#interfacesOf(above)])
        if (this.#engine.objects.kind.get(next) === Kind.CLASS) seen.add(next);
    }
  }

  #completes(open: Map<string, number>, above: Obj, keep: Keep, type: Obj): void {
    const owner = this.#defOf(above);
    const file = this.#fileOf(above);
    const kind = INTERFACES.has(owner?.kind ?? "") ? "implements" : "overrides";
    for (const [name, def] of this.#methodsOf(above)) {
      const from = open.get(name);
      if (from === undefined) continue;
      const line = this.#engine.program.files[this.#fileOf(type)]?.facts.defs[from]?.lines[0] ?? 0;
      keep({ from, type: "IMPLEMENTS", line, confidence: "exact", file, def, outside: "", kind });
      // An interface says what must be there, and several may say the same.
      if (kind === "overrides") open.delete(name);
    }
  }

  #interfacesOf(type: Obj): readonly Obj[] {
    const listed = this.#engine.knownField(type, this.#engine.names.__implements__);
    return listed === -1 ? [] : this.#engine.flows.objects(listed);
  }

  #fileOf(type: Obj): number {
    return this.#engine.program.unitFile.get(this.#engine.objects.a.get(type));
  }

  #defOf(type: Obj): Def | undefined {
    const unit = this.#engine.objects.a.get(type);
    return this.#engine.fileOf(unit).facts.defs[this.#engine.fact(unit).def];
  }

  /** Methods that are written in the class: name -> definition. */
  #methodsOf(type: Obj): Methods {
    const file = this.#fileOf(type);
    let known = this.#methods.get(file);
    if (known === undefined) {
      known = methodsIn(this.#engine.program.files[file]?.facts.defs ?? []);
      this.#methods.set(file, known);
    }
    return known.get(this.#engine.fact(this.#engine.objects.a.get(type)).def) ?? new Map();
  }
}

/** Owner -> name -> definition; of several of one name, the last. */
function methodsIn(defs: readonly Def[]): Map<number, Map<string, number>> {
  const found = new Map<number, Map<string, number>>();
  defs.forEach((def, index) => {
    if (def.type !== "function" || def.owner === -1 || defs[def.owner]?.type !== "class") return;
    const methods = found.get(def.owner) ?? new Map<string, number>();
    found.set(def.owner, methods.set(def.name, index));
  });
  return found;
}
