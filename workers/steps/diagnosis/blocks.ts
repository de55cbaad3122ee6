/** Failures in the lines of a log, each with all that its tool wrote of it. */
import { SHAPES, type Shape } from "./shapes.ts";

export interface Block {
  shape: string;
  rank: Shape["rank"];
  lines: string[];
  /** The test that it speaks of, as the tool calls it. */
  test?: string | undefined;
}

/** A block of more lines is a log of its own. */
const MOST_LINES = 400;

/** Blocks in their order, each once: some tools write a failure where it happens, and again at the end. */
export function blocksIn(lines: readonly string[]): Block[] {
  const blocks = new Map<string, Block>();
  // Long logs repeat themselves.
  const dull = new Set([""]);
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const possible = dull.has(line) ? [] : SHAPES.filter((one) => one.opens.test(line));
    if (possible.length === 0) dull.add(line);
    const shape = possible.find(({ needs }) => needs === undefined || follows(needs, lines, at));
    if (shape === undefined) {
      at += 1;
      continue;
    }
    const end = endOf(shape, lines, at);
    const block = blockOf(shape, lines.slice(at, end));
    if (block !== undefined && !blocks.has(keyOf(block))) blocks.set(keyOf(block), block);
    at = end;
  }
  return [...blocks.values()];
}

function follows(
  { within, line }: NonNullable<Shape["needs"]>,
  lines: readonly string[],
  at: number,
): boolean {
  return lines.slice(at + 1, at + 1 + within).some((one) => line.test(one));
}

/** The line after the last one. */
function endOf(shape: Shape, lines: readonly string[], at: number): number {
  const depth = depthOf(lines[at] ?? "");
  const most = Math.min(lines.length, at + MOST_LINES);
  let end = at + 1;
  for (; end < most; end += 1) {
    const line = lines[end] ?? "";
    if (shape.until?.test(line) || shape.while?.test(line) === false) break;
    if (shape.deeper && line !== "" && depthOf(line) <= depth) break;
  }
  return end;
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

function blockOf(shape: Shape, all: readonly string[]): Block | undefined {
  const { name, rank, has, not, noise, line } = shape;
  if (has !== undefined && !all.some((one) => has.test(one))) return undefined;
  if (not !== undefined && all.some((one) => not.test(one))) return undefined;
  const lines = withoutEnds(noise === undefined ? all : all.filter((one) => !noise.test(one)));
  // Entries of a list name what is told of elsewhere.
  if (lines.length < 2 && !line) return undefined;
  const test = testOf(shape, all);
  return { shape: name, rank, lines, ...(test !== undefined && { test }) };
}

function testOf({ opens: first, named }: Shape, all: readonly string[]): string | undefined {
  const groups = named?.exec(all.slice(0, 10).join("\n"))?.groups ?? first.exec(all[0] ?? "")?.groups;
  const written = groups?.test ?? groups?.titles?.replace(/\s*\n\s+/g, " > ");
  return written === undefined || written.trim() === "" ? undefined : written.trim();
}

function withoutEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** What two blocks of the same failure have in common. */
function keyOf({ lines }: Block): string {
  const said = lines.filter((line) => line.trim() !== "" && !line.startsWith("test at "));
  return said.map((line) => line.trim().replace(/\(?\d[\d.]* ?m?s\)?$/, "")).join("\n");
}
