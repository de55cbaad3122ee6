/** The smallest useful piece of a log: what failed, the first failures first, and nothing of what passed. */
import { estimate } from "../../../graph/queries/tokens.ts";
import type { CommandEvidence } from "../../../models/step.ts";
import { type FindPath, pathFinder } from "./paths.ts";
import { placeIn } from "./places.ts";
import { type Reading, readLog } from "./read-log.ts";
import { trimStacks } from "./stack.ts";

export interface ExcerptOptions {
  /** Most that the piece may count. */
  budget: number;
  /** Tokens when absent. */
  count?: (text: string) => number;
  /** What ran in the step, in order. */
  commands?: readonly CommandEvidence[];
  /** Files of the repository: stacks end with the last frame inside. */
  paths?: readonly string[];
}

/** What a person would copy out of a log into an issue, within a budget. */
export function excerpt(log: string, { budget, count, commands, paths = [] }: ExcerptOptions): string {
  return excerptOf(readLog(log, commands), budget, pathFinder(paths), count);
}

/** Of the budget, what the first of several failures may take. */
const FIRST_SHARE = 0.5;
/** Lines at the end of a log without failures of tests: what stopped it stands there. */
const TAIL_LINES = { alone: 120, beside: 15 };
/** Passing tests, progress, advertisement. */
const NOISE =
  /^\s*(?:$|[✓✔√]|ok \d+|PASS\b|--- PASS|=== |test .* \.\.\. ok$|\[INFO\]|npm (?:warn|WARN|notice|error|ERR!)|\.+\s*(?:\[ *\d+%\])?$|\S+\.py \.+ +\[)/;

export function excerptOf(
  reading: Reading,
  budget: number,
  find: FindPath,
  count: (text: string) => number = estimate.count,
): string {
  const head = reading.command === undefined ? [] : [`$ ${reading.command}`];
  const foot = reading.outcome === undefined ? [] : [`(${reading.outcome})`];
  const piece = new Piece(budget - count([...head, ...foot, ""].join("\n")), count);
  const { blocks } = reading;
  for (const [at, { lines }] of blocks.entries()) {
    const share = at === 0 && blocks.length > 1 ? FIRST_SHARE : 1;
    const left = blocks.length - at;
    if (piece.add(trimStacks(lines, find), share, left > 1)) continue;
    piece.note(leftOut(left, "more failure"));
    break;
  }
  // A tool that could not go on says so last, and why before.
  if ((blocks[0]?.rank ?? 3) > 1) piece.addTail(tailOf(reading));
  return [...head, ...piece.text(), ...foot].join("\n");
}

function leftOut(number: number, what: string): string {
  return `… ${number} ${what}${number === 1 ? "" : "s"} left out`;
}

/** Text that grows up to a budget. */
class Piece {
  readonly #count: (text: string) => number;
  readonly #parts: string[] = [];
  #left: number;

  constructor(budget: number, count: (text: string) => number) {
    this.#left = budget;
    this.#count = count;
  }

  /** Adds a failure, whole when it fits into its share of the room. @returns false when there is no room for it */
  add(lines: readonly string[], share: number, more: boolean): boolean {
    const note = more ? this.#count(`${leftOut(99, "more failure")}\n\n`) : 0;
    const room = (this.#left - note) * share;
    const whole = lines.join("\n");
    const text = this.#count(`${whole}\n\n`) <= room ? whole : squeezed(lines, room, this.#count);
    if (text === undefined) return false;
    this.#put(text);
    return true;
  }

  /** The last lines that find room. */
  addTail(lines: readonly string[]): void {
    let from = lines.length;
    let used = 4;
    while (from > 0) {
      used += this.#count(`${lines[from - 1]}\n`);
      if (used > this.#left) break;
      from -= 1;
    }
    if (from === lines.length) return;
    this.#put([...(from > 0 ? ["…"] : []), ...lines.slice(from)].join("\n"));
  }

  note(text: string): void {
    if (this.#count(`${text}\n`) <= this.#left) this.#put(text);
  }

  text(): string[] {
    return this.#parts.length === 0 ? [] : [this.#parts.join("\n\n")];
  }

  #put(text: string): void {
    this.#parts.push(text);
    this.#left -= this.#count(`${text}\n\n`);
  }
}

/** Lines that say what is wrong, and where. */
const TELLING =
  /^\s*(?:E {2,}|>\s|[+-] ?\S|\w*(?:Error|Exception|Failure|panic)\b|[Ee]xpected|[Rr]eceived|[Aa]ctual|got:|left:|right:)|\b(?:AssertionError|!==|!=)\b/;
const HEAD_LINES = 3;

/** The telling lines of a failure and what stands around them, as much as finds room; undefined when not even its head does. */
function squeezed(
  lines: readonly string[],
  room: number,
  count: (text: string) => number,
): string | undefined {
  const chosen = new Set<number>();
  let used = 0;
  const take = (at: number): boolean => {
    const line = lines[at];
    if (line === undefined || chosen.has(at) || line.trim() === "") return true;
    const cost = count(`${line}\n`);
    if (used + cost > room) return false;
    used += cost;
    chosen.add(at);
    return true;
  };
  for (let at = 0; at < Math.min(HEAD_LINES, lines.length); at += 1) if (!take(at)) break;
  const telling = [...lines.keys()].filter(
    (at) => TELLING.test(lines[at] ?? "") || placeIn(lines[at] ?? "")?.stack,
  );
  // A name without a reason is in the list of names already.
  if (telling.length > 0 && !take(telling[0] ?? 0)) return undefined;
  for (const reach of [0, 1, 2]) {
    for (const at of telling)
      for (const near of reach === 0 ? [at] : [at - reach, at + reach])
        if (!take(near)) return fitting(lines, chosen, room, count);
  }
  for (const at of lines.keys()) if (!take(at)) break;
  return fitting(lines, chosen, room, count);
}

/** The chosen lines without those that came last, until the gaps between them find room too. */
function fitting(
  lines: readonly string[],
  chosen: ReadonlySet<number>,
  room: number,
  count: (text: string) => number,
): string | undefined {
  const order = [...chosen];
  while (order.length > 0) {
    const text = gapped(lines, new Set(order));
    if (count(`${text}\n\n`) <= room) return text;
    order.pop();
  }
  return undefined;
}

function gapped(lines: readonly string[], chosen: ReadonlySet<number>): string {
  const kept: string[] = [];
  let gap = 0;
  const close = (): void => {
    if (gap > 0) kept.push(leftOut(gap, "line"));
    gap = 0;
  };
  for (const [at, line] of lines.entries()) {
    if (!chosen.has(at)) gap += 1;
    else {
      close();
      kept.push(line);
    }
  }
  close();
  return kept.join("\n");
}

/** The end of a log without noise and without what was told already; lines that repeat once, with how often. */
function tailOf({ lines, blocks }: Reading): string[] {
  const told = new Set(blocks.flatMap((block) => block.lines));
  const kept: { line: string; times: number }[] = [];
  for (const line of lines) {
    if (NOISE.test(line) || told.has(line)) continue;
    const last = kept.at(-1);
    if (last?.line === line) last.times += 1;
    else kept.push({ line, times: 1 });
  }
  const most = blocks.length === 0 ? TAIL_LINES.alone : TAIL_LINES.beside;
  return kept.slice(-most).map(({ line, times }) => (times === 1 ? line : `${line} (${times} times)`));
}
