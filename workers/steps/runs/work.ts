/** What a step of a run has at hand, and how it ends. */
import type { RunOutcome } from "../../../models/fact.ts";
import type { Run } from "../../../models/run.ts";
import type { RunOrder } from "../../../models/step.ts";
import { sandboxOf } from "../../providers/sandbox/index.ts";
import type { StoredProject } from "../../store/projects.ts";
import { varsOf } from "../../vars.ts";
import type { Work } from "../visit.ts";

export type RunWork = Work & { order: RunOrder; run: Run };

/** Null: it ended without anything to tell. */
export type RunStep = (work: RunWork) => Promise<RunOutcome | null>;

/** A turn's id: of its row, its live log and its sandbox. */
export function turnId(runId: string, nth: number): string {
  return `${runId}.turn.${nth}`;
}

export function workFor(env: Env, order: RunOrder, run: Run, project: StoredProject): RunWork {
  const { full_name, installation_id } = project;
  const id = turnId(run.id, order.nth);
  return {
    ...{ env, vars: varsOf(env), order, run, project, id, subject: run.id, memo: {} },
    repo: { full_name, installation_id },
    sandbox: sandboxOf(env, id),
    started_at: Date.now(),
  };
}

/** Where texts and pictures of a run are kept. */
export function runKey(runId: string, name: string): string {
  return `runs/${runId}/${name}`;
}

export async function putText(env: Env, key: string, text: string): Promise<void> {
  await env.ARTIFACTS.put(key, text, { httpMetadata: { contentType: "text/plain; charset=utf-8" } });
}

export async function getText(env: Env, key: string): Promise<string | null> {
  return (await env.ARTIFACTS.get(key))?.text() ?? null;
}

export function failed(code: string, message: string): RunOutcome {
  return { state: "failed", reason: { code, message } };
}

export function errored(code: string, message: string): RunOutcome {
  return { state: "errored", reason: { code, message } };
}
