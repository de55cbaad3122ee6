import type { Facts } from "./facts.ts";
import { Arg, LAYOUT, Op } from "./ops.ts";

const NAMES: readonly string[] = Object.entries(Op).reduce<string[]>((names, [name, code]) => {
  names[code] = name;
  return names;
}, []);

/** The ops of one unit for reading, one per line: `CALL v4 = v3(v1, k=v2) "f"`. Variables are numbered as they appear. */
export function showUnit(facts: Facts, unit: number): string[] {
  const { start, end } = facts.units[unit] as Facts["units"][number];
  const lines: string[] = [];
  const numbers = new Map<number, string>();
  const name = (variable: number) => {
    if (variable === -1) return "none";
    const foreign = facts.variables[variable] !== unit;
    let known = numbers.get(variable);
    if (known === undefined) {
      known = `${foreign ? "outer" : "v"}${numbers.size}`;
      numbers.set(variable, known);
    }
    return known;
  };
  const fact = facts.units[unit] as Facts["units"][number];
  for (const param of fact.params) numbers.set(param.variable, facts.strings[param.name] as string);
  if (fact.self !== -1) numbers.set(fact.self, "self");
  if (fact.result !== -1) numbers.set(fact.result, "result");
  for (let at = start; at < end; ) {
    const [line, next] = showOp(facts, at, name);
    lines.push(line);
    at = next;
  }
  return lines;
}

/** The ops of a function or class by its qualified name; of the module when it is "". */
export function show(facts: Facts, qualified: string): string[] {
  if (qualified === "") return showUnit(facts, 0);
  const def = facts.defs.findIndex((one) => one.qualified === qualified);
  const unit = facts.units.findIndex((one) => one.def === def && def !== -1);
  if (unit === -1) throw new Error(`There is no definition "${qualified}".`);
  return showUnit(facts, unit);
}

function showOp(facts: Facts, from: number, name: (variable: number) => string): [string, number] {
  const { ops, strings } = facts;
  const code = ops[from] as number;
  const layout = LAYOUT[code] ?? "";
  const words: string[] = [];
  let at = from + 1;
  for (const letter of layout) {
    if (letter === "*") continue;
    const word = ops[at++] as number;
    if (letter === "v") words.push(name(word));
    else if (letter === "s") words.push(JSON.stringify(strings[word]));
    else if (letter === "u") words.push(unitName(facts, word));
    else if (letter === "n") words.push(String(word));
  }
  const op = NAMES[code] as string;
  if (code === Op.CLASS) {
    const count = ops[at++] as number;
    for (let left = count; left > 0; left--) words.push(name(ops[at++] as number));
  } else if (code === Op.CALL) {
    const [to, callee, , flags, text] = words;
    const [list, end] = showArguments(facts, at + 1, ops[at] as number, name);
    return [`CALL ${to} = ${callee}(${list})${flags === "0" ? "" : ` !${flags}`} ${text}`, end];
  } else if (code === Op.LOAD && words.at(-1) === "0") words.pop();
  return [`${op} ${words.join(" ")}`, at];
}

function showArguments(
  facts: Facts,
  from: number,
  count: number,
  name: (variable: number) => string,
): [string, number] {
  const { ops, strings } = facts;
  const shown: string[] = [];
  let at = from;
  for (let left = count; left > 0; left--) {
    const kind = ops[at++] as number;
    if (kind === Arg.NAMED) shown.push(`${strings[ops[at++] as number]}=${name(ops[at++] as number)}`);
    else shown.push(`${["", "*", "", "**"][kind]}${name(ops[at++] as number)}`);
  }
  return [shown.join(", "), at];
}

function unitName(facts: Facts, unit: number): string {
  const def = facts.units[unit]?.def ?? -1;
  return def === -1 ? `unit${unit}` : (facts.defs[def]?.qualified ?? `unit${unit}`);
}
