/** What GitHub refuses and will refuse again: told in its own words, and never asked a second time. */
import { z } from "zod";
import { messageIn, statusOf } from "./client.ts";

/** GitHub's final no. The message says what was asked and what GitHub said. */
export class GitHubRefusal extends Error {
  readonly status: number;

  constructor(what: string, status: number, words: string) {
    super(`Cannot ${what}: GitHub answered ${status}: ${words}`);
    this.name = "GitHubRefusal";
    this.status = status;
  }
}

const FINAL: ReadonlySet<number> = new Set([403, 404, 409, 410, 422]);
const Answer = z.object({
  headers: z.record(z.string(), z.unknown()).catch({}),
  data: z
    .object({
      errors: z.array(
        z.union([z.string(), z.object({ message: z.string() }).transform((one) => one.message)]),
      ),
    })
    .catch({ errors: [] }),
});

/** Runs a request; a final no becomes a GitHubRefusal, everything else is thrown as it came and may be tried again. */
export async function refusing<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw refusalOf(what, error);
  }
}

/** The refusal that an error is, or the error itself when asking again may help. */
export function refusalOf(what: string, error: unknown): unknown {
  const status = statusOf(error);
  if (status === null || !FINAL.has(status)) return error;
  const { headers, data } = answerIn(error);
  const words = [messageIn(error), ...data.errors].join(": ");
  // A limit is answered with 403 as well, a tree that took GitHub too long with 422: both pass.
  const limited = headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined;
  return limited || /rate limit|request timed out/i.test(words)
    ? error
    : new GitHubRefusal(what, status, words);
}

function answerIn(error: unknown): z.infer<typeof Answer> {
  const response = error instanceof Error && "response" in error ? error.response : undefined;
  return Answer.catch({ headers: {}, data: { errors: [] } }).parse(response);
}
