/** The hosted agent Codegen: runs are begun, looked at until they end, and resumed. Its API has no webhooks. */
import { z } from "zod";
import type { Said } from "../../../models/said.ts";
import { ask, type CodegenAccess, CodegenError, send } from "./codegen-client.ts";
import { CodegenRun, listOf, TURN_KEY } from "./codegen-run.ts";
import { LogEntry, saidIn } from "./codegen-said.ts";

export { type CodegenAccess, CodegenError } from "./codegen-client.ts";
export { backoff } from "./codegen-pace.ts";
export { type CodegenRun, type CodegenState, pullOf, stateOf } from "./codegen-run.ts";

/** The API's own maximum. */
const PAGE = 100;
/** How many pages of the newest runs a lost run is looked for in. */
const PAGES = 3;

/**
 * Begins a run for one of our turns. The API knows no idempotency key: note that you are about to, and after a crash or
 * an error of kind `retry` ask `findRun` before you begin another.
 *
 * @throws CodegenError
 */
export function startRun(
  access: CodegenAccess,
  { prompt, images, turn }: { prompt: string; images: readonly string[]; turn: string },
): Promise<CodegenRun> {
  const body = {
    prompt,
    ...(images.length > 0 && { images }),
    metadata: { [TURN_KEY]: turn },
    ...(access.repository !== null && { repo_id: access.repository }),
    ...(access.model !== undefined && { model: access.model }),
  };
  return ask(access, CodegenRun, { doing: "begin a Codegen run", path: runPath(access), body });
}

/**
 * The run that a turn of ours made already; null when none of the newest 300 is.
 *
 * @throws CodegenError
 */
export async function findRun(access: CodegenAccess, turn: string): Promise<CodegenRun | null> {
  for (let page = 0; page < PAGES; page++) {
    // Newest first: a run that somebody begins meanwhile moves others to a later page, never past us.
    const path = `${runPath(access)}s?skip=${page * PAGE}&limit=${PAGE}`;
    const { items } = await ask(access, RunPage, { doing: "look for a Codegen run", path });
    const found = Runs.parse(items).find((run) => run.turn === turn);
    if (found !== undefined) return found;
    if (items.length < PAGE) return null;
  }
  return null;
}

/**
 * Lets a run that waits or has ended go on with another prompt. Not idempotent either: look at the run first.
 *
 * @throws CodegenError
 */
export function resumeRun(
  access: CodegenAccess,
  { id, prompt, images }: { id: number; prompt: string; images: readonly string[] },
): Promise<CodegenRun> {
  const body = { agent_run_id: id, prompt, ...(images.length > 0 && { images }) };
  return ask(access, CodegenRun, {
    doing: `resume Codegen run ${id}`,
    path: `${runPath(access)}/resume`,
    body,
  });
}

/**
 * How far a run is, and what it has made.
 *
 * @throws CodegenError
 */
export function readRun(access: CodegenAccess, id: number): Promise<CodegenRun> {
  return ask(access, CodegenRun, { doing: `read Codegen run ${id}`, path: `${runPath(access)}/${id}` });
}

/**
 * Stops a run, and every agent that Codegen would send after its pull request. One that is not there is stopped.
 *
 * @throws CodegenError
 */
export async function banRun(access: CodegenAccess, id: number): Promise<void> {
  try {
    const body = { agent_run_id: id };
    await send(access, { doing: `stop Codegen run ${id}`, path: `${runPath(access)}/ban`, body });
  } catch (error) {
    if (!(error instanceof CodegenError) || error.status !== 404) throw error;
  }
}

/**
 * Takes a ban back: a run that we stopped would not go on when it is resumed. One that was not banned may refuse;
 * whether it goes on, the resuming itself says.
 *
 * @throws CodegenError
 */
export async function unbanRun(access: CodegenAccess, id: number): Promise<void> {
  try {
    const body = { agent_run_id: id };
    await send(access, { doing: `let Codegen run ${id} go on`, path: `${runPath(access)}/unban`, body });
  } catch (error) {
    if (!(error instanceof CodegenError) || error.kind === "retry") throw error;
  }
}

/**
 * What a run has said from its entry `skip` on, a page at a time. Pull requests and the summary are missing from this
 * answer, whatever happened: only `readRun` tells them.
 *
 * @returns `next` is the `skip` of the next look; `more`: there is something to read already
 * @throws CodegenError
 */
export async function readLogs(
  access: CodegenAccess,
  id: number,
  skip: number,
): Promise<{ said: Said[]; next: number; more: boolean }> {
  const query = `skip=${skip}&limit=${PAGE}&reverse=false`;
  const path = `/v1/alpha/organizations/${access.organization}/agent/run/${id}/logs?${query}`;
  const { logs } = await ask(access, LogPage, { doing: `read the log of Codegen run ${id}`, path });
  const entries = logs ?? [];
  // Entries that cannot be read count too, or the next look would see their neighbours again.
  return {
    said: Entries.parse(entries).flatMap(saidIn),
    next: skip + entries.length,
    more: entries.length >= PAGE,
  };
}

const RunPage = z.object({ items: z.array(z.unknown()) });
const LogPage = z.object({ logs: z.array(z.unknown()).nullish() });
const Runs = listOf(CodegenRun);
const Entries = listOf(LogEntry);

function runPath({ organization }: CodegenAccess): string {
  return `/v1/organizations/${organization}/agent/run`;
}
