/** Graphs as callers ask for them. */
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { sign } from "hono/jwt";
import { packTar, type TarEntry } from "modern-tar";
import { connect } from "../clients/api.ts";
import { Graph, GraphInfo } from "../models/graph.ts";
import { type App, ask, eventually } from "./machine.ts";

export type Caller = { get: Asked; post: (path: string, body: unknown) => Promise<Heard>; send: Sent };
type Asked = (path: string) => Promise<Heard>;
type Sent = (path: string, init: RequestInit) => Promise<Heard>;
// biome-ignore lint/suspicious/noExplicitAny: what is said is compared, not used
export type Heard = { status: number; headers: Headers; text: string; said: any };

/** Signs a person in. Each has graphs, and a limit of analyses, of his own. */
export async function caller(app: App, sub: string): Promise<Caller> {
  const { url, vars } = app;
  const exp = Math.floor(Date.now() / 1000) + 60;
  const claims = { purpose: "sign-in", sub, jti: randomUUID(), exp };
  const link = await sign(claims, vars.SESSION_SECRET ?? "", "HS256");
  const { token } = await connect(url).signIn(link);
  const send: Sent = async (path, init) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return heard(await ask(app, path, { ...init, headers }));
  };
  const headers = { "content-type": "application/json" };
  return {
    send,
    get: (path) => send(`/api/v1${path}`, {}),
    post: (path, body) => send(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
  };
}

async function heard(response: Response): Promise<Heard> {
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, said: json ? JSON.parse(text) : null };
}

/** A tar of files; anything else than a text is an entry of its own kind. */
export async function tarOf(
  files: Record<string, string | Uint8Array | TarEntry["header"]>,
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = Object.entries(files).map(([name, content]): TarEntry => {
    if (typeof content !== "string" && !(content instanceof Uint8Array)) return { header: content };
    const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { header: { name, size: body.length, type: "file", mtime: new Date(0) }, body };
  });
  return new Uint8Array(await packTar(entries));
}

export function upload(
  by: Caller,
  archive: Uint8Array<ArrayBuffer>,
  query = "name=sample",
  type = "application/x-tar",
): Promise<Heard> {
  return by.send(`/api/v1/analyze?${query}`, {
    method: "POST",
    headers: { "content-type": type },
    body: archive,
  });
}

export const gzipped = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));

/** The whole document, checked against its schema. */
export async function documentOf(by: Caller, id: string): Promise<Graph> {
  const { status, said, text } = await by.get(`/graph/${id}`);
  if (status !== 200) throw new Error(`Cannot read graph ${id}: ${text}`);
  return Graph.parse(said);
}

/** What is known of a graph once it is ready or has failed. */
export function done(by: Caller, id: string): Promise<GraphInfo> {
  return eventually(`graph ${id}`, async () => {
    const { status, said } = await by.get(`/graph/${id}?fields=info`);
    const info = status === 200 ? GraphInfo.parse(said) : null;
    return info?.status === "ready" || info?.status === "failed" ? info : null;
  });
}

/** A document without what differs from one analysis of the same files to the next. */
export function content({ nodes, edges, stats, ...graph }: Graph): object {
  return { nodes, edges, stats, unresolved: graph["x-unresolved"], findings: graph["x-findings"] };
}
