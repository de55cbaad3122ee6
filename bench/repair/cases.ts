/** Real failures: one fault in one function, the tests that notice it, and what they printed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { innermost } from "../../graph/queries/names.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { GraphNode } from "../../models/graph.ts";
import { Faults } from "./mutate.ts";
import { run } from "./run.ts";
import type { Subject, Unit } from "./subjects.ts";

export interface Case {
  subject: string;
  heldOut: boolean;
  path: string;
  /** The function with the fault, and its line. */
  fn: string;
  line: number;
  what: string;
  /** The file with the fault, and as it was. */
  text: string;
  before: string;
  command: string;
  exit_code: number;
  log: string;
}

/** A run that takes longer was made endless by the fault, and its log tells nothing. */
const TIMEOUT_MS = 30_000;
/** Tests that take longer without a fault would leave time for few others. */
const SOON_MS = 15_000;
/** Faults that no test notices are common; after so many another file has its turn. */
const TRIES = 4;

/** A stream of chance that is the same for a seed. */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Up to `most` failures of a subject, spread over its units, those held out and the others in turn. */
export async function casesOf(
  subject: Subject,
  reader: GraphReader,
  most: number,
  pick: (below: number) => number,
  deadline: number,
): Promise<Case[]> {
  const faults = await Faults.open();
  const cases: Case[] = [];
  const seen = new Set<string>();
  const units = shuffled(subject.units, pick);
  const sound = soundness(subject);
  const turns = Math.ceil(most / units.length) * 3;
  for (let turn = 0; turn < turns; turn += 1) {
    for (const unit of units) {
      if (cases.length >= most || performance.now() > deadline) break;
      if (!(await sound(unit))) continue;
      const found = await oneCase(subject, unit, reader, faults, pick, seen);
      if (found !== undefined) cases.push(found);
    }
  }
  faults.close();
  return cases;
}

/** Tells of units whether their tests pass as they are, and soon. */
function soundness(subject: Subject): (unit: Unit) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async ({ command }) => {
    const sound =
      known.get(command) ?? (await run(command, subject.folder, subject.env, SOON_MS)).exit_code === 0;
    known.set(command, sound);
    return sound;
  };
}

async function oneCase(
  subject: Subject,
  unit: Unit,
  reader: GraphReader,
  faults: Faults,
  pick: (below: number) => number,
  seen: Set<string>,
): Promise<Case | undefined> {
  for (let nth = 0; nth < TRIES; nth += 1) {
    const path = unit.files[pick(unit.files.length)];
    if (path === undefined) return undefined;
    const place = join(subject.folder, path);
    const before = readFileSync(place, "utf8");
    const nodes = await reader.nodesOf([path]);
    const possible = (await faults.of(path, before)).flatMap((fault) => {
      const fn = functionAt(nodes, fault.line);
      return fn === undefined || seen.has(`${fn.id} ${fault.line}`) ? [] : [{ fault, fn }];
    });
    // Each function is as likely as another, however long it is.
    const byFunction = [...Map.groupBy(possible, ({ fn }) => fn.id).values()];
    const one = byFunction[pick(Math.max(1, byFunction.length))];
    const chosen = one?.[pick(one.length)];
    if (chosen === undefined) continue;
    const { fault, fn } = chosen;
    seen.add(`${fn.id} ${fault.line}`);
    writeFileSync(place, fault.text);
    const ran = await run(unit.command, subject.folder, subject.env, TIMEOUT_MS);
    writeFileSync(place, before);
    if (ran.exit_code === null || ran.exit_code === 0) continue;
    const { command, heldOut } = unit;
    const { line, text, what } = fault;
    return {
      subject: subject.name,
      heldOut,
      path,
      fn: fn.id,
      line,
      what,
      text,
      before,
      command,
      exit_code: ran.exit_code,
      log: ran.log,
    };
  }
  return undefined;
}

function functionAt(nodes: readonly GraphNode[], line: number): GraphNode | undefined {
  return innermost(
    nodes.filter((node) => node.type === "function"),
    line,
    line,
  );
}

function shuffled<T>(list: readonly T[], pick: (below: number) => number): T[] {
  const mixed = [...list];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = pick(at + 1);
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
