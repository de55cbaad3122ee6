/** Making tokens. */
import { randomBytes } from "node:crypto";
import type { App, Installation, Permissions, Token, User } from "../nouns.ts";
import type { World } from "../world.ts";

/** A secret that looks like GitHub's, so that redaction by prefix is rehearsed too. */
export function secret(prefix: "ghs" | "ghp" | "gho" | "ghu" | "ghr"): string {
  return `${prefix}_${randomBytes(27).toString("base64").replace(/[+/=]/g, "0")}`;
}

export function mintToken(
  world: World,
  installation: Installation,
  { repositoryIds, permissions }: { repositoryIds: Set<number> | null; permissions: Permissions },
): Token & { kind: "installation" } {
  const expiresAt = world.now() + world.faults.tokenLifeMs;
  const token = {
    kind: "installation",
    value: secret("ghs"),
    installation,
    repositoryIds,
    permissions,
    expiresAt,
  } as const;
  world.tokens.set(token.value, token);
  return token;
}

/** A person's token: of their own (`ghp`), or given to an App by signing in (`ghu`). */
export function userToken(
  world: World,
  user: User,
  app: App | null,
  lifeMs: number | null,
): Token & { kind: "user" } {
  const value = secret(app === null ? "ghp" : "ghu");
  const expiresAt = lifeMs === null ? null : world.now() + lifeMs;
  const token = { kind: "user", value, user, app, scopes: ["repo"], expiresAt } as const;
  const kept = { ...token, scopes: [...token.scopes] };
  world.tokens.set(value, kept);
  return kept;
}
