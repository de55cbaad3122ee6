/** Images that go with a goal: which are taken, and how they travel. */

/** An image as it is sent. */
export type Picture = { name: string; uri: string };

export const MOST_PICTURES = 5;
const MOST_BYTES = 5 * 1024 ** 2;
const KINDS: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
/** For the browser's own dialog. */
export const ACCEPTED = [...KINDS].join(",");

/** Of files that were chosen, dropped or pasted those that are taken, and why the others are not. */
export function sorted<F extends Pick<File, "name" | "type" | "size">>(
  files: readonly F[],
  have: number,
): { taken: F[]; refused: string[] } {
  const taken: F[] = [];
  const refused: string[] = [];
  for (const file of files) {
    const why = refusal(file, have + taken.length);
    if (why === null) taken.push(file);
    else refused.push(`${file.name}: ${why}`);
  }
  return { taken, refused };
}

function refusal(file: Pick<File, "type" | "size">, have: number): string | null {
  if (!KINDS.has(file.type)) return "is no PNG, JPEG, GIF or WebP image";
  if (file.size === 0) return "is empty";
  if (file.size > MOST_BYTES) return `is larger than 5 MB (${(file.size / 1024 ** 2).toFixed(1)} MB)`;
  if (have >= MOST_PICTURES) return `is one too many: at most ${MOST_PICTURES} images go with a goal`;
  return null;
}

/** Reads a file into the text in which it is sent. */
export function readPicture(file: File): Promise<Picture> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, uri: String(reader.result) });
    reader.onerror = () =>
      reject(new Error(`Cannot read ${file.name}: ${reader.error?.message ?? "unknown"}`));
    reader.readAsDataURL(file);
  });
}
