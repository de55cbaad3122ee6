import { describe, expect, test } from "vitest";
import { fromLine, pieceOf } from "./log-piece.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A storage that holds one log, and refuses ranges as R2 does. */
function keeping(text: string): Env {
  const all = bytes(text);
  return {
    ARTIFACTS: {
      head: async () => ({ size: all.length }),
      get: async (_: string, { range }: { range: { offset: number; length: number } }) => {
        if (range.offset >= all.length) throw new RangeError("10039");
        const part = all.slice(range.offset, range.offset + range.length);
        return { size: all.length, arrayBuffer: async () => part.buffer };
      },
    },
  } as unknown as Env;
}

const kept = { id: "turn", log: "logs/turn.log", finished_at: 1 };

describe("pieceOf()", () => {
  test.each([
    [-12, { from: 8, text: "grün\nend\n", next: 18 }],
    [-6, { from: 14, text: "end\n", next: 18 }],
    [-1_000, { from: 0, text: "line 01\ngrün\nend\n", next: 18 }],
    [14, { from: 14, text: "end\n", next: 18 }],
  ])("from %i on", async (from, piece) => {
    const env = keeping("line 01\ngrün\nend\n");
    expect(await pieceOf(env, "shop", kept, from)).toEqual({ ...piece, end: true });
  });

  test("counted from its end it is one piece of a long log, and the next goes on from there", async () => {
    const log = "0123456789abcde\n".repeat(1_000_000);
    const env = keeping(log);
    const first = await pieceOf(env, "shop", kept, -1_000_000);
    expect(first.from).toBe(log.length - 1_000_000 + 16);
    expect(first.text.length).toBeLessThanOrEqual(256 * 1024);
    const second = await pieceOf(env, "shop", kept, first.next);
    expect(log.slice(first.from, second.next)).toBe(first.text + second.text);
  });

  test("an empty log has an end", async () => {
    expect(await pieceOf(keeping(""), "shop", kept, -10)).toEqual({ from: 0, next: 0, text: "", end: true });
  });
});

describe("fromLine()", () => {
  test("one long line is kept, without the character that was cut", () => {
    const cut = new TextDecoder().decode(bytes("ü and more\n").subarray(1));
    expect(fromLine({ from: 100, next: 111, text: cut, end: true })).toEqual({
      ...{ from: 101, next: 111, text: " and more\n", end: true },
    });
  });
});
