/** What an answer says of GitHub's limits. */

/** `until` null: it named no time. `refused`: the request was not carried out. */
export type Limit = { until: number | null; refused: boolean };

/** What of an answer tells of a limit; `words` is the body of a refusal. */
export type Answer = { status: number; headers: Headers; words: string };

/**
 * The limit that an answer tells of; null when there is none.
 *
 * @param now milliseconds since 1970
 */
export function limitIn({ status, headers, words }: Answer, now: number): Limit | null {
  const isSpent = headers.get("x-ratelimit-remaining") === "0";
  const reset = isSpent ? resetIn(headers, now) : null;
  const refused =
    status === 429 ||
    (status === 403 && (isSpent || headers.has("retry-after") || /rate limit|abuse detection/i.test(words)));
  if (refused) return { until: retryAfter(headers, now) ?? reset, refused };
  // Of a caller that it did not let in, GitHub tells the budget of nobody.
  return reset === null || status === 401 ? null : { until: reset, refused };
}

/** When the hour's budget begins anew; null when that is not said, or over by our clock. */
function resetIn(headers: Headers, now: number): number | null {
  const at = Number(headers.get("x-ratelimit-reset")) * 1000;
  return at > now ? at : null;
}

/** Seconds or a date. */
function retryAfter(headers: Headers, now: number): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const at = /^\d+$/.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(at, now + 1000);
}
