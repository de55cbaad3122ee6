/**
 * A text as who reads it may put it together again: without what stands between the characters of a long word, and
 * each character of a reading knows where it stands in the text.
 */

export type Reading = {
  text: string;
  /** True: what stood apart may stand together. */
  broken: boolean;
  /** Where a character of the reading begins in the text, and where it ends. */
  startOf(at: number): number;
  endOf(at: number): number;
};

/** Ends of lines and indentation; what does not show, such as a terminal's colours; all as JSON writes it too. */
const ESC = `(?:${String.fromCharCode(27)}|\\\\{1,8}u001[bB])`;
const GAP = String.raw`${ESC}\[[\d;:?]{0,24}[A-Za-z]|[\s\p{Cc}\p{Cf}]|\\{1,8}(?:[nrt]|u00[01][\da-fA-F]|(?=/))`;
/** Before lines of a diff. */
const MARK = String.raw`(?<=\n|\\n)[+-]`;
const MARKED = /(?:\n|\\n)[+-]/;
const ESCAPE = String.raw`\\{1,8}u([\da-fA-F]{4})`;
/** A word does not go on after so much. */
const LONGEST_GAP = 64;

const PLAIN_GAPS = new RegExp(`(?:${GAP})+|${ESCAPE}`, "gu");
const DIFF_GAPS = new RegExp(`(?:${GAP}|${MARK})+|${ESCAPE}`, "gu");

/** The end of a text in the middle of an escape: what it means is told by what follows. */
export const UNFINISHED = new RegExp(
  String.raw`(?:${ESC}(?:\[[\d;:?]{0,24})?|\\{1,8}(?:u[\da-fA-F]{0,3})?)$`,
  "u",
);

/** The ways in which a text is read: as it is, as a reader sees it, and without the marks of a diff. */
export function readingsOf(text: string): Reading[] {
  const plain = { text, broken: false, startOf: (at: number) => at, endOf: (at: number) => at + 1 };
  const others = MARKED.test(text) ? [PLAIN_GAPS, DIFF_GAPS] : [PLAIN_GAPS];
  return [plain, ...others.map((gaps) => without(gaps, text))];
}

/** Characters that stand together in the text too; `wide` is what each of them takes there. */
type Run = { at: number; from: number; wide: number };

function without(gaps: RegExp, text: string): Reading {
  const runs: Run[] = [];
  let read = "";
  const take = (shown: string, from: number, wide: number) => {
    if (shown !== "") runs.push({ at: read.length, from, wide });
    read += shown;
  };
  let from = 0;
  for (const { 0: gap, 1: code, index } of text.matchAll(gaps)) {
    take(text.slice(from, index), from, 1);
    from = index + gap.length;
    if (code !== undefined) take(String.fromCharCode(Number.parseInt(code, 16)), index, gap.length);
    else if (gap.length > LONGEST_GAP) take("\n", index, gap.length);
  }
  take(text.slice(from), from, 1);
  const startOf = (at: number) => {
    const run = runIn(runs, at);
    return run.from + (at - run.at);
  };
  return { text: read, broken: true, startOf, endOf: (at) => startOf(at) + runIn(runs, at).wide };
}

/** The run that holds a character: the last that begins at it or before. */
function runIn(runs: readonly Run[], at: number): Run {
  let low = 0;
  for (let high = runs.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.at ?? 0) <= at) low = middle;
    else high = middle;
  }
  return runs[low] ?? { at: 0, from: 0, wide: 1 };
}
