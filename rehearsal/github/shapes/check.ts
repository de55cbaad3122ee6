/** Check runs, check suites and commit statuses in GitHub's shape. */
import type { CheckRun, CheckSuite, CommitStatus, Pull, Repository } from "../nouns.ts";
import { fullName, type World } from "../world.ts";
import { appShape } from "./app.ts";
import { isPull } from "./issue.ts";
import { repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

/** Open pull requests at this head. Empty for forks: GitHub leaves those out, a classic trap. */
function pullsAt(world: World, repository: Repository, sha: string): Json[] {
  return [...repository.issues.values()]
    .filter((issue): issue is Pull => isPull(issue) && issue.state === "open")
    .filter((pull) => pull.headSha === sha && pull.headRepositoryId === repository.id)
    .map((pull) => pullReference(world, repository, pull));
}

function pullReference(world: World, repository: Repository, pull: Pull): Json {
  const url = repositoryUrl(world, repository);
  const repo = { id: repository.id, url, name: repository.name };
  return {
    url: `${url}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: { ref: pull.headRef, sha: pull.headSha, repo },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo },
  };
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun): Json {
  const url = `${repositoryUrl(world, repository)}/check-runs/${run.id}`;
  const html = `${world.url}/${fullName(repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoOrNull(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(world, run.app),
    pull_requests: pullsAt(world, repository, run.headSha),
  };
}

/** The newest run of each name, as `filter=latest` gives them. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) latest.set(`${run.suiteId}\0${run.name}`, run);
  return [...latest.values()];
}

const BAD: readonly string[] = ["action_required", "timed_out", "cancelled", "failure", "stale"];

/** A suite is as far as its slowest run and as good as its worst one. */
export function suiteState(runs: readonly CheckRun[]): { status: string; conclusion: string | null } {
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.every((run) => run.status === "completed")) {
    const conclusions = runs.map((run) => run.conclusion ?? "neutral");
    const worst = BAD.find((one) => conclusions.some((conclusion) => conclusion === one));
    return {
      status: "completed",
      conclusion: worst ?? (conclusions.includes("success") ? "success" : "neutral"),
    };
  }
  return { status: runs.some((run) => run.status !== "queued") ? "in_progress" : "queued", conclusion: null };
}

export function checkSuiteShape(world: World, repository: Repository, suite: CheckSuite): Json {
  const url = `${repositoryUrl(world, repository)}/check-suites/${suite.id}`;
  const runs = latestRuns(repository.checks.filter((run) => run.suiteId === suite.id));
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(runs),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repository, suite.headSha),
    app: appShape(world, suite.app),
    created_at: iso(suite.createdAt),
    updated_at: iso(suite.updatedAt),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

export function statusShape(world: World, repository: Repository, status: CommitStatus): Json {
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.url}/avatars/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
    creator: userShape(world, status.creator),
  };
}
