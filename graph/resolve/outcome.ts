import { UnitFlag } from "../facts/index.ts";
import { Crowds } from "./crowds.ts";
import type { ResolvedEdge } from "./edge.ts";
import type { Engine } from "./engine.ts";
import { externalName } from "./external.ts";
import { Guesses } from "./guesses.ts";
import { Kinship } from "./kinship.ts";
import { type Lost, lostIn } from "./lost.ts";
import { Mentions } from "./mentions.ts";
import { type ProgramFile, Tongue } from "./program.ts";
import { Reach } from "./reach.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

export type { ResolvedEdge } from "./edge.ts";
export type { Lost } from "./lost.ts";

/** What was found for one file. */
export interface FileOutcome {
  edges: ResolvedEdge[];
  lost: Lost[];
}

interface Reached {
  call: number;
  how: number;
  target: Obj;
}

/** Rules that bring what a variable holds, or a part of it, to another. */
const CARRIERS: ReadonlySet<number> = new Set([
  Rule.LOAD,
  Rule.BIND,
  Rule.ITEM,
  Rule.ITEM_BY,
  Rule.KEY_ITEM,
  Rule.ITER,
  Rule.AWAIT,
]);

/** Reads edges and unresolved calls off a solved program, file by file. */
export class Outcome {
  readonly #engine: Engine;
  /** Reached targets by file of the caller. */
  readonly #byFile: number[][];
  readonly #guesses: Guesses;
  readonly #kinship: Kinship;
  readonly #mentions: Mentions;
  #crowded: Lost[] = [];
  /** Calls of which some targets were dropped on the way. */
  readonly #short: ReadonlySet<number>;
  readonly #handed: number[][];

  constructor(engine: Engine) {
    this.#engine = engine;
    const files = engine.program.files.length;
    this.#guesses = new Guesses(engine);
    this.#kinship = new Kinship(engine);
    this.#short = engine.flows.short(CARRIERS, Rule.CALL);
    this.#mentions = new Mentions(engine);
    this.#byFile = Array.from({ length: files }, () => []);
    this.#handed = Array.from({ length: files }, () => []);
    for (let at = 0; at < engine.reaches.length; at += 3) {
      (this.#byFile[this.#fileOfCall(engine.reaches.get(at))] as number[]).push(at);
    }
    for (let at = 0; at < engine.handed.length; at += 2) {
      (this.#handed[this.#fileOfCall(engine.handed.get(at))] as number[]).push(at);
    }
  }

  /** Edges and unresolved calls of one file, in order of line. Call once per file. */
  of(index: number): FileOutcome {
    const file = this.#engine.program.files[index] as ProgramFile;
    const seen = new Set<string>();
    const edges: ResolvedEdge[] = [];
    const keep = (edge: ResolvedEdge): void => {
      const key = `${edge.from} ${edge.type} ${edge.line} ${edge.file} ${edge.def} ${edge.outside}`;
      if (seen.has(key)) return;
      seen.add(key);
      edges.push(edge);
    };
    this.#calls(index, file, keep);
    this.#kinship.of(index, keep);
    this.#references(index, keep);
    edges.push(...this.#mentions.of(file, edges));
    return {
      edges,
      lost: [
        ...this.#crowded,
        ...lostIn(this.#engine, file, this.#byFile[index] as number[], this.#guesses, keep),
      ],
    };
  }

  #fileOfCall(call: number): number {
    const engine = this.#engine;
    return engine.program.unitFile.get(engine.unitOf.get(engine.siteInstance.get(engine.callSite.get(call))));
  }

  #calls(index: number, file: ProgramFile, keep: (edge: ResolvedEdge) => void): void {
    const all = this.#reachedIn(index);
    const sure = this.#surest(all);
    // What raises NotImplementedError is no target where something is known that overrides it.
    const reached =
      file.tongue === Tongue.PYTHON
        ? all.filter((one) => !this.#declared(one) || !sure.has(this.#place(one.call)))
        : all;
    const crowds = new Crowds(this.#engine);
    for (const { call, how, target } of reached)
      if (how === Reach.OURS) crowds.count(call, this.#place(call), target);
    this.#tellCrowds(file, reached, crowds);
    for (const one of reached) {
      if (one.how === Reach.OURS && crowds.isTooLarge(one.call)) continue;
      // What a hint or a subclass could be does not count where some caller shows what it is.
      if (one.how === Reach.OURS && one.phase > (sure.get(this.#place(one.call)) ?? one.phase)) continue;
      if (one.how === Reach.OURS && this.#named(one.target)) keep(this.#callEdge(one, crowds));
      else if (one.how === Reach.MADE && this.#named(one.target)) keep(this.#makes(one));
      else if (one.how === Reach.OUTSIDE || one.how === Reach.LANGUAGE) this.#outside(one, keep);
    }
  }

  /** Calls of which not all targets are named: the list of unresolved calls says so, once for each that is written. */
  #tellCrowds(file: ProgramFile, reached: readonly Reached[], crowds: Crowds): void {
    const told = new Set<number>();
    this.#crowded = [];
    for (const { call, how } of reached) {
      const op = this.#engine.callOp.get(call);
      const short = op !== -1 && this.#short.has(call);
      if (how !== Reach.OURS || told.has(op === -1 ? call : -2 - op)) continue;
      if (!short && !crowds.isTooLarge(call)) continue;
      told.add(op === -1 ? call : -2 - op);
      const text = op === -1 ? "" : (file.facts.strings[file.facts.ops[op + 6] as number] as string);
      this.#crowded.push({ ...this.#base(call), text, reason: "dynamic" });
    }
  }

  #reachedIn(index: number): (Reached & { phase: number })[] {
    const { reaches } = this.#engine;
    return (this.#byFile[index] as number[]).map((at) => ({
      call: reaches.get(at),
      how: reaches.get(at + 1) & 255,
      phase: reaches.get(at + 1) >> 8,
      target: reaches.get(at + 2),
    }));
  }

  /** At each place the first round in which something with a body was reached. */
  #surest(reached: readonly (Reached & { phase: number })[]): Map<string, number> {
    const sure = new Map<string, number>();
    for (const one of reached) {
      if (one.how !== Reach.OURS || this.#declared(one)) continue;
      const place = this.#place(one.call);
      sure.set(place, Math.min(one.phase, sure.get(place) ?? one.phase));
    }
    return sure;
  }

  #declared(one: Reached): boolean {
    if (one.how !== Reach.OURS) return false;
    return (this.#engine.fact(this.#engine.objects.a.get(one.target)).flags & UnitFlag.DECLARED) !== 0;
  }

  /** Constructors that nobody wrote and units of types are no definitions. */
  #named(target: Obj): boolean {
    return this.#engine.fact(this.#engine.objects.a.get(target)).def !== -1;
  }

  #place(call: number): string {
    const engine = this.#engine;
    const op = engine.callOp.get(call);
    return op === -1 ? `l${engine.siteLine.get(engine.callSite.get(call))}` : `o${op}`;
  }

  #base(call: number): Pick<ResolvedEdge, "from" | "line"> {
    const engine = this.#engine;
    const site = engine.callSite.get(call);
    return { from: this.#owner(engine.siteInstance.get(site)), line: engine.siteLine.get(site) };
  }

  /** The definition whose code an instance runs: -1 for the module. */
  #owner(instance: number): number {
    const engine = this.#engine;
    let unit = engine.unitOf.get(instance);
    for (;;) {
      const fact = engine.fact(unit);
      if (fact.def !== -1 || fact.parent === -1) return fact.def;
      unit = engine.fileOf(unit).units + fact.parent;
    }
  }

  #callEdge({ call, target, phase }: Reached & { phase: number }, crowds: Crowds): ResolvedEdge {
    const certain = crowds.isAlone(call) && phase === 0 && !this.#short.has(call);
    return {
      ...this.#base(call),
      type: "CALLS",
      confidence: certain ? "exact" : crowds.isDoubtful(call) ? "ambiguous" : "inferred",
      ...this.#definition(this.#engine.objects.a.get(target)),
      outside: "",
      kind: "",
    };
  }

  #definition(unit: number): Pick<ResolvedEdge, "file" | "def"> {
    const file = this.#engine.program.unitFile.get(unit);
    return { file, def: this.#engine.fact(unit).def };
  }

  #makes(one: Reached): ResolvedEdge {
    return {
      ...this.#base(one.call),
      type: "REFERENCES",
      confidence: "exact",
      ...this.#definition(this.#engine.objects.a.get(one.target)),
      outside: "",
      kind: "instantiates",
    };
  }

  #outside(one: Reached, keep: (edge: ResolvedEdge) => void): void {
    const { objects, program } = this.#engine;
    const kind = objects.kind.get(one.target);
    if (kind !== Kind.EXTERNAL && kind !== Kind.NATIVE) return;
    const name = program.name(objects.a.get(one.target));
    const outside = externalName(name, objects.b.get(one.target));
    if (outside === undefined) return;
    keep({
      ...this.#base(one.call),
      type: "CALLS",
      confidence: "exact",
      file: -1,
      def: -1,
      outside,
      kind: "",
    });
  }

  /** Functions given to code outside, which may call them. */
  #references(index: number, keep: (edge: ResolvedEdge) => void): void {
    const engine = this.#engine;
    for (const at of this.#handed[index] as number[]) {
      for (const object of engine.flows.objects(engine.handed.get(at + 1)).slice(0, 4)) {
        const kind = engine.objects.kind.get(object);
        const inner = kind === Kind.BOUND ? engine.objects.a.get(object) : object;
        const innerKind = engine.objects.kind.get(inner);
        if (innerKind !== Kind.FUNCTION && innerKind !== Kind.CLASS) continue;
        const definition = this.#definition(engine.objects.a.get(inner));
        if (definition.def === -1) continue;
        keep({
          ...this.#base(engine.handed.get(at)),
          type: "REFERENCES",
          confidence: "exact",
          ...definition,
          outside: "",
          kind: "",
        });
      }
    }
  }
}
