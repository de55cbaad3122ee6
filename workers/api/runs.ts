/** Runs: a goal, the pull request that is to reach it, and how far its validations got. */
import { createRoute, z } from "@hono/zod-openapi";
import { NewRun, Run } from "../../models/run.ts";
import type { Validation } from "../../models/validation.ts";
import { AppError } from "../errors.ts";
import { readPull } from "../providers/github/index.ts";
import { findPull } from "../store/pulls.ts";
import { findRun, insertRun, listRuns, type RunRow } from "../store/runs.ts";
import { listValidations } from "../store/validations.ts";
import { varsOf } from "../vars.ts";
import { answers, json, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const start = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/agent-run",
  summary: "Start a run: adopt a pull request that somebody wrote for a goal",
  request: {
    params: ProjectParam,
    body: json(NewRun),
  },
  responses: answers("The run", Run, 201),
});
const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/runs",
  summary: "Runs of a project, newest first",
  request: { params: ProjectParam },
  responses: answers("Runs", z.array(Run)),
});
const read = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}",
  summary: "Read a run",
  request: { params: z.object({ id: z.string() }) },
  responses: answers("The run", Run),
});

export const runs = part()
  .openapi(start, async (c) => {
    const { id: project_id, ...repo } = await need(c.env, c.req.valid("param").id);
    const { target_text, pr_number } = c.req.valid("json");
    if ((await readPull(varsOf(c.env), repo, pr_number)) === null) {
      throw new AppError(
        "not_found",
        `Cannot start the run: ${repo.full_name} has no pull request ${pr_number}`,
      );
    }
    const run = {
      id: `run_${crypto.randomUUID()}`,
      project_id,
      target_text,
      pr_number,
      created_at: Date.now(),
    };
    await insertRun(c.env.DB, run);
    await c.env.HINTS.send({ kind: "observe", id: run.id, delivery_id: null, project_id, pr_number });
    return c.json(await shown(c.env, run), 201);
  })
  .openapi(list, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    return c.json(
      await Promise.all((await listRuns(c.env.DB, project.id)).map((run) => shown(c.env, run))),
      200,
    );
  })
  .openapi(read, async (c) => {
    const { id } = c.req.valid("param");
    const run = await findRun(c.env.DB, id);
    if (run === null) throw new AppError("not_found", `Cannot find run "${id}"`);
    return c.json(await shown(c.env, run), 200);
  });

async function shown(env: Env, row: RunRow): Promise<Run> {
  const [pull, [latest]] = await Promise.all([
    findPull(env.DB, row.project_id, row.pr_number),
    listValidations(env.DB, row.project_id, row.pr_number),
  ]);
  const status = statusOf(pull, latest);
  const over = status === "completed" || status === "failed" || status === "cancelled";
  return {
    ...row,
    status,
    plan_generated: false,
    pr_created: true,
    validation_id: latest?.id ?? null,
    validation_status: latest?.state ?? null,
    completed_at: over ? (latest?.finished_at ?? pull?.read_at ?? null) : null,
  };
}

/** Where a run stands. Completed means merged: a validation that only passed still waits for somebody. */
export function statusOf(
  pull: { state: string; merged: boolean } | null,
  latest: Pick<Validation, "state" | "merge_state"> | undefined,
): Run["status"] {
  if (pull?.merged || latest?.merge_state === "merged") return "completed";
  if (pull?.state === "closed") return "cancelled";
  switch (latest?.state) {
    case undefined:
    case "queued":
      return "pending";
    case "running":
    case "superseded":
      return "running";
    case "passed":
      return "waiting_for_input";
    case "failed":
    case "errored":
    case "timed_out":
      return "failed";
    case "cancelled":
      return "cancelled";
  }
}
