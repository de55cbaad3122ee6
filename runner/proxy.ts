/** Requests to a service, and its answers, as they are. */
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { RUNNER_AUTHORIZATION } from "../models/sandbox.ts";
import { Refusal, reason } from "./errors.ts";

type Reachable = { name: string; request: { port: number }; connect(): Promise<Socket> };

/** From the request's end until the first byte of an answer. */
const ANSWER_MS = 60_000;
/** For this hop alone. The runner's own token is the first of them: code under test must never see it. */
const NOT_PASSED = new Set([
  RUNNER_AUTHORIZATION,
  ..."host connection keep-alive proxy-connection upgrade te".split(" "),
]);

/** One request through, both bodies streamed; rejects when the service does not answer. */
export async function proxy(
  service: Reachable,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const socket = await connect(service);
  await new Promise<void>((resolve, reject) => {
    const asked = ask(service, incoming, socket, headersFor(service, incoming));
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
    asked.on("response", (answer) => {
      clearTimeout(timer);
      outgoing.sendDate = false;
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
      answer.pipe(outgoing);
      // Broken off in the middle: the caller must see a broken answer, not a short one.
      answer.on("error", () => outgoing.destroy());
      outgoing.on("close", () => resolve());
    });
    asked.on("error", (error) => {
      clearTimeout(timer);
      if (outgoing.headersSent) outgoing.destroy();
      else reject(unreachable(service, error));
    });
    outgoing.on("close", () => asked.destroy());
    incoming.pipe(asked);
  });
}

/** A WebSocket through: both ends are joined once the service agreed. */
export async function proxyUpgrade(
  service: Reachable,
  incoming: IncomingMessage,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  const socket = await connect(service);
  const upgrade = { connection: "Upgrade", upgrade: incoming.headers.upgrade ?? "websocket" };
  const asked = ask(service, incoming, socket, { ...headersFor(service, incoming), ...upgrade });
  asked.on("upgrade", (answer, service, rest) => {
    client.write(`${headOf(answer)}\r\n`);
    client.write(rest);
    service.write(head);
    service.pipe(client).pipe(service);
    service.on("error", () => client.destroy());
    client.on("error", () => service.destroy());
    client.on("close", () => service.destroy());
  });
  asked.on("response", (answer) => {
    client.write(`${headOf(answer)}\r\n`);
    answer.pipe(client);
  });
  asked.on("error", () => client.destroy());
  asked.end();
}

/** The status with which the service answers a GET, or null when it does not. */
export async function statusOf(service: Reachable, path: string, wait_ms: number): Promise<number | null> {
  const socket = await connect(service).catch(() => null);
  if (socket === null) return null;
  return new Promise((resolve) => {
    const headers = { host: hostOf(service), "user-agent": "tidegate", accept: "*/*" };
    const asked = httpRequest({ path, headers, createConnection: () => socket });
    asked.setTimeout(Math.min(wait_ms, 10_000), () => asked.destroy());
    asked.on("response", (answer) => {
      answer.destroy();
      resolve(answer.statusCode ?? null);
    });
    asked.on("error", () => resolve(null));
    asked.on("close", () => resolve(null));
    asked.end();
  });
}

async function connect(service: Reachable): Promise<Socket> {
  try {
    return await service.connect();
  } catch (error) {
    throw unreachable(service, error);
  }
}

function ask(service: Reachable, incoming: IncomingMessage, socket: Socket, headers: Headers): ClientRequest {
  const path = pathInside(incoming.url ?? "/");
  const method = incoming.method ?? "GET";
  // Without an agent and with a connection of its own: nothing is kept alive into a sandbox that may end.
  return httpRequest({
    path,
    method,
    headers: { host: hostOf(service), ...headers },
    createConnection: () => socket,
  });
}

type Headers = Record<string, string | string[]>;

function headersFor(service: Reachable, { headersDistinct }: IncomingMessage): Headers {
  const headers: Headers = {};
  for (const [name, values] of Object.entries(headersDistinct)) {
    if (values !== undefined && !NOT_PASSED.has(name)) headers[name] = values;
  }
  headers.host = headersDistinct["x-forwarded-host"]?.[0] ?? hostOf(service);
  // With no header of its own the token came in the common one; otherwise that one is the visitor's.
  if (headersDistinct[RUNNER_AUTHORIZATION] === undefined) delete headers.authorization;
  return headers;
}

function endToEnd(raw: readonly string[]): string[] {
  const hop = new Set(["connection", "keep-alive", "transfer-encoding"]);
  return raw.filter((_, index) => !hop.has((raw[index - (index % 2)] ?? "").toLowerCase()));
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return lines.map((line) => `${line}\r\n`).join("");
}

/** What follows `/proxy`, exactly as the caller wrote it. */
function pathInside(url: string): string {
  const rest = /^\/sandboxes\/[^/]+\/services\/[^/]+\/proxy(.*)$/s.exec(url)?.[1] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function hostOf({ request }: Reachable): string {
  return `localhost:${request.port}`;
}

function unreachable({ name }: Reachable, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal("unreachable", `Cannot reach service "${name}": ${reason(error)}`, { cause: error });
}
