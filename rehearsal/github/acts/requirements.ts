/** What a branch demands of a pull request, from branch protection and rulesets together. */
import type { CheckRun, Protection, Pull, Repository, RequiredCheck, Ruleset, User } from "../nouns.ts";
import { atLeast, roleOf } from "../rights.ts";

export type Requirements = {
  strict: boolean;
  checks: RequiredCheck[];
  approvals: number;
  dismissStale: boolean;
  linearHistory: boolean;
  /** Changes must come through a pull request. */
  throughPull: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
  restrictions: Protection["restrictions"];
  /** Administrators may pass: only classic protection without `enforce_admins` allows it. */
  adminsPass: boolean;
};

/** The active rulesets that apply to a branch. */
export function rulesetsFor(repository: Repository, branch: string): Ruleset[] {
  return repository.rulesets.filter(
    ({ enforcement, include }) =>
      enforcement === "active" && include.some((pattern) => includes(repository, pattern, branch)),
  );
}

function includes(repository: Repository, pattern: string, branch: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return branch === repository.defaultBranch;
  const source = pattern
    .replace(/^refs\/heads\//, "")
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  return new RegExp(`^${source}$`).test(branch);
}

/** Everything that applies to a branch; null when it is not protected at all. */
export function requirementsFor(repository: Repository, branch: string): Requirements | null {
  const protection = repository.protections.get(branch);
  const rules = rulesetsFor(repository, branch).flatMap((ruleset) => ruleset.rules);
  if (protection === undefined && rules.length === 0) return null;
  const requirements = protection === undefined ? open() : fromProtection(protection);
  for (const rule of rules) addRule(requirements, rule);
  return requirements;
}

function open(): Requirements {
  return {
    strict: false,
    checks: [],
    approvals: 0,
    dismissStale: false,
    linearHistory: false,
    throughPull: false,
    allowForcePushes: true,
    allowDeletions: true,
    restrictions: null,
    adminsPass: false,
  };
}

function fromProtection(protection: Protection): Requirements {
  return {
    strict: protection.checks?.strict ?? false,
    checks: [...(protection.checks?.checks ?? [])],
    approvals: protection.reviews?.count ?? 0,
    dismissStale: protection.reviews?.dismissStale ?? false,
    linearHistory: protection.linearHistory,
    throughPull: protection.reviews !== null,
    allowForcePushes: protection.allowForcePushes,
    allowDeletions: protection.allowDeletions,
    restrictions: protection.restrictions,
    adminsPass: !protection.enforceAdmins,
  };
}

function addRule(requirements: Requirements, { type, parameters = {} }: Ruleset["rules"][number]): void {
  // A ruleset without bypass actors binds administrators too.
  requirements.adminsPass = false;
  if (type === "non_fast_forward") requirements.allowForcePushes = false;
  if (type === "deletion") requirements.allowDeletions = false;
  if (type === "required_linear_history") requirements.linearHistory = true;
  if (type === "pull_request") {
    requirements.throughPull = true;
    requirements.approvals = Math.max(
      requirements.approvals,
      Number(parameters.required_approving_review_count ?? 0),
    );
    requirements.dismissStale ||= parameters.dismiss_stale_reviews_on_push === true;
  }
  if (type === "required_status_checks") {
    requirements.strict ||= parameters.strict_required_status_checks_policy === true;
    requirements.checks.push(...checksIn(parameters.required_status_checks));
  }
}

function checksIn(list: unknown): RequiredCheck[] {
  if (!Array.isArray(list)) return [];
  return list.map((item: Record<string, unknown>) => ({
    context: String(item.context),
    appId: typeof item.integration_id === "number" ? item.integration_id : null,
  }));
}

export type CheckState = "expected" | "pending" | "failing" | "successful";

/** How a required check stands at a commit: runs and statuses of that name, of the right App. */
export function checkState(
  repository: Repository,
  sha: string,
  { context, appId }: RequiredCheck,
): CheckState {
  const runs = repository.checks.filter(
    (run) => run.headSha === sha && run.name === context && (appId === null || run.app.id === appId),
  );
  const statuses = repository.statuses.filter(
    (status) =>
      status.sha === sha && status.context === context && (appId === null || status.appId === appId),
  );
  const run = runs.at(-1);
  const status = statuses.at(-1)?.state;
  const states: CheckState[] = [];
  if (run !== undefined) states.push(runState(run));
  if (status !== undefined) states.push(statusState(status));
  return worst(states);
}

function statusState(state: string): CheckState {
  return state === "success" ? "successful" : state === "pending" ? "pending" : "failing";
}

/** A neutral or skipped run satisfies a requirement: documented, and a trap for gates. */
function runState(run: CheckRun): CheckState {
  if (run.status !== "completed") return "pending";
  return ["success", "neutral", "skipped"].includes(run.conclusion ?? "") ? "successful" : "failing";
}

function worst(states: readonly CheckState[]): CheckState {
  return (
    (["failing", "pending", "successful"] as const).find((state) => states.includes(state)) ?? "expected"
  );
}

/** True when any check at the commit, required or not, has not succeeded. */
export function isUnstable(repository: Repository, sha: string): boolean {
  const names = new Map<string, RequiredCheck>();
  for (const { headSha, name, app } of repository.checks) {
    if (headSha === sha) names.set(`${app.id}/${name}`, { context: name, appId: app.id });
  }
  for (const status of repository.statuses) {
    if (status.sha === sha) names.set(status.context, { context: status.context, appId: null });
  }
  return [...names.values()].some((check) => checkState(repository, sha, check) !== "successful");
}

/** Reviews that count: the last decisive one of each person with write access. */
export function decisions(repository: Repository, pull: Pull): Map<User, "APPROVED" | "CHANGES_REQUESTED"> {
  const last = new Map<User, "APPROVED" | "CHANGES_REQUESTED">();
  for (const { user, state } of pull.reviews) {
    if (!atLeast(roleOf(repository, user), "write")) continue;
    if (state === "APPROVED" || state === "CHANGES_REQUESTED") last.set(user, state);
    if (state === "DISMISSED") last.delete(user);
  }
  return last;
}
