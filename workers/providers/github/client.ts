/** GitHub's REST API for one repository: Octokit whose requests go through `send`, and errors that say what was asked. */
import { Octokit } from "@octokit/core";
import type { Vars } from "../../vars.ts";
import { callerOf, mayAsk } from "./buckets.ts";
import { wasNotAsked } from "./not-asked.ts";
import { send, senderOf } from "./send.ts";

/** Which repository, and who lets us in. */
export type Repo = { full_name: string; installation_id: number | null };

export type Client = {
  octokit: Octokit;
  /** Path parameters of the repository. */
  at: { owner: string; repo: string };
};

/**
 * @param leave_by requests that have not left until then do not leave any more, in ms since 1970
 * @throws GitHubPaused before anything is begun that could not be ended
 */
export async function clientOf(vars: Vars, repo: Repo, leave_by = Infinity): Promise<Client> {
  const [owner = "", name = ""] = repo.full_name.split("/");
  await mayAsk(callerOf(vars, repo.installation_id));
  return { octokit: octokitOf(vars, repo.installation_id, leave_by), at: { owner, repo: name } };
}

/** @param installation_id null: as the App itself, or with the personal token */
export function octokitOf(vars: Vars, installation_id: number | null, leave_by = Infinity): Octokit {
  const sender = senderOf(vars, installation_id, leave_by);
  const octokit = new Octokit({
    baseUrl: vars.GITHUB_API_URL,
    userAgent: "tidegate",
    request: { fetch: (url: string, init: RequestInit) => send(sender, url, init) },
  });
  // Octokit makes one more error of its own of whatever its fetch throws.
  octokit.hook.error("request", (error) => {
    throw wasNotAsked(error.cause) ? error.cause : error;
  });
  return octokit;
}

/**
 * The status of an answer that Octokit threw; null when there was no answer.
 *
 * @throws what says that GitHub was not asked, or surely did nothing: whoever takes it for a lost answer would look for
 * an effect, and ask a person about it
 */
export function statusOf(error: unknown): number | null {
  if (wasNotAsked(error)) throw error;
  const status = error instanceof Error && "status" in error ? error.status : null;
  // Octokit reports a request that never got an answer as 500 without a response.
  const answered = error instanceof Error && "response" in error && error.response !== undefined;
  return typeof status === "number" && answered ? status : null;
}

/** GitHub's own words, without Octokit's appendix. */
export function messageIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const data =
    "response" in error ? (error.response as { data?: { message?: string } } | undefined)?.data : undefined;
  return data?.message ?? error.message;
}

/** Runs a request; null when GitHub says there is no such thing. */
export async function orNull<T>(request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
