/** A diff as text, cut into its files and its lines into kinds. */

export type LineKind = "added" | "removed" | "hunk" | "note" | "same";
export type DiffLine = { kind: LineKind; text: string };
export type DiffFile = { path: string; added: number; removed: number; lines: DiffLine[] };

/** Reads what `git diff` writes; what comes before the first file belongs to none and is left out. */
export function readDiff(text: string): DiffFile[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map(readFile);
}

function readFile(part: string): DiffFile {
  const [head = "", ...rest] = part.replace(/\n$/, "").split("\n");
  const lines: DiffLine[] = [];
  let inHunk = false;
  for (const text of rest) {
    inHunk ||= text.startsWith("@@");
    lines.push({ kind: inHunk ? kindOf(text) : "note", text });
  }
  return {
    path: pathOf(head, rest),
    added: lines.filter((line) => line.kind === "added").length,
    removed: lines.filter((line) => line.kind === "removed").length,
    // The names stand above the file already.
    lines: lines.filter((line) => line.kind !== "note" || !/^(index |--- |\+\+\+ )/.test(line.text)),
  };
}

/** Inside a hunk `---` is a line that was removed and began with two dashes. */
function kindOf(line: string): LineKind {
  if (line.startsWith("@@")) return "hunk";
  if (line.startsWith("+")) return "added";
  if (line.startsWith("-")) return "removed";
  return line.startsWith("\\") ? "note" : "same";
}

/** The path after the change, or before it where the file is gone. */
function pathOf(head: string, lines: readonly string[]): string {
  const named = (mark: string): string | undefined =>
    lines.find((line) => line.startsWith(mark) && !line.endsWith("/dev/null"))?.slice(mark.length);
  const path = named("+++ b/") ?? named("--- a/") ?? named("rename to ");
  if (path !== undefined) return path;
  // A binary or an empty file has no such line; its head is then `a/<path> b/<path>`, and a path may hold blanks.
  const names = head.slice("diff --git ".length);
  return names.slice("a/".length, (names.length - 1) / 2);
}
