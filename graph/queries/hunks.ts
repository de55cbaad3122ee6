/** A run of changed lines on one side of a diff. */
export interface LineChange {
  /** First and last changed line; of a gap, the lines before and after what was put or taken there. */
  lines: [number, number];
  /** Nothing of this side changed: the other side has more between the two lines. */
  gap: boolean;
  /** The lines were taken away and nothing was put in their place. */
  gone: boolean;
  /** The lines as they are on this side; of a gap, as they are on the other. */
  text: string[];
  /** Of a gap: the line before it, when the diff shows it. */
  above: string;
}

export interface FileChange {
  /** Path after the change; before it, where the file was deleted. */
  path: string;
  /** Path before the change; absent when the file is new. */
  oldPath?: string;
  status: "added" | "deleted" | "modified" | "renamed" | "copied";
  binary: boolean;
  before: LineChange[];
  after: LineChange[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Reads a unified diff, git's or plain, as it comes: with renames, deletions, quoted paths, binary files, CRLF, mail
 * text around it. What is no diff gives nothing.
 */
export function parseDiff(text: string): FileChange[] {
  const files: FileChange[] = [];
  const lines = text.split("\n");
  let file: FileChange | undefined;
  let fromGit = false;
  let at = 0;
  while (at < lines.length) {
    const line = trimmed(lines[at] as string);
    const next = trimmed(lines[at + 1] ?? "");
    if (line.startsWith("diff --git ")) {
      file = fileOf(gitPaths(line.slice(11)));
      files.push(file);
      fromGit = true;
    } else if (line.startsWith("--- ") && next.startsWith("+++ ")) {
      if (file === undefined || !fromGit) {
        file = fileOf([pathOf(line.slice(4)), pathOf(next.slice(4))]);
        files.push(file);
      } else named(file, pathOf(line.slice(4)), pathOf(next.slice(4)));
      fromGit = false;
      at += 1;
    } else if (file !== undefined && HUNK.test(line)) {
      at = readHunk(lines, at, file);
      fromGit = false;
      continue;
    } else if (file !== undefined) headerLine(file, line);
    at += 1;
  }
  return files.filter((each) => each.path !== "");
}

function trimmed(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function fileOf([old, young]: [string | undefined, string | undefined]): FileChange {
  const file: FileChange = { path: "", status: "modified", binary: false, before: [], after: [] };
  named(file, old, young);
  return file;
}

/** Undefined stands for /dev/null. */
function named(file: FileChange, from: string | undefined, to: string | undefined): void {
  const [old, young] = bare(from, to);
  file.path = young ?? old ?? "";
  delete file.oldPath;
  if (old !== undefined) file.oldPath = old;
  if (old === undefined) file.status = "added";
  else if (young === undefined) file.status = "deleted";
  else if (old !== young && file.status === "modified") file.status = "renamed";
}

function headerLine(file: FileChange, line: string): void {
  if (line.startsWith("new file mode")) {
    file.status = "added";
    delete file.oldPath;
  } else if (line.startsWith("deleted file mode")) {
    file.status = "deleted";
    if (file.oldPath !== undefined) file.path = file.oldPath;
  } else if (line.startsWith("rename from ") || line.startsWith("copy from ")) {
    file.status = line.startsWith("copy") ? "copied" : "renamed";
    file.oldPath = unquoted(line.slice(line.indexOf("from ") + 5));
  } else if (line.startsWith("rename to ") || line.startsWith("copy to ")) {
    file.path = unquoted(line.slice(line.indexOf("to ") + 3));
  } else if (line.startsWith("Binary files ") || line.startsWith("GIT binary patch")) file.binary = true;
}

/** The two paths of a `diff --git` line, which are only parted by a blank that they may hold themselves. */
function gitPaths(text: string): [string, string] {
  if (text.startsWith('"')) {
    const end = endOfQuote(text);
    return [unquoted(text.slice(0, end)), unquoted(text.slice(end + 1))];
  }
  const quote = text.indexOf(' "');
  if (quote !== -1) return [text.slice(0, quote), unquoted(text.slice(quote + 1))];
  // Of a file that was not renamed both are the same; of another one, `rename from` and `to` follow.
  const middle = (text.length - 1) / 2;
  const same = Number.isInteger(middle) && text.slice(1, middle) === text.slice(middle + 2);
  const at = same ? middle : Math.max(text.indexOf(" b/"), 0);
  return [text.slice(0, at), text.slice(at + 1)];
}

function endOfQuote(text: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

/**
 * Without `a/` and `b/` (or the letters of `diff.mnemonicPrefix`). The same letter twice is a folder: `--no-prefix`.
 */
function bare(old: string | undefined, young: string | undefined): [string | undefined, string | undefined] {
  const prefixed = [old, young].every((path) => path === undefined || /^[abciow]\//.test(path));
  if (!prefixed || (old?.[0] === young?.[0] && old !== undefined)) return [old, young];
  return [old?.slice(2), young?.slice(2)];
}

/** Path of a `---` or `+++` line; a tab ends it, as `diff -u` puts the time behind it. */
function pathOf(text: string): string | undefined {
  const path = text.startsWith('"') ? unquoted(text.slice(0, endOfQuote(text))) : (text.split("\t")[0] ?? "");
  return path === "/dev/null" ? undefined : path;
}

const ESCAPES: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, '"': 34, "\\": 92 };

/** `"sch\303\266n.py"` -> `schön.py`: git escapes bytes in octal. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const bytes: number[] = [];
  const inner = text.slice(1, endOfQuote(text) - 1);
  const encoder = new TextEncoder();
  for (let at = 0; at < inner.length; at += 1) {
    const octal = /^\\([0-3][0-7]{2})/.exec(inner.slice(at, at + 4));
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[1] as string, 8));
      at += 3;
    } else if (inner[at] === "\\" && ESCAPES[inner[at + 1] ?? ""] !== undefined) {
      bytes.push(ESCAPES[inner[at + 1] as string] as number);
      at += 1;
    } else {
      const sign = String.fromCodePoint(inner.codePointAt(at) as number);
      bytes.push(...encoder.encode(sign));
      at += sign.length - 1;
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Reads one hunk by its own counts, so that a removed line `-- a` is not taken for a header; gives the line after it. */
function readHunk(lines: readonly string[], start: number, file: FileChange): number {
  const [, oldStart, oldCount = "1", newStart, newCount = "1"] = HUNK.exec(lines[start] as string) ?? [];
  let oldLeft = Number(oldCount);
  let newLeft = Number(newCount);
  // A count of 0 names the line before.
  let old = Number(oldStart) + (oldLeft === 0 ? 1 : 0);
  let young = Number(newStart) + (newLeft === 0 ? 1 : 0);
  let above = "";
  let run: Run = { old, young, removed: [], added: [], above };
  let at = start + 1;
  for (; at < lines.length && (oldLeft > 0 || newLeft > 0); at += 1) {
    const line = trimmed(lines[at] as string);
    const sign = line[0] ?? " ";
    if (sign === "-" && oldLeft > 0) {
      run.removed.push(line.slice(1));
      old += 1;
      oldLeft -= 1;
    } else if (sign === "+" && newLeft > 0) {
      run.added.push(line.slice(1));
      young += 1;
      newLeft -= 1;
    } else if (sign === " ") {
      endRun(run, file);
      old += 1;
      young += 1;
      oldLeft -= 1;
      newLeft -= 1;
      above = line.slice(1);
      run = { old, young, removed: [], added: [], above };
    } else if (sign !== "\\") break;
  }
  endRun(run, file);
  return at;
}

interface Run {
  old: number;
  young: number;
  removed: string[];
  added: string[];
  above: string;
}

function endRun(run: Run, file: FileChange): void {
  if (run.removed.length === 0 && run.added.length === 0) return;
  file.before.push(changeOf(run.old, run.removed, run.added, run.above, run.added.length === 0));
  file.after.push(changeOf(run.young, run.added, run.removed, run.above, false));
}

function changeOf(start: number, own: string[], other: string[], above: string, gone: boolean): LineChange {
  if (own.length === 0) return { lines: [start - 1, start], gap: true, gone: false, text: other, above };
  return { lines: [start, start + own.length - 1], gap: false, gone, text: own, above };
}
