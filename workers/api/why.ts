/** Why a pull request is not merged: the complete list of what stands against it, and whose turn it is. */
import { createRoute, z } from "@hono/zod-openapi";
import { Why } from "../../models/why.ts";
import { whyOf } from "../../models/why-of.ts";
import { AppError } from "../errors.ts";
import { queuedValidations } from "../store/queue.ts";
import { findStanding } from "../store/standing.ts";
import { answers, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const read = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/pulls/{number}/why",
  summary: "Why it is not merged: every unmet condition, who can meet it, and until when it is waited for",
  request: { params: ProjectParam.extend({ number: z.coerce.number().int().positive() }) },
  responses: answers("What stands against its merge; nothing does once it is merged", Why),
});

export const why = part().openapi(read, async (c) => {
  const { id, number } = c.req.valid("param");
  const project = await need(c.env, id);
  const [standing, queued] = await Promise.all([
    findStanding(c.env.DB, project.id, number),
    queuedValidations(c.env.DB, project.id),
  ]);
  if (standing === null) throw new AppError("not_found", `Cannot find pull request ${number} of "${id}"`);
  const queue = queued.map(({ validation }) => validation);
  return c.json(whyOf({ ...standing, project, queue, now: Date.now() }), 200);
});
