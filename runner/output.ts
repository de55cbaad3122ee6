/**
 * The output of one command, on disk: the first bytes stay, the last bytes go round in a ring, what lies
 * between is dropped. Positions are those of the whole stream, so a reader who keeps up misses nothing.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

export const HEAD_BYTES = 2 * 1024 * 1024;
export const TAIL_BYTES = 8 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;

export type Piece = { output: string; next: number; truncated: boolean };

export class Output {
  readonly #fd: number;
  #total = 0;
  #ended = false;
  #waiters = new Set<() => void>();

  constructor(path: string) {
    this.#fd = openSync(path, "w+", 0o600);
  }

  get truncated(): boolean {
    return this.#total > HEAD_BYTES + TAIL_BYTES;
  }

  /** Bytes in order of arrival. Written at once: a queue in memory would grow with a command that shouts. */
  write(bytes: Uint8Array): void {
    if (this.#ended) return;
    for (let done = 0; done < bytes.length; ) {
      const [place, room] = placeOf(this.#total);
      const part = bytes.subarray(done, done + room);
      writeSync(this.#fd, part, 0, part.length, place);
      done += part.length;
      this.#total += part.length;
    }
    this.#wake();
  }

  /** A line of the host's own, in the stream, so that whoever reads the log sees why it stops. */
  note(text: string): void {
    this.write(Buffer.from(`\n[tidegate] ${text}\n`));
  }

  /** Nothing more will come. */
  end(): void {
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
    const tail = this.truncated ? this.#total - TAIL_BYTES : HEAD_BYTES;
    if (start < HEAD_BYTES) return this.#piece(start, Math.min(HEAD_BYTES, this.#total), "", tail > HEAD_BYTES);
    if (start >= tail) return this.#piece(start, this.#total, "", false);
    const marker = `\n[tidegate] ${tail - start} bytes of output dropped here: the limit is ${HEAD_BYTES + TAIL_BYTES}\n`;
    return this.#piece(tail + this.#strays(tail), this.#total, marker, false);
  }

  /** Resolves when there is something to read from `from`, when the output ended, or after `wait_ms`. */
  async wait(from: number, wait_ms: number): Promise<void> {
    const deadline = Date.now() + wait_ms;
    while (!this.#ended && this.read(from).next <= from) {
      const left = deadline - Date.now();
      if (left <= 0) return;
      await this.#change(left);
    }
  }

  #piece(start: number, end: number, marker: string, cut: boolean): Piece {
    const stop = Math.min(end, start + CHUNK_BYTES);
    const bytes = this.#bytes(start, stop);
    const whole = wholeCharacters(bytes);
    // The rest of a character may still come, unless the stream is over or what follows was dropped.
    const last = stop === end && (this.#ended || cut);
    const text = bytes.toString("utf8", 0, last && !cut ? bytes.length : whole);
    return { output: marker + text, next: last ? stop : start + whole, truncated: this.truncated };
  }

  #bytes(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    for (let done = 0; done < bytes.length; ) {
      const [place, room] = placeOf(start + done);
      const wanted = Math.min(room, bytes.length - done);
      const got = readSync(this.#fd, bytes, done, wanted, place);
      if (got === 0) throw new Error(`Cannot read output: file ends at ${place}`);
      done += got;
    }
    return bytes;
  }

  /** How many bytes at `start` belong to a character whose beginning was dropped. */
  #strays(start: number): number {
    const bytes = this.#bytes(start, Math.min(start + 3, this.#total));
    const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
    return first === -1 ? bytes.length : first;
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

/** Where a byte of the stream lies in the file, and how many follow it there without a break. */
function placeOf(position: number): [place: number, room: number] {
  if (position < HEAD_BYTES) return [position, HEAD_BYTES - position];
  const turn = (position - HEAD_BYTES) % TAIL_BYTES;
  return [HEAD_BYTES + turn, TAIL_BYTES - turn];
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
