import { splitWords } from "../analyzers/measures/words.ts";
import { mentionedStems } from "./context-stems.ts";

/** What a task speaks of: words to look for, and the files and names that it points at. */
export interface Task {
  /** Word -> how much it counts. At most `MAX_WORDS`, the weightiest first. */
  words: Map<string, number>;
  /** Paths and file names as written, lower case, with `/`. */
  paths: Set<string>;
  /** Lines named together with a path: in stack traces, `file.ts:12`. */
  places: { path: string; line: number }[];
  /** Identifiers as written: `Helper.run`, `snake_case`, `camelCase`, what stands in backticks or before `(`. */
  names: Set<string>;
  /** Names that files may have: what they are called without their ending -> how clearly. */
  stems: Map<string, number>;
  /** It asks about tests, so they are not put behind. */
  aboutTests: boolean;
}

/** More words find more nodes than can be read in time, and add nothing. */
const MAX_WORDS = 40;
/** The beginning of a task says what it is about; logs follow. */
const MAX_LENGTH = 20_000;
/** Words of identifiers and paths, of the first line, and of the rest. */
const NAME_WEIGHT = 2;
const TITLE_WEIGHT = 2;
const TEXT_WEIGHT = 1;

const EXTENSIONS =
  "py|pyi|js|jsx|mjs|cjs|ts|tsx|mts|cts|go|java|rs|json|toml|ya?ml|md|html|css|sql|sh|txt|cfg|ini";
const PATH = new RegExp(`(?:[\\w.@+-]{1,80}[\\\\/]){0,20}[\\w.@+-]{1,80}\\.(?:${EXTENSIONS})(?![\\w])`, "g");
const LINE_AFTER = /^(?:["']?, line |:|\(|#L)(\d{1,6})/;
const FRAME = /(?:, in |\bat (?:async |new )?)([A-Za-z_$][\w$.]{0,120})/g;
const QUOTED = /`([^`\n]{1,120})`/g;
const IDENTIFIER = /[A-Za-z_$][\w$]{0,80}(?:(?:\.|::|#)[A-Za-z_$][\w$]{0,80}){0,6}(?:\(\))?/g;
const TESTS = /\b(?:tests?|testing|specs?|fixtures?|pytest|vitest|jest|unittest)\b/i;

/** Reads a task: an issue, a commit message, a stack trace. */
export function readTask(text: string): Task {
  const read = text.slice(0, MAX_LENGTH);
  const task: Task = {
    words: new Map(),
    paths: new Set(),
    places: [],
    names: new Set(),
    stems: new Map(),
    aboutTests: TESTS.test(read),
  };
  const rest = readPaths(read, task);
  readNames(rest, task);
  task.stems = mentionedStems(rest, task.names);
  task.words = weighWords(read, task);
  return task;
}

/** Collects paths and gives the text without them. */
function readPaths(text: string, task: Task): string {
  return text.replace(PATH, (written, offset: number) => {
    const path = written.replaceAll("\\", "/").toLowerCase();
    task.paths.add(path);
    const line = LINE_AFTER.exec(text.slice(offset + written.length, offset + written.length + 20));
    if (line !== null) task.places.push({ path, line: Number(line[1]) });
    return " ";
  });
}

function readNames(text: string, task: Task): void {
  for (const [, name] of text.matchAll(FRAME))
    if (looksLikeName(name as string)) task.names.add(name as string);
  for (const [, quoted] of text.matchAll(QUOTED)) {
    const name = /^[\w$.:#]+(?=\(.*\)$|$)/.exec((quoted as string).trim())?.[0];
    if (name !== undefined && /[A-Za-z]/.test(name)) task.names.add(name);
  }
  for (const [written] of text.matchAll(IDENTIFIER)) {
    if (looksLikeName(written)) task.names.add(written.replace(/\(\)$/, ""));
  }
}

/** Nobody writes prose like this: `a_b`, `aB`, `A.b`, `run()`. */
function looksLikeName(text: string): boolean {
  if (text.endsWith("()")) return true;
  if (/^(?:e\.g|i\.e|etc|vs|GitHub|JavaScript|TypeScript)$/i.test(text)) return false;
  return /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z\d]|^_+[A-Za-z]|[\w$](?:\.|::|#)[A-Za-z_$]|^[A-Z]{2,}[a-z]/.test(
    text,
  );
}

function weighWords(text: string, task: Task): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (source: string, weight: number): void => {
    for (const word of splitWords(source)) {
      if (!STOP_WORDS.has(word)) weights.set(word, (weights.get(word) ?? 0) + weight);
    }
  };
  const title = text.slice(0, (text.indexOf("\n") + 1 || text.length + 1) - 1);
  add(title, TITLE_WEIGHT);
  add(text.slice(title.length), TEXT_WEIGHT);
  for (const name of task.names) add(name, NAME_WEIGHT);
  for (const path of task.paths) add(path.replace(/\.\w+$/, ""), NAME_WEIGHT);
  const heaviest = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_WORDS);
  // Said ten times is not ten times as telling.
  return new Map(heaviest.map(([word, weight]) => [word, 1 + Math.log(weight)]));
}

/** Words of prose and of tasks that say nothing about where. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a about above after again all also although always am an and any are as at be because been before being below " +
    "between both but by can cannot could did do does doing done down during each either else etc ever every few for " +
    "from further get gets got had has have having he her here hers him his how however i if in instead into is it " +
    "its itself just let like made make makes many may me might more most much must my neither no nor not now of off " +
    "on once one only or other our ours out over own please rather same see seem she should since so some still such " +
    "than that the their them then there these they this those though through thus to too two under until up upon " +
    "us use used uses using very via was way we well were what when where whether which while who whom whose why will " +
    "with within without would yes yet you your yours " +
    "add added adds allow bug change changed changes fix fixed fixes fixing improve issue need needs new support " +
    "update updated currently expected actual behavior behaviour example problem works working line file most recent"
  ).split(" "),
);
