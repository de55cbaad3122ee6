/** Runs the set-up commands, and keeps what those leave whose inputs are known. */
import type { Plan } from "../../models/config.ts";
import type { CommandEvidence } from "../../models/step.ts";
import { messageOf } from "../log.ts";
import { runCommands } from "./commands.ts";
import { type LiveLog, liveLog } from "./live-log.ts";
import { type Place, planAndPlace } from "./place.ts";
import { type Context, end, type Step } from "./visit.ts";
import { keepWorkspace } from "./workspace.ts";

export const setup: Step = async (context) => {
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost);
  const { kept, always } = splitSetup(place.plan);
  const log = await liveLog(context);
  // Set-up may fetch packages; everything after it runs without the network unless the plan says otherwise.
  const how = { timeout_ms: place.plan.setup_timeout_ms, network: "open" as const };
  const restored = place.warm && kept.length > 0;
  if (restored && context.memo.told !== true) await log.say(`# not run again, restored: ${kept.join("; ")}`);
  context.memo.told = true;
  const first = restored
    ? { commands: kept.map(asRestored), failure: null }
    : await runCommands(context, { name: "kept", run: kept, ...how }, log);
  if ("memo" in first) return { again_s: 0, memo: first.memo };
  if (first.failure === null && kept.length > 0 && !restored) await keepOnce(context, place, log);
  const second =
    first.failure === null ? await runCommands(context, { name: "always", run: always, ...how }, log) : null;
  if (second !== null && "memo" in second) return { again_s: 0, memo: second.memo };
  const failure = first.failure ?? second?.failure ?? null;
  if (failure === null && kept.length === 0) await keepOnce(context, place, log);
  const commands = [...first.commands, ...(second?.commands ?? [])];
  const evidence = { ...place.evidence, commands, snapshot_id: place.snapshot_id };
  return end(context, failure?.state ?? "passed", failure?.reason ?? null, evidence, {}, await log.close());
};

/** Commands whose result is kept come first; the plan was refused otherwise. */
export function splitSetup({ setup }: Pick<Plan, "setup">): { kept: string[]; always: string[] } {
  const all = setup === "none" ? [] : setup;
  const of = (wanted: boolean) =>
    all.filter(({ inputs }) => (inputs !== null) === wanted).map(({ run }) => run);
  return { kept: of(true), always: of(false) };
}

/** It ran in an earlier validation, on the very same inputs, and exited 0: only then was its result kept. */
function asRestored(command: string): CommandEvidence {
  return { command, exit_code: 0, signal: null, end: "restored", duration_ms: 0, peak_memory_bytes: 0 };
}

async function keepOnce(context: Context, place: Place, log: LiveLog): Promise<void> {
  if (context.memo.saved === true) return;
  context.memo.saved = true;
  try {
    const key = await keepWorkspace(context, place.snapshot_id, place.plan);
    await log.say(key === null ? "# too large to keep" : `# kept as ${key}`);
  } catch (error) {
    // What could not be kept costs the next validation time, never this one its result.
    await log.say(`# not kept: ${messageOf(error)}`);
  }
}
