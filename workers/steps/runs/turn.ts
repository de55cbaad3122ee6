/** One look at an agent's turn: begins it, goes on with it, or takes what it made. */
import type { RunOutcome } from "../../../models/fact.ts";
import type { Turn } from "../../../models/turn.ts";
import { log as say } from "../../log.ts";
import { projectOf } from "../../project/index.ts";
import type { Agent } from "../../providers/agent/index.ts";
import { GitHubRefusal } from "../../providers/github/index.ts";
import type { Memo } from "../../store/steps.ts";
import { beginTurn, saveTurn } from "../../store/turns.ts";
import { shortened } from "../complaint.ts";
import { closeLog, liveLog } from "../live-log.ts";
import { redact } from "../redact.ts";
import { endOver } from "../thrown.ts";
import { agentOf } from "./agents.ts";
import { Unfinished, WorktreeError } from "./git.ts";
import { setUp } from "./set-up.ts";
import { tellRunEnd } from "./tell.ts";
import { begin } from "./turn-begin.ts";
import { conclude, keepDiff } from "./turn-end.ts";
import { lookAtAgent } from "./turn-look.ts";
import { turnMemo } from "./turn-memo.ts";
import { type Looked, spentIn, type TurnWork } from "./turn-work.ts";
import { failed, type RunWork, turnId } from "./work.ts";

export async function turn(work: RunWork): Promise<void> {
  const { env, order, run } = work;
  const found = await agentOf(work, run.agent ?? "");
  if ("missing" in found) return tellRunEnd(env, order, failed("agent_not_ready", found.missing));
  const { turn, memo } = await beginTurn(env.DB, newTurn(work, found.agent));
  const known = turnMemo(memo);
  // It ended in an earlier look of which nobody heard.
  if (known.outcome !== undefined) return tellTurnEnd(work, known.outcome);
  if (turn.state !== "running") return;
  const at = { ...work, memo, started_at: turn.started_at };
  const all: TurnWork = { ...at, agent: found.agent, turn, known, log: await liveLog(at) };
  const looked = await caught(all);
  if ("again_s" in looked) return goOn(all, looked.again_s);
  await endTurn(all, looked.outcome);
}

function newTurn({ run, order }: RunWork, agent: Agent): Turn {
  return {
    id: turnId(run.id, order.nth),
    run_id: run.id,
    nth: order.nth,
    purpose: run.current?.purpose ?? "write",
    agent: run.agent ?? "",
    format: agent.format,
    state: "running",
    ...{ reason: null, start_sha: null, commit_sha: null, answer: null, stat: null },
    ...{ cost_usd: null, tokens: null, container_id: null, isolation: null, web_url: null },
    started_at: Date.now(),
    finished_at: null,
  };
}

async function look(work: TurnWork): Promise<Looked> {
  const { known } = work;
  if (known.stage === "begin") {
    const begun = await begin(work);
    if (begun !== "begun") return begun;
  }
  if (known.stage === "set-up") {
    const ready = await setUp(work);
    if (ready !== "ready") return ready;
  }
  const { end, over } = await lookAtAgent(work);
  if (over !== null) {
    await keepDiff(work);
    return { outcome: failed(over.code, over.message) };
  }
  return "again_s" in end ? end : { outcome: await conclude(work, end) };
}

/** A change that cannot be taken is the agent's failure. */
async function caught(work: TurnWork): Promise<Looked> {
  try {
    return await look(work);
  } catch (error) {
    if (error instanceof GitHubRefusal) return { outcome: failed("push_refused", error.message) };
    if (error instanceof Unfinished) return { again_s: 0 };
    if (error instanceof WorktreeError)
      return { outcome: failed("agent_failed", `The working copy cannot be read: ${error.message}`) };
    const outcome = endOver(error);
    if (outcome === null) throw error;
    return { outcome };
  }
}

async function goOn(work: TurnWork, again_s: number): Promise<void> {
  const { env, order, run, known } = work;
  await save(work);
  const { project_id, nth, visit, id } = order;
  await projectOf(env, project_id).tell(project_id, {
    ...{ type: "turn.waits", id: `${id}.waits`, run_id: run.id, nth, visit, again_s },
    spent: spentIn(work),
    begun_at: work.started_at,
    vendor_ref: known.ref ?? run.vendor_ref,
    ...(known.pull !== null && { pr_number: known.pull }),
  });
}

async function endTurn(work: TurnWork, outcome: RunOutcome): Promise<void> {
  const { env, turn, known, log } = work;
  // What git or a vendor complains of may be a secret that the agent gave it.
  const reason = outcome.reason && {
    ...outcome.reason,
    message: shortened(redact(log.forms, outcome.reason.message, true).clean),
  };
  const whole: RunOutcome = {
    ...outcome,
    reason,
    spent: spentIn(work),
    begun_at: work.started_at,
    vendor_ref: known.ref ?? work.run.vendor_ref,
  };
  const why = outcome.state === "errored" ? (reason?.message ?? null) : null;
  await closeLog(env, { id: turn.id, subject: work.run.id, project_id: work.project.id }, why);
  known.outcome = whole;
  Object.assign(turn, {
    state: outcome.state,
    reason: reason?.message ?? null,
    commit_sha: outcome.commit_sha ?? outcome.head_sha ?? null,
    finished_at: Date.now(),
  } satisfies Partial<Turn>);
  // The row must still be open for this one write.
  await save(work);
  const { state, purpose } = turn;
  say("turn.ended", { turn_id: turn.id, purpose, agent: turn.agent, state, reason: turn.reason });
  await tellTurnEnd(work, whole);
}

async function tellTurnEnd({ env, order, id, project }: RunWork, outcome: RunOutcome): Promise<void> {
  await projectOf(env, project.id).dropLog(id);
  await tellRunEnd(env, order, outcome);
}

function save({ env, turn, known, memo, log }: TurnWork): Promise<void> {
  const { cost_usd, tokens, stat } = known;
  const next: Memo = { ...memo, turn: known, log_at: log.at() };
  return saveTurn(env.DB, { ...turn, cost_usd, tokens, stat }, next);
}
