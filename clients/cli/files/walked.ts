import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ignore, { type Ignore } from "ignore";
import { diskPath, type Found, foundOf, type Skipped } from "./found.ts";

/** Folders that hold what tools made or brought. A work tree of git says so itself, in its .gitignore. */
const MADE = new Set([
  ".cache",
  ".git",
  ".hg",
  ".mypy_cache",
  ".next",
  ".pytest_cache",
  ".ruff_cache",
  ".svn",
  ".tox",
  ".venv",
  ".vscode",
  "__pycache__",
  "bower_components",
  "coverage",
  "dist",
  "node_modules",
  "venv",
]);

interface Folder {
  path: string;
  /** Its name on disk, which need not be UTF-8. */
  raw: Buffer;
  above: readonly Rules[];
}

/** Rules of one .gitignore, for what lies below its folder. */
interface Rules {
  folder: string;
  rules: Ignore;
}

/** The files of a folder that git does not keep, honouring .gitignore files all the same (or everything). Links are not followed. */
export async function walked(
  root: string,
  everything = false,
): Promise<{ by: "walk"; files: Found[]; skipped: Skipped[] }> {
  const files: Found[] = [];
  const skipped: Skipped[] = [];
  const folders: Folder[] = [{ path: "", raw: Buffer.alloc(0), above: [] }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { path } = folder;
    const rules = everything ? [] : await withRules(root, path, folder.above);
    for (const entry of await entriesOf(root, folder, skipped)) {
      const name = entry.name.toString("utf8");
      const inside = path === "" ? name : `${path}/${name}`;
      const raw = path === "" ? entry.name : Buffer.concat([folder.raw, Buffer.from("/"), entry.name]);
      if (entry.isDirectory()) {
        if (!everything && MADE.has(name)) {
          if (!name.startsWith(".")) skipped.push({ path: inside, reason: "made" });
        } else if (everything || !isIgnored(`${inside}/`, rules))
          folders.push({ path: inside, raw, above: rules });
      } else if (isIgnored(inside, rules)) continue;
      else if (entry.isFile()) files.push(foundOf(raw));
      else skipped.push({ path: inside, reason: entry.isSymbolicLink() ? "symlink" : "special" });
    }
  }
  return { by: "walk", files, skipped };
}

async function entriesOf(root: string, { path, raw }: Folder, skipped: Skipped[]) {
  try {
    return await readdir(diskPath(root, { path, raw }), { withFileTypes: true, encoding: "buffer" });
  } catch {
    skipped.push({ path: path === "" ? "." : path, reason: "unreadable" });
    return [];
  }
}

async function withRules(root: string, path: string, above: readonly Rules[]): Promise<readonly Rules[]> {
  try {
    const text = await readFile(join(root, path, ".gitignore"), "utf8");
    return [
      ...above,
      { folder: path, rules: ignore({ allowRelativePaths: true, ignorecase: false }).add(text) },
    ];
  } catch {
    return above;
  }
}

/** The innermost .gitignore that says something decides. */
function isIgnored(path: string, all: readonly Rules[]): boolean {
  let ignored = false;
  for (const { folder, rules } of all) {
    const result = rules.test(folder === "" ? path : path.slice(folder.length + 1));
    if (result.ignored) ignored = true;
    else if (result.unignored) ignored = false;
  }
  return ignored;
}
