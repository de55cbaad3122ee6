/** Our check run on a head: the one place where GitHub hears what a validation came to. */
import type { Vars } from "../../vars.ts";
import { type Client, clientOf, type Repo } from "./client.ts";
import { allPages, PAGE } from "./pages.ts";

export { checkName, isNameOfAny, isOurName } from "./check-name.ts";
export * from "./other-checks.ts";

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
  const id = known ?? (await findCheck(vars, client, check));
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

async function annotationsOf({ octokit, at }: Client, check_run_id: number): Promise<Place[]> {
  const path = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations";
  return allPages(
    async (page) => (await octokit.request(path, { ...at, check_run_id, per_page: PAGE, page })).data,
  );
}

function placeOf({ path, start_line, title, message }: Place): string {
  return JSON.stringify([path, start_line, title, message]);
}

/** Our own check run of this validation, whatever it was called when it was made. */
async function findCheck(
  vars: Vars,
  { octokit, at }: Client,
  { head_sha: ref, external_id }: CheckReport,
): Promise<number | null> {
  const path = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const ours = { filter: "all" as const, app_id: Number(vars.GITHUB_APP_ID), per_page: PAGE };
  const runs = await allPages(
    async (page) => (await octokit.request(path, { ...at, ref, ...ours, page })).data.check_runs,
  );
  const run = runs.find((one) => one.external_id === external_id);
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
