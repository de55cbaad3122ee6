import { coloured, type Paint, plain } from "../text/paint.ts";
import { EXIT } from "./failure.ts";

/** Options that every command takes. */
export interface Common {
  json: boolean;
  quiet: boolean;
  color: boolean | undefined;
}

/** What a command says, and where: answers on stdout, all else on stderr. */
export interface Terminal {
  paint: Paint;
  /** The answer: as one JSON document, or as text. */
  answer(value: unknown, text: (paint: Paint) => string): Promise<void>;
  /** The answer of commands that have only one form, piece by piece. */
  pieces(pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>): Promise<void>;
  /** A word beside the answer. */
  note(text: string): void;
}

export function terminalFor({ json, quiet, color }: Common): Terminal {
  const paint = usesColour(color) ? coloured : plain;
  return {
    paint,
    answer: (value, text) => write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text(paint)}\n`),
    async pieces(pieces) {
      for await (const piece of pieces) await write(piece);
    },
    note(text) {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
  };
}

/** https://no-color.org, and FORCE_COLOR as other tools have it. */
function usesColour(asked: boolean | undefined): boolean {
  if (asked !== undefined) return asked;
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR && process.env.FORCE_COLOR !== "0") return true;
  return process.stdout.isTTY === true && process.env.TERM !== "dumb";
}

/** Waits until a slow reader took it: a large graph would pile up in memory. */
function write(piece: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(piece)) resolve();
    else process.stdout.once("drain", resolve);
  });
}

/** `tidegate list | head -1` closes our output early, which is no error. */
export function endQuietlyWhenUnread(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`Cannot write the answer: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
}

export interface Progress {
  at(phase: string, done: number, total: number): void;
  end(): void;
}

const EVERY_MS = 100;
/** Where lines cannot be written over, few are written. */
const EVERY_LINE_MS = 5000;

/** One line on stderr that says how far it is. */
export function progressFor(quiet: boolean): Progress {
  const stream = process.stderr;
  if (quiet) return { at: () => undefined, end: () => undefined };
  const redraws = stream.isTTY === true && process.env.TERM !== "dumb";
  let last = redraws ? 0 : Date.now();
  let drawn = false;
  return {
    at(phase, done, total) {
      const now = Date.now();
      if (now - last < (redraws ? EVERY_MS : EVERY_LINE_MS)) return;
      last = now;
      const text = `${phase} ${done} of ${total} files`;
      stream.write(redraws ? `\r${text.padEnd(60)}` : `${text}\n`);
      drawn = redraws;
    },
    end() {
      if (drawn) stream.write(`\r${" ".repeat(60)}\r`);
      drawn = false;
    },
  };
}
