/** Pieces of logs: live from the project while somebody still writes, from storage afterwards. */
import { z } from "@hono/zod-openapi";
import type { LogPiece } from "../../models/api.ts";
import { projectOf } from "../project/index.ts";

/** Bytes of a log in one answer. */
const PIECE = 256 * 1024;

/** Whatever has a log. `log`: its key in storage; null while it is live. */
export type Logged = { id: string; log: string | null; finished_at: number | null };

/** The byte that a piece begins with; below 0 it is counted from the end of the log. */
export const LogFrom = z.coerce.number().int().default(0);

/** A piece from byte `asked` on; one that is counted from the end begins with a whole line. */
export async function pieceOf(env: Env, projectId: string, record: Logged, asked: number): Promise<LogPiece> {
  const piece =
    record.log === null ? await live(env, projectId, record, asked) : await stored(env, record.log, asked);
  return asked < 0 && piece.from > 0 ? fromLine(piece) : piece;
}

async function live(env: Env, projectId: string, record: Logged, asked: number): Promise<LogPiece> {
  const piece = await projectOf(env, projectId).readLog(record.id, asked);
  return { ...piece, end: record.finished_at !== null && piece.next === piece.from };
}

async function stored(env: Env, key: string, asked: number): Promise<LogPiece> {
  const kept = await env.ARTIFACTS.head(key);
  const from = asked < 0 ? Math.max(0, (kept?.size ?? 0) + asked) : asked;
  // Storage refuses a range that begins where the log ends, and whoever heard all of a live log asks for that.
  if (kept === null || from >= kept.size) return { from, next: from, text: "", end: true };
  const object = await env.ARTIFACTS.get(key, { range: { offset: from, length: PIECE } });
  if (object === null) return { from, next: from, text: "", end: true };
  const bytes = wholeCharacters(new Uint8Array(await object.arrayBuffer()));
  const next = from + bytes.length;
  return { from, next, text: new TextDecoder().decode(bytes), end: next >= object.size };
}

/** The piece without the line, or else the character, that was cut in two at its beginning. */
export function fromLine(piece: LogPiece): LogPiece {
  const line = piece.text.indexOf("\n") + 1;
  const rest = piece.text.slice(line);
  // A piece without text would be taken for the end.
  const text = line > 0 && rest !== "" ? rest : piece.text.replace(/^\ufffd+/, "");
  return { ...piece, text, from: piece.next - new TextEncoder().encode(text).length };
}

/** A character that is cut in two belongs to the next piece. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  const lead = bytes[end - 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return end - 1 + length <= bytes.length ? bytes : bytes.slice(0, end - 1);
}
