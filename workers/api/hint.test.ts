/** Payloads as GitHub sends them, and as nobody should. */
import { describe, expect, test } from "vitest";
import { type Hint, hintOf } from "./hint.ts";

const SHA = "d6fde92930d4715a2b49857d24b940956b26d2d3";
const OURS = "4711";
const NOTHING: Hint = {
  action: null,
  repo_id: null,
  pr_number: null,
  head_sha: null,
  comment_id: null,
  installation_id: null,
  told_at: null,
  reason: null,
};

/** What comes with every event of an App. */
const COMMON = {
  repository: { id: 1296269, full_name: "octo/shop", private: false, owner: { login: "octo", id: 1 } },
  sender: { login: "ada", id: 9 },
  installation: { id: 234, node_id: "MDIz" },
};
const FOUND = { repo_id: 1296269, installation_id: 234 };
const pull_request = { number: 7, state: "open", head: { sha: SHA, ref: "milk" }, base: { ref: "main" } };
const check_run = {
  id: 4,
  name: "lint",
  head_sha: SHA,
  status: "completed",
  app: { id: 15368, slug: "actions" },
};
const check_suite = { id: 5, head_sha: SHA, head_branch: "milk", app: { id: 15368 }, pull_requests: [] };

const issue = { number: 12, title: "Milk", user: { login: "ada" } };
const comment = { id: 99, body: "Hi\n/tidegate run", user: { login: "ada" }, performed_via_github_app: null };
const label = { id: 3, name: "tidegate" };

const read = (event: string, payload: unknown, ourApp: string | null = OURS) =>
  hintOf(event, JSON.stringify(payload), ourApp);

test.each<[string, string, object, Partial<Hint>]>([
  [
    "pull_request",
    "names its pull request",
    { action: "synchronize", number: 7, before: "1", after: SHA, pull_request },
    { action: "synchronize", pr_number: 7, head_sha: SHA, told_at: null },
  ],
  [
    "pull_request",
    "names the moment of its change",
    {
      action: "ready_for_review",
      pull_request: { ...pull_request, updated_at: "2026-03-01T12:00:00Z" },
    },
    { action: "ready_for_review", pr_number: 7, head_sha: SHA, told_at: Date.UTC(2026, 2, 1, 12) },
  ],
  [
    "pull_request",
    "names no moment that cannot be read",
    { action: "edited", pull_request: { ...pull_request, updated_at: 5 } },
    { action: "edited", pr_number: 7, head_sha: SHA, told_at: null },
  ],
  [
    "pull_request_review",
    "names its pull request",
    { action: "submitted", review: { id: 1, state: "approved", commit_id: SHA }, pull_request },
    { action: "submitted", pr_number: 7, head_sha: SHA },
  ],
  [
    "check_run",
    "names a head",
    { action: "completed", check_run: { ...check_run, pull_requests: [{ number: 7 }] } },
    { action: "completed", head_sha: SHA },
  ],
  [
    "check_run",
    "of a fork, whose list is empty, names a head",
    { action: "completed", check_run: { ...check_run, pull_requests: [] } },
    { action: "completed", head_sha: SHA },
  ],
  [
    "check_suite",
    "names a head",
    { action: "completed", check_suite },
    { action: "completed", head_sha: SHA },
  ],
  [
    "check_suite",
    "of no App names a head",
    { action: "requested", check_suite: { ...check_suite, app: null } },
    { action: "requested", head_sha: SHA },
  ],
  [
    "status",
    "names a head",
    { id: 1, sha: SHA, context: "ci/old", state: "success", branches: [] },
    { head_sha: SHA },
  ],
  [
    "issue_comment",
    "names its comment, and nothing else of it",
    { action: "created", issue, comment },
    { action: "created", comment_id: 99 },
  ],
  [
    "issue_comment",
    "of another App in a person's name names its comment",
    { action: "created", issue, comment: { ...comment, performed_via_github_app: { id: 5 } } },
    { action: "created", comment_id: 99 },
  ],
  [
    "issue_comment",
    "in capitals names its comment",
    { action: "created", issue, comment: { ...comment, body: "/Tidegate Stop" } },
    { action: "created", comment_id: 99 },
  ],
  [
    "issue_comment",
    "that speaks of something else is not read",
    { action: "created", issue, comment: { ...comment, body: "Hello" } },
    { action: "created", reason: "no_command" },
  ],
  [
    "issue_comment",
    "without words is not read",
    { action: "created", issue, comment: { id: 99, body: null } },
    { action: "created", reason: "no_command" },
  ],
  [
    "issue_comment",
    "that was edited does nothing",
    { action: "edited", issue, comment },
    { action: "edited", reason: "action_not_used" },
  ],
  [
    "issue_comment",
    "that was deleted does nothing",
    { action: "deleted", issue, comment },
    { action: "deleted", reason: "action_not_used" },
  ],
  [
    "issue_comment",
    "of our own is not listened to",
    { action: "created", issue, comment: { ...comment, performed_via_github_app: { id: 4711 } } },
    { action: "created", reason: "self" },
  ],
  [
    "issue_comment",
    "of a bot is not listened to",
    { action: "created", issue, comment, sender: { login: "other[bot]", type: "Bot" } },
    { action: "created", reason: "self" },
  ],
  [
    "issues",
    "with our label names its issue",
    { action: "labeled", issue, label },
    { action: "labeled tidegate", pr_number: 12 },
  ],
  [
    "issues",
    "with our label in capitals names its issue",
    { action: "labeled", issue, label: { name: "Tidegate" } },
    { action: "labeled tidegate", pr_number: 12 },
  ],
  [
    "issues",
    "with another label is not looked at",
    { action: "labeled", issue, label: { name: "bug" } },
    { action: "labeled", reason: "action_not_used" },
  ],
  [
    "issues",
    "without our label is not looked at",
    { action: "unlabeled", issue, label },
    { action: "unlabeled", reason: "action_not_used" },
  ],
  [
    "issues",
    "that is new is not looked at",
    { action: "opened", issue },
    { action: "opened", reason: "action_not_used" },
  ],
  [
    "pull_request",
    "with our label says so",
    { action: "labeled", number: 7, pull_request, label },
    { action: "labeled tidegate", pr_number: 7, head_sha: SHA },
  ],
  [
    "pull_request",
    "with another label is looked at as ever",
    { action: "labeled", number: 7, pull_request, label: { name: "bug" } },
    { action: "labeled", pr_number: 7, head_sha: SHA },
  ],
  [
    "pull_request",
    "without our label is looked at as ever",
    { action: "unlabeled", number: 7, pull_request, label },
    { action: "unlabeled", pr_number: 7, head_sha: SHA },
  ],
  [
    "check_run",
    "of our own is not listened to",
    { action: "created", check_run: { ...check_run, app: { id: 4711 } } },
    { action: "created", reason: "self" },
  ],
  [
    "check_suite",
    "of our own is not listened to",
    { action: "requested", check_suite: { ...check_suite, app: { id: 4711 } } },
    { action: "requested", reason: "self" },
  ],
  [
    "status",
    "of our own is not listened to",
    { sha: SHA, context: "tidegate", state: "pending" },
    { reason: "self" },
  ],
  [
    "status",
    "of our own for another base is not listened to",
    { sha: SHA, context: "tidegate (lax)", state: "pending" },
    { reason: "self" },
  ],
  [
    "status",
    "of our own for another project of the repository is not listened to",
    { sha: SHA, context: "tidegate/shop-2 (lax)", state: "pending" },
    { reason: "self" },
  ],
])("%s %s", (event, _, payload, expected) => {
  expect(read(event, { ...COMMON, ...payload })).toEqual({ ...NOTHING, ...FOUND, ...expected });
});

test("without an App of our own nothing is taken for ours", () => {
  expect(read("issue_comment", { ...COMMON, action: "created", comment }, null)).toMatchObject({
    comment_id: 99,
    reason: null,
  });
  const payload = { ...COMMON, action: "completed", check_run: { ...check_run, app: null } };
  expect(read("check_run", payload, null)).toMatchObject({ head_sha: SHA, reason: null });
});

test("a hook of a repository has no installation, and is read all the same", () => {
  const { installation: _, ...common } = COMMON;
  expect(read("pull_request", { ...common, action: "opened", pull_request })).toEqual({
    ...NOTHING,
    action: "opened",
    repo_id: 1296269,
    pr_number: 7,
    head_sha: SHA,
  });
});

test.each([null, undefined, {}, { sha: "HEAD" }, { sha: null }])(
  "a pull request's head of %j is named by nobody",
  (head) => {
    const payload = { ...COMMON, action: "opened", pull_request: { number: 7, head } };
    expect(read("pull_request", payload)).toMatchObject({ pr_number: 7, head_sha: null, reason: null });
  },
);

test.each([
  ["installation", "suspend"],
  ["installation", "deleted"],
  ["installation_repositories", "removed"],
  ["repository", "renamed"],
  ["repository", "transferred"],
])("%s, %s says where to look, and nothing that is believed", (event, action) => {
  const payload = { ...COMMON, action, repositories_removed: [{ id: 9 }], changes: {} };
  expect(read(event, payload)).toEqual({ ...NOTHING, ...FOUND, action });
});

test("a push names the branch that moved; a branch that went is not looked at", () => {
  const common = { ...NOTHING, ...FOUND };
  const push = { ...COMMON, ref: "refs/heads/main", after: "0".repeat(40) };
  expect(read("push", push)).toEqual({ ...common, action: "refs/heads/main" });
  const gone = { ...push, deleted: true };
  expect(read("push", gone)).toEqual({ ...common, action: "refs/heads/main", reason: "branch_deleted" });
  expect(read("push", COMMON)).toMatchObject({ reason: "unexpected_payload" });
});

test.each([
  "ping",
  "issue_comments",
  "installation_target",
  "",
  "PULL_REQUEST",
  "constructor",
  "toString",
  "__proto__",
])('the event "%s" is not used', (event) => {
  expect(read(event, { ...COMMON, pull_request, pr_number: 9 })).toEqual({
    ...NOTHING,
    ...FOUND,
    reason: "event_not_used",
  });
});

describe("what is odd is ignored, with a reason, and never throws", () => {
  test.each(["", "{", "payload=%7B%7D", "<xml/>", "\u0000"])("%j", (body) => {
    expect(hintOf("pull_request", body, OURS)).toEqual({ ...NOTHING, reason: "not_json" });
  });

  test.each<[string, string, unknown]>([
    ["null", "pull_request", null],
    ["a list", "pull_request", []],
    ["a number", "pull_request", 7],
    ["no pull request", "pull_request", COMMON],
    ["a pull request without a number", "pull_request", { ...COMMON, pull_request: {} }],
    ["a number that is text", "pull_request", { ...COMMON, pull_request: { number: "7" } }],
    ["a number that is none", "pull_request", { ...COMMON, pull_request: { number: 7.5 } }],
    ["no check run", "check_run", COMMON],
    ["a check run of null", "check_run", { ...COMMON, check_run: null }],
    ["a head that is no SHA", "check_run", { ...COMMON, check_run: { ...check_run, head_sha: "main" } }],
    [
      "a head in capitals",
      "check_suite",
      { ...COMMON, check_suite: { ...check_suite, head_sha: SHA.toUpperCase() } },
    ],
    ["a head with a query in it", "status", { ...COMMON, sha: `${SHA}' OR 1`, context: "x" }],
    ["no comment", "issue_comment", { ...COMMON, action: "created" }],
    [
      "a comment without an id",
      "issue_comment",
      { ...COMMON, action: "created", comment: { body: "/tidegate" } },
    ],
    [
      "a comment whose id is text",
      "issue_comment",
      { ...COMMON, action: "created", comment: { ...comment, id: "1" } },
    ],
    ["a comment without an action", "issue_comment", { ...COMMON, comment }],
    ["a label without an issue", "issues", { ...COMMON, action: "labeled", label }],
    [
      "an issue whose number is text",
      "issues",
      { ...COMMON, action: "labeled", label, issue: { number: "1" } },
    ],
    ["a repository without an id", "pull_request", { pull_request, repository: {} }],
    ["an action that is a book", "pull_request", { ...COMMON, pull_request, action: "x".repeat(101) }],
    ["an installation that is text", "pull_request", { ...COMMON, pull_request, installation: "234" }],
  ])("%s", (_, event, payload) => {
    expect(read(event, payload)).toMatchObject({
      pr_number: null,
      head_sha: null,
      comment_id: null,
      reason: "unexpected_payload",
    });
  });

  test.each(["9007199254740993", "1e999", "-0.5"])("ids beyond what a number holds: %s", (id) => {
    const body = `{"repository":{"id":${id}},"pull_request":{"number":${id}}}`;
    expect(hintOf("pull_request", body, OURS)).toMatchObject({ repo_id: null, reason: "unexpected_payload" });
  });

  test("a payload that wants to be a prototype", () => {
    const body = `{"__proto__":{"pull_request":{"number":7}},"repository":{"id":1}}`;
    expect(hintOf("pull_request", body, OURS)).toMatchObject({
      pr_number: null,
      reason: "unexpected_payload",
    });
  });
});
