/** Words of others within a line of ours on GitHub: as code, in which nothing is a link, an image, HTML or a mention. */

/** Longest of what is quoted within a line, in characters. */
const MOST = 500;
/** Control characters, and those of Unicode that hide text or turn it round before a reader's eyes. */
const HIDDEN = /[^\P{Cc}\n\t]|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text without characters that hide or reorder what a reader sees. */
export function plain(text: string): string {
  return text.replace(HIDDEN, "").toWellFormed();
}

/** Within a sentence or a list. */
export function quoted(text: string): string {
  const line = plain(text.replace(/\s+/g, " ")).trim().slice(0, MOST).toWellFormed();
  if (line === "") return "";
  // Code ends at as many backticks as began it.
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest === 0 ? `${ticks}${line}${ticks}` : `${ticks} ${line} ${ticks}`;
}

/** Within a cell of a table, which a bar ends even in code; a backslash before the bar would take its own away. */
export function quotedInCell(text: string): string {
  return quoted(text).replaceAll("\\|", "\\ |").replaceAll("|", "\\|");
}
