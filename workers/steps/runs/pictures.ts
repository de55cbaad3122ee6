/** Pictures that come with a goal. */
import { AppError } from "../../errors.ts";
import { runKey } from "./work.ts";

/** Larger pictures are refused, in bytes. */
const MOST_BYTES = 5 * 1024 * 1024;

/** Keeps pictures that came as data URIs. @returns their names, in order */
export async function keepImages(env: Env, runId: string, uris: readonly string[]): Promise<string[]> {
  const pictures = uris.map((uri, nth) => pictureIn(uri, nth + 1));
  for (const { name, bytes, contentType } of pictures)
    await env.ARTIFACTS.put(runKey(runId, `images/${name}`), bytes, { httpMetadata: { contentType } });
  return pictures.map(({ name }) => name);
}

function pictureIn(uri: string, nth: number) {
  const [head = "", base64 = ""] = uri.split(",", 2);
  const contentType = head.slice("data:".length, head.indexOf(";"));
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (bytes.length > MOST_BYTES)
    throw new AppError(
      "too_large",
      `Cannot take picture ${nth}: it has ${bytes.length} bytes, and ${MOST_BYTES} are the most`,
    );
  return { name: `image-${nth}.${contentType.slice("image/".length)}`, bytes, contentType };
}
