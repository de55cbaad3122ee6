/** Sandboxes and their files. */
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { CreateSandbox, InputFiles, SourceFiles } from "../models/sandbox.ts";
import { layArchive, layFiles } from "./archive.ts";
import { bodyOf, Id, Laying, parse, readJson } from "./door.ts";
import { readWorkspaceFile } from "./files.ts";
import type { Host } from "./host.ts";
import { layInputs } from "./inputs.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";

/** Single files come as base64: what their sender puts into one request, in bytes. */
const SOURCES_BYTES = 64 * 1024 * 1024;

export function sandboxRoutes(host: Host) {
  return new Hono<{ Bindings: HttpBindings }>()
    .get("/", (c) => c.json(host.all().map((sandbox) => sandbox.info())))
    .put("/:id", async (c) => {
      const id = parse(Id, c.req.param("id"));
      return c.json(host.create(id, parse(CreateSandbox, await readJson(c.env.incoming))).info());
    })
    .get("/:id", (c) => c.json(host.find(c.req.param("id")).info()))
    .delete("/:id", async (c) => {
      await host.destroy(c.req.param("id"), "asked");
      return c.body(null, 204);
    })
    .put("/:id/archive", async (c) => {
      const { strip, entries } = parse(Laying, c.req.query());
      return c.json(
        await layArchive(host.find(c.req.param("id")), bodyOf(c.env.incoming), strip, entries === "1"),
      );
    })
    .put("/:id/sources", async (c) => {
      const sandbox = host.find(c.req.param("id"));
      return c.json(
        await layFiles(sandbox, parse(SourceFiles, await readJson(c.env.incoming, SOURCES_BYTES))),
      );
    })
    .put("/:id/inputs", async (c) => {
      const sandbox = host.find(c.req.param("id"));
      await layInputs(sandbox, parse(InputFiles, await readJson(c.env.incoming, SOURCES_BYTES)));
      return c.body(null, 204);
    })
    .put("/:id/snapshot", async (c) =>
      c.json(await restoreSnapshot(host.find(c.req.param("id")), bodyOf(c.env.incoming))),
    )
    .get("/:id/snapshot", async (c) => sendOnce(await takeSnapshot(host.find(c.req.param("id")))))
    .get("/:id/files", async (c) => {
      const path = parse(z.string().min(1).max(4096), c.req.query("path"));
      const bytes = await readWorkspaceFile(host.find(c.req.param("id")), path);
      return c.body(bytes, 200, { "content-type": "application/octet-stream" });
    });
}

/** A file with its length, removed once it was sent or its receiver went away. */
async function sendOnce(file: string): Promise<Response> {
  const { size } = await stat(file);
  const stream = createReadStream(file);
  stream.once("close", () => rm(file, { force: true }));
  const headers = { "content-type": "application/gzip", "content-length": String(size) };
  return new Response(Readable.toWeb(stream) as ReadableStream, { headers });
}
