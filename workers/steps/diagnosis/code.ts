/** The code that a report shows: what the code graph suspects, or the lines that stacks name where there is no graph. */
import { linesOf } from "../../../graph/queries/context-source.ts";
import { suspectContext } from "../../../graph/queries/suspect-context.ts";
import type { Clues } from "../../../graph/queries/suspects.ts";
import { estimate } from "../../../graph/queries/tokens.ts";
import type { Means } from "./failure.ts";
import type { Frame } from "./frames.ts";
import type { Diagnosis } from "./read-failure.ts";

export interface Code {
  text: string;
  /** Likeliest to blame first. */
  files: string[];
}

/** With less room there is no body of a function. */
const LEAST = 150;
const MOST_FILES = 30;
/** Of the room, what code may take that is found by words alone. */
const UNPOINTED = 0.3;
/** Lines around a place that are shown where no graph knows its function, and places that are. */
const AROUND = 12;
const MOST_PLACES = 20;

export async function codeOf(diagnosis: Diagnosis, means: Means, room: number): Promise<Code> {
  const frames = diagnosis.stacks.flat();
  const named = frames.map(({ path }) => path);
  const pointed = frames.length + diagnosis.tests.length > 0;
  // A set-up that failed without a word about code failed for something else.
  const aside = !pointed && diagnosis.steps.every(({ record }) => record.kind === "setup");
  if (room < LEAST || aside) return { text: "", files: unique(named) };
  const { reader, source } = means;
  if (reader === undefined) return { text: await placesOf(frames, source, room), files: unique(named) };
  const clues = cluesOf(diagnosis, means);
  const wanted = pointed || means.diff !== undefined ? room : room * UNPOINTED;
  const { text, context_nodes } = await suspectContext(reader, clues, wanted, source && { source });
  const best = context_nodes.toSorted((a, b) => b.relevance - a.relevance).map(({ path }) => path);
  // A heading alone is no code.
  return { text: best.length === 0 ? "" : text, files: unique([...best, ...named]) };
}

function cluesOf({ stacks, tests, allTests, messages }: Diagnosis, { diff }: Means): Clues {
  const words = [...messages.map(({ text }) => text), ...tests].join("\n");
  return { stacks, tests, allTests, diff, words };
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)].slice(0, MOST_FILES);
}

/** Lines around the places of stacks, each line once, as many places as find room. */
async function placesOf(frames: readonly Frame[], source: Means["source"], room: number): Promise<string> {
  const parts: string[] = [];
  const shown: Frame[] = [];
  let used = 0;
  for (const { path, line } of frames.slice(0, MOST_PLACES)) {
    if (shown.some((one) => one.path === path && Math.abs(one.line - line) <= AROUND)) continue;
    const text = await source?.(path);
    if (text === undefined) continue;
    const first = Math.max(1, line - AROUND);
    const body = linesOf(text)
      .slice(first - 1, line + AROUND)
      .join("\n");
    const part = `=== ${path}, from line ${first} ===\n${body}\n`;
    used += estimate.count(part);
    if (used > room) break;
    shown.push({ path, line });
    parts.push(part);
  }
  return parts.join("\n");
}
