/** What a webhook's payload points at. Only ids are taken from it; nothing it claims is believed. */
import { z } from "@hono/zod-openapi";
import { isNameOfAny } from "../providers/github/index.ts";
import { LABELED, RUN_LABEL } from "../store/deliveries.ts";

export type Hint = {
  action: string | null;
  repo_id: number | null;
  /** Of a pull request; of an issue when an issue was labelled. */
  pr_number: number | null;
  head_sha: string | null;
  comment_id: number | null;
  installation_id: number | null;
  /** When the pull request changed last, in ms since 1970. */
  told_at: number | null;
  /** Why nothing will be looked at; null when something will. */
  reason: string | null;
};

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const Base = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ id: z.number().int() }).optional(),
  installation: z.object({ id: z.number().int() }).nullish(),
});
const WithPull = z.object({
  pull_request: z.object({
    number: z.number().int(),
    head: z.object({ sha: Sha }).nullish().catch(null),
    updated_at: z.iso.datetime({ offset: true }).transform(Date.parse).nullish().catch(null),
  }),
});
const Check = z.object({ head_sha: Sha, app: z.object({ id: z.number().int() }).nullish() });

const Push = z.object({ ref: z.string().max(300), deleted: z.boolean().optional() });
const Comment = z.object({
  action: z.string(),
  comment: z.object({
    id: z.number().int(),
    body: z.string().nullish(),
    performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
  }),
  sender: z.object({ type: z.string().optional() }).nullish(),
});
const Labelled = z.object({ action: z.string(), label: z.object({ name: z.string() }).optional() });
const WithIssue = z.object({ issue: z.object({ number: z.number().int() }) });

type Found = { action?: string; reason?: string } & Partial<
  Pick<Hint, "pr_number" | "head_sha" | "comment_id" | "told_at">
>;

/** Head and moment are named so that a read of what was before is noticed; what counts is read live. */
function ofPull(payload: unknown): Found {
  const { number, head, updated_at } = WithPull.parse(payload).pull_request;
  return {
    ...{ pr_number: number, head_sha: head?.sha ?? null, told_at: updated_at ?? null },
    ...(isRunLabel(payload) && { action: LABELED }),
  };
}

/** Whether a label was set by which people start a run. */
function isRunLabel(payload: unknown): boolean {
  const { data } = Labelled.safeParse(payload);
  return data?.action === "labeled" && data.label?.name.toLowerCase() === RUN_LABEL;
}

/** A comment is heard once, when it is written; what it says and who says it is read live. */
function ofComment(payload: unknown, ourApp: string | null): Found {
  const { action, comment, sender } = Comment.parse(payload);
  if (action !== "created") return { reason: "action_not_used" };
  const ours = String(comment.performed_via_github_app?.id) === ourApp;
  // Bots that answer each other's comments never end.
  if (ours || sender?.type === "Bot") return { reason: "self" };
  return /\/tidegate/i.test(comment.body ?? "") ? { comment_id: comment.id } : { reason: "no_command" };
}

const ofCheck = (payload: unknown, key: "check_run" | "check_suite", ourApp: string | null): Found => {
  const check = Check.parse((payload as Record<string, unknown>)[key]);
  // Our own check run speaks of what we already know; listening to it would be talking to ourselves.
  return String(check.app?.id) === ourApp ? { reason: "self" } : { head_sha: check.head_sha };
};

/** Where a repository is, and whether we are let in, is read live. */
const ofPlace = (): Found => ({});

/** The events that can change what we know of a pull request or a branch, and those by which people ask for something. */
const EVENTS: Record<string, (payload: unknown, ourApp: string | null) => Found> = {
  pull_request: ofPull,
  pull_request_review: ofPull,
  issue_comment: ofComment,
  issues: (payload) =>
    isRunLabel(payload)
      ? { action: LABELED, pr_number: WithIssue.parse(payload).issue.number }
      : { reason: "action_not_used" },
  check_run: (payload, ourApp) => ofCheck(payload, "check_run", ourApp),
  check_suite: (payload, ourApp) => ofCheck(payload, "check_suite", ourApp),
  // Which branch moved; where it is now is read live.
  push: (payload) => {
    const { ref, deleted } = Push.parse(payload);
    return deleted === true ? { action: ref, reason: "branch_deleted" } : { action: ref };
  },
  status: (payload) => {
    const { sha, context } = z.object({ sha: Sha, context: z.string() }).parse(payload);
    return isNameOfAny(context) ? { reason: "self" } : { head_sha: sha };
  },
  installation: ofPlace,
  installation_repositories: ofPlace,
  repository: ofPlace,
};

/** Reads a signed payload. Whatever is odd about it is a reason to ignore it, never a crash. */
export function hintOf(event: string, body: string, ourApp: string | null): Hint {
  const nothing: Hint = {
    action: null,
    repo_id: null,
    pr_number: null,
    head_sha: null,
    comment_id: null,
    installation_id: null,
    told_at: null,
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
    return { ...hint, ...read(payload, ourApp) };
  } catch {
    return { ...hint, reason: "unexpected_payload" };
  }
}
