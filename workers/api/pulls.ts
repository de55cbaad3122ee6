/** Pull requests of a project, each with all its validations. */
import { createRoute, z } from "@hono/zod-openapi";
import { Delivery, PullWithValidations } from "../../models/api.ts";
import type { PullSummary } from "../../models/pull.ts";
import { AppError } from "../errors.ts";
import { listDeliveries } from "../store/deliveries.ts";
import { findPull, listPulls } from "../store/pulls.ts";
import { listValidations, recentValidations } from "../store/validations.ts";
import { answers, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/pulls",
  summary: "Pull requests, open ones first",
  request: { params: ProjectParam },
  responses: answers("Pull requests, each with its newest validations", z.array(PullWithValidations)),
});
const read = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/pulls/{number}",
  summary: "A pull request with every attempt to validate it",
  request: { params: ProjectParam.extend({ number: z.coerce.number().int().positive() }) },
  responses: answers("The pull request", PullWithValidations),
});
const deliveries = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/deliveries",
  summary: "Webhook deliveries of the repository, and what became of them",
  request: { params: ProjectParam },
  responses: answers("Deliveries, newest first", z.array(Delivery)),
});

export const pulls = part()
  .openapi(list, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    // Two questions instead of one a pull request: each list is bounded.
    const [found, recent] = await Promise.all([
      listPulls(c.env.DB, project.id),
      recentValidations(c.env.DB, project.id, 500),
    ]);
    const of = (pull: PullSummary) => recent.filter((validation) => validation.pr_number === pull.number);
    return c.json(
      found.map((pull) => ({ ...pull, validations: of(pull) })),
      200,
    );
  })
  .openapi(read, async (c) => {
    const { id, number } = c.req.valid("param");
    const project = await need(c.env, id);
    const pull = await findPull(c.env.DB, project.id, number);
    if (pull === null) throw new AppError("not_found", `Cannot find pull request ${number} of "${id}"`);
    return c.json({ ...pull, validations: await listValidations(c.env.DB, project.id, number) }, 200);
  })
  .openapi(deliveries, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    return c.json(await listDeliveries(c.env.DB, project.repo_id), 200);
  });
