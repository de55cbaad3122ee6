/** A goal as a heading: its first line, short enough to be one, and the rest. */

/** Longer than this is no heading. */
const MOST_CHARACTERS = 140;

/** The heading of a goal; `rest` is the whole goal when the heading does not say all of it. */
export function heading(goal: string): { title: string; rest: string | null } {
  const text = goal.trim();
  const [first = ""] = text.split("\n");
  const line = first.trim();
  if (line === text && line.length <= MOST_CHARACTERS) return { title: line, rest: null };
  if (line.length <= MOST_CHARACTERS) return { title: line, rest: text };
  const cut = line.lastIndexOf(" ", MOST_CHARACTERS);
  return { title: `${line.slice(0, cut > 0 ? cut : MOST_CHARACTERS)}…`, rest: text };
}
