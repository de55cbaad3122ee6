/** The places of the repository that a text names, in the order in which they are worth looking at. */
import { type FindPath, pathFinder } from "./paths.ts";
import { type Place, placeIn } from "./places.ts";

export interface Frame {
  /** A file of the repository. */
  path: string;
  line: number;
  fn?: string | undefined;
}

/** Where one error ends and the one it led to begins. */
const NEXT =
  /^\s*(?:\| )?Traceback \(most recent call last\)|exception was the direct cause|During handling of the above|^Caused by: |^_{3,} |^={3,}/;
/** eslint: a path alone, then its problems. */
const ROW = /^\s+(\d+):\d+\s+(?:error|warning)\s/;
const ALONE = /^\S.*\.\w+$/;

/** Places in `text` that are files among `paths`: each stack from where it went wrong outwards, each place once. */
export function frames(text: string, paths: readonly string[]): Frame[] {
  return framesIn(text.split("\n"), pathFinder(paths));
}

export function framesIn(lines: readonly string[], find: FindPath): Frame[] {
  const found = new Map<string, Frame>();
  for (const stack of stacksIn(lines)) {
    for (const { path: written, line, fn } of stack) {
      const path = find(written);
      if (path === undefined || line < 1) continue;
      const key = `${path}:${line}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { path, line, ...(fn !== undefined && { fn }) });
      else known.fn ??= fn;
    }
  }
  return [...found.values()];
}

function stacksIn(lines: readonly string[]): Place[][] {
  const stacks: Place[][] = [];
  let open: Place[] = [];
  let header = "";
  const close = (): void => {
    const [inStack, alone] = [open.filter(({ stack }) => stack), open.filter(({ stack }) => !stack)];
    stacks.push([...(inStack[0]?.last ? inStack.reverse() : inStack), ...alone]);
    open = [];
  };
  for (const [at, line] of lines.entries()) {
    if (NEXT.test(line)) close();
    if (ALONE.test(line)) header = line;
    const row = ROW.exec(line);
    const place =
      row === null
        ? placeIn(line, lines[at - 1])
        : { path: header, line: Number(row[1]), stack: false, last: false };
    if (place === undefined) continue;
    const before = open.at(-1);
    // A place alone after a stack tells of the next failure.
    if (before?.last !== place.last || (before.stack && !place.stack)) close();
    open.push(place);
  }
  close();
  return stacks;
}
