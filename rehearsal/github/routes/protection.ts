/** Branch protection: the classic kind. */
import { actorOf } from "../auth.ts";
import { branchTip } from "../git/refs.ts";
import type { Protection, Repository } from "../nouns.ts";
import { Problem, Unmodelled, unprocessable } from "../problems.ts";
import {
  openProtection,
  protectionShape,
  requiredCheck,
  requiredChecksShape,
  reviewsShape,
} from "../shapes/protection.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import {
  type Api,
  type Body,
  bodyOf,
  booleanIn,
  type Ctx,
  integerIn,
  objectIn,
  objectsIn,
  repositoryIn,
  stringsIn,
} from "./api.ts";

const READ = { permission: "administration" } as const;
const WRITE = { permission: "administration", level: "write" } as const;
const BASE = "/repos/:owner/:repo/branches/:branch/protection";

export function protection(api: Api): void {
  api.get(`${BASE}/required_status_checks`, async (c) => {
    const { url, held } = await heldIn(c, READ);
    if (held.checks === null) throw new Problem(404, "Required status checks not enabled");
    return c.json(requiredChecksShape(url, held.checks));
  });
  api.patch(`${BASE}/required_status_checks`, async (c) => {
    const { url, held } = await heldIn(c, WRITE);
    const body = await bodyOf(c);
    const before = held.checks ?? { strict: false, checks: [] };
    const names = body.checks === undefined && body.contexts === undefined;
    held.checks = {
      strict: booleanIn(body, "strict") ?? before.strict,
      checks: names ? before.checks : checksIn(body),
    };
    return c.json(requiredChecksShape(url, held.checks));
  });
  api.get(`${BASE}/required_pull_request_reviews`, async (c) => {
    const { url, held } = await heldIn(c, READ);
    if (held.reviews === null) throw new Problem(404, "Pull request reviews are not required");
    return c.json(reviewsShape(url, held.reviews));
  });
  api.get(`${BASE}/enforce_admins`, async (c) => {
    const { url, held } = await heldIn(c, READ);
    return c.json({ url: `${url}/enforce_admins`, enabled: held.enforceAdmins });
  });
  api.get(BASE, async (c) => {
    const { repository, branch, held } = await heldIn(c, READ);
    return c.json(protectionShape(c.env.world, repository, branch, held));
  });
  api.put(BASE, async (c) => {
    const repository = repositoryIn(c, WRITE);
    const branch = await branchIn(c, repository);
    actorOf(c.get("viewer"));
    const next = protectionIn(await bodyOf(c));
    repository.protections.set(branch, next);
    return c.json(protectionShape(c.env.world, repository, branch, next));
  });
  api.delete(BASE, async (c) => {
    const { repository, branch } = await heldIn(c, WRITE);
    repository.protections.delete(branch);
    return c.body(null, 204);
  });
}

async function branchIn(c: Ctx, repository: Repository): Promise<string> {
  const branch = c.req.param("branch") ?? "";
  if ((await branchTip(repository.dir, branch)) === null) throw new Problem(404, "Branch not found");
  return branch;
}

async function heldIn(c: Ctx, need: Parameters<typeof repositoryIn>[1]) {
  const repository = repositoryIn(c, need);
  const branch = await branchIn(c, repository);
  const held = repository.protections.get(branch);
  if (held === undefined) throw new Problem(404, "Branch not protected");
  const url = `${repositoryUrl(c.env.world, repository)}/branches/${encodeURIComponent(branch)}/protection`;
  return { repository, branch, held, url };
}

/** Reads a whole protection; GitHub wants these four fields, if only as null. */
function protectionIn(body: Body): Protection {
  for (const name of [
    "required_status_checks",
    "enforce_admins",
    "required_pull_request_reviews",
    "restrictions",
  ]) {
    if (body[name] === undefined) throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
  }
  const checks = objectIn(body, "required_status_checks");
  const reviews = objectIn(body, "required_pull_request_reviews");
  const restrictions = objectIn(body, "restrictions");
  return {
    ...openProtection(),
    checks: checks && { strict: booleanIn(checks, "strict") ?? false, checks: checksIn(checks) },
    reviews: reviews && reviewsIn(reviews),
    enforceAdmins: booleanIn(body, "enforce_admins") ?? false,
    restrictions: restrictions && {
      users: stringsIn(restrictions, "users") ?? [],
      apps: stringsIn(restrictions, "apps") ?? [],
    },
    linearHistory: booleanIn(body, "required_linear_history") ?? false,
    allowForcePushes: booleanIn(body, "allow_force_pushes") ?? false,
    allowDeletions: booleanIn(body, "allow_deletions") ?? false,
    conversationResolution: demandFalse(body, "required_conversation_resolution"),
  };
}

function checksIn(body: Body) {
  const named = (objectsIn(body, "checks") ?? []).map((check) =>
    requiredCheck(String(check.context), integerIn(check, "app_id")),
  );
  const plain = (stringsIn(body, "contexts") ?? []).map((context) => requiredCheck(context, null));
  return named.length > 0 ? named : plain;
}

function reviewsIn(body: Body): NonNullable<Protection["reviews"]> {
  return {
    count: integerIn(body, "required_approving_review_count") ?? 1,
    dismissStale: booleanIn(body, "dismiss_stale_reviews") ?? false,
    codeOwners: demandFalse(body, "require_code_owner_reviews"),
    lastPush: demandFalse(body, "require_last_push_approval"),
  };
}

/** A rule that is accepted but not enforced would let a rehearsal pass that production would not. */
function demandFalse(body: Body, name: string): boolean {
  if (booleanIn(body, name) === true) throw new Unmodelled(`branch protection with ${name}`);
  return false;
}
