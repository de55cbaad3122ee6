/** One validation: its steps and evidence, its logs and pictures, another attempt, an early end. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { LogPiece } from "../../models/api.ts";
import { BESIDE, type StepRecord } from "../../models/step.ts";
import { Validation, ValidationDetail } from "../../models/validation.ts";
import { AppError } from "../errors.ts";
import { projectOf, type Reply } from "../project/index.ts";
import { artifactKey } from "../steps/artifacts.ts";
import { findStep, listSteps } from "../store/steps.ts";
import { findValidation } from "../store/validations.ts";
import { type App, answers, json, part } from "./app.ts";
import { keptAnswer } from "./kept.ts";
import { LogFrom, pieceOf } from "./log-piece.ts";
import { need } from "./projects.ts";

const Param = z.object({ id: z.string() });
const Seen = z.object({
  /** The sentence that was read: why it waits, or what it is held for. Another one by now is refused. */
  seen: z.string().optional(),
});

const read = createRoute({
  method: "get",
  path: "/api/v1/validation/{id}",
  summary: "A validation with its steps and their evidence",
  request: { params: Param },
  responses: answers("The validation", ValidationDetail),
});
const retry = createRoute({
  method: "post",
  path: "/api/v1/validation/{id}/retry",
  summary: "Another attempt at the same head; one Idempotency-Key is one retry",
  request: { params: Param, headers: z.object({ "idempotency-key": z.string().min(1).max(200).optional() }) },
  responses: answers("The new attempt", Validation, 201),
});
const cancel = createRoute({
  method: "post",
  path: "/api/v1/validation/{id}/cancel",
  summary: "Stop a running validation",
  request: { params: Param },
  responses: answers("The validation", Validation),
});
const approve = createRoute({
  method: "post",
  path: "/api/v1/validation/{id}/approve",
  summary: "Let the code of a fork run, or what is held be merged",
  request: { params: Param, body: { ...json(Seen), required: false } },
  responses: answers("The validation", Validation),
});
const log = createRoute({
  method: "get",
  path: "/api/v1/validation/{id}/steps/{step}/log",
  summary: "A step's log from byte `from` on, below 0 from its end: live or kept",
  request: {
    params: Param.extend({ step: z.string() }),
    query: z.object({ from: LogFrom }),
  },
  responses: answers("A piece of the log", LogPiece),
});

export const validation = part()
  .openapi(read, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    return c.json(detailOf(found, await listSteps(c.env.DB, found.id)), 200);
  })
  .openapi(retry, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    const key = c.req.valid("header")["idempotency-key"] ?? crypto.randomUUID();
    const reply = await ask(c, found, { type: "retry.asked", id: `retry.${found.id}.${key}` });
    return c.json(await needValidation(c.env, reply.validation_id ?? found.id), 201);
  })
  .openapi(cancel, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    await ask(c, found, { type: "cancel.asked", id: `cancel.${found.id}.${c.var.request_id}` });
    return c.json(await needValidation(c.env, found.id), 200);
  })
  .openapi(approve, async (c) => {
    const found = await needValidation(c.env, c.req.valid("param").id);
    assertSeen(found, c.req.valid("json").seen);
    await ask(c, found, { type: "approve.asked", id: `approve.${found.id}.${c.var.request_id}` });
    return c.json(await needValidation(c.env, found.id), 200);
  })
  .openapi(log, async (c) => {
    const { id, step } = c.req.valid("param");
    const found = await needValidation(c.env, id);
    const record = await findStep(c.env.DB, step);
    if (record === null || record.validation_id !== id)
      throw new AppError("not_found", `Cannot find step "${step}" of "${id}"`);
    return c.json(await pieceOf(c.env, found.project_id, record, c.req.valid("query").from), 200);
  });

/** Screenshots, console and network of the browser, each by the name its evidence gives. */
validation.get("/api/v1/validation/:id/artifacts/:name", async (c) => {
  const found = await needValidation(c.env, c.req.param("id"));
  const object = await c.env.ARTIFACTS.get(artifactKey(found.id, c.req.param("name")));
  if (object === null)
    throw new AppError("not_found", `Cannot find artifact "${c.req.param("name")}" of "${found.id}"`);
  return keptAnswer(object);
});

/** A validation of a project that is still there, or 404. */
export async function needValidation(env: Env, id: string): Promise<Validation> {
  const found = await findValidation(env.DB, id);
  if (found === null) throw new AppError("not_found", `Cannot find validation "${id}"`);
  await need(env, found.project_id);
  return found;
}

/** A page may be hours old: whoever let code run there has not seen what came of it. */
function assertSeen({ id, waits, hold }: Validation, seen: string | undefined): void {
  const asked = (waits ?? hold)?.message;
  if (seen === undefined || asked === undefined || seen === asked) return;
  throw new AppError("conflict", `Cannot approve "${id}": what is asked by now is: ${asked}`);
}

/** Tells the project what the signed-in person asks. */
async function ask(
  c: Context<App>,
  found: Validation,
  asked: { type: "retry.asked" | "cancel.asked" | "approve.asked"; id: string },
): Promise<Reply> {
  const fact = { ...asked, validation_id: found.id, by: c.var.owner };
  const cause = { request_id: c.var.request_id };
  const reply = await projectOf(c.env, found.project_id).tell(found.project_id, fact, cause);
  assertDone(reply, found);
  return reply;
}

/** The object refuses what it no longer remembers as unknown; that it is on record says it was superseded. */
function assertDone({ refused }: Reply, found: Validation): void {
  if (refused === null) return;
  if (refused.code !== "not_found") throw new AppError(refused.code, refused.message);
  throw new AppError("superseded", `Cannot act on "${found.id}": a newer validation took its place`);
}

function detailOf(found: Validation, steps: StepRecord[]): ValidationDetail {
  const last = (kind: StepRecord["kind"]) => steps.findLast((step) => step.kind === kind);
  const tests = last("test")?.evidence;
  return {
    ...found,
    steps: steps.map(withoutAnalysis),
    analysis: analysisOf(last(BESIDE)),
    snapshot_id: last("snapshot")?.evidence?.snapshot_id ?? null,
    deployment_status: deploymentOf(last("browse")),
    test_results: tests ? { run: tests.tests_run ?? null, failed: tests.tests_failed ?? null } : null,
    auto_merge_eligible: found.state === "passed" && found.superseded_by === null,
  };
}

/** It stands beside the steps, once. */
function withoutAnalysis(step: StepRecord): StepRecord {
  if (step.evidence?.analysis === undefined) return step;
  const { analysis: _, ...evidence } = step.evidence;
  return { ...step, evidence };
}

function analysisOf(step: StepRecord | undefined): ValidationDetail["analysis"] {
  if (step === undefined || step.state === "not_required") return null;
  return { state: step.state, reason: step.reason, found: step.evidence?.analysis ?? null };
}

function deploymentOf(browse: StepRecord | undefined): ValidationDetail["deployment_status"] {
  if (browse === undefined || browse.finished_at === null) return "pending";
  if (browse.state === "not_required") return "not_required";
  return browse.evidence?.flows === undefined ? "failed" : "ready";
}
