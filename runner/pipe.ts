/** A named pipe to read a command by, and the host's descriptors which a command must not inherit. */
import { execFile } from "node:child_process";
import { constants, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Pipe = {
  /** The end to hand to a command as stdout and stderr; close it once the command has it. */
  input: number;
  /** When the last writer has closed it. */
  ended: Promise<void>;
  close(): void;
};

/**
 * Not Node's own `pipe`: that is a socket, on which `echo problem > /dev/stderr` fails; and two of them, for
 * stdout and stderr, lose the order between the lines.
 */
export async function openPipe(path: string, onBytes: (bytes: Buffer) => void): Promise<Pipe> {
  // Others may write: what a command opens again as /dev/stderr is checked against the user it runs as.
  await run("mkfifo", ["-m", "622", path]);
  try {
    const reader = new Socket({
      fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
      readable: true,
      writable: false,
    });
    const input = openSync(path, constants.O_WRONLY);
    reader.on("data", onBytes);
    const ended = new Promise<void>((resolve) => {
      reader.once("close", () => resolve());
      reader.once("error", () => resolve());
    });
    return { input, ended, close: () => reader.destroy() };
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * Node marks what it opens as not inherited, but not what its own parent left open to it: each such
 * descriptor would be a door from the sandbox to the host. The result is the end of a `stdio` list, from
 * `first` on, in which those are replaced by /dev/null.
 */
export function inherited(first: number): ("ignore" | number)[] {
  const open = openDescriptors().filter((fd) => fd >= first);
  const list: ("ignore" | number)[] = [];
  for (let fd = first; fd <= Math.max(-1, ...open); fd++) list.push(open.includes(fd) ? nowhere() : "ignore");
  return list;
}

let leaks: number[] | null = null;
let sink: number | null = null;

function nowhere(): number {
  sink ??= openSync("/dev/null", "r+");
  return sink;
}

/** Descriptors above 2 that survive an exec; they cannot become more while we run, so they are read once. */
function openDescriptors(): number[] {
  leaks ??= listDescriptors().filter((fd) => fd > 2 && !closesOnExec(fd));
  return leaks;
}

function listDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd").map(Number);
  } catch {
    return [];
  }
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & 0o2000000) !== 0;
  } catch {
    return true; // Closed since it was listed.
  }
}
