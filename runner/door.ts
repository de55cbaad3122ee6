/** What every request passes: the token, the form of its parts, the size of its body. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { z } from "zod";
import { RUNNER_AUTHORIZATION } from "../models/sandbox.ts";
import { Refusal } from "./errors.ts";

const MAX_JSON_BYTES = 1024 * 1024;
const MAX_WAIT_MS = 10_000;

/** Ids, keys and names of the caller's. */
export const Id = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/, "must be 1 to 200 of A-Z a-z 0-9 . _ -");

export const Reading = z.object({
  from: z.coerce.number().int().min(0).default(0),
  wait_ms: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .transform((wait_ms) => Math.min(wait_ms, MAX_WAIT_MS)),
});

export const Laying = z.object({
  strip: z.coerce.number().int().min(0).max(10).default(0),
  /** `1`: the answer names every laid file. */
  entries: z.enum(["0", "1"]).default("0"),
});

export function requireToken(incoming: IncomingMessage, token: string): void {
  const given = incoming.headers[RUNNER_AUTHORIZATION] ?? incoming.headers.authorization;
  const expected = `Bearer ${token}`;
  // Hashed, so that both have one length and the time taken tells nothing of either.
  if (typeof given === "string" && timingSafeEqual(digest(given), digest(expected))) return;
  throw new Refusal("unauthorized", "Cannot answer: the token is missing or wrong");
}

/** The value in the form of the schema, or a refusal that says what is wrong with it. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal("bad_request", `Cannot take request: ${z.prettifyError(parsed.error)}`);
}

export async function readJson(incoming: IncomingMessage, most = MAX_JSON_BYTES): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of bodyOf(incoming)) {
    bytes += part.length;
    if (bytes > most) throw new Refusal("too_large", `Cannot take request: limit is ${most} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString() || "{}");
  } catch (error) {
    throw new Refusal("bad_request", "Cannot take request: its body is not JSON", { cause: error });
  }
}

/** The body as a stream that may be given up: destroying the request itself would cut off our own refusal. */
export function bodyOf(incoming: IncomingMessage): Readable {
  const body = new PassThrough();
  // Broken off while nobody reads, as when the request was refused before its body: nobody needs to know.
  body.on("error", () => {});
  incoming.pipe(body);
  incoming.once("close", () => {
    if (!incoming.complete) body.destroy(new Error("the upload was cut off"));
  });
  body.once("close", () => {
    incoming.unpipe(body);
    incoming.resume();
  });
  return body;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
