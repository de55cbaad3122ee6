/** A runner and its caller, for the tests: real processes, real archives, under every isolation this machine has. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type CreateSandbox,
  type ExecChunk,
  ISOLATIONS,
  type Isolation,
  type StartExec,
  type StartService,
} from "../models/sandbox.ts";
import { type Runner, type RunnerOptions, startRunner } from "./index.ts";

/** Those that can be tried here. */
export const AVAILABLE: Isolation[] = [];
for (const isolation of ISOLATIONS) {
  const runner = await startRunner({ isolation }).catch(() => null);
  if (runner !== null) AVAILABLE.push(isolation);
  await runner?.close();
}

export type Answer = { status: number; headers: Headers; text: string; json: unknown };
export type Caller = Awaited<ReturnType<typeof callRunner>>;

/** A runner of its own for one test. */
export async function callRunner(options: RunnerOptions = {}) {
  const runner = await startRunner(options);
  onTestFinished(() => runner.close());
  return callerOf(runner);
}

export function callerOf(runner: Runner) {
  const authorised = { "x-runner-authorization": `Bearer ${runner.token}` };
  async function call(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    const bytes = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    const init = { method, headers: { ...authorised, ...headers }, redirect: "manual" as const };
    const response = await fetch(
      runner.url + path,
      bytes === undefined ? init : { ...init, body: bytes as Uint8Array<ArrayBuffer> | string },
    );
    const buffer = Buffer.from(await response.arrayBuffer());
    const text = buffer.toString();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  }
  return { runner, authorised, call, sandbox: (id: string) => sandboxOf(call, runner, authorised, id) };
}

type Call = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

function sandboxOf(call: Call, runner: Runner, authorised: Record<string, string>, id: string) {
  const base = `/sandboxes/${id}`;
  const start = (key: string, command: string, more: Partial<StartExec> = {}) =>
    call("PUT", `${base}/execs/${key}`, { command, timeout_ms: 30_000, ...more });
  const read = async (key: string, from: number, wait_ms = 5_000) => {
    const answer = await call("GET", `${base}/execs/${key}?from=${from}&wait_ms=${wait_ms}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json as ExecChunk;
  };
  /** All of the output, and the end. */
  async function finish(key: string): Promise<ExecChunk> {
    let output = "";
    for (let from = 0; ; ) {
      const chunk = await read(key, from);
      output += chunk.output;
      from = chunk.next;
      if (chunk.end !== null && from >= chunk.total) return { ...chunk, output };
    }
  }
  async function run(command: string, more: Partial<StartExec> = {}): Promise<ExecChunk> {
    const key = `run-${Math.random().toString(36).slice(2)}`;
    const started = await start(key, command, more);
    if (started.status !== 200) throw new Error(`${started.status} ${started.text}`);
    return finish(key);
  }
  return {
    id,
    url: runner.url + base,
    authorised,
    create: (limits: CreateSandbox["limits"] = {}) => call("PUT", base, { limits }),
    info: () => call("GET", base),
    destroy: () => call("DELETE", base),
    archive: (bytes: Uint8Array, strip = 0) => call("PUT", `${base}/archive?strip=${strip}`, bytes),
    file: (path: string) => call("GET", `${base}/files?path=${encodeURIComponent(path)}`),
    start,
    read,
    finish,
    run,
    serve: (name: string, command: string, more: Partial<StartService> = {}) =>
      call("PUT", `${base}/services/${name}`, {
        command,
        port: 8000,
        ready_path: "/",
        ready_timeout_ms: 20_000,
        ...more,
      }),
    service: (name: string, wait_ms = 10_000) => call("GET", `${base}/services/${name}?wait_ms=${wait_ms}`),
    proxy: (name: string, method: string, path: string, body?: unknown, headers = {}) =>
      call(method, `${base}/services/${name}/proxy${path}`, body, headers),
    call: (method: string, path: string, body?: unknown) => call(method, base + path, body),
  };
}

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "tg-"));
  chmodSync(path, 0o755);
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A .tar.gz of these files. */
export function archiveOf(files: Record<string, string>): Buffer {
  const from = folder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
  return tarOf(from);
}

export function tarOf(from: string): Buffer {
  return execFileSync("tar", ["-c", "-z", "-C", from, "-f", "-", "."], { maxBuffer: 1e9 });
}

/** Polls until it is so; fails when it never is. */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  wait_ms = 15_000,
): Promise<void> {
  for (const deadline = Date.now() + wait_ms; Date.now() < deadline; ) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ${wait_ms} ms in vain: ${what}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
