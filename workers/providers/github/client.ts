/** GitHub's REST API for one repository: Octokit with a fresh token, a time limit, and errors that say what was asked. */
import { Octokit } from "@octokit/core";
import type { Vars } from "../../vars.ts";
import { tokenFor } from "./token.ts";

/** Longest a request may take, in ms. GitHub's own limit is ten seconds. */
const TIMEOUT_MS = 20_000;

/** Which repository, and who lets us in. */
export type Repo = { full_name: string; installation_id: number | null };

export type Client = {
  octokit: Octokit;
  /** Path parameters of the repository. */
  at: { owner: string; repo: string };
};

export async function clientOf(vars: Vars, repo: Repo): Promise<Client> {
  const [owner = "", name = ""] = repo.full_name.split("/");
  return { octokit: octokitOf(vars, await tokenFor(vars, repo.installation_id)), at: { owner, repo: name } };
}

export function octokitOf(vars: Vars, token: string): Octokit {
  return new Octokit({
    baseUrl: vars.GITHUB_API_URL,
    auth: token,
    userAgent: "tidegate",
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }),
    },
  });
}

/** The status of an answer that Octokit threw; null when there was no answer. */
export function statusOf(error: unknown): number | null {
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
