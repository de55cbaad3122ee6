import { lstat } from "node:fs/promises";
import { diskPath, type Found, foundOf, type Skipped } from "./found.ts";
import { git, gitHeard, records } from "./git.ts";

/** Packages that someone committed are not the repository's own code, and there are thousands. */
const NOT_OURS = /(^|\/)node_modules\//;

/**
 * The files of a git work tree: what is in the index, and what is beside it and not ignored. Undefined when the folder
 * is none. Files that are as the index says come with the hash that it has of them.
 */
export async function tracked(
  root: string,
): Promise<{ by: "git"; files: Found[]; skipped: Skipped[] } | undefined> {
  const index = await git(root, "ls-files", "-z", "-s", "-t");
  const others = await gitHeard(root, "ls-files", "-z", "--others", "--exclude-standard");
  const changes = await git(root, "diff-files", "-z", "--name-status", "--relative");
  if (index === undefined || others === undefined || changes === undefined) return undefined;
  // A folder that the repository around it ignores (an installed package) is none of its own.
  if (index.length === 0 && (await git(root, "check-ignore", "-q", ".")) !== undefined) return undefined;
  const changed = changesOf(changes);
  const files = new Map<string, Found>();
  const skipped: Skipped[] = [];
  for (const record of records(index)) {
    const entry = entryOf(record);
    if (entry === undefined || files.has(entry.found.path) || NOT_OURS.test(entry.found.path)) continue;
    const reason = changed.get(entry.found.path) === "D" ? "missing" : reasonOf(entry);
    if (reason !== undefined) skipped.push({ path: entry.found.path, reason });
    else if (changed.has(entry.found.path)) await addChanged(root, entry.found, files, skipped);
    else files.set(entry.found.path, { ...entry.found, blob: entry.blob });
  }
  for (const name of records(others.output)) {
    const found = foundOf(name);
    if (NOT_OURS.test(found.path)) continue;
    // Git names a repository within this one as a folder.
    if (found.path.endsWith("/")) skipped.push({ path: found.path.slice(0, -1), reason: "repository" });
    else await addChanged(root, found, files, skipped);
  }
  for (const path of closedFolders(others.said)) skipped.push({ path, reason: "unreadable" });
  return { by: "git", files: [...files.values()], skipped };
}

/** Folders that git warns it could not look into. */
function closedFolders(said: string): string[] {
  return [...said.matchAll(/^warning: could not open directory '(.*)\/': Permission denied$/gm)].map(
    ([, path = ""]) => path,
  );
}

interface Entry {
  tag: string;
  mode: string;
  blob: string;
  found: Found;
}

/** `H 100644 <hash> 0\t<path>` */
function entryOf(record: Buffer): Entry | undefined {
  const tab = record.indexOf(9);
  const [tag = "", mode = "", blob = ""] = record.subarray(0, tab).toString("latin1").split(" ");
  return tab === -1 ? undefined : { tag, mode, blob, found: foundOf(record.subarray(tab + 1)) };
}

function reasonOf({ tag, mode }: Entry): Skipped["reason"] | undefined {
  if (mode === "120000") return "symlink";
  if (mode === "160000") return "submodule";
  // A sparse checkout has it in its index only.
  return tag === "S" ? "missing" : undefined;
}

/** Path -> M, D, T, U. */
function changesOf(output: Buffer): Map<string, string> {
  const fields = records(output);
  const changes = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2)
    changes.set(foundOf(fields[at + 1] as Buffer).path, (fields[at] as Buffer).toString("latin1"));
  return changes;
}

async function addChanged(
  root: string,
  found: Found,
  files: Map<string, Found>,
  skipped: Skipped[],
): Promise<void> {
  const kind = await kindOf(root, found);
  if (kind === "file") files.set(found.path, found);
  else skipped.push({ path: found.path, reason: kind });
}

async function kindOf(root: string, found: Found): Promise<"file" | Skipped["reason"]> {
  try {
    const entry = await lstat(diskPath(root, found));
    return entry.isFile() ? "file" : entry.isSymbolicLink() ? "symlink" : "special";
  } catch {
    return "missing";
  }
}
