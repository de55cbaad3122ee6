/** Tests that are known to be flaky: what fails of them at a commit that passes later holds no merge. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  MOST_ENTRIES,
  NewQuarantine,
  Quarantine,
  RenewedQuarantine,
  wrongExpiry,
} from "../../models/quarantine.ts";
import { AppError } from "../errors.ts";
import { type Cause, noteTo } from "../project/index.ts";
import { addQuarantine, listQuarantine, removeQuarantine, renewQuarantine } from "../store/quarantine.ts";
import { type App, answers, json, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const path = "/api/v1/projects/{id}/quarantine";

const list = createRoute({
  method: "get",
  path,
  summary: "Tests that are known to be flaky; those that expired count no more",
  request: { params: ProjectParam },
  responses: answers("The list", z.array(Quarantine)),
});
const add = createRoute({
  method: "post",
  path,
  summary: "Put a test on the list, with who mends it and until when",
  request: { params: ProjectParam, body: json(NewQuarantine) },
  responses: answers("The entry", Quarantine, 201),
});
const renew = createRoute({
  method: "put",
  path,
  summary: "Keep a test on the list until another day, expired or not; `owner` and `reason` stay unless sent",
  request: { params: ProjectParam, body: json(RenewedQuarantine) },
  responses: answers("The entry", Quarantine),
});
const remove = createRoute({
  method: "delete",
  path,
  summary: "Take a test off the list",
  request: { params: ProjectParam, query: z.object({ test: z.string().min(1, "must name the test") }) },
  responses: { 204: { description: "It is off the list" } },
});

export const quarantine = part()
  .openapi(list, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    return c.json(await listQuarantine(c.env.DB, project.id, Date.now()), 200);
  })
  .openapi(add, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const wanted = c.req.valid("json");
    const now = Date.now();
    assertExpiry(wanted, now);
    const entry = { ...wanted, created_by: c.var.owner, created_at: now };
    refuse(await addQuarantine(c.env.DB, project.id, entry), wanted.test);
    await note(c, project.id, wanted.test, { action: "quarantine.add", detail: said(wanted) });
    return c.json({ ...entry, expired: false }, 201);
  })
  .openapi(renew, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const wanted = c.req.valid("json");
    assertExpiry(wanted, Date.now());
    const renewed = await renewQuarantine(c.env.DB, project.id, wanted);
    if (renewed === null) throw notListed(wanted.test);
    const { before, after } = renewed;
    await note(c, project.id, wanted.test, {
      ...{ action: "quarantine.renew", detail: said(after), before, after },
    });
    return c.json({ ...after, expired: false }, 200);
  })
  .openapi(remove, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const { test } = c.req.valid("query");
    if (!(await removeQuarantine(c.env.DB, project.id, test))) throw notListed(test);
    await note(c, project.id, test, { action: "quarantine.remove", detail: "" });
    return c.body(null, 204);
  });

function refuse(answer: "added" | "there" | "full", test: string): void {
  if (answer === "there")
    throw new AppError("conflict", `Cannot add "${test}": it is on the list already, renew it instead`);
  if (answer === "full")
    throw new AppError(
      "conflict",
      `Cannot add "${test}": the list has ${MOST_ENTRIES} entries, remove some first`,
    );
}

function assertExpiry({ expires_at }: Pick<NewQuarantine, "expires_at">, now: number): void {
  const message = wrongExpiry(expires_at, now);
  if (message === null) return;
  const errors = [{ field: "expires_at", message }];
  throw new AppError("invalid", `Cannot use the request: expires_at: ${message}`, errors);
}

const notListed = (test: string): AppError =>
  new AppError("not_found", `Cannot find "${test}" on the quarantine list`);

/** An entry in the audit's words. */
function said({ owner, expires_at, reason }: NewQuarantine): string {
  return `${owner}, until ${new Date(expires_at).toISOString()}: ${reason}`;
}

function note(
  c: Context<App>,
  projectId: string,
  test: string,
  of: Omit<Cause, "action"> & { action: string },
): Promise<void> {
  const { owner: actor, request_id } = c.var;
  const target = `${projectId}/${test}`;
  return noteTo(c.env, projectId, { fact: `quarantine.${request_id}`, target, ...of, actor, request_id });
}
