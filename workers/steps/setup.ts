/** Runs the set-up commands and keeps the workspace they leave. */
import { messageOf } from "../log.ts";
import { runCommands } from "./commands.ts";
import { liveLog } from "./live-log.ts";
import { planAndPlace } from "./place.ts";
import { end, type Step } from "./visit.ts";
import { keepWorkspace } from "./workspace.ts";

export const setup: Step = async (context) => {
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost);
  const { plan, evidence, snapshot_id } = place;
  const run = plan.setup === "none" ? [] : plan.setup;
  const log = await liveLog(context);
  // Set-up may fetch packages; everything after it runs without the network unless the plan says otherwise.
  const ran = await runCommands(context, { run, timeout_ms: plan.setup_timeout_ms, network: "open" }, log);
  if ("memo" in ran) return { again_s: 0, memo: ran.memo };
  const done = { ...evidence, commands: ran.commands };
  if (ran.failure !== null)
    return end(context, ran.failure.state, ran.failure.reason, done, {}, await log.close());
  try {
    const kept = await keepWorkspace(context, snapshot_id);
    await log.say(kept === null ? "Workspace too large to keep" : `Kept workspace ${kept}`);
  } catch (error) {
    // A workspace that could not be kept costs the next validation time, never this one its result.
    await log.say(`Workspace not kept: ${messageOf(error)}`);
  }
  return end(context, "passed", null, { ...done, snapshot_id }, {}, await log.close());
};
