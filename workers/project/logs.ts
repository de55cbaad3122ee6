/**
 * Logs of what runs, in pieces: of each its first bytes as they come, and of a long one its last, which are shown when
 * it ends. A byte that was shown never moves.
 */
import type { LogPiece } from "../../models/api.ts";
import type { Fact } from "../../models/fact.ts";
import { bytesOf, textOf, wholeFrom, wholeUntil } from "../characters.ts";

/** How much is kept of a log, over all commands of its step: 10 MB. */
export const HEAD_BYTES = 8 * 1024 * 1024;
export const TAIL_BYTES = 2 * 1024 * 1024;

/** The step that a fact says has ended; null for other facts. */
export function endedBy(fact: Fact): string | null {
  return fact.type === "step.ended" ? `${fact.validation_id}.${fact.kind}.${fact.try}` : null;
}

type Row = { start: number; next: number; text: string };

export function logsOf(sql: SqlStorage) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS logs (step_id TEXT NOT NULL, start INTEGER NOT NULL, next INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (step_id, start))",
  );
  const insert = (id: string, start: number, bytes: Uint8Array) => {
    if (bytes.length > 0)
      sql.exec("INSERT INTO logs VALUES (?, ?, ?, ?)", id, start, start + bytes.length, textOf(bytes));
  };
  const end = (id: string): number =>
    sql.exec<{ next: number | null }>("SELECT max(next) AS next FROM logs WHERE step_id = ?", id).one()
      .next ?? 0;
  const shownEnd = (id: string): number =>
    sql
      .exec<{ next: number | null }>(
        "SELECT max(next) AS next FROM logs WHERE step_id = ? AND next <= ?",
        id,
        HEAD_BYTES,
      )
      .one().next ?? 0;

  return {
    /** Adds a piece. A visit that died and came again writes over what its first go left. */
    add(id: string, start: number, text: string): void {
      // What stood before it was laid into storage and dropped: laid once more, this alone would take its place.
      if (start > end(id)) return;
      const bytes = bytesOf(text);
      const cut = start < HEAD_BYTES ? wholeUntil(bytes, HEAD_BYTES - start) : 0;
      sql.exec("DELETE FROM logs WHERE step_id = ? AND start >= ?", id, start);
      insert(id, start, bytes.subarray(0, cut));
      insert(id, start + cut, bytes.subarray(cut));
      const old = start + bytes.length - TAIL_BYTES;
      sql.exec("DELETE FROM logs WHERE step_id = ? AND next > ? AND next <= ?", id, HEAD_BYTES, old);
    },
    /** How much was said by now, shown or not. */
    end,
    /** What is shown from byte `asked` on, at most so many bytes; below 0: from its end. */
    read(id: string, asked: number, most: number): LogPiece {
      const from = asked < 0 ? Math.max(0, shownEnd(id) + asked) : asked;
      const piece: LogPiece = { from, next: from, text: "", end: false };
      const shown = sql.exec<Row>(
        "SELECT start, next, text FROM logs WHERE step_id = ? AND next > ? AND next <= ? ORDER BY start",
        ...[id, from, HEAD_BYTES],
      );
      for (const row of shown) {
        const bytes = bytesOf(row.text);
        // A reader may stop in the middle of a piece; it goes on at that very byte.
        const begin = Math.max(0, piece.next - row.start);
        const until = wholeUntil(bytes, begin + most - (piece.next - from));
        if (until <= begin) break;
        piece.text += textOf(bytes.subarray(begin, until));
        piece.next = row.start + until;
        if (until < bytes.length) break;
      }
      // Who reads on must not take the silence for that of the step.
      return piece.text === "" && end(id) > Math.max(from, shownEnd(id))
        ? { ...piece, withheld: true }
        : piece;
    },
    /** What is not shown yet from byte `asked` on: at most the last bytes of all. `from`: where they begin. */
    tail(id: string, asked: number): { from: number; text: string } {
      const rows = sql
        .exec<Row>(
          "SELECT start, next, text FROM logs WHERE step_id = ? AND next > ? AND next > ? ORDER BY start",
          ...[id, HEAD_BYTES, asked],
        )
        .toArray();
      const bytes = bytesOf(rows.map(({ text }) => text).join(""));
      const start = rows[0]?.start ?? asked;
      const begin = wholeFrom(bytes, Math.max(0, asked - start, bytes.length - TAIL_BYTES));
      return { from: start + begin, text: textOf(bytes.subarray(begin)) };
    },
    drop: (id: string): void => void sql.exec("DELETE FROM logs WHERE step_id = ?", id),
  };
}

export type Logs = ReturnType<typeof logsOf>;
