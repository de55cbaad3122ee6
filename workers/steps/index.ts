/** The work of the queues: which step does what, and what happens around every one of them. */
import { Outcome } from "../../models/fact.ts";
import { GraphMessage } from "../../models/graph-order.ts";
import { ReconcileOrder } from "../../models/reconcile.ts";
import { GATE_KINDS, type StepKind, StepOrder, type ValidationOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { log } from "../log.ts";
import { projectOf } from "../project/index.ts";
import { findProject } from "../store/projects.ts";
import { knownValues } from "../store/secrets.ts";
import { beginStep, endStep, leaveStep, memoOf, rememberStep } from "../store/steps.ts";
import { findValidation } from "../store/validations.ts";
import { varsOf } from "../vars.ts";
import { analyze } from "./analyze.ts";
import { attest } from "./attest.ts";
import { endAway, endUnpinned } from "./away.ts";
import { browse } from "./browse.ts";
import { complaintOf } from "./complaint.ts";
import { bury } from "./dead.ts";
import { buryGraph, makeGraph } from "./graph.ts";
import { judge } from "./judge.ts";
import { closeLog, loggedOf } from "./live-log.ts";
import { mark } from "./mark.ts";
import { merge, unasked } from "./merge.ts";
import { observe } from "./observe.ts";
import { orLater } from "./paused.ts";
import { takeReconcile } from "./reconcile/index.ts";
import { release } from "./release.ts";
import { report } from "./report.ts";
import { carryOutRun } from "./runs/carry.ts";
import { setup } from "./setup.ts";
import { snapshot } from "./snapshot.ts";
import { STOPPED, stopStep } from "./stop.ts";
import { test } from "./test.ts";
import { endOver } from "./thrown.ts";
import { type Context, contextOf, type Ended, end, type Step, type Visit } from "./visit.ts";

const STEPS: Record<Exclude<StepKind, "observe">, Step> = {
  snapshot,
  setup,
  test,
  browse,
  analyze,
  judge,
  report,
  merge,
  release,
};

/** How long until a merge is tried again for which GitHub did not let us in, in seconds. */
const REVOKED_AGAIN_S = 300;

/** The go after which the queue would give an order up: the first, and as many again as `max_retries` of wrangler.toml. */
const LAST_ATTEMPT = 6;

/** Takes a batch from any of our queues. One message that fails is retried alone. */
export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  await Promise.all(batch.messages.map((message) => take(env, batch.queue, message)));
}

async function take(env: Env, queue: string, message: Message): Promise<void> {
  const asked = ReconcileOrder.safeParse(message.body);
  if (asked.success) return takeReconcile(env, asked.data, message);
  const order = StepOrder.or(GraphMessage).safeParse(message.body);
  if (!order.success) {
    // What cannot be read will not be readable the next time either.
    log("message.unreadable", { queue, id: message.id });
    return message.ack();
  }
  const dead = queue.endsWith("-dead");
  try {
    await (dead ? giveUp(env, order.data, null) : orLater(env, order.data, () => act(env, order.data)));
    message.ack();
  } catch (error) {
    const { attempts } = message;
    const { id: step_id, kind } = order.data;
    const complaint = await complaintOf(error, () => secretsBeside(env, order.data));
    log("step.retried", { step_id, kind, attempt: attempts, error: complaint });
    if (!dead && attempts === LAST_ATTEMPT && (await buried(env, order.data, complaint))) message.ack();
    else message.retry({ delaySeconds: Math.min(2 ** attempts, 60) });
  }
}

/** The queue of the dead does not know why they died. @returns false when it must bury them all the same */
async function buried(env: Env, order: StepOrder | GraphMessage, complaint: string): Promise<boolean> {
  try {
    await giveUp(env, order, complaint);
    return true;
  } catch {
    return false;
  }
}

/** What an order's work may have met; a graph is made without secrets. */
async function secretsBeside(env: Env, order: StepOrder | GraphMessage): Promise<string[]> {
  if (order.kind === "graph" || order.project_id === null) return [];
  return knownValues(env.DB, varsOf(env).SECRETS_KEY, order.project_id);
}

function act(env: Env, order: StepOrder | GraphMessage): Promise<void> {
  return order.kind === "graph" ? makeGraph(env, order) : carryOut(env, order);
}

function giveUp(env: Env, order: StepOrder | GraphMessage, complaint: string | null): Promise<void> {
  return order.kind === "graph" ? buryGraph(env, order) : bury(env, order, complaint);
}

/** Carries an order out: a visit, and either its end or the next visit. Repeating it repeats no effect. */
export async function carryOut(env: Env, order: StepOrder): Promise<void> {
  if (order.kind === "observe") return observe(env, order);
  if (order.kind === "mark") return mark(env, order);
  if ("run_id" in order) return carryOutRun(env, order);
  const validation = await findValidation(env.DB, order.validation_id);
  const project = await findProject(env.DB, order.project_id);
  if (validation === null || project === null) {
    log("step.orphan", { step_id: order.id });
    return;
  }
  const gate = order.kind === "merge" || (GATE_KINDS as readonly StepKind[]).includes(order.kind);
  const begun = await beginStep(env.DB, order, Date.now());
  if (begun.ended) return tellEnd(env, order, Outcome.safeParse(begun.memo.outcome).data);
  const context = contextOf(env, order, {
    validation,
    project,
    ...begun,
  });
  // The validation went another way meanwhile: its sandbox is gone or going, and nobody waits for this.
  if (gate && !isAwaited(validation, order)) return stopStep(env, order, context.visit, STOPPED);
  const visit =
    endAway(context) ??
    (await endUnpinned(context)) ??
    (await visitOf(context, STEPS[order.kind]).catch((error) => left(context, error)));
  if (visit === "stopped" || (gate && (await isOver(env, order, visit))))
    return stopStep(env, order, context.visit, STOPPED);
  if ("again_s" in visit) {
    // Of a message that was delivered twice only the newer visit goes on.
    if (await rememberStep(env.DB, context.visit, visit.memo))
      await env.STEPS.send(order, { delaySeconds: visit.again_s });
    return;
  }
  await settle(context, visit);
}

/** A merge keeps its place: what it wrote down of its request must not be written over by an older visit. */
async function left({ env, order, visit }: Context, error: unknown): Promise<never> {
  if (order.kind !== "merge") await leaveStep(env.DB, visit).catch(() => undefined);
  throw error;
}

/** What the machinery lost under a step was taken away with its validation, if that went another way meanwhile. */
async function isOver(env: Env, order: ValidationOrder, visit: Visit): Promise<boolean> {
  if (order.kind === "merge" || !("outcome" in visit) || visit.outcome.state !== "errored") return false;
  const validation = await findValidation(env.DB, order.validation_id);
  return validation !== null && !isAwaited(validation, order);
}

/** A merge that was given up may not be asked for later, however long its message lay in the queue. */
function isAwaited(validation: Validation, { kind, try: nth }: ValidationOrder): boolean {
  if (kind === "merge") return validation.merge_state === "pending" && validation.merging === nth;
  return validation.current?.kind === kind && validation.current.try === nth;
}

/** A sandbox that vanished under a step was taken away with its validation, or is the machinery's failure. */
async function visitOf(context: Context, step: Step): Promise<Visit | "stopped"> {
  try {
    return await step(context);
  } catch (error) {
    const over = endOver(error);
    if (over === null) throw error;
    const { env, order } = context;
    const { code } = over.reason;
    if (code === "sandbox_lost") {
      const validation = await findValidation(env.DB, order.validation_id);
      if (validation?.current?.try !== order.try) return "stopped";
    }
    const reason = { code, message: await complaintOf(error, () => secretsBeside(env, order)) };
    const merge =
      code === "auth_revoked"
        ? unasked(order.kind, await memoOf(env.DB, order.id), reason, REVOKED_AGAIN_S)
        : undefined;
    return end(context, over.state, reason, {}, merge && { merge });
  }
}

async function settle({ env, order, visit }: Context, { outcome, evidence }: Ended): Promise<void> {
  const reason = outcome.reason?.message ?? null;
  const state = outcome.state;
  // What the commands made of it stands in the log already.
  const key = await closeLog(env, loggedOf(order), state === "errored" ? reason : null);
  const end = { state, reason, evidence, log: key, memo: { outcome } };
  if (!(await endStep(env.DB, visit, end, Date.now()))) return;
  log("step.ended", { step_id: order.id, kind: order.kind, state, reason, ms: evidence.duration_ms });
  await tellEnd(env, order, outcome);
}

/** Tells the project how a step ended. A step that ended but was not heard of is told again by its repeat. */
async function tellEnd(env: Env, order: ValidationOrder, outcome: Outcome | undefined): Promise<void> {
  if (outcome === undefined) return;
  await attest(env, order, outcome);
  await projectOf(env, order.project_id).tell(order.project_id, {
    type: "step.ended",
    id: `${order.id}.ended`,
    validation_id: order.validation_id,
    kind: order.kind,
    try: order.try,
    outcome,
  });
}
