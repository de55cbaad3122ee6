/** Archives that were sent to us, and what is kept of them, in R2. */
import { hex } from "../digest.ts";

/** R2 takes parts from 5 MiB on, all of one size but the last. */
const PART_BYTES = 8 << 20;

/** Where something of an upload is: the archive as it came, its files one after another, or their list. */
export function uploadKey(tenant: string, digest: string, what: "archive" | "files" | "list"): string {
  return `uploads/${encodeURIComponent(tenant)}/${digest}/${what}`;
}

/** The content of one file of a graph, kept because somebody asked for it. */
export function sourceKey(tenant: string, blob: string): string {
  return `sources/${encodeURIComponent(tenant)}/${blob}`;
}

/**
 * Keeps a body of any length in bounded memory.
 *
 * @returns its SHA-256, or why it is not kept
 */
export async function saveUpload(
  bucket: R2Bucket,
  tenant: string,
  body: ReadableStream<Uint8Array>,
  most: number,
): Promise<{ digest: string } | { refused: "empty" | "too_large" }> {
  // Its name is known when all of it is there: until then it has another.
  const draft = `uploads/${encodeURIComponent(tenant)}/drafts/${crypto.randomUUID()}`;
  const digests = new crypto.DigestStream("SHA-256");
  const digesting = digests.getWriter();
  const object = new ObjectWriter(bucket, draft);
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > most) {
        await object.abort();
        return { refused: "too_large" };
      }
      await Promise.all([digesting.write(chunk), object.write(chunk)]);
    }
  } catch (error) {
    await object.abort();
    throw error;
  }
  await digesting.close();
  if (length === 0) return { refused: "empty" };
  const digest = hex(await digests.digest);
  await object.end();
  await rename(bucket, draft, uploadKey(tenant, digest, "archive"));
  return { digest };
}

async function rename(bucket: R2Bucket, from: string, to: string): Promise<void> {
  const object = await bucket.get(from);
  if (object === null) throw new Error("The upload went away while it was kept. Send it again.");
  await bucket.put(to, object.body);
  await bucket.delete(from);
}

/** Removes what is kept of an upload. */
export async function removeUpload(bucket: R2Bucket, tenant: string, digest: string): Promise<void> {
  await bucket.delete((["archive", "files", "list"] as const).map((what) => uploadKey(tenant, digest, what)));
}

/** Writes an object piece by piece: whole when it is short, in parts when it is long. */
export class ObjectWriter {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #parts: R2UploadedPart[] = [];
  #upload: R2MultipartUpload | undefined;
  #buffer = new Uint8Array(64 << 10);
  #length = 0;

  constructor(bucket: R2Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + PART_BYTES - this.#length);
      this.#room(piece.length);
      this.#buffer.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === PART_BYTES) await this.#flush();
    }
  }

  async end(): Promise<void> {
    if (this.#upload === undefined) {
      await this.#bucket.put(this.#key, this.#buffer.subarray(0, this.#length));
      return;
    }
    if (this.#length > 0) await this.#flush();
    await this.#upload.complete(this.#parts);
  }

  async abort(): Promise<void> {
    await this.#upload?.abort().catch(() => undefined);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = new Uint8Array(
      Math.min(PART_BYTES, Math.max(2 * this.#buffer.length, this.#length + more)),
    );
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  async #flush(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#key);
    const part = this.#buffer.subarray(0, this.#length);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, part));
    this.#length = 0;
  }
}

/** Uploads that are older than `before`, as many as fit into one list. */
export async function oldUploads(
  bucket: R2Bucket,
  before: number,
): Promise<{ tenant: string; digest: string }[]> {
  const found = new Map<string, { tenant: string; digest: string }>();
  const { objects } = await bucket.list({ prefix: "uploads/" });
  for (const { key, uploaded } of objects) {
    const [, tenant = "", digest = ""] = key.split("/");
    if (uploaded.getTime() < before)
      found.set(`${tenant}/${digest}`, { tenant: decodeURIComponent(tenant), digest });
  }
  return [...found.values()];
}
