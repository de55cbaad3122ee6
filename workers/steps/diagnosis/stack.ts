/** Takes out of a failure's stacks what lies outside of the project. */
import type { FindPath } from "./paths.ts";
import { isNowhere, type Place, placeIn } from "./places.ts";

/** Frames that stay of a stack that never enters the project. */
const KEPT_OF_FOREIGN = 3;
/** What stands in the line above a place, in Go and Rust. */
const ABOVE = /^(?:created by )?[^\s(][^\s]*\(.*\)$|^created by \S+$|^\s*\d+: \S/;

type Side = "own" | "foreign" | undefined;

/** The lines without frames of packages, interpreters and runners; how many there were is said in their place. */
export function trimStacks(lines: readonly string[], find: FindPath): string[] {
  const sides = sidesOf(lines, find);
  const enters = sides.includes("own");
  const kept: string[] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && sides[end] === "foreign") end += 1;
    const run = lines.slice(at, end);
    if (run.length < 2) {
      const line = lines[at] ?? "";
      // What was taken out leaves gaps.
      if (line !== "" || kept.at(-1) !== "") kept.push(line);
      at += 1;
      continue;
    }
    const shown = enters ? 0 : Math.min(KEPT_OF_FOREIGN, run.length);
    kept.push(...run.slice(0, shown));
    const left = run.slice(shown).filter((line) => isFrame(line)).length;
    if (left > 0)
      kept.push(
        `${/^\s*/.exec(run[0] ?? "")?.[0]}… ${left} ${left === 1 ? "frame" : "frames"} outside the project`,
      );
    at = end;
  }
  return kept;
}

function isFrame(line: string): boolean {
  return isNowhere(line) || placeIn(line)?.stack === true;
}

/** Whose frame each line belongs to: a frame takes along the code that Python writes below, the name that Go and Rust write above. */
export function sidesOf(lines: readonly string[], find: FindPath): Side[] {
  const sides: Side[] = [];
  let below: { side: Side; depth: number } | undefined;
  for (const [at, line] of lines.entries()) {
    const place = placeIn(line, lines[at - 1]);
    const side = sideOf(line, place, find);
    if (side !== undefined) {
      const above = lines[at - 1] ?? "";
      if (sides[at - 1] === undefined && ABOVE.test(above) && /\.(?:go|rs)$/.test(place?.path ?? ""))
        sides[at - 1] = side;
      below = place?.last ? { side, depth: depthOf(line) } : undefined;
    } else if (below !== undefined && depthOf(line) <= below.depth) below = undefined;
    sides.push(side ?? below?.side);
  }
  return sides;
}

function sideOf(line: string, place: Place | undefined, find: FindPath): Side {
  if (isNowhere(line)) return "foreign";
  if (!place?.stack) return undefined;
  return find(place.path) === undefined ? "foreign" : "own";
}

function depthOf(line: string): number {
  return line.trim() === "" ? 0 : line.length - line.trimStart().length;
}
