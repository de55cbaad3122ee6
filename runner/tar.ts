/** Packing and unpacking by the host's `tar`, inside the sandbox's own walls: archives come from strangers. */
import { type ChildProcess, spawn } from "node:child_process";
import { type Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Mount } from "./cell.ts";
import { feed, killGroup } from "./command.ts";
import { Refusal, reason } from "./errors.ts";
import type { Sandbox } from "./sandbox.ts";
import { hear } from "./told.ts";
import { isFull } from "./trouble.ts";

type Tar = ChildProcess & { ran: ReturnType<typeof hear> };

const MEGABYTE = 1024 * 1024;
const MAX_COMPLAINT = 2_000;
/** An upload that stands still this long was given up by its sender. */
const IDLE_MS = 60_000;

/** Unpacks a .tar.gz into an empty folder of ours. Throws a Refusal that says what is wrong with it. */
export async function unpack(sandbox: Sandbox, body: Readable, folder: string, strip: number): Promise<void> {
  const mount = { from: folder, to: "/lay", writable: true };
  const flags = ["--no-same-owner", "--no-same-permissions", `--strip-components=${strip}`];
  const tar = start(sandbox, ["tar", "-x", "-f", "-", "-C", sandbox.cell.seen(mount), ...flags], [mount]);
  const ended = endOf(tar);
  const limit = sandbox.limits.disk_mb * MEGABYTE;
  const counter = count(limit, () => end(tar));
  const idle = setTimeout(() => body.destroy(new Error(`nothing came for ${IDLE_MS} ms`)), IDLE_MS);
  body.on("data", () => idle.refresh());
  const flow = await pipeline(body, createGunzip(), counter, inputOf(tar)).catch((error: unknown) => error);
  clearTimeout(idle);
  if (flow !== undefined) end(tar);
  const { code, complaint } = await ended;
  if (sandbox.end.aborted)
    throw new Refusal("gone", `Cannot extract archive: sandbox "${sandbox.id}" was destroyed`);
  if (flow instanceof Refusal) throw flow;
  // What tar found first explains a pipe that broke after it.
  if (code !== null && code !== 0) throw (await isOurs(tar, folder)) ? ours(complaint) : bad(complaint);
  if (flow !== undefined) throw bad(reason(flow));
  // It would lay `/etc/x` as `etc/x`: nothing that we asked for has such names.
  if (complaint.includes("Removing leading")) throw bad(complaint);
}

/** Packs what `paths` names (latin1, below `folders`) into `output`, gzipped for speed. */
export async function pack(
  sandbox: Sandbox,
  mounts: Mount[],
  paths: string[],
  output: Writable,
): Promise<void> {
  const [first] = mounts;
  if (first === undefined) throw new Error("Cannot pack: no folder named");
  const base = sandbox.cell.seen(first).replace(/\/[^/]+$/, "");
  const flags = ["--null", "--no-recursion", "--verbatim-files-from", "--ignore-failed-read", "-T", "-"];
  const tar = start(sandbox, ["tar", "-c", "-f", "-", "-C", base, ...flags], mounts);
  const ended = endOf(tar);
  inputOf(tar).end(Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1"));
  if (tar.stdout === null) throw new Error("Cannot pack: tar has no output");
  await pipeline(tar.stdout, createGzip({ level: 1 }), output);
  const { code, complaint } = await ended;
  if (code !== 0) throw new Refusal("internal", `Cannot pack snapshot: tar ended ${code}: ${complaint}`);
}

function start(sandbox: Sandbox, argv: string[], mounts: Mount[]): Tar {
  const plan = { argv, env: {}, cwd: "", network: "none" as const, mounts, mark: "tar" };
  const launch = sandbox.cell.launch(sandbox.place, plan);
  const child = spawn(launch.file, [...launch.tells, ...launch.args], {
    cwd: launch.cwd,
    env: launch.env,
    ...launch.user,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  feed(child, launch.feed ?? "");
  const ran = hear(launch, child);
  const kill = () => end(child);
  sandbox.end.addEventListener("abort", kill);
  child.once("close", () => sandbox.end.removeEventListener("abort", kill));
  return Object.assign(child, { ran });
}

/** As a group: killed in its first moments alone, bubblewrap leaves a child that waits for it for ever. */
function end(child: ChildProcess): void {
  killGroup(child.pid);
}

function endOf(child: ChildProcess): Promise<{ code: number | null; complaint: string }> {
  let complaint = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    if (complaint.length < MAX_COMPLAINT) complaint += bytes;
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, complaint: error.message }));
    child.once("close", (code) => resolve({ code, complaint: complaint.trim().slice(0, MAX_COMPLAINT) }));
  });
}

/**
 * Tar's input. When tar has seen the end of an archive it stops to listen: the rest goes nowhere, but is still
 * read, so that the checksum at the very end is checked.
 */
function inputOf(child: ChildProcess): Writable {
  const input = child.stdin;
  if (input === null) throw new Error("Cannot speak to tar: it has no input");
  input.on("error", () => {}); // Told by tar's exit.
  return new Writable({
    write: (chunk, _, done) => void (input.destroyed ? done() : input.write(chunk, () => done())),
    // Once destroyed it would never call back.
    final: (done) => void (input.destroyed ? done() : input.end(() => done())),
  });
}

/** Lets bytes through up to a limit: what a bomb unpacks to is counted before it reaches the disk. */
function count(limit: number, onOver: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= limit) return done(null, chunk);
      onOver();
      const message = `Cannot extract archive: it unpacks to more than ${limit / MEGABYTE} MB, the limit of this sandbox`;
      done(new Refusal("too_large", message));
    },
  });
}

/** Whether it is this host that failed, and no archive. */
async function isOurs({ ran }: Tar, folder: string): Promise<boolean> {
  return !(await ran()) || isFull(folder);
}

function ours(why: string): Refusal {
  return new Refusal("internal", `Cannot extract archive, through no fault of its own: ${why}`);
}

function bad(why: string): Refusal {
  return new Refusal("bad_request", `Cannot extract archive: ${why || "tar does not say why"}`);
}
