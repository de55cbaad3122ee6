import { grammars } from "../../clients/grammars.ts";
import { type Facts, LAYOUT } from "../facts/index.ts";
import { Parsers } from "../parse.ts";
import type { Analyzer } from "./analyzer.ts";

/** Reads a text with an analyzer of one grammar. */
export async function reader(analyzer: Analyzer): Promise<(text: string, path?: string) => Facts> {
  const [ending, grammar] = Object.entries(analyzer.grammars)[0] ?? [];
  if (ending === undefined || grammar === undefined) throw new Error("The analyzer reads nothing.");
  const parsers = await Parsers.open(grammars);
  await parsers.load(grammar);
  return (text, path = `file${ending}`) => {
    const tree = parsers.parse(grammar, text);
    if (tree === undefined) throw new Error(`Cannot parse "${path}".`);
    return analyzer.analyze(tree, path);
  };
}

/** `kind qualified first-last`. */
export function outline(facts: Facts): string[] {
  return facts.defs.map((def) => `${def.kind} ${def.qualified} ${def.lines[0]}-${def.lines[1]}`);
}

/** What must hold for the facts of any text: operands in range, owners and units before what they own. */
export function mistakes(facts: Facts): string[] {
  const found: string[] = [];
  const ids = new Set<string>();
  for (const [index, def] of facts.defs.entries()) {
    const id = `${def.type} ${def.qualified}`;
    if (ids.has(id)) found.push(`twice: ${id}`);
    ids.add(id);
    if (def.owner >= facts.defs.length || def.owner === index) found.push(`owner of ${id}: ${def.owner}`);
    if (def.lines[0] < 1 || def.lines[1] < def.lines[0]) found.push(`lines of ${id}: ${def.lines}`);
  }
  facts.units.forEach((unit, index) => {
    if (unit.parent >= index) found.push(`unit ${index}: parent ${unit.parent}`);
    const around = new Set<number>();
    for (let at = index; at !== -1; at = (facts.units[at] as typeof unit).parent) around.add(at);
    for (const variable of variablesOf(facts, unit.start, unit.end)) {
      const owner = facts.variables[variable];
      if (owner === undefined || !around.has(owner))
        found.push(`unit ${index}: variable ${variable} of ${owner}`);
    }
  });
  return found;
}

/** Every variable that the ops between two offsets name. */
function variablesOf(facts: Facts, start: number, end: number): number[] {
  const { ops } = facts;
  const found: number[] = [];
  for (let at = start; at < end; ) {
    const layout = LAYOUT[ops[at] as number];
    if (layout === undefined || layout === "") throw new Error(`No op at ${at}: ${ops[at]}`);
    let next = at + 1;
    for (const letter of layout) {
      if (letter === "*") break;
      if (letter === "v") found.push(ops[next] as number);
      next += 1;
    }
    const tail = layout.endsWith("*") ? (ops[next - (layout === "vu*" ? 0 : 1)] as number) : 0;
    if (layout === "vu*") {
      for (let base = 0; base < tail; base++) found.push(ops[next + 1 + base] as number);
      next += 1 + tail;
    } else if (layout.endsWith("*")) {
      for (let left = ops[at + 7] as number, place = at + 8; left > 0; left--) {
        const named = ops[place] === 2;
        found.push(ops[place + (named ? 2 : 1)] as number);
        place += named ? 3 : 2;
        next = place;
      }
      if ((ops[at + 7] as number) === 0) next = at + 8;
    }
    at = next;
  }
  return found;
}

/** Texts that no compiler takes: deep, broken, cut, repeated. */
export function hostile(open: string, inner: string, close: string): string[] {
  const whole = open + inner + close;
  return [
    "",
    "\0\0\uffff",
    open.repeat(1_000),
    close.repeat(1_000),
    open + "(".repeat(4_000) + close,
    open + "{".repeat(4_000) + "}".repeat(4_000) + close,
    open + "[".repeat(3_000) + close,
    open + inner.repeat(1_200) + close,
    `${"/* ".repeat(200)}${whole}`,
    `*/ ${whole}\n`.repeat(500),
    ...Array.from({ length: 40 }, (_, at) => whole.slice(0, Math.floor((whole.length * at) / 40))),
    ...Array.from({ length: 40 }, (_, at) => whole.slice(Math.floor((whole.length * at) / 40))),
  ];
}
