import { Damaged, type Sink, type Source } from "./bytes.ts";
import type { ParamFact, Unit } from "./facts.ts";

const MOST_VARIABLES = 1 << 26;

/** Units; the numbers in them are near to those before. */
export function packUnits(to: Sink, units: readonly Unit[]): void {
  to.uint(units.length);
  let end = 0;
  let variable = 0;
  const put = (value: number) => {
    to.int(value - variable);
    variable = value;
  };
  units.forEach((unit, i) => {
    to.int(i - unit.def);
    to.int(i - unit.parent);
    to.int(unit.flags);
    to.int(unit.start - end);
    to.int(unit.end - unit.start);
    end = unit.end;
    put(unit.result);
    put(unit.self);
    to.uint(unit.params.length);
    for (const param of unit.params) {
      to.int(param.name);
      put(param.variable);
      to.int(param.kind);
      to.int(param.fallback === -1 ? 0 : param.fallback >= 0 ? param.fallback + 1 : param.fallback);
    }
  });
}

export function unpackUnits(from: Source): Unit[] {
  const units: Unit[] = [];
  const count = from.count();
  let end = 0;
  let variable = 0;
  for (let i = 0; i < count; i++) {
    const def = (i - from.int()) | 0;
    const parent = (i - from.int()) | 0;
    const flags = from.int();
    const start = end + from.int();
    end = start + from.int();
    const result = (variable + from.int()) | 0;
    const self = (result + from.int()) | 0;
    variable = self;
    const params: ParamFact[] = [];
    for (let left = from.count(); left > 0; left--) {
      const name = from.int();
      variable = (variable + from.int()) | 0;
      const kind = from.int();
      const fallback = from.int();
      params.push({ name, variable, kind, fallback: fallback > 0 ? fallback - 1 : fallback || -1 });
    }
    units.push({ def, parent, flags, params, self, result, start, end });
  }
  return units;
}

/** Units of the variables, as runs. */
export function packVariables(to: Sink, variables: Int32Array): void {
  to.uint(variables.length);
  let unit = 0;
  for (let i = 0; i < variables.length; ) {
    let past = i + 1;
    while (past < variables.length && variables[past] === variables[i]) past++;
    to.int((variables[i] as number) - unit);
    to.uint(past - i);
    unit = variables[i] as number;
    i = past;
  }
}

export function unpackVariables(from: Source): Int32Array {
  const length = from.uint();
  // Runs are shorter than what they stand for, so the length cannot be held against the bytes that are left.
  if (length > MOST_VARIABLES) throw new Damaged("there are too many variables");
  const variables = new Int32Array(length);
  let unit = 0;
  for (let at = 0; at < length; ) {
    unit = (unit + from.int()) | 0;
    const run = from.uint();
    if (run === 0 || run > length - at) throw new Damaged("their variables do not add up");
    variables.fill(unit, at, at + run);
    at += run;
  }
  return variables;
}
