/** Source that is laid into the workspace: unpacked aside, looked through, and only then moved in. */
import { chmod, lstat, mkdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ArchiveInfo } from "../models/sandbox.ts";
import { Refusal } from "./errors.ts";
import { removeTree } from "./place.ts";
import type { Sandbox } from "./sandbox.ts";
import { unpack } from "./tar.ts";
import { treeOf } from "./tree.ts";
import { type Entry, list, pathAt } from "./walk.ts";

/** Lays a .tar.gz of source over the workspace. When anything is wrong with it the workspace stays as it was. */
export function layArchive(sandbox: Sandbox, body: Readable, strip: number): Promise<ArchiveInfo> {
  return sandbox.alone("laying an archive", () =>
    unpackAside(sandbox, body, strip, async (aside) => {
      const tree = await treeOf(aside);
      if (tree.files === 0) throw new Refusal("bad_request", "Cannot lay archive: it holds no files");
      await layer(aside, sandbox.place.workspace);
      for (const path of tree.paths) sandbox.sources.add(path);
      return { files: tree.files, bytes: tree.bytes, tree_sha: tree.sha };
    }),
  );
}

/** Unpacks into a folder where no earlier file can lead it astray, and removes what the work leaves there. */
export async function unpackAside<T>(
  sandbox: Sandbox,
  body: Readable,
  strip: number,
  work: (aside: string) => Promise<T>,
): Promise<T> {
  const aside = join(sandbox.place.own, "aside");
  await removeTree(aside);
  await mkdir(aside, { mode: 0o700 });
  sandbox.cell.give(aside);
  try {
    await unpack(sandbox, body, aside, strip);
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
