/** Archives that come from outside: read one file at a time, within bounds, never laid on a disk. */
import { createTarDecoder } from "modern-tar";

/** What an archive may hold unpacked, in bytes: far more than source has, far less than a gzip bomb. */
const MOST_BYTES = 2_000_000_000;
const MOST_ENTRIES = 400_000;

/** An archive that cannot be used; the message says why. */
export class ArchiveError extends Error {}

export interface Entry {
  name: string;
  /** `file`, `symlink`, `link`, `directory`, ... */
  type: string;
  size: number;
  /** The content; to be asked for before the next entry, or not at all. */
  bytes(): Promise<Uint8Array>;
}

/**
 * The entries of a .tar or .tar.gz stream, in order.
 *
 * @throws {ArchiveError} when it is no such archive, is damaged, or has no end
 */
export async function* entriesOf(archive: ReadableStream<Uint8Array>): AsyncGenerator<Entry> {
  const tar = bounded(await unpacked(archive)).pipeThrough(createTarDecoder({ strict: true }));
  const reader = tar.getReader();
  let seen = 0;
  let promised = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(refuse);
      if (done) break;
      seen += 1;
      if (seen > MOST_ENTRIES) throw new ArchiveError(`it has more than ${MOST_ENTRIES} entries`);
      const { header, body } = value;
      promised += header.size;
      // To unpack it all first takes a while, and memory.
      if (promised > MOST_BYTES) throw tooMuch();
      let taken = false;
      yield {
        name: header.name,
        type: header.type ?? "file",
        size: header.size,
        bytes: () => {
          taken = true;
          return collect(body, header.size);
        },
      };
      // What nobody asked for must be let through, or the next entry never comes.
      if (!taken) await body.cancel();
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (seen === 0) throw new ArchiveError("it is empty, or no tar archive");
}

function refuse(error: unknown): never {
  if (error instanceof ArchiveError) throw error;
  throw new ArchiveError(
    `it is damaged or no tar archive (${error instanceof Error ? error.message : error})`,
  );
}

async function collect(body: ReadableStream<Uint8Array>, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(refuse);
    if (done) break;
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== size) throw new ArchiveError("it ends too early");
  return bytes;
}

/** The tar within, told by the first two bytes. */
async function unpacked(archive: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = archive.getReader();
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 2) {
    const { done, value } = await reader.read();
    if (done) break;
    first = first.length === 0 ? value : joined(first, value);
  }
  const whole = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.length > 0) controller.enqueue(first);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  if (first[0] === 0x50 && first[1] === 0x4b)
    throw new ArchiveError("it is a zip archive: send a .tar or .tar.gz");
  return first[0] === 0x1f && first[1] === 0x8b
    ? whole.pipeThrough(new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>)
    : whole;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function tooMuch(): ArchiveError {
  return new ArchiveError(`it unpacks to more than ${MOST_BYTES} bytes`);
}

function bounded(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let bytes = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) controller.error(tooMuch());
        else controller.enqueue(chunk);
      },
    }),
  );
}
