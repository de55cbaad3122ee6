/** The queue of graphs: a visit, and either its end or the next visit. */
import type { GraphInfo } from "../../models/graph.ts";
import type { GraphMessage } from "../../models/graph-order.ts";
import { log, messageOf } from "../log.ts";
import { AuthRevoked, GitHubPaused, statusOf, wasNotAsked } from "../providers/github/index.ts";
import { count } from "../store/counters.ts";
import {
  claimGraphJob,
  deleteGraphJob,
  findGraphInfo,
  type GraphJob,
  holdGraphJob,
  releaseGraphJob,
} from "../store/graph-jobs.ts";
import { updateInfo } from "../store/graphs.ts";
import { analyzeInVisits, NothingToRead } from "./analysis.ts";
import { ArchiveError } from "./archive.ts";
import { queuedInfo } from "./graph-order.ts";

/** Visits in a row that may be cut off or fail before the graph is given up. */
const MOST_ATTEMPTS = 4;
/** How often progress is written, in ms. */
const SAY_MS = 1_000;

/** The graph was removed while it was made. */
class Abandoned extends Error {}

/** Carries a job on. Throws what another attempt may cure. */
export async function makeGraph(env: Env, message: GraphMessage): Promise<void> {
  const job = await claimGraphJob(env.DB, message, Date.now());
  // Somebody else is at it, or it is done. Should he die, the cron finds the job.
  if (job === null) return;
  if (job.attempts > MOST_ATTEMPTS) {
    return failGraph(
      env,
      message,
      job.error ?? "The analysis was cut off again and again: is one file extremely large?",
    );
  }
  const info = await infoOf(env, job);
  const say = sayer(env, job, info);
  try {
    const ready = await analyzeInVisits({
      env,
      order: job.order,
      info,
      started_at: job.started_at,
      say,
    });
    if (ready === null) {
      await releaseGraphJob(env.DB, message, Date.now(), null);
      await env.GRAPHS.send(message);
      return;
    }
    await deleteGraphJob(env.DB, message);
    const { files, lines } = ready.stats ?? { files: 0, lines: 0 };
    log("graph.ready", { graph_id: ready.id, files, lines, ms: ready.duration_ms ?? 0, ...say.spent() });
  } catch (error) {
    if (error instanceof Abandoned) return;
    if (error instanceof GitHubPaused) {
      // Nothing went wrong: the attempts begin anew, and until then nobody takes the job for a stranded one.
      await releaseGraphJob(env.DB, message, error.until, null);
      throw error;
    }
    const words = finalWords(error, job);
    if (words !== null) return failGraph(env, message, words);
    await releaseGraphJob(env.DB, message, Date.now(), messageOf(error));
    throw error;
  }
}

/** Ends a job without a graph. */
export async function failGraph(env: Env, message: GraphMessage, error: string): Promise<void> {
  const info = await findGraphInfo(env.DB, message);
  log("graph.failed", { graph_id: message.id, error });
  await count(env.DB, "graphs_failed_total");
  if (info !== null && info.status !== "ready") {
    const { progress: _, ...rest } = info;
    await updateInfo(env.DB, { ...rest, status: "failed", error }, message.tenant);
  }
  await deleteGraphJob(env.DB, message);
}

/** What the queue gave up on. */
export async function buryGraph(env: Env, message: GraphMessage): Promise<void> {
  await count(env.DB, "dead_letters_total", "graph");
  const job = await claimGraphJob(env.DB, message, Date.now());
  if (job !== null)
    await failGraph(env, message, `Given up after ${job.attempts - 1} attempts: ${job.error ?? "cut off"}`);
}

async function infoOf(env: Env, { order, started_at }: GraphJob): Promise<GraphInfo> {
  return (await findGraphInfo(env.DB, order)) ?? queuedInfo(order, started_at);
}

/** Writes progress, often enough for who waits and seldom enough for the database; keeps how long each phase took. */
function sayer(env: Env, { order }: GraphJob, info: GraphInfo) {
  let last: { status: GraphInfo["status"]; at: number } = { status: "queued", at: 0 };
  const began = new Map<GraphInfo["status"], number>();
  const say = async (status: GraphInfo["status"], done: number, total: number): Promise<void> => {
    const now = Date.now();
    if (!began.has(status)) began.set(status, now);
    if (status === last.status && now - last.at < SAY_MS) return;
    last = { status, at: now };
    // Whoever removed the graph meanwhile must not see it come back.
    if (!(await holdGraphJob(env.DB, order, now))) throw new Abandoned();
    await updateInfo(env.DB, { ...info, status, progress: { done, total } }, order.tenant);
  };
  /** Milliseconds of this visit, by phase. */
  const spent = (): Record<string, number> => {
    const phases = [...began, ["end", Date.now()] as const];
    return Object.fromEntries(
      phases.slice(0, -1).map(([status, at], nth) => [`${status}_ms`, (phases[nth + 1]?.[1] ?? at) - at]),
    );
  };
  return Object.assign(say, { spent });
}

/** What no other attempt can cure, in words; null for what it may. */
function finalWords(error: unknown, { order }: GraphJob): string | null {
  if (error instanceof ArchiveError) return `Cannot read the archive: ${error.message}`;
  if (error instanceof NothingToRead)
    return `Nothing to analyze in ${order.repository.name}: ${error.message}`;
  if (error instanceof AuthRevoked) return error.message;
  const status = wasNotAsked(error) ? null : statusOf(error);
  if (order.source.kind === "github" && (status === 404 || status === 409 || status === 422))
    return `GitHub has no commit ${order.sha} in ${order.source.full_name}, or does not let us read it`;
  return null;
}
