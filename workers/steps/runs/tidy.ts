/** Ends what an agent may still be doing in a turn: its sandbox, or its run at the vendor. */
import { log, messageOf } from "../../log.ts";
import { beginTurn, findTurn, saveTurn } from "../../store/turns.ts";
import { liveLog } from "../live-log.ts";
import { agentOf } from "./agents.ts";
import type { RunStep } from "./work.ts";

export const tidy: RunStep = async (work) => {
  const { env, id, run } = work;
  const turn = await findTurn(env.DB, id);
  // A turn that ended has nothing under way but its sandbox.
  const open = turn !== null && turn.state === "running";
  const agent = await agentOf(work, turn?.agent ?? run.agent ?? "");
  if (open && "agent" in agent && !agent.agent.here) await stop(() => agent.agent.stop(run.vendor_ref), id);
  await work.sandbox.destroy();
  if (open) {
    const { memo } = await beginTurn(env.DB, turn);
    const told = await liveLog({ ...work, memo });
    await told.close();
    await saveTurn(env.DB, { ...turn, state: "cancelled", finished_at: Date.now() }, memo);
  }
  return null;
};

/** A vendor that cannot be reached ends the run by its own limits; ours is over all the same. */
async function stop(ask: () => Promise<void>, id: string): Promise<void> {
  try {
    await ask();
  } catch (error) {
    log("agent.not_stopped", { turn_id: id, error: messageOf(error) });
  }
}
