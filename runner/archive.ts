/** Source that is laid into the workspace: unpacked aside, looked through, and only then moved in. */
import { chmod, lstat, mkdir, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import type { ArchiveInfo, SourceFiles } from "../models/sandbox.ts";
import { Refusal } from "./errors.ts";
import { removeTree } from "./place.ts";
import type { Sandbox } from "./sandbox.ts";
import { unpack } from "./tar.ts";
import { treeOf } from "./tree.ts";
import { type Entry, list, pathAt } from "./walk.ts";

/** Lays a .tar.gz of source over the workspace. When anything is wrong with it the workspace stays as it was. */
export function layArchive(
  sandbox: Sandbox,
  body: Readable,
  strip: number,
  entries: boolean,
): Promise<ArchiveInfo> {
  return sandbox.alone("laying an archive", () =>
    unpackAside(sandbox, body, strip, (aside) => laySource(sandbox, aside, entries)),
  );
}

/** Lays single files of source over the workspace, by the same way as an archive. */
export function layFiles(sandbox: Sandbox, { files }: SourceFiles): Promise<ArchiveInfo> {
  return sandbox.alone("laying files", () =>
    withAside(sandbox, async (aside) => {
      // Links come last: nothing can be written through one that is not there yet.
      const links = files.filter(({ mode }) => mode === "120000");
      for (const file of files.filter(({ mode }) => mode !== "120000")) await writeAside(aside, file);
      for (const file of links) await writeAside(aside, file);
      return laySource(sandbox, aside, true);
    }),
  );
}

/** Writes one file below a folder where nothing can lead it astray. */
export async function writeAside(
  aside: string,
  { path, mode, base64 }: SourceFiles["files"][number],
): Promise<void> {
  const parts = path.split("/");
  if (
    path.includes("\0") ||
    parts.some((part) => part === "" || part === "." || part === ".." || part === ".git")
  ) {
    throw new Refusal("bad_request", `Cannot lay "${path}": it is no path of a repository`);
  }
  const target = join(aside, ...parts);
  await mkdir(dirname(target), { recursive: true });
  const bytes = Buffer.from(base64, "base64");
  if (mode === "120000") await symlink(bytes, target);
  else await writeFile(target, bytes, { flag: "wx", mode: mode === "100755" ? 0o755 : 0o644 });
}

async function laySource(sandbox: Sandbox, aside: string, entries: boolean): Promise<ArchiveInfo> {
  const tree = await treeOf(aside);
  if (tree.files === 0) throw new Refusal("bad_request", "Cannot lay archive: it holds no files");
  await layer(aside, sandbox.place.workspace);
  for (const path of tree.paths) sandbox.sources.add(path);
  const { files, bytes, sha } = tree;
  return { files, bytes, tree_sha: sha, ...(entries && { entries: tree.entries }) };
}

/** Unpacks into a folder where no earlier file can lead it astray, and removes what the work leaves there. */
export async function unpackAside<T>(
  sandbox: Sandbox,
  body: Readable,
  strip: number,
  work: (aside: string) => Promise<T>,
): Promise<T> {
  return withAside(sandbox, async (aside) => {
    await unpack(sandbox, body, aside, strip);
    return work(aside);
  });
}

/** Works in an empty folder of ours, and removes what the work leaves there. */
export async function withAside<T>(sandbox: Sandbox, work: (aside: string) => Promise<T>): Promise<T> {
  const aside = join(sandbox.place.own, "aside");
  await removeTree(aside);
  await mkdir(aside, { mode: 0o700 });
  sandbox.cell.give(aside);
  try {
    return await work(aside);
  } finally {
    await removeTree(aside);
  }
}

/** Moves everything of `from` over `to`: folders are joined, whatever else is in the way is replaced. */
export async function layer(from: string, to: string): Promise<void> {
  await layerFolder(from, to, "");
}

async function layerFolder(from: string, to: string, path: string): Promise<void> {
  for (const entry of await list(from, path)) await layerEntry(from, to, entry);
}

async function layerEntry(from: string, to: string, { path, kind }: Entry): Promise<void> {
  const source = pathAt(from, path);
  const target = pathAt(to, path);
  const there = await lstat(target).catch(() => null);
  if (kind === "folder") {
    // A link to a folder is not a folder here: joining it would write where it leads.
    if (there?.isDirectory()) return layerFolder(from, to, path);
    // A read-only folder cannot be moved by its owner.
    await chmod(source, ((await lstat(source)).mode & 0o777) | 0o700);
  }
  if (there?.isDirectory()) await removeTree(target.toString());
  else if (there !== null && kind === "folder") await unlink(target);
  await rename(source, target);
}
