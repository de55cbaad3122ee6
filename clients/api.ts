/** The API as its clients call it: one method an endpoint, every answer parsed by the model it promises. */
import { z } from "zod";
import { AgentOffer } from "../models/agent.ts";
import {
  Alert,
  Delivery,
  LogPiece,
  Problem,
  ProjectCard,
  ProjectDetail,
  PullWithValidations,
  Repository,
  Session,
} from "../models/api.ts";
import { AttestationKey } from "../models/attestation.ts";
import { type AuditFilter, AuditRow } from "../models/audit.ts";
import type { QueueAction } from "../models/fact.ts";
import {
  type NewProject,
  Project,
  type ProjectSettings,
  SecretEntry,
  type SecretUse,
} from "../models/project.ts";
import { type NewQuarantine, Quarantine, type RenewedQuarantine } from "../models/quarantine.ts";
import { Lane } from "../models/queue.ts";
import { type NewRun, type PlanAnswer, PromptPreview, RunCard, RunDetail } from "../models/run.ts";
import type { TurnText } from "../models/turn.ts";
import { Validation, ValidationDetail } from "../models/validation.ts";
import { Why } from "../models/why.ts";

/** A refusal of the API, with its problem document. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
  }
}

export type Api = ReturnType<typeof connect>;

/**
 * Connects to a Tidegate.
 *
 * @param origin e.g. `http://localhost:8787`; empty in the browser, where cookies sign the requests
 * @param token a session token, for programs
 */
export function connect(origin: string, token?: string, send: typeof fetch = fetch) {
  async function call<T>(
    schema: z.ZodType<T>,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const response = await send(`${origin}${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new ApiError(await problemOf(response));
    return schema.parse(response.status === 204 ? null : await response.json());
  }
  const project = (id: string) => `/api/v1/projects/${encodeURIComponent(id)}`;
  const validation = (id: string) => `/api/v1/validation/${encodeURIComponent(id)}`;
  const run = (id: string) => `/api/v1/runs/${encodeURIComponent(id)}`;
  const Done = z.null();
  return {
    /** Exchanges the one-time link of `npm start` for a session; `token` serves programs, the cookie serves browsers. */
    signIn: (link: string) =>
      call(Session.extend({ token: z.string() }), "POST", "/api/v1/session", { link }),
    session: () => call(Session, "GET", "/api/v1/session"),
    signOut: () => call(Done, "DELETE", "/api/v1/session"),
    repositories: () => call(z.array(Repository), "GET", "/api/v1/repositories"),
    projects: () => call(z.array(ProjectCard), "GET", "/api/v1/projects"),
    /** A project as the list has it; null when it is not pinned. */
    projectCard: async (id: string): Promise<ProjectCard | null> => {
      const path = `/api/v1/projects?id=${encodeURIComponent(id)}`;
      return (await call(z.array(ProjectCard), "GET", path))[0] ?? null;
    },
    project: (id: string) => call(ProjectDetail, "GET", project(id)),
    pin: (body: NewProject) => call(Project, "POST", "/api/v1/projects", body),
    saveProject: (id: string, body: Partial<ProjectSettings>) => call(Project, "PUT", project(id), body),
    unpin: (id: string) => call(Done, "DELETE", project(id)),
    /** Names only: a secret's value is never readable again. */
    secrets: (id: string) => call(z.array(SecretEntry), "GET", `${project(id)}/secrets`),
    /** Without `use` the name decides where it goes: keys of known agents to agents, all others to validations. */
    saveSecret: (id: string, name: string, value: string, use?: SecretUse) =>
      call(Done, "PUT", `${project(id)}/secrets/${name}`, { value, ...(use && { use }) }),
    removeSecret: (id: string, name: string) => call(Done, "DELETE", `${project(id)}/secrets/${name}`),
    pulls: (id: string) => call(z.array(PullWithValidations), "GET", `${project(id)}/pulls`),
    pull: (id: string, number: number) => call(PullWithValidations, "GET", `${project(id)}/pulls/${number}`),
    /** Everything that stands between a pull request and its merge. */
    why: (id: string, number: number) => call(Why, "GET", `${project(id)}/pulls/${number}/why`),
    queues: (id: string) => call(z.array(Lane), "GET", `${project(id)}/queue`),
    /** Its newest validation, as it is then. */
    inQueue: (id: string, number: number, action: QueueAction) =>
      call(Validation, "POST", `${project(id)}/pulls/${number}/queue`, { action }),
    /** Nothing begins and nothing is merged until it is resumed; what runs goes on. */
    pause: (id: string) => call(Project, "POST", `${project(id)}/pause`),
    resume: (id: string) => call(Project, "POST", `${project(id)}/resume`),
    quarantine: (id: string) => call(z.array(Quarantine), "GET", `${project(id)}/quarantine`),
    addToQuarantine: (id: string, body: NewQuarantine) =>
      call(Quarantine, "POST", `${project(id)}/quarantine`, body),
    renewInQuarantine: (id: string, body: RenewedQuarantine) =>
      call(Quarantine, "PUT", `${project(id)}/quarantine`, body),
    removeFromQuarantine: (id: string, test: string) =>
      call(Done, "DELETE", `${project(id)}/quarantine?test=${encodeURIComponent(test)}`),
    /** Newest first, from before row `before` on: so many at most. */
    audit: (id: string, filter: AuditFilter, limit: number, before?: number) =>
      call(
        z.array(AuditRow),
        "GET",
        `${project(id)}/audit?${queryOf({ newest: true, limit, before, ...filter })}`,
      ),
    /** The whole audit as lines of JSON with a signed end, for `tidegate verify --audit`. */
    auditUrl: (id: string) => `${origin}${project(id)}/audit/export`,
    alerts: () => call(z.array(Alert), "GET", "/api/v1/alerts"),
    deliveries: (id: string) => call(z.array(Delivery), "GET", `${project(id)}/deliveries`),
    /** The agents this project could use, and what each still lacks. */
    agents: (id: string) => call(z.array(AgentOffer), "GET", `${project(id)}/agents`),
    runs: (id: string) => call(z.array(RunCard), "GET", `${project(id)}/runs`),
    /** The prompt that such a run would begin with, in full; nothing is started. */
    promptOf: (id: string, body: NewRun) => call(PromptPreview, "POST", `${project(id)}/prompt`, body),
    /** One key is one run, however often it is sent. */
    startRun: (id: string, body: NewRun, key?: string) =>
      call(
        RunCard,
        "POST",
        `${project(id)}/agent-run`,
        body,
        key === undefined ? {} : { "idempotency-key": key },
      ),
    run: (id: string) => call(RunDetail, "GET", run(id)),
    /** An answer to a version that is no longer the newest is refused with 409. */
    answerPlan: (id: string, answer: PlanAnswer) => call(RunCard, "POST", `${run(id)}/plan`, answer),
    /** Another go: attempts count from zero again. */
    retryRun: (id: string) => call(RunCard, "POST", `${run(id)}/retry`),
    stopRun: (id: string) => call(RunCard, "POST", `${run(id)}/stop`),
    /** What an agent says, from byte `from` on (below 0: from its end), as it came: models/read-said.ts reads it. */
    turnLog: (id: string, nth: number, from: number) =>
      call(LogPiece, "GET", `${run(id)}/turns/${nth}/log?from=${from}`),
    /** A text of a turn; null when there is none (yet). */
    turnText: async (id: string, nth: number, text: TurnText): Promise<string | null> =>
      (await call(z.object({ text: z.string().nullable() }), "GET", `${run(id)}/turns/${nth}/${text}`)).text,
    runImageUrl: (id: string, name: string) => `${origin}${run(id)}/images/${encodeURIComponent(name)}`,
    validation: (id: string) => call(ValidationDetail, "GET", validation(id)),
    /** One key is one retry, however often it is sent. */
    retry: (id: string, key: string) =>
      call(Validation, "POST", `${validation(id)}/retry`, undefined, { "idempotency-key": key }),
    /** A person lets what waits run, or what is held be merged. `seen`: why it waited or was held, as they read it. */
    approve: (id: string, seen?: string) =>
      call(Validation, "POST", `${validation(id)}/approve`, seen === undefined ? undefined : { seen }),
    cancel: (id: string) => call(Validation, "POST", `${validation(id)}/cancel`),
    /** Log text from byte `from` on, below 0 from its end: live while the step runs, from storage afterwards. */
    log: (stepId: string, validationId: string, from: number) =>
      call(
        LogPiece,
        "GET",
        `${validation(validationId)}/steps/${encodeURIComponent(stepId)}/log?from=${from}`,
      ),
    attestationKeysUrl: `${origin}/api/v1/attestation-keys`,
    attestationUrl: (id: string) => `${origin}${validation(id)}/attestation`,
    /** The signed statement about what passed, as it is; null when there is none. */
    attestation: (id: string) => orNull(call(z.unknown(), "GET", `${validation(id)}/attestation`)),
    /** The evidence whose digests it names, and the keys that prove it. */
    evidence: (id: string) => call(z.unknown(), "GET", `${validation(id)}/evidence`),
    attestationKeys: () => call(z.array(AttestationKey), "GET", "/api/v1/attestation-keys"),
    artifactUrl: (id: string, name: string) =>
      `${origin}${validation(id)}/artifacts/${encodeURIComponent(name)}`,
    /** The socket of a project; `since` is the last event number that was seen. Frames: models/event.ts. */
    liveUrl: (id: string, since: number) =>
      `${origin.replace(/^http/, "ws")}${project(id)}/live?since=${since}`,
  };
}

/** What is asked for as an address says it; what is absent is left out. */
export function queryOf(wish: Record<string, string | number | boolean | undefined>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) query.set(name, String(value));
  return query;
}

/** Null for what is not there. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 404) return null;
    throw error;
  }
}

/** What a refused request says, even when something between us and the Worker answered instead. */
async function problemOf(response: Response): Promise<Problem> {
  const parsed = Problem.safeParse(await response.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const detail = `The server answered ${response.status} ${response.statusText}`;
  return {
    type: "about:blank",
    title: "Unexpected answer",
    status: response.status,
    detail,
    code: "unexpected",
    request_id: "",
  };
}
