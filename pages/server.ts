/** The API as the dashboard calls it, and what to say when it refuses. */
import { ApiError, connect } from "../clients/api.ts";
import type { Session } from "../models/api.ts";
import { cell } from "./parts/cell.ts";

/** `undefined`: not known yet; null: signed out. */
export const session = cell<Session | null | undefined>(undefined);

const SESSION_PATH = "/api/v1/session";

/** Fetches, and notices wherever the session turns out to be over. */
async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  // A link that is refused says so itself; every other 401 leads to the sign-in screen.
  const signingIn = init?.method === "POST" && String(input).endsWith(SESSION_PATH);
  if (response.status === 401 && !signingIn) session.set(null);
  return response;
}

export const api = connect("", undefined, send);

/** What went wrong, in words a person can act on. */
export function problemText(error: unknown): string {
  if (error instanceof ApiError) return error.problem.detail;
  // A fetch that got no answer is a TypeError, whose own text differs by browser and explains nothing.
  if (error instanceof TypeError) return "The server cannot be reached. Is it running, and are you online?";
  if (error instanceof Error && error.name === "ZodError") {
    return "The server's answer is not what this page expects. Reload the page: it may be older than the server.";
  }
  return error instanceof Error ? error.message : String(error);
}

/** The messages of a refusal by field; empty when it is not about fields. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const byField: Record<string, string> = {};
  for (const { field, message } of error.problem.errors ?? []) {
    byField[field] = byField[field] === undefined ? message : `${byField[field]}\n${message}`;
  }
  return byField;
}
