/** Pieces of logs: live from the project while somebody still writes, from storage afterwards. */
import { z } from "@hono/zod-openapi";
import type { LogPiece } from "../../models/api.ts";
import { projectOf } from "../project/index.ts";
import { storedPiece } from "../store/logs.ts";

/** Whatever has a log. `log`: its key in storage; null while it is live. */
export type Logged = { id: string; log: string | null; finished_at: number | null };

/** The byte that a piece begins with; below 0 it is counted from the end of the log. */
export const LogFrom = z.coerce.number().int().default(0);

/** A piece from byte `asked` on; one that is counted from the end begins with a whole line. */
export async function pieceOf(env: Env, projectId: string, record: Logged, asked: number): Promise<LogPiece> {
  const piece =
    record.log === null
      ? await live(env, projectId, record, asked)
      : await storedPiece(env.ARTIFACTS, record.log, asked);
  return asked < 0 && piece.from > 0 ? fromLine(piece) : piece;
}

async function live(env: Env, projectId: string, record: Logged, asked: number): Promise<LogPiece> {
  const piece = await projectOf(env, projectId).readLog(record.id, asked);
  return { ...piece, end: record.finished_at !== null && piece.next === piece.from };
}

/** The piece without the line, or else the character, that was cut in two at its beginning. */
export function fromLine(piece: LogPiece): LogPiece {
  const line = piece.text.indexOf("\n") + 1;
  const rest = piece.text.slice(line);
  // A piece without text would be taken for the end.
  const text = line > 0 && rest !== "" ? rest : piece.text.replace(/^\ufffd+/, "");
  return { ...piece, text, from: piece.next - new TextEncoder().encode(text).length };
}
