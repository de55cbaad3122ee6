/** Check runs: ours on the pull request, and those of others that a merge must wait for. */
import type { Vars } from "../../vars.ts";
import { isOurName } from "./check-name.ts";
import { type Client, clientOf, orNull, type Repo, statusOf } from "./client.ts";

export { checkName, isOurName } from "./check-name.ts";

/** GitHub takes so many annotations in one request, and so many characters in a summary or a text. */
const MOST_ANNOTATIONS = 50;
export const MOST_CHARACTERS = 65_535;

/** A remark on lines of a file, as GitHub takes it. */
export type Annotation = {
  /** Relative to the repository. */
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: "notice" | "warning" | "failure";
  title: string;
  message: string;
};

export type CheckReport = {
  /** Branch protection requires it by this name. */
  name: string;
  head_sha: string;
  /** Our validation id: a repeated report finds the check run instead of making a second. */
  external_id: string;
  status: "queued" | "in_progress" | "completed";
  /** Never `neutral` or `skipped`: GitHub counts those as good enough to merge. */
  conclusion: "success" | "failure" | "timed_out" | "cancelled" | "action_required" | null;
  title: string;
  summary: string;
  text: string;
  annotations: Annotation[];
  details_url: string;
};

/**
 * Writes our check run, making it once.
 *
 * @returns its id; null when only a commit status could be written (a personal token may not make check runs)
 */
export async function writeCheck(
  vars: Vars,
  repo: Repo,
  check: CheckReport,
  known: number | null,
): Promise<number | null> {
  const client = await clientOf(vars, repo);
  if (vars.GITHUB_TOKEN !== null) return writeStatus(client, check);
  const { octokit, at } = client;
  const body = {
    name: check.name,
    head_sha: check.head_sha,
    external_id: check.external_id,
    status: check.status,
    details_url: check.details_url,
    output: { title: check.title, summary: check.summary, text: check.text },
    ...(check.conclusion !== null && { conclusion: check.conclusion }),
  };
  const id = known ?? (await findCheck(client, check));
  if (id === null) {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", { ...at, ...body });
    await annotate(client, Number(data.id), check);
    return Number(data.id);
  }
  await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    ...at,
    check_run_id: id,
    ...body,
  });
  await annotate(client, id, check);
  return id;
}

/** Adds the annotations that are not there yet: GitHub appends what it is sent, and a report may be repeated. */
async function annotate({ octokit, at }: Client, id: number, check: CheckReport): Promise<void> {
  if (check.annotations.length === 0) return;
  const there = new Set((await annotationsOf({ octokit, at }, id)).map(placeOf));
  const missing = check.annotations.filter((one) => !there.has(placeOf(one)));
  for (let from = 0; from < missing.length; from += MOST_ANNOTATIONS) {
    const annotations = missing.slice(from, from + MOST_ANNOTATIONS);
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...at,
      check_run_id: id,
      output: { title: check.title, summary: check.summary, text: check.text, annotations },
    });
  }
}

type Place = Pick<Annotation, "path" | "start_line"> & { title: string | null; message: string | null };

async function annotationsOf({ octokit, at }: Client, id: number): Promise<Place[]> {
  const found: Place[] = [];
  for (let page = 1; ; page++) {
    const { data } = await octokit.request(
      "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
      { ...at, check_run_id: id, per_page: 100, page },
    );
    found.push(...data);
    if (data.length < 100) return found;
  }
}

function placeOf({ path, start_line, title, message }: Place): string {
  return JSON.stringify([path, start_line, title, message]);
}

async function findCheck(
  { octokit, at }: Client,
  { name, head_sha, external_id }: CheckReport,
): Promise<number | null> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...at,
    ref: head_sha,
    check_name: name,
    filter: "all",
    per_page: 100,
  });
  const run = data.check_runs.find((one) => one.external_id === external_id);
  return run === undefined ? null : Number(run.id);
}

/** A commit status says less, but it too can be required by branch protection. */
async function writeStatus({ octokit, at }: Client, check: CheckReport): Promise<null> {
  const failed = check.conclusion === "cancelled" ? "error" : "failure";
  const open = check.conclusion === null || check.conclusion === "action_required";
  const state = open ? "pending" : check.conclusion === "success" ? "success" : failed;
  await octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
    ...at,
    sha: check.head_sha,
    state,
    context: check.name,
    description: check.title.slice(0, 140),
    target_url: check.details_url,
  });
  return null;
}

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
  const { octokit, at } = await clientOf(vars, repo);
  const [runs, statuses] = await Promise.all([
    octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...at, ref: sha, per_page: 100 }),
    octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/status", { ...at, ref: sha, per_page: 100 }),
  ]);
  const fromRuns = runs.data.check_runs.map(
    (run): OtherCheck => ({
      name: run.name,
      app: run.app?.id ?? null,
      state: run.status !== "completed" ? "pending" : isGood(run.conclusion) ? "passed" : "failed",
    }),
  );
  const fromStatuses = statuses.data.statuses.map(
    (status): OtherCheck => ({
      name: status.context,
      app: null,
      state: status.state === "success" ? "passed" : status.state === "pending" ? "pending" : "failed",
    }),
  );
  const ours = (check: OtherCheck) =>
    isOurName(check.name, scope) && (check.app === null || String(check.app) === vars.GITHUB_APP_ID);
  return [...fromRuns, ...fromStatuses].filter((check) => !ours(check));
}

/** What GitHub itself lets through. */
function isGood(conclusion: string | null): boolean {
  return conclusion === "success" || conclusion === "neutral" || conclusion === "skipped";
}

export type RequiredCheck = { name: string; app: number | null };

/** The checks that branch protection requires on a branch; none when the branch is not protected. */
export async function requiredChecks(vars: Vars, repo: Repo, branch: string): Promise<RequiredCheck[]> {
  const { octokit, at } = await clientOf(vars, repo);
  try {
    const answer = await orNull(
      octokit.request("GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks", {
        ...at,
        branch,
      }),
    );
    return (answer?.data.checks ?? []).map((check) => ({ name: check.context, app: check.app_id ?? null }));
  } catch (error) {
    // Reading protection needs a permission that a team may not have given; GitHub itself still enforces it.
    if (statusOf(error) === 403) return [];
    throw error;
  }
}
