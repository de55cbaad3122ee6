/** One file out of a workspace, wherever its links lead. */
import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Refusal } from "./errors.ts";
import type { Sandbox } from "./sandbox.ts";

export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** Its bytes. Outside the workspace nothing is found, by whatever path. */
export async function readWorkspaceFile({ place }: Sandbox, path: string): Promise<Buffer<ArrayBuffer>> {
  const missing = new Refusal("not_found", `Cannot read "${path}": no such file in the workspace`);
  if (path.includes("\0")) throw missing;
  const resolved = await realpath(join(place.workspace, path)).catch(() => {
    throw missing;
  });
  // Not to wait for ever on a named pipe that somebody made.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(resolved, flags).catch(() => {
    throw missing;
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile() || !(await inside(file, resolved, place.workspace))) throw missing;
    if (stat.size > MAX_FILE_BYTES) {
      throw new Refusal(
        "too_large",
        `Cannot read "${path}": file is ${stat.size} bytes, limit is ${MAX_FILE_BYTES}`,
      );
    }
    const bytes = Buffer.alloc(stat.size);
    const { bytesRead } = await file.read(bytes, 0, stat.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Asked of the open file: a command may have swapped a folder for a link since the path was resolved. */
async function inside(file: FileHandle, resolved: string, workspace: string): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => resolved);
  return opened.startsWith(`${await realpath(workspace)}/`);
}
