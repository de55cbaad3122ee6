/** Nouns for tests: complete, and changed by what a test is about. */
import type { AgentOffer } from "../models/agent.ts";
import { ProjectCard } from "../models/api.ts";
import type { Event, EventBody } from "../models/event.ts";
import { PullSummary } from "../models/pull.ts";
import { DEFAULT_LIMITS, type RunCard, type RunDetail } from "../models/run.ts";
import type { StepRecord } from "../models/step.ts";
import type { Turn } from "../models/turn.ts";
import { Validation, type ValidationDetail } from "../models/validation.ts";

const HEAD = "a".repeat(40);
const BASE = "b".repeat(40);

export function validation(changes: Partial<Validation> = {}): Validation {
  return Validation.parse({
    id: "shop.7.aaaaaaaaaaaa.1",
    project_id: "shop",
    pr_number: 7,
    head_sha: HEAD,
    base_ref: "main",
    base_sha: BASE,
    attempt: 1,
    state: "running",
    reason: null,
    required: ["snapshot", "setup", "test"],
    current: null,
    superseded_by: null,
    config_digest: null,
    merge_state: "none",
    merge_reasons: [],
    merge_commit_sha: null,
    merge_tries: 0,
    merge_again_at: null,
    check_run_id: null,
    reports: 0,
    reporting: null,
    delivery_id: null,
    agent_run_id: null,
    created_at: 1_000,
    started_at: null,
    finished_at: null,
    deadline_at: 9_000_000,
    ...changes,
  });
}

export function detail(changes: Partial<ValidationDetail> = {}): ValidationDetail {
  return {
    ...validation(),
    steps: [],
    snapshot_id: null,
    deployment_status: "pending",
    analysis: null,
    test_results: null,
    auto_merge_eligible: false,
    ...changes,
  };
}

export function step(changes: Partial<StepRecord> = {}): StepRecord {
  const kind = changes.kind ?? "test";
  return {
    id: `shop.7.aaaaaaaaaaaa.1.${kind}.${changes.try ?? 1}`,
    validation_id: "shop.7.aaaaaaaaaaaa.1",
    kind,
    try: 1,
    state: "passed",
    reason: null,
    evidence: null,
    log: null,
    started_at: 2_000,
    finished_at: 3_000,
    ...changes,
  };
}

export function pull(changes: Partial<PullSummary> = {}): PullSummary {
  return PullSummary.parse({
    number: 7,
    title: "Add coupons",
    author: "mira",
    html_url: "https://github.test/acme/shop/pull/7",
    state: "open",
    merged: false,
    draft: false,
    head_ref: "coupons",
    head_sha: HEAD,
    head_repo_id: 1,
    base_ref: "main",
    base_sha: BASE,
    base_repo_id: 1,
    read_at: 500,
    project_id: "shop",
    validation_id: null,
    blocked: null,
    ...changes,
  });
}

export function card(changes: Partial<ProjectCard> = {}): ProjectCard {
  return ProjectCard.parse({
    id: "shop",
    name: "shop",
    repo_id: 1,
    full_name: "acme/shop",
    installation_id: null,
    default_branch: "main",
    github_url: "https://github.test/acme/shop",
    webhook_url: "https://tidegate.test/api/v1/webhooks/github",
    created_at: 0,
    updated_at: 0,
    open_pulls: 0,
    running: 0,
    waiting: { runs: 0, merges: 0 },
    last_validation: null,
    seq: 0,
    ...changes,
  });
}

export function run(changes: Partial<RunCard> = {}): RunCard {
  return {
    id: "run_1",
    project_id: "shop",
    target_text: "Add coupons",
    agent: "claude",
    by: "mira",
    source: "dashboard",
    issue: null,
    files: [],
    images: [],
    limits: DEFAULT_LIMITS,
    auto_confirm: false,
    status: "running",
    phase: "executing",
    reason: null,
    plan_version: null,
    current: null,
    turns: 1,
    steps: 0,
    attempts: 0,
    branch: null,
    heads: [],
    pr_number: null,
    fingerprints: [],
    vendor_ref: null,
    spent: { cost_usd: null, tokens: null, agent_ms: 0 },
    cost_from: 0,
    ran_ms: 0,
    active_since: null,
    created_at: 1_000,
    started_at: null,
    completed_at: null,
    deadline_at: 9_000_000,
    plan_generated: false,
    pr_created: false,
    validation_id: null,
    validation_status: null,
    ...changes,
  };
}

export function runDetail(changes: Partial<RunDetail> = {}): RunDetail {
  return { ...run(), plans: [], turns_taken: [], validations: [], ...changes };
}

export function turn(changes: Partial<Turn> = {}): Turn {
  const nth = changes.nth ?? 1;
  return {
    id: `run_1.turn.${nth}`,
    run_id: "run_1",
    nth,
    purpose: "write",
    agent: "claude",
    format: "claude",
    state: "passed",
    reason: null,
    start_sha: BASE,
    commit_sha: null,
    answer: null,
    stat: null,
    cost_usd: null,
    tokens: null,
    container_id: null,
    isolation: null,
    web_url: null,
    started_at: 2_000,
    finished_at: 3_000,
    ...changes,
  };
}

export function offer(changes: Partial<AgentOffer> = {}): AgentOffer {
  return {
    id: "claude",
    name: "Claude Code",
    vendor: "command",
    format: "claude",
    found: true,
    keys: [],
    has_key: true,
    missing: null,
    chosen: false,
    ...changes,
  };
}

export function event(body: EventBody, seq = 1): Event {
  return { seq, project_id: "shop", at: 1_000 * seq, ...body };
}
