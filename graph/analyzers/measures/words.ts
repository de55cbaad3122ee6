/** Distinct words kept of one definition: what has more is a table, and tables match everything. */
export const MAX_WORDS = 400;

/** Longer ones are hashes and encoded data. */
const MAX_LETTERS = 40;

/** How often each word occurs. */
export type Words = Map<string, number>;

export function addWord(words: Words, word: string, times: number): void {
  const before = words.get(word);
  if (before !== undefined) words.set(word, before + times);
  else if (words.size < MAX_WORDS) words.set(word, times);
}

/** Adds the words of a text; see `splitWords`. */
export function addText(words: Words, text: string): void {
  for (const word of splitWords(text)) addWord(words, word, 1);
}

/**
 * The words of an identifier, a path or a text as they are ranked: split at case (`parseURL2html`: parse, url, html),
 * digits and whatever is no letter, in lower case, without stop words and single letters. Numbers are no words.
 */
export function splitWords(text: string): string[] {
  const found: string[] = [];
  const length = text.length;
  let start = -1;
  let before = OTHER;
  for (let at = 0; at <= length; at++) {
    const now = at < length ? classOf(text.charCodeAt(at)) : OTHER;
    if (start === -1) {
      if (now !== OTHER) start = at;
    } else if (now === OTHER) {
      keep(found, text, start, at);
      start = -1;
    } else if (now === UPPER && before === LOWER) {
      keep(found, text, start, at);
      start = at;
    } else if (now === LOWER && before === UPPER && at - 1 > start && !isPlural(text, at)) {
      keep(found, text, start, at - 1);
      start = at - 1;
    }
    before = now;
  }
  return found;
}

/** `URLs` is one word, as is `IDs`: the small s belongs to the capitals. */
function isPlural(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x73 && (at + 1 >= text.length || classOf(text.charCodeAt(at + 1)) !== LOWER)
  );
}

function keep(found: string[], text: string, start: number, end: number): void {
  if (end - start < 2 || end - start > MAX_LETTERS) return;
  const word = text.slice(start, end).toLowerCase();
  if (!STOP_WORDS.has(word)) found.push(word);
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;

const ASCII = new Uint8Array(128);
for (let code = 0; code < 26; code++) {
  ASCII[0x41 + code] = UPPER;
  ASCII[0x61 + code] = LOWER;
}

/** Letters beyond ASCII count as small ones; punctuation, spaces and pictures there separate. */
function classOf(code: number): number {
  if (code < 128) return ASCII[code] as number;
  if (code < 0xc0 || code === 0xd7 || code === 0xf7) return OTHER;
  if (code >= 0x2000 && code < 0x2c00) return OTHER;
  if (code >= 0x3000 && code < 0x3040) return OTHER;
  return code >= 0xd800 && (code < 0xf900 || code >= 0xfe00) ? OTHER : LOWER;
}

/** Words of English that say nothing about what code does, and the names of the object at hand. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "an and any are as at be because been but by can could did do does each either etc for from had has have " +
    "he her his how if in into is it its just may might more most must no nor not of off on once only or other our " +
    "out own she should so some such than that the their them then there these they this those through to too " +
    "under until up upon very via was we were what when where whether which while who whom whose why will with " +
    "within without would you your self cls"
  ).split(" "),
);
