/** Runs the set-up commands, and keeps what they leave for another validation of the same source. */
import type { CommandEvidence } from "../../models/step.ts";
import { messageOf } from "../log.ts";
import { environmentOf, runCommands } from "./commands.ts";
import { networkFor } from "./forks.ts";
import { type LiveLog, liveLog } from "./live-log.ts";
import { planAndPlace } from "./place.ts";
import { type Context, end, type Step } from "./visit.ts";
import { keepWorkspace } from "./workspace.ts";

export const setup: Step = async (context) => {
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost);
  const { plan, snapshot_id, warm } = place;
  const run = plan.setup === "none" ? [] : plan.setup;
  const log = await liveLog(context);
  const evidence = { ...place.evidence, snapshot_id };
  if (warm) {
    await log.say(`# ran before on this very tree; its result was restored: ${run.join("; ")}`);
    return end(context, "passed", null, { ...evidence, commands: run.map(asRestored) });
  }
  // Set-up may fetch packages; everything after it runs without the network unless the plan says otherwise.
  const env = await environmentOf(context);
  const network = networkFor(context.validation, plan, "open");
  const how = { env, timeout_ms: plan.setup_timeout_ms, network, cwd: plan.path };
  const ran = await runCommands(context, { name: "setup", run, ...how }, log);
  if ("memo" in ran) return { again_s: 0, memo: ran.memo };
  const { commands, failure } = ran;
  if (failure === null) await keep(context, snapshot_id, log);
  const state = failure?.state ?? "passed";
  return end(context, state, failure?.reason ?? null, { ...evidence, network, commands });
};

/** It ran in an earlier validation, on the very same tree, and exited 0: only then was its result kept. */
function asRestored(command: string): CommandEvidence {
  return { command, exit_code: 0, signal: null, end: "restored", duration_ms: 0, peak_memory_bytes: 0 };
}

async function keep(context: Context, snapshotId: string, log: LiveLog): Promise<void> {
  try {
    const kept = await keepWorkspace(context, snapshotId);
    await log.say("key" in kept ? `# kept as ${kept.key}` : `# not kept: ${kept.why}`);
  } catch (error) {
    // What could not be kept costs the next validation time, never this one its result.
    await log.say(`# not kept: ${messageOf(error)}`);
  }
}
