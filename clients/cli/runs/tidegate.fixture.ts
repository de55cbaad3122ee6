/** A small Tidegate in this process: answers as the models say, and a run goes on when its plan is answered. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AgentOffer } from "../../../models/agent.ts";
import { type Problem, ProjectCard } from "../../../models/api.ts";
import { ProjectSettings } from "../../../models/project.ts";
import { NewQuarantine, type Quarantine, RenewedQuarantine } from "../../../models/quarantine.ts";
import type { Lane } from "../../../models/queue.ts";
import { DEFAULT_LIMITS, NewRun, PlanAnswer, RunDetail } from "../../../models/run.ts";
import { StepRecord } from "../../../models/step.ts";
import { Turn } from "../../../models/turn.ts";
import { Validation, ValidationDetail } from "../../../models/validation.ts";
import type { Why } from "../../../models/why.ts";

export const TOKEN = "a-token-that-nobody-may-see";
const HEAD = "c".repeat(40);
const NOTHING = { cost_usd: null, tokens: null, agent_ms: 0 };

export function project(id: string, full_name: string): ProjectCard {
  return ProjectCard.parse({
    ...ProjectSettings.parse({}),
    ...{ id, name: id, repo_id: 1, full_name, installation_id: 1, default_branch: "main" },
    ...{ github_url: "https://github.test/x", webhook_url: "https://github.test/y" },
    ...{
      created_at: 1,
      updated_at: 1,
      open_pulls: 0,
      running: 0,
      waiting: { runs: 0, merges: 0 },
      last_validation: null,
      seq: 0,
    },
  });
}

export function run(changes: Partial<RunDetail> = {}): RunDetail {
  return RunDetail.parse({
    ...{ id: "run_1", project_id: "shop", target_text: "Show how many items are left", agent: "custom" },
    ...{ by: "owner", source: "cli", issue: null, files: [], images: [], limits: DEFAULT_LIMITS },
    ...{ auto_confirm: false, status: "running", phase: "planning", reason: null, plan_version: null },
    ...{ current: null, turns: 0, steps: 0, attempts: 0, branch: null, heads: [], pr_number: null },
    ...{ fingerprints: [], vendor_ref: null, spent: NOTHING, cost_from: 0, ran_ms: 0, active_since: null },
    ...{ created_at: 1, started_at: 1, completed_at: null, deadline_at: 2, plan_generated: false },
    ...{ pr_created: false, validation_id: null, validation_status: null },
    ...{ plans: [], turns_taken: [], validations: [] },
    ...changes,
  });
}

export function turn(changes: Partial<Turn> = {}): Turn {
  const nth = changes.nth ?? 1;
  return Turn.parse({
    ...{ id: `run_1.turn.${nth}`, run_id: "run_1", nth, purpose: "plan", agent: "custom", format: "text" },
    ...{ state: "passed", reason: null, start_sha: null, commit_sha: null, answer: null, stat: null },
    ...{ cost_usd: null, tokens: null, container_id: null, isolation: null, web_url: null },
    ...{ started_at: nth * 100 - 90, finished_at: nth * 100 - 89 },
    ...changes,
  });
}

export function validation(changes: Partial<Validation> = {}): Validation {
  return Validation.parse({
    ...{ id: "shop.3.cccccccccccc.1", project_id: "shop", pr_number: 3, head_sha: HEAD, base_ref: "main" },
    ...{ base_sha: "b".repeat(40), attempt: 1, state: "passed", reason: null, required: null, current: null },
    ...{ superseded_by: null, config_digest: null, merge_state: "merged", merge_reasons: [] },
    ...{ merge_commit_sha: "d".repeat(40), merge_tries: 1, merge_again_at: null, check_run_id: null },
    ...{ reports: 1, reporting: null, delivery_id: null, agent_run_id: null, created_at: 1000 },
    ...{ started_at: 1, finished_at: 2, deadline_at: 3 },
    ...changes,
  });
}

const tested = StepRecord.parse({
  ...{
    id: "s1",
    validation_id: "shop.3.cccccccccccc.1",
    kind: "test",
    try: 1,
    state: "passed",
    reason: null,
  },
  ...{ evidence: { duration_ms: 1, tests_run: 5 }, log: null, started_at: 1000, finished_at: 2500 },
});

const AGENTS = [
  AgentOffer.parse({
    ...{ id: "claude", name: "Claude Code", vendor: "command", format: "claude", found: true },
    ...{
      keys: ["ANTHROPIC_API_KEY"],
      has_key: false,
      missing: "ANTHROPIC_API_KEY is not set",
      chosen: false,
    },
  }),
];

/** What a project has and a card of it has not. */
const LONG = ProjectSettings.parse({});

export interface Small {
  url: string;
  projects: ProjectCard[];
  run: RunDetail;
  log: string;
  started: { body: NewRun; key: string | undefined }[];
  answers: PlanAnswer[];
  quarantine: NewQuarantine[];
  queues: Lane[];
  why: Why | null;
  /** What was asked of the queue and of the project. */
  asked: string[];
  /** Why nothing that is asked of the queue is done. */
  refuseQueue?: string;
  /** Why no run is given another go. */
  refuseRetry?: string;
  /** What an answer makes of the run. */
  after: (answer: PlanAnswer, before: RunDetail) => RunDetail;
  close(): Promise<void>;
}

export async function smallTidegate(): Promise<Small> {
  const small: Small = {
    ...{ url: "", projects: [project("shop", "team/shop")], run: run(), log: "", started: [], answers: [] },
    ...{ quarantine: [], queues: [], why: null, asked: [] },
    after: (_, before) => before,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = createServer((request, response) => {
    answer(small, request, response).catch((error: Error) => refuse(response, 422, error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  small.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return small;
}

async function answer(small: Small, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(response, 401, "Sign in first");
  const { pathname, searchParams } = new URL(request.url ?? "", small.url);
  const path = `${request.method} ${pathname.replace("/api/v1", "")}`;
  const say = (body: unknown) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  const queued = /^POST \/projects\/shop\/pulls\/(\d+)\/queue$/.exec(path);
  if (path === "GET /projects") say(small.projects);
  else if (path === "GET /projects/shop/queue") say(small.queues);
  else if (path === "GET /projects/shop/pulls/3/why" && small.why !== null) say(small.why);
  else if (queued !== null) {
    if (small.refuseQueue !== undefined) return refuse(response, 409, small.refuseQueue);
    small.asked.push(`${((await jsonOf(request)) as { action: string }).action} ${queued[1]}`);
    say(validation());
  } else if (path === "POST /projects/shop/pause" || path === "POST /projects/shop/resume") {
    small.asked.push(path);
    say({ ...LONG, ...small.projects[0], paused_by: path.endsWith("pause") ? "owner" : null });
  } else if (path === "GET /projects/shop/runs") say([small.run]);
  else if (path === "GET /projects/shop/agents") say(AGENTS);
  else if (path === "POST /projects/shop/prompt") say({ prompt: "All of it.", tokens: 3, sources: [] });
  else if (path === "POST /projects/shop/agent-run") {
    const body = NewRun.parse(await jsonOf(request));
    small.started.push({ body, key: request.headers["idempotency-key"]?.toString() });
    say(small.run);
  } else if (path === "GET /runs/run_1") say(small.run);
  else if (path === "POST /runs/run_1/plan") {
    const said = PlanAnswer.parse(await jsonOf(request));
    const newest = small.run.plans.at(-1)?.version;
    if (said.version !== newest) return refuse(response, 409, `Version ${newest} is the newest`);
    small.answers.push(said);
    small.run = small.after(said, small.run);
    say(small.run);
  } else if (path === "POST /runs/run_1/retry" && small.refuseRetry !== undefined) {
    refuse(response, 409, small.refuseRetry);
  } else if (path === "POST /runs/run_1/retry" || path === "POST /runs/run_1/stop") say(small.run);
  else if (/^GET \/runs\/run_1\/turns\/\d\/log$/.test(path)) {
    const from = Number(searchParams.get("from"));
    say({ from, next: small.log.length, text: small.log.slice(from), end: true });
  } else if (path.startsWith("GET /validation/")) say(detailOf(small));
  else if (path === "GET /projects/shop/quarantine") say(small.quarantine.map(entryOf));
  else if (path === "POST /projects/shop/quarantine") {
    const added = NewQuarantine.parse(await jsonOf(request));
    small.quarantine.push(added);
    say(entryOf(added));
  } else if (path === "PUT /projects/shop/quarantine") {
    const renewed = RenewedQuarantine.parse(await jsonOf(request));
    const entry = small.quarantine.find(({ test }) => test === renewed.test);
    if (entry === undefined) refuse(response, 404, `Cannot find "${renewed.test}" on the quarantine list`);
    else say(entryOf(Object.assign(entry, renewed)));
  } else if (path === "DELETE /projects/shop/quarantine") {
    small.quarantine = small.quarantine.filter(({ test }) => test !== searchParams.get("test"));
    response.writeHead(204).end();
  } else refuse(response, 404, `Cannot find ${pathname}`);
}

function entryOf(one: NewQuarantine): Quarantine {
  return { ...one, created_by: "owner", created_at: 1, expired: one.expires_at < 9 };
}

function detailOf({ run: { validations } }: Small): ValidationDetail {
  return ValidationDetail.parse({
    ...(validations[0] ?? validation()),
    ...{ steps: [tested], snapshot_id: null, deployment_status: "not_required" },
    ...{ test_results: null, auto_merge_eligible: true },
  });
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  const problem: Problem = { type: "about:blank", title: "No", status, detail, code: "no", request_id: "r" };
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return JSON.parse(text);
}
