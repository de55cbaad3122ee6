import { CallFlag, Op, UnitFlag } from "../facts/index.ts";
import type { ResolvedEdge } from "./edge.ts";
import type { Engine } from "./engine.ts";
import type { Guesses } from "./guesses.ts";
import type { ProgramFile } from "./program.ts";
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
