/** The protocol of models/sandbox.ts over HTTP: one guard, one table of refusals, the routes. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { RUNNER_HEADER, type RunnerError, type RunnerHealth } from "../models/sandbox.ts";
import manifest from "../package.json" with { type: "json" };
import { egressOf } from "./cell.ts";
import { commandRoutes } from "./command-routes.ts";
import { requireToken } from "./door.ts";
import { Refusal, reason, STATUS } from "./errors.ts";
import type { Host, Log } from "./host.ts";
import { proxyUpgrade } from "./proxy.ts";
import { sandboxRoutes } from "./sandbox-routes.ts";
import { findService } from "./service.ts";

/** A large archive over a slow line. */
const REQUEST_MS = 15 * 60_000;

/** The server, not yet listening. */
export function makeServer(host: Host, token: string, log: Log): Server {
  const app = makeApp(host, token, log);
  // `overrideGlobalObjects` would change Request and Response for a whole process that we are only a part of.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer({ requestTimeout: REQUEST_MS, keepAliveTimeout: 65_000 }, listener);
  server.on("upgrade", (incoming, socket, head) => {
    socket.on("error", () => socket.destroy());
    upgrade(host, token, incoming, socket, head).catch((error) => refuseUpgrade(socket, error));
  });
  return server;
}

function makeApp(host: Host, token: string, log: Log) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, c) => {
    const { code, message } = refusalOf(error);
    if (code === "internal")
      log("request.failed", { method: c.req.method, path: c.req.path, error: reason(error) });
    return c.json({ code, message }, STATUS[code], { [RUNNER_HEADER]: "refused" });
  });
  app.notFound(() => {
    throw new Refusal("not_found", "Cannot find path: models/sandbox.ts says which there are");
  });
  app.use((c, next) => {
    requireToken(c.env.incoming, token);
    return next();
  });
  app.get("/health", (c) => {
    const { cell, size, agents } = host;
    const health: RunnerHealth = {
      status: "ok",
      isolation: cell.isolation,
      egress: egressOf(cell),
      version: manifest.version,
      sandboxes: size,
      agents: [...agents],
    };
    return c.json(health);
  });
  app.route("/sandboxes", sandboxRoutes(host));
  app.route("/sandboxes/:id", commandRoutes(host));
  return app;
}

function refusalOf(error: unknown): RunnerError {
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  return { code: "internal", message: `Cannot answer: ${reason(error)}` };
}

const UPGRADE_PATH = /^\/sandboxes\/([^/]+)\/services\/([^/]+)\/proxy(?=[/?]|$)/;

async function upgrade(
  host: Host,
  token: string,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  requireToken(incoming, token);
  const [, id, name] = UPGRADE_PATH.exec(incoming.url ?? "") ?? [];
  if (id === undefined || name === undefined) {
    throw new Refusal("not_found", "Cannot upgrade: only a service's proxy speaks WebSocket");
  }
  await proxyUpgrade(await findService(host.find(id), name), incoming, socket, head);
}

function refuseUpgrade(socket: Duplex, error: unknown): void {
  const refusal = refusalOf(error);
  const status = STATUS[refusal.code];
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n${RUNNER_HEADER}: refused\r\n`;
  socket.end(`${head}content-type: application/json\r\n\r\n${JSON.stringify(refusal)}`);
}
