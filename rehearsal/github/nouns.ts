/**
 * The records of the rehearsal GitHub, in memory; the repositories' content lives in real bare
 * repositories on disk. Times are milliseconds of the world's clock.
 */
import type { KeyObject } from "node:crypto";
import type { IssueComment, IssueEvent, Label, Review, ReviewComment } from "./nouns-talk.ts";

export * from "./nouns-talk.ts";

/** What a person may do in a repository, weakest first. */
export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type Level = "read" | "write" | "admin";
export type Permissions = Record<string, Level>;

export type User = {
  id: number;
  login: string;
  type: "User" | "Organization" | "Bot";
  name: string | null;
  email: string | null;
  createdAt: number;
};

export type Hook = {
  id: number;
  type: "App" | "Repository";
  /** The App or repository it belongs to, as deliveries name it. */
  targetId: number;
  /** Empty until someone configures one: nothing is delivered then. */
  url: string;
  secret: string;
  contentType: "json" | "form";
  events: string[];
  active: boolean;
  createdAt: number;
  updatedAt: number;
};

export type App = {
  id: number;
  slug: string;
  name: string;
  owner: User;
  bot: User;
  privateKey: string;
  publicKey: KeyObject;
  clientId: string;
  clientSecret: string;
  hook: Hook;
  permissions: Permissions;
  createdAt: number;
};

export type Installation = {
  id: number;
  app: App;
  account: User;
  selection: "all" | "selected";
  repositoryIds: Set<number>;
  permissions: Permissions;
  suspendedAt: number | null;
  createdAt: number;
};

export type Token = { value: string; expiresAt: number | null } & (
  | { kind: "user"; user: User; scopes: string[]; app: App | null }
  | {
      kind: "installation";
      installation: Installation;
      repositoryIds: Set<number> | null;
      permissions: Permissions;
    }
);

/** An OAuth code or refresh token waiting to be exchanged. */
export type Grant = {
  app: App;
  user: User;
  scopes: string[];
  redirectUri: string | null;
  challenge: string | null;
  expiresAt: number;
};

/** What issues and pull requests have in common: GitHub numbers them from one sequence. */
export type Issue = {
  kind: "issue" | "pull";
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: User;
  state: "open" | "closed";
  labels: Label[];
  assignees: User[];
  comments: IssueComment[];
  /** Oldest first. */
  events: IssueEvent[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: User | null;
};

/** One computed answer to "can this head be merged into this base?"; void when either moves. */
export type Mergeability = { base: string; head: string; clean: boolean; mergeCommit: string | null };

export type Pull = Issue & {
  kind: "pull";
  draft: boolean;
  /** Null once the fork is deleted. */
  headRepositoryId: number | null;
  headLabel: string;
  headRef: string;
  headSha: string;
  baseRef: string;
  /** The base as it was when the head last moved: GitHub does not refresh it with every base push. */
  baseSha: string;
  reviews: Review[];
  reviewComments: ReviewComment[];
  requestedReviewers: User[];
  mergeability: Mergeability | null;
  mergedAt: number | null;
  mergedBy: User | null;
  mergeCommitSha: string | null;
  /** A head that reads still report although it moved; see `faults.staleHead`. */
  stale: { sha: string; until: number } | null;
};

export type CheckSuite = {
  id: number;
  app: App;
  headSha: string;
  headBranch: string | null;
  before: string | null;
  createdAt: number;
  updatedAt: number;
};

export const CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];
export const CHECK_STATUSES = [
  "queued",
  "in_progress",
  "completed",
  "waiting",
  "requested",
  "pending",
] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

export type Output = { title: string | null; summary: string | null; text: string | null };

export type CheckRun = {
  id: number;
  app: App;
  suiteId: number;
  headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: Conclusion | null;
  startedAt: number | null;
  completedAt: number | null;
  output: Output;
  annotations: Record<string, unknown>[];
  actions: Record<string, unknown>[];
};

export const STATUS_STATES = ["error", "failure", "pending", "success"] as const;
export type StatusState = (typeof STATUS_STATES)[number];

export type CommitStatus = {
  id: number;
  sha: string;
  context: string;
  state: StatusState;
  description: string | null;
  targetUrl: string | null;
  creator: User;
  appId: number | null;
  createdAt: number;
};

export type RequiredCheck = { context: string; appId: number | null };

export type Protection = {
  checks: { strict: boolean; checks: RequiredCheck[] } | null;
  reviews: { count: number; dismissStale: boolean; codeOwners: boolean; lastPush: boolean } | null;
  enforceAdmins: boolean;
  /** Who may push, by login and app slug; null: everyone with write access. */
  restrictions: { users: string[]; apps: string[] } | null;
  linearHistory: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
  conversationResolution: boolean;
};

/** A ruleset in GitHub's own shape: `rules` are `{type, parameters}`. */
export type Ruleset = {
  id: number;
  name: string;
  enforcement: "active" | "disabled" | "evaluate";
  /** Branch names, `~DEFAULT_BRANCH`, `~ALL`, or globs with `*`. */
  include: string[];
  rules: { type: string; parameters?: Record<string, unknown> }[];
  createdAt: number;
};

export type Repository = {
  id: number;
  owner: User;
  name: string;
  /** Named by id on disk: a name from a request never becomes a path. */
  dir: string;
  private: boolean;
  archived: boolean;
  description: string | null;
  defaultBranch: string;
  parentId: number | null;
  merge: { merge: boolean; squash: boolean; rebase: boolean; deleteBranch: boolean };
  collaborators: Map<string, Role>;
  issues: Map<number, Issue | Pull>;
  /** Numbers up to here are never given again, even when their holder was erased. */
  lastNumber: number;
  labels: Label[];
  suites: CheckSuite[];
  checks: CheckRun[];
  statuses: CommitStatus[];
  protections: Map<string, Protection>;
  rulesets: Ruleset[];
  hooks: Hook[];
  createdAt: number;
  updatedAt: number;
  pushedAt: number | null;
};

export type Delivery = {
  /** Larger than a number holds exactly, as GitHub's are since 2026. */
  id: bigint;
  /** Kept by redeliveries: it names the event, not the attempt. */
  guid: string;
  hook: Hook;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  redelivery: boolean;
  deliveredAt: number;
  /** "OK", "Invalid HTTP Response: 503", "timed out"; "pending" while under way. */
  status: string;
  statusCode: number;
  durationMs: number;
  request: { headers: Record<string, string>; body: string; payload: Record<string, unknown> };
  response: { headers: Record<string, string>; payload: string } | null;
};
