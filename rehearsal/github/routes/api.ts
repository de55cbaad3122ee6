/** What all routes share: who calls, on which repository, with which body. */
import type { Context, Hono } from "hono";
import type { By } from "../acts/labels.ts";
import { actorOf, appBehind, type Viewer } from "../auth.ts";
import type { Seen } from "../faults.ts";
import type { Issue, Pull, Repository } from "../nouns.ts";
import { invalid, notFound, Problem, unprocessable } from "../problems.ts";
import { canSee, demand, type Need } from "../rights.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, type World } from "../world.ts";

export type Env = { Bindings: { world: World; seen: Seen }; Variables: { viewer: Viewer } };
export type Api = Hono<Env>;
export type Ctx = Context<Env>;
export type Body = Record<string, unknown>;

/** The repository a path names, once the caller has proved the right that `need` asks for. */
export function repositoryIn(c: Ctx, need: Need): Repository {
  const { world } = c.env;
  const [owner, name] = [c.req.param("owner") ?? "", c.req.param("repo") ?? ""];
  const found = findRepository(world, owner, name);
  if (found === undefined) throw movedOr404(c, world, `${owner}/${name}`);
  demand(c.get("viewer"), found, need);
  return found;
}

/** GitHub answers a former name with a redirect to the id: clients that do not follow it lose the repository. */
function movedOr404(c: Ctx, world: World, name: string): Problem {
  const id = world.moved.get(name.toLowerCase());
  const repository = id === undefined ? undefined : world.repositories.get(id);
  if (repository === undefined || !canSee(c.get("viewer"), repository)) return notFound();
  const url = new URL(c.req.url);
  const rest = url.pathname.split("/").slice(4).join("/");
  const target = `${world.apiUrl}/repositories/${repository.id}${rest === "" ? "" : `/${rest}`}${url.search}`;
  const status = c.req.method === "GET" ? 301 : 307;
  return new Problem(status, "Moved Permanently", { url: target }, { location: target });
}

/** Who acts, and through which App. */
export function byOf(c: Ctx): By {
  const viewer = c.get("viewer");
  return { actor: actorOf(viewer), app: appBehind(viewer) };
}

export function numberIn(c: Ctx, name: string): number {
  const value = Number(c.req.param(name));
  if (!Number.isSafeInteger(value)) throw notFound();
  return value;
}

export function issueIn(c: Ctx, repository: Repository, name = "number"): Issue | Pull {
  const issue = repository.issues.get(numberIn(c, name));
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullIn(c: Ctx, repository: Repository): Pull {
  const issue = issueIn(c, repository);
  if (!isPull(issue)) throw notFound();
  return issue;
}

/** The JSON body; an empty one counts as `{}`. */
export async function bodyOf(c: Ctx): Promise<Body> {
  const text = await c.req.text();
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
  throw new Problem(400, "Body should be a JSON object");
}

/** An optional string field; null and absent are the same to GitHub. */
export function stringIn(body: Body, name: string): string | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw wrongType(name, value, "a string");
  return value;
}

/** A string field that must be there. */
export function required(body: Body, resource: string, name: string): string {
  const value = stringIn(body, name);
  if (value === null || value === "") throw invalid(resource, name, "missing_field");
  return value;
}

export function booleanIn(body: Body, name: string): boolean | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "boolean") throw wrongType(name, value, "a boolean");
  return value;
}

export function integerIn(body: Body, name: string): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(name, value, "an integer");
  return value;
}

export function stringsIn(body: Body, name: string): string[] | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw wrongType(name, value, "an array of strings");
  }
  return value;
}

export function objectIn(body: Body, name: string): Body | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw wrongType(name, value, "an object");
  return value;
}

export function objectsIn(body: Body, name: string): Body[] | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every(isObject)) throw wrongType(name, value, "an array of objects");
  return value;
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One of a list of words. */
export function choiceIn<T extends string>(body: Body, name: string, choices: readonly T[]): T | null {
  const value = stringIn(body, name);
  if (value === null) return null;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw wrongType(name, value, `one of ${choices.join(", ")}`);
  return choice;
}

function wrongType(name: string, value: unknown, wanted: string): Problem {
  return unprocessable(
    `Invalid request.\n\nInvalid property /${name}: \`${JSON.stringify(value)}\` is not ${wanted}.`,
  );
}
