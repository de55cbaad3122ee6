/** What the cron does for graphs: takes up what died, lets go of what is old. */
import { TERMINAL_STATES } from "../../models/validation.ts";
import { log } from "../log.ts";
import { strandedGraphJobs } from "../store/graph-jobs.ts";
import { pinOpenGraphs, unusedUploads } from "../store/graph-pins.ts";
import { sweepGraphs } from "../store/graphs.ts";
import { oldUploads, removeUpload } from "../store/uploads.ts";

/** Graphs that stay of each repository, beside those of open validations. */
const KEEP = 20;
/** Slices of sweeping at one time: the next minute goes on. */
const SLICES = 20;
const HOUR_MS = 3_600_000;

/** Once a minute. */
export async function careForGraphs(env: Env, now: number): Promise<void> {
  for (const { tenant, id } of await strandedGraphJobs(env.DB, now)) {
    log("graph.taken_up", { graph_id: id });
    await env.GRAPHS.send({ kind: "graph", tenant, id });
  }
  await pinOpenGraphs(env.DB, [...TERMINAL_STATES]);
  for (let slice = 0; slice < SLICES; slice += 1) {
    if (!(await sweepGraphs(env.DB, { now, keep: KEEP }))) break;
  }
  // Once an hour is enough for what only costs room.
  if (new Date(now).getUTCMinutes() === 0) await dropUploads(env, now - HOUR_MS);
}

async function dropUploads(env: Env, before: number): Promise<void> {
  const old = await oldUploads(env.ARTIFACTS, before);
  for (const { tenant, digest } of await unusedUploads(env.DB, old))
    await removeUpload(env.ARTIFACTS, tenant, digest);
}
