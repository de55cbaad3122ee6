/** Finds where on a line a name stands, in the form of SCIP's ranges: 0-based line, first and last column. */
export interface Places {
  /** Three numbers; an empty range at the beginning of the line when the name is not there. */
  name(line: number, name: string): number[];
  /** From the beginning of the first line to the end of the last; empty when that is not known. */
  whole(lines: readonly [number, number] | undefined): number[];
}

export function placesIn(source: string | undefined): Places {
  const rows = source?.split("\n") ?? [];
  const row = (line: number) => (rows[line - 1] ?? "").replace(/\r$/, "");
  return {
    name(line, name) {
      const at = wordIn(row(line), name);
      return at === -1 ? [line - 1, 0, 0] : [line - 1, at, at + name.length];
    },
    whole(lines) {
      if (lines === undefined || lines[0] < 1 || lines[1] > rows.length) return [];
      return [lines[0] - 1, 0, lines[1] - 1, row(lines[1]).length];
    },
  };
}

/** Column of the first place where `name` stands as a word of its own, or -1. */
function wordIn(text: string, name: string): number {
  if (name === "") return -1;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + name.length])) return at;
  }
  return -1;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}
