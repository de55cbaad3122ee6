/** The git tree of a folder: proof that what was laid is what was committed, without git in the sandbox. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { SourceEntry } from "../models/sandbox.ts";
import { Refusal } from "./errors.ts";
import { type Entry, list, pathAt } from "./walk.ts";

/** `paths` in the form of a walk. */
export type Tree = { sha: string; files: number; bytes: number; paths: string[]; entries: SourceEntry[] };

/** Reads every file once. Refuses what git cannot hold: devices, pipes, sockets. */
export async function treeOf(folder: string): Promise<Tree> {
  const tree: Tree = { sha: "", files: 0, bytes: 0, paths: [], entries: [] };
  const sha = await hashFolder(folder, "", tree);
  return { ...tree, sha: (sha ?? hashOf("tree", Buffer.alloc(0))).toString("hex") };
}

/** Null for a folder without files: git does not know it. */
async function hashFolder(folder: string, path: string, tree: Tree): Promise<Buffer | null> {
  const lines: { key: string; line: Buffer }[] = [];
  for (const entry of await list(folder, path)) {
    const found = await hashEntry(folder, entry, tree);
    if (found === null) continue;
    const name = entry.path.slice(path === "" ? 0 : path.length + 1);
    const line = Buffer.concat([Buffer.from(`${found.mode} ${name}\0`, "latin1"), found.sha]);
    // Git sorts a folder as if its name ended in a slash.
    lines.push({ key: entry.kind === "folder" ? `${name}/` : name, line });
  }
  if (lines.length === 0) return null;
  lines.sort((a, b) => (a.key < b.key ? -1 : 1));
  return hashOf("tree", Buffer.concat(lines.map(({ line }) => line)));
}

async function hashEntry(
  folder: string,
  { path, kind }: Entry,
  tree: Tree,
): Promise<{ mode: string; sha: Buffer } | null> {
  const place = pathAt(folder, path);
  if (kind === "folder") {
    const sha = await hashFolder(folder, path, tree);
    return sha === null ? null : { mode: "40000", sha };
  }
  if (kind === "other") {
    const name = Buffer.from(path, "latin1").toString();
    throw new Refusal(
      "bad_request",
      `Cannot lay archive: "${name}" is neither a file nor a folder nor a link`,
    );
  }
  tree.files += 1;
  tree.paths.push(path);
  const note = (mode: SourceEntry["mode"], sha: Buffer) => {
    tree.entries.push({ path: Buffer.from(path, "latin1").toString(), mode, sha: sha.toString("hex") });
    return { mode, sha };
  };
  if (kind === "link") return note("120000", hashOf("blob", await readlink(place, "buffer")));
  const { size, mode } = await lstat(place);
  tree.bytes += size;
  const hash = createHash("sha1").update(`blob ${size}\0`);
  // Large files pass through: a repository may hold one that is bigger than our memory.
  await pipeline(createReadStream(place), hash);
  return note((mode & 0o100) !== 0 ? "100755" : "100644", hash.digest());
}

function hashOf(type: "blob" | "tree", bytes: Buffer): Buffer {
  return createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest();
}
