/** What a change did to files that no code graph holds: configurations, pages, styles, texts. */
import { parseDiff } from "../../../graph/queries/hunks.ts";

/** Lines of one file that are shown; lock files and data are longer and say no more. */
const MOST_LINES = 40;

export interface ChangedFile {
  path: string;
  /** Its part of the diff. */
  text: string;
}

/** The parts of a diff that are about files outside of `known`, each cut to its first lines. */
export function changesBeside(diff: string, known: ReadonlySet<string>): ChangedFile[] {
  return diff.split(/^(?=diff --git )/m).flatMap((part) => {
    const path = parseDiff(part)[0]?.path;
    if (path === undefined || known.has(path)) return [];
    const lines = part.trimEnd().split("\n");
    const cut = lines.length > MOST_LINES ? [`… ${lines.length - MOST_LINES} lines more`] : [];
    return [{ path, text: [...lines.slice(0, MOST_LINES), ...cut].join("\n") }];
  });
}
