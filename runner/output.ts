/**
 * The output of one command, on disk, as valid UTF-8: the first bytes as they come, and when there are too
 * many, at the end a line that says how many were dropped and the last ones. A position once read never
 * moves, and text of n bytes always moves it by n: a caller may take less than it was given.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

export const HEAD_BYTES = 8 * 1024 * 1024;
export const TAIL_BYTES = 2 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

export type Piece = { output: string; next: number; total: number; truncated: boolean };

export class Output {
  readonly #fd: number;
  // Bytes that are no UTF-8 become U+FFFD here, once, and not in every reader's own way.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #total = 0;
  #ended = false;
  #tail: Tail | null = null;
  #waiters = new Set<() => void>();

  constructor(path: string) {
    this.#fd = openSync(path, "w+", 0o600);
  }

  /** Bytes in order of arrival. Written at once: a queue in memory would grow with a command that shouts. */
  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#keep(Buffer.from(this.#decoder.decode(bytes, { stream: true })));
  }

  /** A line of the host's own, in the stream, so that whoever reads the log sees why it stops. */
  note(text: string): void {
    this.write(Buffer.from(`\n[tidegate] ${text}\n`));
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#ended) return;
    this.#keep(Buffer.from(this.#decoder.decode()));
    const tail = this.#tail?.bytes();
    if (tail !== undefined) {
      const dropped = (this.#tail?.taken ?? 0) - tail.length;
      const marker = `\n[tidegate] ${dropped} bytes of output dropped here: limit is ${HEAD_BYTES + TAIL_BYTES}\n`;
      if (dropped > 0) this.#append(Buffer.from(marker));
      this.#append(tail);
    }
    this.#ended = true;
    this.#wake();
  }

  /** The file's descriptor is given back; nothing can be read afterwards. */
  close(): void {
    this.end();
    closeSync(this.#fd);
  }

  /** From byte `from` on, at most one chunk, cut at whole characters. */
  read(from: number): Piece {
    const start = Math.min(from, this.#total);
    const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, this.#total - start));
    for (let done = 0; done < bytes.length; ) {
      const got = readSync(this.#fd, bytes, done, bytes.length - done, start + done);
      if (got === 0) throw new Error(`Cannot read output: file ends at ${start + done}`);
      done += got;
    }
    const whole = wholeCharacters(bytes);
    const truncated = (this.#tail?.taken ?? 0) > TAIL_BYTES;
    return { output: bytes.toString("utf8", 0, whole), next: start + whole, total: this.#total, truncated };
  }

  /** Resolves when there is something to read from `from`, when the output ended, or after `wait_ms`. */
  async wait(from: number, wait_ms: number): Promise<void> {
    const deadline = Date.now() + wait_ms;
    while (!this.#ended && this.#total <= from) {
      const left = deadline - Date.now();
      if (left <= 0) return;
      await this.#change(left);
    }
  }

  #keep(bytes: Buffer): void {
    const room = HEAD_BYTES - this.#total;
    if (this.#tail === null && bytes.length > room) {
      const whole = wholeCharacters(bytes.subarray(0, room));
      this.#append(bytes.subarray(0, whole));
      this.#tail = new Tail();
      this.#tail.take(bytes.subarray(whole));
    } else if (this.#tail === null) this.#append(bytes);
    else this.#tail.take(bytes);
  }

  #append(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#total + done);
    }
    this.#total += bytes.length;
    this.#wake();
  }

  #change(wait_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, wait_ms);
      this.#waiters.add(done);
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

/** The last bytes of a stream of any length. */
class Tail {
  readonly #ring = Buffer.alloc(TAIL_BYTES);
  taken = 0;

  take(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      const place = this.taken % TAIL_BYTES;
      const copied = bytes.copy(this.#ring, place, done);
      done += copied;
      this.taken += copied;
    }
  }

  /** Oldest first; what remains of a character whose beginning was dropped is left out. */
  bytes(): Buffer {
    if (this.taken <= TAIL_BYTES) return this.#ring.subarray(0, this.taken);
    const place = this.taken % TAIL_BYTES;
    const bytes = Buffer.concat([this.#ring.subarray(place), this.#ring.subarray(0, place)]);
    return bytes.subarray(bytes.findIndex((byte) => (byte & 0xc0) !== 0x80));
  }
}

/** How many of these bytes are whole UTF-8 characters: an unfinished last one is left for the next read. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
