/** What all routes share: who calls, for which organization, and with which fields. */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Organization, Run, World } from "./nouns.ts";
import { forbidden, invalid, noOrganization, noRun, readAs, unauthorized } from "./problems.ts";

export type Env = { Bindings: { world: World } };
export type Api = Hono<Env>;
export type Ctx = Context<Env>;

/** Fields of every list's query. */
export const PAGE = {
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(100),
};
export const PageQuery = z.strictObject(PAGE);

/** The world, for a caller who has the token. */
export function worldFor(c: Ctx): World {
  const { world } = c.env;
  if (c.req.header("authorization") !== `Bearer ${world.token}`) throw unauthorized();
  return world;
}

/** The organization a path names, for a caller who has the token and belongs to it. */
export function organizationFor(c: Ctx): Organization {
  const { organizations } = worldFor(c);
  const id = numberIn(c, "organization");
  const found = organizations.find((organization) => organization.id === id);
  if (found === undefined) throw noOrganization();
  if (!found.isOurs) throw forbidden();
  return found;
}

export function runOf(world: World, organization: Organization, id: number): Run {
  const run = world.runs.find((one) => one.id === id && one.organization === organization.id);
  if (run === undefined) throw noRun();
  return run;
}

export function numberIn(c: Ctx, name: string): number {
  const value = c.req.param(name) ?? "";
  const wrong = { path: [name], message: "Input should be a valid integer", code: "invalid_type" } as const;
  if (!/^\d+$/.test(value)) throw invalid("path", [wrong]);
  return Number(value);
}

export function queryOf<T>(c: Ctx, schema: z.ZodType<T>): T {
  return readAs(schema, "query", c.req.query());
}

export async function bodyOf<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return readAs(schema, "body", body);
}
