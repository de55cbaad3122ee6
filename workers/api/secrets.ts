/** Secrets of a project: written, replaced, removed, listed by name; never read. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SECRET_USES, SecretEntry, SecretName, useOf } from "../../models/project.ts";
import { NO_NUL } from "../../models/run.ts";
import { noteTo } from "../project/index.ts";
import { listSecrets, removeSecret, saveSecret } from "../store/secrets.ts";
import { varsOf } from "../vars.ts";
import { type App, answers, json, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const Param = ProjectParam.extend({ name: SecretName });
const Value = z.object({
  value: z
    .string()
    .min(1, "must not be empty")
    .max(30_000)
    .refine(...NO_NUL),
  /** Absent: keys of known agents go to agents, all others to validations. */
  use: z.enum(SECRET_USES).optional(),
});

const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/secrets",
  summary: "Names of a project's secrets",
  request: { params: ProjectParam },
  responses: answers("Names, and what each is for", z.array(SecretEntry)),
});
const save = createRoute({
  method: "put",
  path: "/api/v1/projects/{id}/secrets/{name}",
  summary: "Write a secret",
  request: { params: Param, body: json(Value) },
  responses: { 204: { description: "Written" } },
});
const remove = createRoute({
  method: "delete",
  path: "/api/v1/projects/{id}/secrets/{name}",
  summary: "Remove a secret",
  request: { params: Param },
  responses: { 204: { description: "Removed" } },
});

export const secrets = part()
  .openapi(list, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    return c.json(await listSecrets(c.env.DB, project.id), 200);
  })
  .openapi(save, async (c) => {
    const { id, name } = c.req.valid("param");
    const project = await need(c.env, id);
    const { value, use = useOf(name) } = c.req.valid("json");
    await saveSecret(c.env.DB, varsOf(c.env).SECRETS_KEY, project.id, name, value, use);
    await note(c, project.id, name, { action: "secret.write", detail: use, after: { name, use } });
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { id, name } = c.req.valid("param");
    const project = await need(c.env, id);
    await removeSecret(c.env.DB, project.id, name);
    await note(c, project.id, name, { action: "secret.remove", before: { name } });
    return c.body(null, 204);
  });

/** Names only: an audit is read by more people than may know a secret. */
function note(
  c: Context<App>,
  projectId: string,
  name: string,
  said: { action: string; detail?: string; before?: object; after?: object },
): Promise<void> {
  const { owner: actor, request_id } = c.var;
  const target = `${projectId}/${name}`;
  return noteTo(c.env, projectId, { fact: `secret.${request_id}`, actor, target, request_id, ...said });
}
