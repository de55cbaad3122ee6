/** Branch protection, as GitHub writes it and as requests give it. */
import type { Protection, Repository, RequiredCheck } from "../nouns.ts";
import { findUser, type World } from "../world.ts";
import { appShape } from "./app.ts";
import { repositoryUrl } from "./repository.ts";
import { type Json, userShape } from "./user.ts";

export function protectionShape(
  world: World,
  repository: Repository,
  branch: string,
  protection: Protection,
): Json {
  const url = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(branch)}/protection`;
  return {
    url,
    ...(protection.checks && { required_status_checks: requiredChecksShape(url, protection.checks) }),
    ...(protection.reviews && { required_pull_request_reviews: reviewsShape(url, protection.reviews) }),
    ...(protection.restrictions && { restrictions: restrictionsShape(world, url, protection.restrictions) }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.linearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: protection.conversationResolution },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

export function requiredChecksShape(
  url: string,
  { strict, checks }: NonNullable<Protection["checks"]>,
): Json {
  return {
    url: `${url}/required_status_checks`,
    strict,
    contexts: checks.map((check) => check.context),
    contexts_url: `${url}/required_status_checks/contexts`,
    checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

export function reviewsShape(url: string, reviews: NonNullable<Protection["reviews"]>): Json {
  return {
    url: `${url}/required_pull_request_reviews`,
    dismiss_stale_reviews: reviews.dismissStale,
    require_code_owner_reviews: reviews.codeOwners,
    require_last_push_approval: reviews.lastPush,
    required_approving_review_count: reviews.count,
  };
}

function restrictionsShape(
  world: World,
  url: string,
  { users, apps }: NonNullable<Protection["restrictions"]>,
): Json {
  const people = users.flatMap((login) => findUser(world, login) ?? []);
  const programs = world.apps.filter((app) => apps.includes(app.slug));
  return {
    url: `${url}/restrictions`,
    users: people.map((user) => userShape(world, user)),
    teams: [],
    apps: programs.map((app) => appShape(world, app)),
  };
}

/** A protection that demands nothing yet. */
export function openProtection(): Protection {
  return {
    checks: null,
    reviews: null,
    enforceAdmins: false,
    restrictions: null,
    linearHistory: false,
    allowForcePushes: false,
    allowDeletions: false,
    conversationResolution: false,
  };
}

/** A required check by name, or by name and App; -1 means any App. */
export function requiredCheck(context: string, appId: number | null): RequiredCheck {
  return { context, appId: appId === -1 ? null : appId };
}
