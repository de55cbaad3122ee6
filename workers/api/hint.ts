/** What a webhook's payload points at. Only ids are taken from it; nothing it claims is believed. */
import { z } from "@hono/zod-openapi";
import { CHECK_NAME } from "../providers/github/index.ts";

export type Hint = {
  action: string | null;
  repo_id: number | null;
  pr_number: number | null;
  head_sha: string | null;
  installation_id: number | null;
  /** Why nothing will be looked at; null when something will. */
  reason: string | null;
};

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const Base = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ id: z.number().int() }).optional(),
  installation: z.object({ id: z.number().int() }).nullish(),
});
const WithPull = z.object({ pull_request: z.object({ number: z.number().int() }) });
const Check = z.object({ head_sha: Sha, app: z.object({ id: z.number().int() }).nullish() });

const Push = z.object({ ref: z.string().max(300), deleted: z.boolean().optional() });

type Found = { action?: string; pr_number?: number; head_sha?: string; reason?: string };

const ofPull = (payload: unknown): Found => ({ pr_number: WithPull.parse(payload).pull_request.number });
const ofCheck = (payload: unknown, key: "check_run" | "check_suite", ourApp: string | null): Found => {
  const check = Check.parse((payload as Record<string, unknown>)[key]);
  // Our own check run speaks of what we already know; listening to it would be talking to ourselves.
  return String(check.app?.id) === ourApp ? { reason: "self" } : { head_sha: check.head_sha };
};

/** The events that can change what we know of a pull request or a branch. */
const EVENTS: Record<string, (payload: unknown, ourApp: string | null) => Found> = {
  pull_request: ofPull,
  pull_request_review: ofPull,
  check_run: (payload, ourApp) => ofCheck(payload, "check_run", ourApp),
  check_suite: (payload, ourApp) => ofCheck(payload, "check_suite", ourApp),
  // Which branch moved; where it is now is read live.
  push: (payload) => {
    const { ref, deleted } = Push.parse(payload);
    return deleted === true ? { action: ref, reason: "branch_deleted" } : { action: ref };
  },
  status: (payload) => {
    const { sha, context } = z.object({ sha: Sha, context: z.string() }).parse(payload);
    return context === CHECK_NAME ? { reason: "self" } : { head_sha: sha };
  },
};

/** Reads a signed payload. Whatever is odd about it is a reason to ignore it, never a crash. */
export function hintOf(event: string, body: string, ourApp: string | null): Hint {
  const nothing: Hint = {
    action: null,
    repo_id: null,
    pr_number: null,
    head_sha: null,
    installation_id: null,
    reason: null,
  };
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return { ...nothing, reason: "not_json" };
  }
  const base = Base.safeParse(payload);
  if (!base.success) return { ...nothing, reason: "unexpected_payload" };
  const { action, repository, installation } = base.data;
  const hint = {
    ...nothing,
    action: action ?? null,
    repo_id: repository?.id ?? null,
    installation_id: installation?.id ?? null,
  };
  // Not `constructor` and the like, which every object answers to.
  const read = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  if (read === undefined) return { ...hint, reason: "event_not_used" };
  try {
    const { pr_number = null, head_sha = null, reason = null, action } = read(payload, ourApp);
    return { ...hint, pr_number, head_sha, reason, ...(action !== undefined && { action }) };
  } catch {
    return { ...hint, reason: "unexpected_payload" };
  }
}
