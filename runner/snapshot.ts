/** What setup added: the workspace without its source, and the home with its caches. */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { INPUTS, type SnapshotInfo } from "../models/sandbox.ts";
import { layer, unpackAside } from "./archive.ts";
import { Refusal } from "./errors.ts";
import type { Sandbox } from "./sandbox.ts";
import { pack } from "./tar.ts";
import { list, pathAt, walk } from "./walk.ts";

const PARTS = ["home", "workspace"] as const;

/**
 * Packs the snapshot into a file of ours, whose path is returned: its receiver needs to know its length
 * before the first byte. The caller removes it.
 */
export function takeSnapshot(sandbox: Sandbox): Promise<string> {
  return sandbox.alone("taking a snapshot", async () => {
    const file = join(sandbox.place.own, `${randomUUID()}.tar.gz`);
    try {
      const mounts = PARTS.map((part) => ({
        from: sandbox.place[part],
        to: `/lay/${part}`,
        writable: false,
      }));
      await pack(sandbox, mounts, await added(sandbox), createWriteStream(file));
      return file;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  });
}

/** Restores a snapshot, before the archive is laid: source of its own it has none. */
export function restoreSnapshot(sandbox: Sandbox, body: Readable): Promise<SnapshotInfo> {
  return sandbox.alone("restoring a snapshot", () =>
    unpackAside(sandbox, body, 0, async (aside) => {
      const found = (await list(aside, "")).map(({ path }) => path);
      const stranger = found.find((path) => !PARTS.some((part) => part === path));
      if (stranger !== undefined) {
        throw new Refusal("bad_request", `Cannot restore snapshot: "${stranger}" is no part of one`);
      }
      const held = await weigh(aside);
      for (const part of PARTS) {
        if (found.includes(part)) await layer(join(aside, part), sandbox.place[part]);
      }
      return held;
    }),
  );
}

/**
 * Source files are left out even when setup changed them: the next archive brings its own, and one that the
 * next commit deleted would come back.
 */
async function added({ place, sources }: Sandbox): Promise<string[]> {
  const paths: string[] = [...PARTS];
  const folders = new Set([...sources].flatMap(foldersOf));
  for await (const { path, kind } of walk(place.home)) {
    // A prompt is for one run: restored with the rest, another would read it.
    if (kind !== "other" && path.split("/")[0] !== INPUTS) paths.push(`home/${path}`);
  }
  for await (const { path, kind } of walk(place.workspace)) {
    if (kind !== "other" && !sources.has(path) && !folders.has(path)) paths.push(`workspace/${path}`);
  }
  return paths;
}

/** Counts files and bytes without reading them: a snapshot may hold a hundred thousand. */
async function weigh(folder: string): Promise<SnapshotInfo> {
  const held = { files: 0, bytes: 0 };
  for await (const { path, kind } of walk(folder)) {
    if (kind === "folder") continue;
    // No snapshot of ours holds devices, pipes or sockets.
    if (kind === "other")
      throw new Refusal("bad_request", "Cannot restore snapshot: it holds a device or a pipe");
    held.files += 1;
    held.bytes += (await lstat(pathAt(folder, path))).size;
  }
  return held;
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
