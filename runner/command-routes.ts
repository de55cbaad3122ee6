/** What runs in a sandbox: commands with an end, services, and requests to them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { StartExec, StartService } from "../models/sandbox.ts";
import { Id, parse, Reading, readJson } from "./door.ts";
import { execChunk, execInfo, findExec, startExec } from "./exec.ts";
import type { Host } from "./host.ts";
import { proxy } from "./proxy.ts";
import { findService, serviceInfo, startService } from "./service.ts";

export function commandRoutes(host: Host) {
  return new Hono<{ Bindings: HttpBindings }, Record<never, never>, "/sandboxes/:id">()
    .put("/execs/:key", async (c) => {
      const sandbox = host.find(c.req.param("id"));
      const key = parse(Id, c.req.param("key"));
      const request = parse(StartExec, await readJson(c.env.incoming));
      return c.json(execInfo(startExec(sandbox, key, request)));
    })
    .get("/execs/:key", async (c) => {
      const { from, wait_ms } = parse(Reading, c.req.query());
      return c.json(
        await execChunk(findExec(host.find(c.req.param("id")), c.req.param("key")), from, wait_ms),
      );
    })
    .put("/services/:name", async (c) => {
      const sandbox = host.find(c.req.param("id"));
      const name = parse(Id, c.req.param("name"));
      const request = parse(StartService, await readJson(c.env.incoming));
      return c.json(serviceInfo(await startService(sandbox, name, request, host.ports), 0));
    })
    .get("/services/:name", async (c) => {
      const { from, wait_ms } = parse(Reading, c.req.query());
      const service = await findService(host.find(c.req.param("id")), c.req.param("name"));
      await Promise.race([service.settled, sleep(wait_ms)]);
      return c.json(serviceInfo(service, from));
    })
    .all("/services/:name/proxy", (c) => through(host, c.req.param("id"), c.req.param("name"), c.env))
    .all("/services/:name/proxy/*", (c) => through(host, c.req.param("id"), c.req.param("name"), c.env));
}

async function through(
  host: Host,
  id: string,
  name: string,
  { incoming, outgoing }: HttpBindings,
): Promise<Response> {
  await proxy(await findService(host.find(id), name), incoming, outgoing);
  return RESPONSE_ALREADY_SENT;
}
