/** Checks of others that a merge must wait for: what is there on a commit, and what a branch requires. */
import type { Vars } from "../../vars.ts";
import { isOurName } from "./check-name.ts";
import { type Client, clientOf, type Repo, statusOf } from "./client.ts";
import { allPages, PAGE } from "./pages.ts";

/** A check or status of somebody else on a commit. `app`: the App's id, null for a status. */
export type OtherCheck = { name: string; app: number | null; state: "passed" | "pending" | "failed" };

/**
 * Everything others say about a commit, other projects of the repository among them. Those of this project are left
 * out, of whatever base: what another base's rules say of the commit is nothing to this one.
 */
export async function otherChecks(
  vars: Vars,
  repo: Repo,
  sha: string,
  scope: string | null,
): Promise<OtherCheck[]> {
  const client = await clientOf(vars, repo);
  const [runs, statuses] = await Promise.all([runsOn(client, sha), statusesOn(client, sha)]);
  const ours = (check: OtherCheck) =>
    isOurName(check.name, scope) && (check.app === null || String(check.app) === vars.GITHUB_APP_ID);
  return [...runs, ...statuses].filter((check) => !ours(check));
}

async function runsOn({ octokit, at }: Client, ref: string): Promise<OtherCheck[]> {
  const path = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const runs = await allPages(
    async (page) => (await octokit.request(path, { ...at, ref, per_page: PAGE, page })).data.check_runs,
  );
  return runs.map((run) => ({
    name: run.name,
    app: run.app?.id ?? null,
    state: run.status !== "completed" ? "pending" : isGood(run.conclusion) ? "passed" : "failed",
  }));
}

async function statusesOn({ octokit, at }: Client, ref: string): Promise<OtherCheck[]> {
  const path = "GET /repos/{owner}/{repo}/commits/{ref}/status";
  const statuses = await allPages(
    async (page) => (await octokit.request(path, { ...at, ref, per_page: PAGE, page })).data.statuses,
  );
  return statuses.map((status) => ({
    name: status.context,
    app: null,
    state: status.state === "success" ? "passed" : status.state === "pending" ? "pending" : "failed",
  }));
}

/** What GitHub itself lets through. */
function isGood(conclusion: string | null): boolean {
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped";
}

export type RequiredCheck = { name: string; app: number | null };

/** The checks that branch protection and rulesets require on a branch; none when it is not protected. */
export async function requiredChecks(vars: Vars, repo: Repo, branch: string): Promise<RequiredCheck[]> {
  const client = await clientOf(vars, repo);
  const found = await Promise.all([
    orNone(protectionOf(client, branch)),
    // They ask for no permission that the other needs: what one may not read, the other may.
    orNone(rulesOf(client, branch)),
  ]);
  const keyed = found.flat().map((check): [string, RequiredCheck] => [JSON.stringify(check), check]);
  return [...new Map(keyed).values()];
}

async function protectionOf({ octokit, at }: Client, branch: string): Promise<RequiredCheck[]> {
  const path = "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks";
  const { data } = await octokit.request(path, { ...at, branch });
  return data.checks.map((check) => ({ name: check.context, app: check.app_id ?? null }));
}

async function rulesOf({ octokit, at }: Client, branch: string): Promise<RequiredCheck[]> {
  const path = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
  const rules = await allPages(
    async (page) => (await octokit.request(path, { ...at, branch, per_page: PAGE, page })).data,
  );
  const checks = rules.flatMap((rule) =>
    rule.type === "required_status_checks" ? (rule.parameters?.required_status_checks ?? []) : [],
  );
  return checks.map((check) => ({ name: check.context, app: check.integration_id ?? null }));
}

/**
 * None where there are none, and where reading them needs a permission that a team may not have given: GitHub itself
 * still enforces them.
 */
async function orNone(asked: Promise<RequiredCheck[]>): Promise<RequiredCheck[]> {
  try {
    return await asked;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 403) return [];
    throw error;
  }
}
