/** Files that a task points at without their ending: `one-var` is `lib/rules/one-var.js`, `LineUtil` is `line_util.py`. */

const QUOTED = /`([^`\n]{1,120})`/g;
const REFERENCE = /^[@\w$.:#/-]+(?=\(.*\)$|$)/;
const HYPHENATED = /(?<![\w-])[A-Za-z][A-Za-z\d]*(?:-[A-Za-z\d]+)+(?![\w-])/g;
/** `fix(parser): …` and `**proxy:** …` */
const SCOPE = /^\s*(?:[-*+]\s+)?(?:\w{1,20}\()?[*_]{0,2}([A-Za-z][\w/-]{0,60})\)?[*_]{0,2}:/gm;
/** Files that are known by the name of their folder. */
const NAMELESS = /^(?:index|__init__|mod|main)$/;
const SHORTEST = 3;
/** How surely a part of a longer name, and the scope of a commit, mean a file of that name. */
const PART = 0.5;
const SCOPED = 0.5;

/** Stem -> how clearly the text means a file of that name, 0 to 1. */
export function mentionedStems(text: string, names: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>();
  const add = (written: string, strength: number): void => {
    const stem = plain(written);
    if (stem.length >= SHORTEST) found.set(stem, Math.max(strength, found.get(stem) ?? 0));
  };
  const addName = (name: string): void => {
    add(name.slice(name.lastIndexOf("/") + 1), 1);
    const parts = name.split(/[.#:/]+/);
    if (parts.length > 1) for (const part of parts) add(part, PART);
  };
  for (const [, quoted] of text.matchAll(QUOTED)) {
    const reference = REFERENCE.exec((quoted as string).trim());
    if (reference !== null) addName(reference[0]);
  }
  for (const [name] of text.matchAll(HYPHENATED)) add(name, 1);
  for (const name of names) addName(name);
  for (const [, scope] of text.matchAll(SCOPE)) {
    for (const part of (scope as string).split("/")) add(part, SCOPED);
  }
  return found;
}

/** What a file is called where its ending is left out, without regard to case, hyphens and underscores. */
export function stemOf(path: string): string {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1).replace(/\.[^.]+$/, "");
  if (slash > 0 && NAMELESS.test(name)) return plain(path.slice(path.lastIndexOf("/", slash - 1) + 1, slash));
  return plain(name);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_$.]/g, "");
}
