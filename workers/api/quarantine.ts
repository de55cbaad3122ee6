/** Tests that are known to be flaky: what fails of them at a commit that passes later holds no merge. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { MOST_ENTRIES, NewQuarantine, Quarantine, wrongExpiry } from "../../models/quarantine.ts";
import { AppError } from "../errors.ts";
import { noteTo } from "../project/index.ts";
import { addQuarantine, listQuarantine, removeQuarantine } from "../store/quarantine.ts";
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
    const message = wrongExpiry(wanted.expires_at, now);
    if (message !== null)
      throw new AppError("invalid", `Cannot use the request: expires_at: ${message}`, [
        { field: "expires_at", message },
      ]);
    const entry = { ...wanted, created_by: c.var.owner, created_at: now };
    refuse(await addQuarantine(c.env.DB, project.id, entry), wanted.test);
    const detail = `${wanted.owner}, until ${new Date(wanted.expires_at).toISOString()}: ${wanted.reason}`;
    await note(c, project.id, { action: "quarantine.add", target: `${project.id}/${wanted.test}`, detail });
    return c.json({ ...entry, expired: false }, 201);
  })
  .openapi(remove, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const { test } = c.req.valid("query");
    if (!(await removeQuarantine(c.env.DB, project.id, test)))
      throw new AppError("not_found", `Cannot find "${test}" on the quarantine list`);
    await note(c, project.id, { action: "quarantine.remove", target: `${project.id}/${test}`, detail: "" });
    return c.body(null, 204);
  });

function refuse(answer: "added" | "there" | "full", test: string): void {
  if (answer === "there")
    throw new AppError("conflict", `Cannot add "${test}": it is on the list already, remove it first`);
  if (answer === "full")
    throw new AppError(
      "conflict",
      `Cannot add "${test}": the list has ${MOST_ENTRIES} entries, remove some first`,
    );
}

function note(
  c: Context<App>,
  projectId: string,
  said: { action: string; target: string; detail: string },
): Promise<void> {
  const { owner: actor, request_id } = c.var;
  return noteTo(c.env, projectId, { fact: `quarantine.${request_id}`, actor, ...said, request_id });
}
