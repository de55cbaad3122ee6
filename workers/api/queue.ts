/** The merge queue of each base, and pausing a project. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { QUEUE_ACTIONS } from "../../models/fact.ts";
import { Project } from "../../models/project.ts";
import { Lane, queueOf } from "../../models/queue.ts";
import { Validation } from "../../models/validation.ts";
import { AppError } from "../errors.ts";
import { projectOf } from "../project/index.ts";
import { updateProject } from "../store/projects.ts";
import { queuedValidations } from "../store/queue.ts";
import { findValidation } from "../store/validations.ts";
import { type App, answers, json, ProjectParam, part } from "./app.ts";
import { need, shown, tellSettings } from "./projects.ts";

const read = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/queue",
  summary: "The merge queue of each base, first to last",
  request: { params: ProjectParam },
  responses: answers("The queues", z.array(Lane)),
});
const act = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/pulls/{number}/queue",
  summary:
    "Put a pull request first in its merge queue, hold or release it, take it out, or ask for its merge again",
  request: {
    params: ProjectParam.extend({ number: z.coerce.number().int().positive() }),
    body: json(z.strictObject({ action: z.enum(QUEUE_ACTIONS) })),
  },
  responses: answers("Its newest validation", Validation),
});
const pause = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/pause",
  summary: "Begin nothing and merge nothing until it is resumed; what runs goes on",
  request: { params: ProjectParam },
  responses: answers("The project", Project),
});
const resume = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/resume",
  summary: "Go on after a pause",
  request: { params: ProjectParam },
  responses: answers("The project", Project),
});

export const queue = part()
  .openapi(read, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    return c.json(lanesOf(await queuedValidations(c.env.DB, project.id)), 200);
  })
  .openapi(act, async (c) => {
    const { id, number } = c.req.valid("param");
    const project = await need(c.env, id);
    const { action } = c.req.valid("json");
    const { owner: by, request_id } = c.var;
    const fact = { type: "queue.asked", id: `queue.${request_id}`, pr_number: number, action, by } as const;
    const reply = await projectOf(c.env, project.id).tell(project.id, fact, { request_id });
    if (reply.refused !== null) throw new AppError(reply.refused.code, reply.refused.message);
    const found = reply.validation_id === null ? null : await findValidation(c.env.DB, reply.validation_id);
    if (found === null) throw new AppError("not_found", `Cannot find pull request ${number} of "${id}"`);
    return c.json(found, 200);
  })
  .openapi(pause, async (c) => c.json(await setPaused(c, c.var.owner), 200))
  .openapi(resume, async (c) => c.json(await setPaused(c, null), 200));

async function setPaused(c: Context<App>, paused_by: string | null): Promise<Project> {
  const { env } = c;
  const before = await need(env, c.req.param("id") ?? "");
  // Told in any case: whoever was cut off between the row and the project asks again, and is heard.
  const same = (before.paused_by === null) === (paused_by === null);
  const project = { ...before, ...(!same && { paused_by }), updated_at: Date.now() };
  await updateProject(env.DB, project);
  const action = paused_by === null ? "project.resume" : "project.pause";
  await tellSettings(c, project, same ? project : before, same ? {} : { action, detail: "" });
  return shown(env, project);
}

/** The queue of each base that has one. */
function lanesOf(found: Awaited<ReturnType<typeof queuedValidations>>): Lane[] {
  const held = new Map(found.map(({ validation, held_by }) => [validation.id, held_by]));
  const all = found.map(({ validation }) => validation);
  const entryOf = ({ pr_number, id: validation_id, state, queued_at, merging }: Validation) => ({
    ...{ pr_number, validation_id, state, merging, queued_at: queued_at ?? 0 },
    held_by: held.get(validation_id) ?? null,
  });
  const bases = [...new Set(all.map(({ base_ref }) => base_ref))];
  return bases.map((base_ref) => ({ base_ref, entries: queueOf(all, base_ref).map(entryOf) }));
}
