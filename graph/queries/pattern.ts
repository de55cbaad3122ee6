/**
 * Patterns of paths as CODEOWNERS has them, which are those of .gitignore without `!` and `[ ]`. Matched by hand: as
 * regular expressions, `*a*a*a*a*b` takes ages on a path that does not fit.
 */
export interface PathPattern {
  text: string;
  /** "**" stands for any number of folders. */
  segments: string[];
  /** Everything below a folder that fits, too. */
  below: boolean;
  /** Only what is below, as in `docs/`. */
  folder: boolean;
}

/** Undefined when GitHub would not take the line either. */
export function compilePattern(text: string): PathPattern | undefined {
  if (text === "" || text.startsWith("!") || text.includes("[") || text.includes("]")) return undefined;
  const folder = text.endsWith("/");
  const body = text.replace(/^\/+/, "").replace(/\/+$/, "");
  if (body === "") return { text, segments: ["**"], below: true, folder: false };
  const segments = body.split("/").filter((segment) => segment !== "");
  const anchored = text.startsWith("/") || segments.length > 1;
  if (!anchored) segments.unshift("**");
  const last = segments.at(-1);
  // `docs/*` is the files of a folder and not those of the folders in it.
  return { text, segments, below: folder || !(anchored && last === "*"), folder };
}

/** Whether a path of a file fits. */
export function fits(pattern: PathPattern, path: string): boolean {
  const parts = path.split("/");
  const { segments, below, folder } = pattern;
  // Furthest states of "the first i segments took the first j parts", one row per segment.
  let row = new Uint8Array(parts.length + 1);
  row[0] = 1;
  for (const segment of segments) {
    const next = new Uint8Array(parts.length + 1);
    if (segment === "**") {
      let open = 0;
      for (let at = 0; at <= parts.length; at += 1) {
        open |= row[at] ?? 0;
        next[at] = open;
      }
    } else {
      for (let at = 0; at < parts.length; at += 1) {
        if (row[at] === 1 && globFits(segment, parts[at] ?? "")) next[at + 1] = 1;
      }
    }
    row = next;
  }
  if (row[parts.length] === 1 && !folder) return true;
  if (!below) return false;
  for (let at = 1; at < parts.length; at += 1) if (row[at] === 1) return true;
  return false;
}

/** `*` and `?` within one name. */
function globFits(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let back = 0;
  let from = 0;
  while (at < name.length) {
    const sign = glob[from];
    if (sign === "*") {
      star = from;
      back = at;
      from += 1;
    } else if (sign !== undefined && (sign === "?" || sign === name[at])) {
      from += 1;
      at += 1;
    } else if (star === -1) return false;
    else {
      from = star + 1;
      back += 1;
      at = back;
    }
  }
  while (glob[from] === "*") from += 1;
  return from === glob.length;
}

/** Whether a path is one of these paths, in one of these folders, or fits one of these patterns; no list takes all. */
export function pathFilter(wanted: readonly string[] | undefined): (path: string) => boolean {
  if (wanted === undefined || wanted.length === 0) return () => true;
  const patterns = wanted.flatMap((text) => compilePattern(rooted(text)) ?? []);
  return (path) => patterns.some((pattern) => fits(pattern, path));
}

/** `src` means the folder at the top when asked for by a person; `*.py` any such file. */
function rooted(text: string): string {
  const plain = text.trim().replace(/^(?:\.\/)+/, "");
  return plain.startsWith("/") || plain.includes("*") ? plain : `/${plain}`;
}
