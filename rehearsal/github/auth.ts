/** Who is calling: nobody, a person, an App by its JWT, or an App's installation. */
import { createVerify } from "node:crypto";
import type { App, Installation, Token, User } from "./nouns.ts";
import { badCredentials, forbidden, notFound, Problem } from "./problems.ts";
import type { World } from "./world.ts";

export type Viewer =
  | { kind: "anonymous" }
  | { kind: "app"; app: App }
  | { kind: "user"; user: User; token: Token & { kind: "user" } }
  | {
      kind: "installation";
      user: User;
      app: App;
      installation: Installation;
      token: Token & { kind: "installation" };
    };

const MAX_JWT_LIFE_S = 10 * 60;
// GitHub allows the caller's clock to be a little off.
const CLOCK_DRIFT_S = 60;

/** The caller that an Authorization header names; throws GitHub's refusal for a bad one. */
export function viewerOf(world: World, authorization: string | undefined): Viewer {
  if (authorization === undefined || authorization === "") return { kind: "anonymous" };
  const secret = secretIn(authorization);
  if (secret === null) throw badCredentials();
  if (secret.split(".").length === 3) return { kind: "app", app: appOf(world, secret) };
  return holderOf(world, secret);
}

/** A short name for logs, faults and rate limits; never throws and never holds the secret. */
export function labelOf(world: World, authorization: string | undefined): string {
  try {
    const viewer = viewerOf(world, authorization);
    if (viewer.kind === "app") return `app:${viewer.app.id}`;
    if (viewer.kind === "user") return `user:${viewer.user.login}`;
    if (viewer.kind === "installation") return `installation:${viewer.installation.id}`;
    return "anonymous";
  } catch {
    return "invalid";
  }
}

/** What is left of the life of an installation's token; null for any other caller. */
export function lifeLeft(world: World, authorization: string | undefined): number | null {
  const token = world.tokens.get(secretIn(authorization ?? "") ?? "");
  return token?.kind === "installation" && token.expiresAt !== null ? token.expiresAt - world.now() : null;
}

function secretIn(authorization: string): string | null {
  const [scheme = "", value = ""] = authorization.split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const [user = "", ...password] = Buffer.from(value, "base64").toString().split(":");
  // git sends `x-access-token:TOKEN`, `user:TOKEN`, or the token as the user.
  return password.join(":") === "" ? user : password.join(":");
}

function holderOf(world: World, secret: string): Viewer {
  const token = world.tokens.get(secret);
  if (token === undefined) throw badCredentials();
  if (token.expiresAt !== null && token.expiresAt <= world.now()) throw badCredentials();
  if (token.kind === "user") return { kind: "user", user: token.user, token };
  const { installation } = token;
  if (!world.installations.has(installation.id)) throw badCredentials();
  if (installation.suspendedAt !== null) throw forbidden("This installation has been suspended");
  return { kind: "installation", user: installation.app.bot, app: installation.app, installation, token };
}

/** The App that signed a JWT, checked as GitHub does: RS256, `iss`, `iat` and `exp`. */
function appOf(world: World, jwt: string): App {
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const undecodable = new Problem(401, "A JSON web token could not be decoded");
  const claims = decoded(body);
  if (claims === null || decoded(head)?.alg !== "RS256") throw undecodable;
  const app = world.apps.find(
    ({ id, clientId }) => String(claims.iss) === String(id) || claims.iss === clientId,
  );
  if (app === undefined) throw new Problem(404, "Integration not found");
  const verify = createVerify("RSA-SHA256").update(`${head}.${body}`);
  if (!verify.verify(app.publicKey, signature, "base64url")) throw undecodable;
  checkTimes(claims, Math.floor(world.now() / 1000));
  return app;
}

function checkTimes({ exp, iat }: Record<string, unknown>, now: number): void {
  if (typeof exp !== "number" || exp <= now) {
    throw new Problem(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (typeof iat !== "number" || iat > now + CLOCK_DRIFT_S) {
    throw new Problem(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (exp > now + MAX_JWT_LIFE_S + CLOCK_DRIFT_S || exp - iat > MAX_JWT_LIFE_S + CLOCK_DRIFT_S) {
    throw new Problem(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}

function decoded(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The acting person or bot; refuses those who are neither. */
export function actorOf(viewer: Viewer): User {
  if (viewer.kind === "user" || viewer.kind === "installation") return viewer.user;
  if (viewer.kind === "app") throw badCredentials();
  throw new Problem(401, "Requires authentication");
}

/** The App through which somebody acts: its own bot, or a person who signed in to it; null: a person alone. */
export function appBehind(viewer: Viewer): App | null {
  if (viewer.kind === "installation") return viewer.app;
  return viewer.kind === "user" ? viewer.token.app : null;
}

/** The App that called with its JWT; anything else is refused as GitHub refuses it. */
export function appCalling(viewer: Viewer): App {
  if (viewer.kind === "app") return viewer.app;
  if (viewer.kind === "anonymous") throw new Problem(401, "A JSON web token could not be decoded");
  throw notFound();
}
