/** Whether a command ran at all, or what isolates it failed first: to the eye both are an exit code of 1. */
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "./cell.ts";

/** How long the last line may take after the end. */
const LAST_LINE_MS = 1_000;

/** @returns what to ask after the end */
export function hear({ tells }: Launch, child: ChildProcess): () => Promise<boolean> {
  const pipe = child.stdio[4] as Readable | null | undefined;
  if (tells.length === 0 || !pipe) return async () => true;
  let said = "";
  pipe.on("data", (bytes) => {
    said += bytes;
  });
  const ended = new Promise<void>((resolve) => {
    pipe.once("close", () => resolve());
    pipe.once("error", () => resolve());
  });
  return async () => {
    await Promise.race([ended, sleep(LAST_LINE_MS)]);
    return said.includes('"exit-code"');
  };
}
