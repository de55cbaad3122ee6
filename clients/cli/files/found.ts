/** One file of a listing, and how it is read. */
import { constants } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export type SkipReason =
  | "symlink"
  | "submodule"
  | "repository"
  | "missing"
  | "special"
  | "unreadable"
  | "gone"
  | "made";

export interface Skipped {
  path: string;
  reason: SkipReason;
}

/** A file as found, before its bytes are read. */
export interface Found {
  path: string;
  /** The name on disk where `path` cannot say it, since it is not UTF-8. */
  raw?: Buffer;
  /** Git blob hash, when the file is what the index says. */
  blob?: string;
}

/** Bytes of a file; a link that took its place meanwhile is not followed. */
export function readFound(root: string, file: Pick<Found, "path" | "raw">): Promise<Uint8Array> {
  const flag = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
  return readFile(diskPath(root, file), { flag });
}

/** A file by its name as bytes. */
export function foundOf(name: Buffer): Found {
  const path = name.toString("utf8");
  return path.includes("\ufffd") ? { path, raw: Buffer.from(name) } : { path };
}

export function diskPath(root: string, { path, raw }: Pick<Found, "path" | "raw">): string | Buffer {
  return raw === undefined ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), raw]);
}
