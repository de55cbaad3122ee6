/** What the runner refuses, and with which status. */
import type { RunnerError } from "../models/sandbox.ts";

/** One table from code to status, so that a refusal looks the same wherever it arises. */
export const STATUS = {
  unauthorized: 401,
  not_found: 404,
  gone: 410,
  bad_request: 400,
  conflict: 409,
  too_large: 413,
  exhausted: 503,
  unreachable: 502,
  no_isolation: 501,
  internal: 500,
} as const satisfies Record<RunnerError["code"], number>;

/** Thrown anywhere in the runner, answered once in the server. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RunnerError["code"];

  constructor(code: RunnerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The text of whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
