/** Ends what an agent may still be doing in a turn: its sandbox, or its run at the vendor. */
import type { Turn } from "../../../models/turn.ts";
import { log } from "../../log.ts";
import { projectOf } from "../../project/index.ts";
import { CodegenError } from "../../providers/agent/index.ts";
import { knownValues } from "../../store/secrets.ts";
import type { Memo } from "../../store/steps.ts";
import { beginTurn, findTurn, saveTurn } from "../../store/turns.ts";
import { complaintOf } from "../complaint.ts";
import { closeLog } from "../live-log.ts";
import { agentOf } from "./agents.ts";
import { turnMemo } from "./turn-memo.ts";
import type { RunStep, RunWork } from "./work.ts";

export const tidy: RunStep = async (work) => {
  const { env, id } = work;
  await work.sandbox.destroy();
  const found = await findTurn(env.DB, id);
  // A turn that ended by itself has nothing under way but its sandbox. One that was ended here may still go on elsewhere.
  if (found === null || (found.state !== "running" && found.state !== "cancelled")) return null;
  const { turn, memo } = await beginTurn(env.DB, found);
  if (turn.state === "running") await close(work, turn, memo);
  await stop(work, turn, memo);
  return null;
};

async function close(work: RunWork, turn: Turn, memo: Memo): Promise<void> {
  const { env, id, run, project } = work;
  const logged = { id, subject: run.id, project_id: project.id };
  await closeLog(env, logged, "The turn was ended before its agent was done");
  await saveTurn(env.DB, { ...turn, state: "cancelled", finished_at: Date.now() }, memo);
  await projectOf(env, project.id).dropLog(id);
}

/** A vendor that cannot be reached is asked again; one that refuses ends the run by its own limits. */
async function stop(work: RunWork, turn: Turn, memo: Memo): Promise<void> {
  const found = await agentOf(work, turn.agent);
  if ("missing" in found || found.agent.here) return;
  // The turn knows its run before the project hears of it.
  const { agent, ref } = turnMemo(memo);
  try {
    await found.agent.stop({ turn: turn.id, ref: ref ?? work.run.vendor_ref }, agent);
  } catch (error) {
    if (error instanceof CodegenError && error.kind === "retry") throw error;
    const known = () => knownValues(work.env.DB, work.vars.SECRETS_KEY, work.project.id);
    log("agent.not_stopped", { turn_id: turn.id, error: await complaintOf(error, known) });
  }
}
