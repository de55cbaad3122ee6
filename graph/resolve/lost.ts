import { Arg, CallFlag, Op, UnitFlag } from "../facts/index.ts";
import type { ResolvedEdge } from "./edge.ts";
import type { Engine } from "./engine.ts";
import type { Guesses } from "./guesses.ts";
import { type ProgramFile, Tongue } from "./program.ts";
import { next } from "./run-length.ts";

export interface Lost {
  from: number;
  line: number;
  text: string;
  reason: "unknown_receiver" | "unknown_name" | "unknown_module" | "dynamic";
}

/** Calls as written that reached nothing in any instance. */
export function lostIn(
  engine: Engine,
  file: ProgramFile,
  reaches: readonly number[],
  guesses: Guesses,
  keep: (edge: ResolvedEdge) => void,
): Lost[] {
  const reached = new Set<number>();
  for (const at of reaches) reached.add(engine.callOp.get(engine.reaches.get(at)));
  const found: Lost[] = [];
  const own = engine.program.byPath.get(file.path) as number;
  for (const unit of file.facts.units) {
    if ((unit.flags & UnitFlag.TYPE) !== 0) continue;
    const origins = new Map<number, number>();
    for (let at = unit.start; at < unit.end; at = next(file.facts.ops, at)) {
      const ops = file.facts.ops;
      origins.set(ops[at + 1] as number, at);
      if (ops[at] !== Op.CALL || reached.has(at) || ((ops[at + 5] as number) & CallFlag.QUIET) !== 0)
        continue;
      const from = ownerOf(file, unit);
      const line = ops[at + 3] as number;
      const origin = origins.get(ops[at + 2] as number) ?? -1;
      const guess = guesses.of(file, at, origin);
      if (guess !== undefined)
        keep({ from, type: "CALLS", line, confidence: "ambiguous", ...guess, outside: "", kind: "" });
      for (const def of callbacksAt(file, at, origin, origins))
        keep({ from, type: "CALLS", line, confidence: "ambiguous", file: own, def, outside: "", kind: "" });
      found.push({
        from,
        line,
        text: file.facts.strings[ops[at + 6] as number] as string,
        reason: reasonOf(ops[origin]),
      });
    }
  }
  return found;
}

/** Methods of lists, sets and maps that call what they are given at once; hardly anything else has such a name. */
const CALLS_BACK = new Set(
  "every filter find findIndex findLast flatMap forEach map reduce reduceRight some sort".split(" "),
);

/** Functions written as arguments of such a method, on a receiver of which nothing is known. */
function callbacksAt(
  { facts, tongue }: ProgramFile,
  at: number,
  origin: number,
  origins: ReadonlyMap<number, number>,
): number[] {
  const { ops, strings, units } = facts;
  if (tongue !== Tongue.ECMA || ops[origin] !== Op.LOAD) return [];
  if (!CALLS_BACK.has(strings[ops[origin + 3] as number] as string)) return [];
  // The function comes first; what follows is a start value or `this`.
  if (ops[at + 7] === 0 || ops[at + 8] !== Arg.PLAIN) return [];
  const value = origins.get(ops[at + 9] as number) ?? -1;
  const def = ops[value] === Op.FUNC ? (units[ops[value + 2] as number]?.def ?? -1) : -1;
  return def === -1 ? [] : [def];
}

function ownerOf(file: ProgramFile, unit: ProgramFile["facts"]["units"][number]): number {
  let at = unit;
  while (at.def === -1 && at.parent !== -1) at = file.facts.units[at.parent] as typeof unit;
  return at.def;
}

function reasonOf(origin: number | undefined): Lost["reason"] {
  if (origin === Op.LOAD || origin === Op.ITEM) return "unknown_receiver";
  if (origin === Op.GLOBAL) return "unknown_name";
  if (origin === Op.FROM || origin === Op.IMPORT) return "unknown_module";
  return "dynamic";
}
