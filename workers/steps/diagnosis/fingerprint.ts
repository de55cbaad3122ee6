/** A digest of what failed: the same failure twice gives the same, whatever the clock, the ports and the lines said. */
import { sha256 } from "../../digest.ts";

export interface Failing {
  /** Kinds of the steps that failed, and the codes of why. */
  steps: readonly string[];
  tests: readonly string[];
  /** What was said to be wrong, each with the place where it happened. */
  messages: readonly { text: string; path?: string | undefined; fn?: string | undefined }[];
}

/** More of them say no more. */
const MOST = 50;

/** Where tools run in parallel the order of failures is chance, so it does not count. */
export function fingerprint({ steps, tests, messages }: Failing): Promise<string> {
  const said = messages.map(({ text, path = "", fn = "" }) => [normal(text), path, fn].join(" @ "));
  return sha256(JSON.stringify([sorted(steps), sorted(tests.map(normal)), sorted(said)]));
}

function sorted(list: readonly string[]): string[] {
  return [...new Set(list)].sort().slice(0, MOST);
}

/** What changes from one run to the next though nothing else did, and what stands for it. In order. */
const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, "<id>"],
  [/\b0x[\da-f]+\b/gi, "<address>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "<time>"],
  [/(?:\/[\w.@+-]{1,100}){0,30}\/workspace\//g, ""],
  [/(?:\/private)?\/(?:tmp|var\/tmp|var\/folders|dev\/shm)\/[^\s"'`:;,)\]]*/g, "<temp>"],
  [/\b[A-Za-z]:\\[^\s"']{0,300}\\Temp\\[^\s"']*/gi, "<temp>"],
  [/\b(https?):\/\/[^\s/"'`]+/g, "$1://<host>"],
  [/\b(localhost|\d{1,3}(?:\.\d{1,3}){3}|\[::1?\]):\d+/g, "$1:<port>"],
  [/\bport[ =:]+\d+/gi, "port <n>"],
  [/\b(pid|thread|process|worker|attempt|try|seed|job|run)([ =:#]+)\d+/gi, "$1$2<n>"],
  [/\((\d+)\) panicked/g, "(<n>) panicked"],
  [/(\.\w{1,5}|>)(?::\d+){1,2}\b/g, "$1:<line>"],
  [/\((?:\d+),\s?(?:\d+)\)(?=:)/g, "(<line>)"],
  [/\b(line|column|char|col)s? \d+/gi, "$1 <n>"],
  [/(^|\s)\d+:\d+(?=\s+(?:error|warning)\b)/gm, "$1<line>"],
  [/\b\d+(?:[.,]\d+)? ?(?:ms|µs|ns|s|sec|secs|seconds?|minutes?|m)\b/g, "<duration>"],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{7,64}\b/g, "<id>"],
  [/#\d+\b/g, "#<n>"],
  [/\b\d{5,}\b/g, "<n>"],
  [/\s+/g, " "],
];

/** Text without what differs by chance. Small numbers stay: 3 instead of 4 is another failure. */
export function normal(text: string): string {
  return CHANCE.reduce((changed, [pattern, instead]) => changed.replace(pattern, instead), text).trim();
}
