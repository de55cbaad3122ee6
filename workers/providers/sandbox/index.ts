/** Sandboxes as the rest of Tidegate sees them: the protocol of models/sandbox.ts, wherever its host stands. */
import type { z } from "zod";
import {
  ArchiveInfo,
  type CreateSandbox,
  ExecChunk,
  ExecInfo,
  type InputFiles,
  RunnerError,
  RunnerHealth,
  SandboxInfo,
  ServiceInfo,
  SnapshotInfo,
  type SourceFiles,
  type StartExec,
  type StartService,
} from "../../../models/sandbox.ts";
import { varsOf } from "../../vars.ts";

/**
 * A refusal of the sandbox host. `gone` and `not_found`: the sandbox was destroyed or its host lost it.
 * `bad_request`: the same request would be refused again.
 */
export class SandboxError extends Error {
  readonly code: RunnerError["code"];
  constructor(code: RunnerError["code"], message: string) {
    super(message);
    this.name = "SandboxError";
    this.code = code;
  }
}

/** Longest an answer may take to begin, in ms; long work is started and asked about, never awaited. */
const TIMEOUT_MS = 60_000;
/** Laying and packing archives move a whole workspace. */
const TRANSFER_TIMEOUT_MS = 10 * 60_000;
/** Asked while somebody looks at a page. */
const HEALTH_TIMEOUT_MS = 5_000;

export type Sandbox = ReturnType<typeof sandboxOf>;

/** The sandbox of this id, whether or not it was made yet. */
export function sandboxOf(env: Env, id: string) {
  const send = senderOf(env, id);
  const base = `/sandboxes/${encodeURIComponent(id)}`;
  async function ask<T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: JSON_TYPE };
    const response = await send(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return schema.parse(await (await refuse(response)).json());
  }
  async function put<T>(schema: z.ZodType<T>, path: string, archive: ReadableStream): Promise<T> {
    const init = { method: "PUT", body: archive, signal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS) };
    return schema.parse(await (await refuse(await send(path, init)).catch(maybeCutOff)).json());
  }
  async function fileOf(path: string): Promise<Response | null> {
    const init = { signal: AbortSignal.timeout(TIMEOUT_MS) };
    const response = await send(`${base}/files?path=${encodeURIComponent(path)}`, init);
    return response.status === 404 ? null : refuse(response);
  }
  return {
    id,
    create: (body: CreateSandbox) => ask(SandboxInfo, "PUT", base, body),
    info: () => ask(SandboxInfo, "GET", base),
    /** Destroying what is not there is success. */
    async destroy(): Promise<void> {
      const response = await send(base, { method: "DELETE", signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.status !== 404 && response.status !== 410) await refuse(response);
    },
    putArchive: (archive: ReadableStream, entries = false) =>
      put(ArchiveInfo, `${base}/archive?strip=1&entries=${entries ? 1 : 0}`, archive),
    putSources: (body: SourceFiles) => ask(ArchiveInfo, "PUT", `${base}/sources`, body),
    /** Lays files into the home's folder for inputs, instead of those before; refused while a command runs. */
    async putInputs(files: InputFiles["files"]): Promise<void> {
      const init = { method: "PUT", body: JSON.stringify({ files }), headers: JSON_TYPE };
      await refuse(await send(`${base}/inputs`, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }));
    },
    putSnapshot: (archive: ReadableStream) => put(SnapshotInfo, `${base}/snapshot`, archive),
    snapshot: async () => {
      const init = { signal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS) };
      return refuse(await send(`${base}/snapshot`, init));
    },
    startExec: (key: string, body: StartExec) => ask(ExecInfo, "PUT", `${base}/execs/${key}`, body),
    readExec: (key: string, from: number, waitMs: number) =>
      ask(ExecChunk, "GET", `${base}/execs/${key}?from=${from}&wait_ms=${waitMs}`),
    startService: (name: string, body: StartService) =>
      ask(ServiceInfo, "PUT", `${base}/services/${name}`, body),
    readService: (name: string, from: number) =>
      ask(ServiceInfo, "GET", `${base}/services/${name}?from=${from}`),
    /** Text of one file of the workspace; null when it is not there. */
    readFile: async (path: string): Promise<string | null> => (await fileOf(path))?.text() ?? null,
    /** The very bytes of one file of the workspace; null when it is not there. */
    async readBytes(path: string): Promise<Uint8Array | null> {
      const response = await fileOf(path);
      return response === null ? null : new Uint8Array(await response.arrayBuffer());
    },
    /** One request to a service, as it came. */
    proxy(name: string, request: Request): Promise<Response> {
      const { pathname, search, host } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set("x-forwarded-host", host);
      return send(`${base}/services/${name}/proxy${pathname}${search}`, {
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
      });
    },
  };
}

/** What the sandbox host says of itself; null where each sandbox has a container, and thus a host, of its own. */
export async function hostHealth(env: Env): Promise<RunnerHealth | null> {
  const { RUNNER_URL, RUNNER_TOKEN } = varsOf(env);
  if (RUNNER_URL === null) return null;
  const init = authorised(RUNNER_TOKEN, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
  return RunnerHealth.parse(await (await refuse(await fetch(`${RUNNER_URL}/health`, init))).json());
}

const JSON_TYPE = { "content-type": "application/json" };

type Sender = (path: string, init: RequestInit) => Promise<Response>;

/** A host of ours when one is named, else a container for this sandbox alone. */
function senderOf(env: Env, id: string): Sender {
  const { RUNNER_URL, RUNNER_TOKEN } = varsOf(env);
  if (RUNNER_URL !== null)
    return (path, init) => fetch(`${RUNNER_URL}${path}`, authorised(RUNNER_TOKEN, init));
  const container = env.SANDBOX.get(env.SANDBOX.idFromName(id));
  return (path, init) => container.fetch(`http://sandbox${path}`, authorised(RUNNER_TOKEN, init));
}

function authorised(token: string, init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("x-runner-authorization", `Bearer ${token}`);
  return { ...init, headers };
}

/** An archive that broke off on its way is refused as a bad one: another go may bring it whole. */
function maybeCutOff(error: unknown): never {
  if (error instanceof SandboxError && error.code === "bad_request")
    throw new SandboxError("internal", error.message);
  throw error;
}

/** Turns a refusal of the host into an error. */
async function refuse(response: Response): Promise<Response> {
  if (response.ok) return response;
  const said = RunnerError.safeParse(await response.json().catch(() => null));
  if (said.success) throw new SandboxError(said.data.code, said.data.message);
  throw new SandboxError("internal", `The sandbox host answered ${response.status}`);
}
