/** Pictures that come with a goal. */
import { AppError } from "../../errors.ts";
import { runKey } from "./work.ts";

/** Larger pictures are refused, in bytes. */
const MOST_BYTES = 5 * 1024 * 1024;

/** What a file of each type begins with. */
const BEGINS: Record<string, RegExp> = {
  "image/png": /^\x89PNG/,
  "image/jpeg": /^\xff\xd8\xff/,
  "image/gif": /^GIF8[79]a/,
  "image/webp": /^RIFF.{4}WEBP/s,
};

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
  const text = decoded(base64);
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  if (bytes.length > MOST_BYTES)
    throw new AppError(
      "too_large",
      `Cannot take picture ${nth}: it has ${bytes.length} bytes, and ${MOST_BYTES} are the most`,
    );
  if (BEGINS[contentType]?.test(text) !== true)
    throw new AppError("invalid", `Cannot take picture ${nth}: what it holds is no ${contentType}`);
  return { name: `image-${nth}.${contentType.slice("image/".length)}`, bytes, contentType };
}

/** The bytes as characters; none when it is not base64. */
function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
