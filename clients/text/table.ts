// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
const COLOURS = /\u001b\[\d+m/g;

const widthOf = (text: string) => text.replace(COLOURS, "").length;

/** Rows with their columns below each other; numbers (given as such) to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(String(cell)));
  return rows.map((row) => {
    const cells = row.map((cell, at) => {
      const text = String(cell);
      const room = " ".repeat((widths[at] ?? 0) - widthOf(text));
      return typeof cell === "number" ? room + text : text + room;
    });
    return (indent + cells.join("  ")).trimEnd();
  });
}

/** "1 file", "2 files", "1,234 files". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${thousands(number)} ${number === 1 ? noun : plural}`;
}

export function thousands(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}
