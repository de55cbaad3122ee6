/** Webhook deliveries as GitHub would send them, and as a forger would. */
import { createHmac, randomUUID } from "node:crypto";
import type { App, Project } from "./machine.ts";

export type Sent = {
  body: string | Uint8Array<ArrayBuffer>;
  event?: string;
  guid?: string;
  /** The secret it is signed with; default: the true one. */
  secret?: string;
  /** Replace or (null) remove headers. */
  headers?: Record<string, string | null>;
};

/** Signs as GitHub does. */
export function signatureOf(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Posts a delivery. */
export async function post(
  { url, vars }: Pick<App, "url" | "vars">,
  { body, event = "pull_request", guid = randomUUID(), secret, headers = {} }: Sent,
): Promise<{ status: number; said: Record<string, unknown> }> {
  const all: Record<string, string | null> = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/test",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-hub-signature-256": signatureOf(body, secret ?? vars.GITHUB_WEBHOOK_SECRET ?? ""),
    ...headers,
  };
  const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  const response = await fetch(`${url}/api/v1/webhooks/github`, { method: "POST", body, headers: present });
  return { status: response.status, said: (await response.json()) as Record<string, unknown> };
}

/** The body of a `pull_request` event, as small as it may be. */
export function pullBody({ github }: App, { full_name }: Project, number: number, more: object = {}): string {
  const { id } = github.repository(full_name);
  return JSON.stringify({
    action: "synchronize",
    number,
    pull_request: { number },
    repository: { id, full_name },
    ...more,
  });
}

const repository = { id: 35_129_377, name: "public-repo", full_name: "baxterthehacker/public-repo" };
const sender = { login: "baxterthehacker", id: 6_752_317, type: "User" };
const installation = { id: 2_311_213 };
const sha = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const app = { id: 29_310, slug: "octocoders-linter" };
const pull_request = { number: 1, state: "open", head: { sha }, base: { ref: "master", sha } };

/** One delivery of each event that GitHub documents and an App hears sooner or later, cut down to its shape. */
export const DOCUMENTED: [event: string, payload: unknown][] = [
  [
    "ping",
    {
      zen: "Non-blocking is better than blocking.",
      hook_id: 30,
      hook: { type: "App", id: 30, active: true, events: ["push"] },
    },
  ],
  [
    "push",
    {
      ref: "refs/heads/main",
      before: sha,
      after: "0".repeat(40),
      deleted: true,
      commits: [],
      head_commit: null,
      repository,
      sender,
    },
  ],
  [
    "installation",
    { action: "created", installation: { ...installation, app_id: 1 }, repositories: [repository] },
  ],
  ["installation", { action: "deleted", installation, repositories: [] }],
  [
    "installation_repositories",
    { action: "removed", installation, repositories_added: [], repositories_removed: [repository] },
  ],
  [
    "check_run",
    {
      action: "completed",
      check_run: {
        id: 4,
        head_sha: sha,
        status: "completed",
        conclusion: "success",
        app,
        pull_requests: [],
      },
      repository,
      sender,
      installation,
    },
  ],
  [
    "check_run",
    { action: "rerequested", check_run: { id: 4, head_sha: sha, app: null }, repository, sender },
  ],
  [
    "check_suite",
    {
      action: "completed",
      check_suite: { id: 118_578_147, head_branch: null, head_sha: sha, app },
      repository,
    },
  ],
  [
    "status",
    { id: 6_805_126_730, sha, context: "ci/build", state: "success", branches: [], repository, sender },
  ],
  [
    "issue_comment",
    {
      action: "created",
      issue: { number: 1, pull_request: {} },
      comment: { id: 99, body: "/approve" },
      repository,
    },
  ],
  [
    "issue_comment",
    {
      action: "created",
      issue: { number: 1, title: "Spelling error", user: sender },
      comment: {
        id: 99_262_140,
        body: "/tidegate run",
        user: sender,
        author_association: "OWNER",
        performed_via_github_app: null,
      },
      repository,
      sender,
      installation,
    },
  ],
  ["issue_comment", { action: "edited", changes: { body: { from: "Hi" } }, comment: { id: 1 }, repository }],
  [
    "issues",
    { action: "labeled", issue: { number: 1 }, label: { id: 2, name: "tidegate" }, repository, sender },
  ],
  ["issues", { action: "opened", issue: { number: 1 }, repository, sender }],
  [
    "pull_request",
    { action: "labeled", number: 1, pull_request, label: { name: "bug" }, repository, sender },
  ],
  [
    "pull_request",
    { action: "opened", number: 2, pull_request: { ...pull_request, head: { repo: null } }, repository },
  ],
  [
    "pull_request_review",
    {
      action: "submitted",
      review: { id: 2, state: "approved", commit_id: sha },
      pull_request,
      repository,
      installation: null,
    },
  ],
  ["pull_request_review_comment", { action: "created", comment: { id: 1 }, pull_request, repository }],
  ["repository", { action: "renamed", changes: { repository: { name: { from: "old" } } }, repository }],
  ["workflow_run", { action: "completed", workflow_run: { id: 1, head_sha: sha }, repository }],
  ["merge_group", { action: "checks_requested", merge_group: { head_sha: sha }, repository }],
  ["deployment_status", { action: "created", deployment_status: { state: "success" }, repository }],
  ["github_app_authorization", { action: "revoked", sender }],
];

/** Signed by the right secret, and nothing that any schema of ours expects. */
export const ODD: [what: string, event: string, body: string][] = [
  ["an array", "pull_request", "[]"],
  ["null", "pull_request", "null"],
  ["a text", "check_run", '"hello"'],
  ["a number", "status", "17"],
  ["no JSON", "pull_request", "{"],
  ["no pull request", "pull_request", '{"action":"opened"}'],
  ["a number that is a text", "pull_request", '{"pull_request":{"number":"1"}}'],
  ["an id beyond all integers", "pull_request", '{"repository":{"id":1e400},"pull_request":{"number":1}}'],
  ["an action that is no text", "pull_request", '{"action":{},"pull_request":{"number":1}}'],
  ["a sha that is none", "status", '{"sha":"HEAD","context":"x","repository":{"id":1}}'],
  ["an event that nobody knows", "quantum_entanglement", '{"action":"observed"}'],
  ["an event named like a method of objects", "constructor", '{"pr_number":{"a":1},"head_sha":[2]}'],
  ["an event named like the prototype", "__proto__", '{"pr_number":1}'],
  ["a key named like the prototype", "pull_request", '{"__proto__":{"pull_request":{"number":1}}}'],
];
