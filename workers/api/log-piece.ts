/** Pieces of logs: live from the project while somebody still writes, from storage afterwards. */
import type { LogPiece } from "../../models/api.ts";
import { projectOf } from "../project/index.ts";

/** Bytes of a log in one answer. */
const PIECE = 256 * 1024;

/** Whatever has a log. `log`: its key in storage; null while it is live. */
export type Logged = { id: string; log: string | null; finished_at: number | null };

/** A piece from byte `from` on. */
export async function pieceOf(env: Env, projectId: string, record: Logged, from: number): Promise<LogPiece> {
  if (record.log === null) {
    const piece = await projectOf(env, projectId).readLog(record.id, from);
    return { ...piece, end: record.finished_at !== null && piece.next === from };
  }
  const kept = await env.ARTIFACTS.head(record.log);
  // Storage refuses a range that begins where the log ends, and whoever heard all of a live log asks for that.
  if (kept === null || from >= kept.size) return { from, next: from, text: "", end: true };
  const object = await env.ARTIFACTS.get(record.log, { range: { offset: from, length: PIECE } });
  if (object === null) return { from, next: from, text: "", end: true };
  const bytes = wholeCharacters(new Uint8Array(await object.arrayBuffer()));
  const next = from + bytes.length;
  return { from, next, text: new TextDecoder().decode(bytes), end: next >= object.size };
}

/** A character that is cut in two belongs to the next piece. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  const lead = bytes[end - 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return end - 1 + length <= bytes.length ? bytes : bytes.slice(0, end - 1);
}
