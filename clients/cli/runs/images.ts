/** Pictures of this disk, as an API takes them. */
import { readFile } from "node:fs/promises";
import { Failure } from "../failure.ts";

/** By what a file begins with: its name may say anything. */
const KINDS: Record<string, RegExp> = {
  png: /^\x89PNG/,
  jpeg: /^\xff\xd8\xff/,
  gif: /^GIF8/,
  webp: /^RIFF.{4}WEBP/s,
};
const MOST_BYTES = 5_000_000;

export async function imageOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new Failure("not_found", `Cannot read "${path}": ${error.message}`, error);
  });
  if (bytes.length > MOST_BYTES)
    throw new Failure(
      "usage",
      `Cannot send "${path}": it has ${bytes.length} bytes, at most are ${MOST_BYTES}`,
    );
  const head = bytes.subarray(0, 16).toString("latin1");
  const kind = Object.entries(KINDS).find(([, begins]) => begins.test(head))?.[0];
  if (kind === undefined)
    throw new Failure("usage", `Cannot send "${path}": it is not a PNG, JPEG, GIF or WebP image`);
  return `data:image/${kind};base64,${bytes.toString("base64")}`;
}
