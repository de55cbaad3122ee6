/** Logs of steps and turns that ended: one object of R2 each, and in D1 how they ended. */
import type { LogPiece } from "../../models/api.ts";
import { bytesOf, textOf, wholeUntil } from "../characters.ts";
import { findRun } from "./runs.ts";
import { findStep } from "./steps.ts";
import { findTurn } from "./turns.ts";
import { findValidation } from "./validations.ts";

/** Bytes of a log in one answer, or in one frame of a socket. */
export const PIECE_BYTES = 256 * 1024;

/** Where the log of a step or of a turn is kept. `subject`: the validation or the run that it belongs to. */
export function logKey(subject: string, id: string): string {
  return `logs/${subject}/${id}.log`;
}

/** Keeps a whole log. `truncated`: something of it is missing, and it says where. */
export async function keepLog(
  bucket: R2Bucket,
  key: string,
  text: string,
  truncated: boolean,
): Promise<void> {
  await bucket.put(key, bytesOf(text), {
    httpMetadata: { contentType: "text/plain; charset=utf-8" },
    customMetadata: { truncated: String(truncated) },
  });
}

/** A piece from byte `asked` on; below 0 it is counted from the end. */
export async function storedPiece(bucket: R2Bucket, key: string, asked: number): Promise<LogPiece> {
  const kept = await bucket.head(key);
  const from = asked < 0 ? Math.max(0, (kept?.size ?? 0) + asked) : asked;
  // Storage refuses a range that begins where the log ends, and whoever heard all of a live log asks for that.
  if (kept === null || from >= kept.size) return { from, next: from, text: "", end: true };
  const object = await bucket.get(key, { range: { offset: from, length: PIECE_BYTES } });
  if (object === null) return { from, next: from, text: "", end: true };
  const bytes = new Uint8Array(await object.arrayBuffer());
  const next = from + wholeUntil(bytes, bytes.length);
  return { from, next, text: textOf(bytes.subarray(0, next - from)), end: next >= object.size };
}

/** How something ended that has a log. `key`: null when it said nothing. */
export type LogEnd = { key: string | null; status: string; bytes: number; truncated: boolean };

/** The end of a project's step or turn; null while it runs, or when the project has none of this id. */
export async function endOfLog(env: Env, projectId: string, id: string): Promise<LogEnd | null> {
  const ended = (await stepEnd(env.DB, projectId, id)) ?? (await turnEnd(env.DB, projectId, id));
  if (ended === null) return null;
  const kept = ended.key === null ? null : await env.ARTIFACTS.head(ended.key);
  return { ...ended, bytes: kept?.size ?? 0, truncated: kept?.customMetadata?.truncated === "true" };
}

type Ended = Pick<LogEnd, "key" | "status"> | null;

async function stepEnd(d1: D1Database, projectId: string, id: string): Promise<Ended> {
  const step = await findStep(d1, id);
  if (step === null || step.finished_at === null) return null;
  // Whoever may listen to one project may not read what another one wrote.
  if ((await findValidation(d1, step.validation_id))?.project_id !== projectId) return null;
  return { key: step.log, status: step.state };
}

async function turnEnd(d1: D1Database, projectId: string, id: string): Promise<Ended> {
  const turn = await findTurn(d1, id);
  if (turn === null || turn.finished_at === null) return null;
  if ((await findRun(d1, turn.run_id))?.project_id !== projectId) return null;
  return { key: logKey(turn.run_id, id), status: turn.state };
}
