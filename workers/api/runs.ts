/** Runs: a goal is stated, its plan is answered, it is tried again or stopped, and read. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Fact } from "../../models/fact.ts";
import { NewRun, PlanAnswer, type Run, RunCard, RunDetail } from "../../models/run.ts";
import { sha256 } from "../digest.ts";
import { AppError } from "../errors.ts";
import { projectOf } from "../project/index.ts";
import { isOther, newRun } from "../project/new-run.ts";
import { cardOf, isFinal } from "../project/run-state.ts";
import { obstacleTo } from "../steps/runs/asking.ts";
import { keepImages } from "../steps/runs/pictures.ts";
import { secretInAnswer, secretInGoal } from "../steps/runs/told-secret.ts";
import { findRun, listRuns } from "../store/runs.ts";
import { listTurns } from "../store/turns.ts";
import { listValidations } from "../store/validations.ts";
import { type App, answers, json, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const RunParam = z.object({ id: z.string() });
const Key = z.object({ "idempotency-key": z.string().min(1).max(200).optional() });

const start = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/agent-run",
  summary: "State a goal: an agent plans and writes, or a pull request that is there is looked after",
  request: { params: ProjectParam, headers: Key, body: json(NewRun) },
  responses: answers("The run", RunCard, 201),
});
const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/runs",
  summary: "Runs of a project, newest first",
  request: { params: ProjectParam },
  responses: answers("Runs", z.array(RunCard)),
});
const read = createRoute({
  method: "get",
  path: "/api/v1/runs/{id}",
  summary: "A run with its plans, turns and validations",
  request: { params: RunParam },
  responses: answers("The run", RunDetail),
});
const plan = createRoute({
  method: "post",
  path: "/api/v1/runs/{id}/plan",
  summary: "Answer a plan: confirm, edit, ask for another, reject. An answer to an older version is refused",
  request: { params: RunParam, body: json(PlanAnswer) },
  responses: answers("The run", RunCard),
});
const again = createRoute({
  method: "post",
  path: "/api/v1/runs/{id}/retry",
  summary: "Another go for a run that waits for a person: what was counted counts from zero",
  request: { params: RunParam },
  responses: answers("The run", RunCard),
});
const stop = createRoute({
  method: "post",
  path: "/api/v1/runs/{id}/stop",
  summary: "Stop a run: its agent, and what the gate does for it",
  request: { params: RunParam },
  responses: answers("The run", RunCard),
});

export const runs = part()
  .openapi(start, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const asked = c.req.valid("json");
    const id = await idOf(c, project.id, c.req.valid("header")["idempotency-key"]);
    const known = await findRun(c.env.DB, id);
    if (known !== null) {
      if (isOther(known, asked))
        throw new AppError(
          "conflict",
          `Cannot start the run: its key already started "${id}" for something else`,
        );
      return c.json(await shown(c.env, known), 201);
    }
    const told = await secretInGoal(c.env, project.id, asked);
    if (told !== null) throw new AppError("invalid", `Cannot start the run: ${told}`);
    const { images: pictures, source = "api", ...rest } = asked;
    const images = await keepImages(c.env, id, pictures ?? []);
    const run = newRun(project, { ...rest, images, source, by: c.var.owner, issue: null }, id, Date.now());
    const obstacle = await obstacleTo(c.env, project, run);
    if (obstacle !== null) throw new AppError("conflict", `Cannot start the run: ${obstacle}`);
    await tell(c, run, { type: "run.asked", id: `${id}.asked`, run }, run.agent ?? "nobody");
    return c.json(await shown(c.env, await needRun(c.env, id)), 201);
  })
  .openapi(list, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const found = await listRuns(c.env.DB, project.id);
    return c.json(await Promise.all(found.map((run) => shown(c.env, run))), 200);
  })
  .openapi(read, async (c) => {
    const run = await needRun(c.env, c.req.valid("param").id);
    const [turns_taken, validations] = await Promise.all([
      listTurns(c.env.DB, run.id),
      validationsOf(c.env, run),
    ]);
    const card = cardOf(run, validations[0] ?? null);
    return c.json({ ...card, plans: run.plans, turns_taken, validations }, 200);
  })
  .openapi(plan, async (c) => {
    const run = await needRun(c.env, c.req.valid("param").id);
    const answer = c.req.valid("json");
    const told = await secretInAnswer(c.env, run.project_id, answer);
    if (told !== null) throw new AppError("invalid", `Cannot answer the plan: ${told}`);
    const id = `plan.${run.id}.${c.var.request_id}`;
    const fact: Fact = { type: "plan.answered", id, run_id: run.id, by: c.var.owner, answer };
    await tell(c, run, fact, `version ${answer.version}`);
    return c.json(await shown(c.env, await needRun(c.env, run.id)), 200);
  })
  .openapi(again, async (c) => {
    const run = await needRun(c.env, c.req.valid("param").id);
    const id = `retry.${run.id}.${c.var.request_id}`;
    await tell(c, run, { type: "run.retry.asked", id, run_id: run.id, by: c.var.owner });
    return c.json(await shown(c.env, await needRun(c.env, run.id)), 200);
  })
  .openapi(stop, async (c) => {
    const run = await needRun(c.env, c.req.valid("param").id);
    const id = `stop.${run.id}.${c.var.request_id}`;
    await tell(c, run, { type: "run.stop.asked", id, run_id: run.id, by: c.var.owner });
    return c.json(await shown(c.env, await needRun(c.env, run.id)), 200);
  });

/** One key of one person is one run of a project. */
async function idOf(c: Context<App>, projectId: string, key: string | undefined): Promise<string> {
  if (key === undefined) return `run_${crypto.randomUUID().replaceAll("-", "")}`;
  return `run_${(await sha256(JSON.stringify([projectId, c.var.owner, key]))).slice(0, 32)}`;
}

/** Tells the project; a refusal is an error, and what it no longer remembers is over. */
async function tell(c: Context<App>, run: Run, fact: Fact, detail = ""): Promise<void> {
  const cause = { request_id: c.var.request_id, detail };
  const { refused } = await projectOf(c.env, run.project_id).tell(run.project_id, fact, cause);
  if (refused === null) return;
  if (refused.code === "not_found" && isFinal(run))
    throw new AppError("conflict", `Cannot act on "${run.id}": it is ${run.phase}`);
  throw new AppError(refused.code, refused.message);
}

/** A run of a project that is still there, or 404. */
export async function needRun(env: Env, id: string): Promise<Run> {
  const run = await findRun(env.DB, id);
  if (run === null) throw new AppError("not_found", `Cannot find run "${id}"`);
  await need(env, run.project_id);
  return run;
}

async function validationsOf(env: Env, { project_id, pr_number }: Run) {
  return pr_number === null ? [] : listValidations(env.DB, project_id, pr_number);
}

async function shown(env: Env, run: Run): Promise<RunCard> {
  return cardOf(run, (await validationsOf(env, run))[0] ?? null);
}
