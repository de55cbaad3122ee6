/** Things as the API shows them. */
import type { Organization, Repository, Run, World } from "./nouns.ts";

/** What a run shows everywhere, the answer with its logs included. */
function coreOf(world: World, run: Run, status: string | null) {
  return {
    id: run.id,
    organization_id: run.organization,
    ...(status !== null && { status }),
    created_at: new Date(run.createdAt).toISOString(),
    web_url: `${world.url}/agent/trace/${run.id}`,
    result: run.result,
    metadata: run.metadata,
  };
}

export function runShape(world: World, run: Run, status: string | null = run.status) {
  return {
    ...coreOf(world, run, status),
    summary: run.result === null ? null : (run.result.split("\n")[0] ?? ""),
    source_type: run.source,
    ...(!world.knobs.hidePulls && { github_pull_requests: run.pulls }),
  };
}

/** Lacks summary, source_type and github_pull_requests, as the true one does. */
export function logsShape(world: World, run: Run, page: Page, reverse: boolean) {
  const entries = run.log.map((entry) => ({
    agent_run_id: run.id,
    thought: null,
    tool_name: null,
    tool_input: null,
    tool_output: null,
    observation: null,
    ...entry,
  }));
  const { items: logs, total: total_logs, ...rest } = paged(reverse ? entries.reverse() : entries, page);
  return { ...coreOf(world, run, run.status), logs, total_logs, ...rest };
}

export function organizationShape({ id, name }: Organization) {
  return { id, name, settings: { enable_pr_creation: true, enable_rules_detection: true } };
}

export function repositoryShape(organization: Organization, { id, fullName }: Repository) {
  return {
    id,
    name: fullName.split("/")[1] ?? fullName,
    full_name: fullName,
    description: null,
    github_id: String(id),
    organization_id: organization.id,
    visibility: "private",
    archived: false,
    setup_status: "COMPLETED",
    language: null,
  };
}

export type Page = { skip: number; limit: number };

export function paged<T>(items: readonly T[], { skip, limit }: Page) {
  return {
    items: items.slice(skip, skip + limit),
    total: items.length,
    page: Math.floor(skip / limit) + 1,
    size: limit,
    pages: Math.ceil(items.length / limit),
  };
}
