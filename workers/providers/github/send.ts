/** The only way to GitHub: with a token that lasts, within its limits, and one write after another. */
import type { Vars } from "../../vars.ts";
import { type Caller, callerOf, heed, mayAsk, turnToWrite, wrote } from "./buckets.ts";
import { AuthRevoked, GitHubCrowded, NotSent, wasNotAsked } from "./not-asked.ts";
import { API_VERSION, tokenFor } from "./token.ts";

/** Longest a request may take, in ms. GitHub's own limit is ten seconds. */
const TIMEOUT_MS = 20_000;
/** What did not leave in time comes again after so long, in ms. */
const COME_AGAIN_MS = 3_000;
const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Who sends: without an id the App itself, or the personal token that serves every repository. */
type Sender = { vars: Vars; installation_id: number | null; leave_by: number; hasWritten: boolean };

/** @param leave_by nothing is sent after that, in ms since 1970: somebody counts on it */
export function senderOf(vars: Vars, installation_id: number | null, leave_by = Infinity): Sender {
  return { vars, installation_id, leave_by, hasWritten: false };
}

/**
 * Sends a request. One that is not let in is sent once more with a fresh token: the refusal changed nothing. Nothing
 * else is ever sent twice.
 *
 * @throws GitHubPaused, AuthRevoked, NotSent when GitHub surely did nothing
 */
export async function send(
  sender: Sender,
  url: string,
  init: RequestInit,
  timeout_ms = TIMEOUT_MS,
): Promise<Response> {
  const { vars, installation_id } = sender;
  const caller = callerOf(vars, installation_id);
  const isWrite = !READS.has(init.method ?? "GET");
  for (let refused: string | null = null; ; ) {
    const token = await ready(sender, caller, isWrite, refused);
    const now = Date.now();
    if (now > sender.leave_by)
      throw new GitHubCrowded(
        `A change did not get its turn in time for ${caller.name}: it waits`,
        now + COME_AGAIN_MS,
      );
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    headers.set("x-github-api-version", API_VERSION);
    const answer = fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeout_ms) });
    const response = await (isWrite ? answer.finally(() => wrote(caller)) : answer);
    if (response.status !== 401) return within(caller, response);
    if (refused !== null) throw new AuthRevoked(caller.name, "401 twice, to a fresh token as well");
    // There is no other personal token to be had.
    if (vars.GITHUB_TOKEN !== null) throw new AuthRevoked(caller.name, "401");
    refused = token;
  }
}

/** All that must be there before a request may leave. What fails here was not sent. */
async function ready(
  sender: Sender,
  caller: Caller,
  isWrite: boolean,
  refused: string | null,
): Promise<string> {
  const { vars, installation_id, hasWritten } = sender;
  try {
    await mayAsk(caller);
    const token = await tokenFor(vars, installation_id, refused);
    if (!isWrite) return token;
    await turnToWrite(caller, hasWritten ? "more" : "first");
    sender.hasWritten = true;
    // The wait for its turn may have cost it the life it needs.
    return await tokenFor(vars, installation_id, refused);
  } catch (error) {
    throw wasNotAsked(error) ? error : new NotSent(error);
  }
}

async function within(caller: Caller, response: Response): Promise<Response> {
  const { status, headers } = response;
  const words = status === 403 || status === 429 ? await response.clone().text() : "";
  if (status === 403 && /installation has been suspended/i.test(words))
    throw new AuthRevoked(caller.name, "that it has been suspended");
  await heed(caller, { status, headers, words });
  return response;
}
