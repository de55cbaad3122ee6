/** Refusals in Codegen's shapes. */
import type { z } from "zod";

/** An answer other than success; thrown anywhere, turned into JSON at the edge. */
export class Problem extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}, body?: unknown) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = body ?? { message, status_code: status };
  }

  toResponse(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}

/** Thrown where the description says nothing; answered 501 and recorded. */
export class Unmodelled extends Error {}

export const unauthorized = () => new Problem(401, "Invalid or missing API token.");
export const planLimit = () => new Problem(402, "Agent run limit reached for the current plan.");
export const forbidden = () => new Problem(403, "You do not have access to this organization.");
export const noRun = () => new Problem(404, "Agent run not found.");
export const noRepository = () => new Problem(404, "No such repository in the organization.");
export const noOrganization = () => new Problem(404, "Organization not found.");

export function tooMany(retryAfterS: number | null): Problem {
  return new Problem(
    429,
    "Rate limit exceeded.",
    retryAfterS === null ? {} : { "retry-after": String(retryAfterS) },
  );
}

type Issue = { path: readonly PropertyKey[]; message: string; code: string };

/** `place` is where the wrong value stood: `body`, `query`, `path`. */
export function invalid(place: string, issues: readonly Issue[]): Problem {
  const detail = issues.map(({ path, message, code }) => {
    const loc = [place, ...path.map((part) => (typeof part === "symbol" ? String(part) : part))];
    return { loc, msg: message, type: code };
  });
  return new Problem(422, "Validation error", {}, { detail });
}

/** Reads what was sent. A field that no description names is no mistake of the sender alone: it is not modelled. */
export function readAs<T>(schema: z.ZodType<T>, place: string, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const unknown = read.error.issues.find(({ code }) => code === "unrecognized_keys");
  if (unknown !== undefined) throw new Unmodelled(`${place}: ${unknown.message}`);
  throw invalid(place, read.error.issues);
}
