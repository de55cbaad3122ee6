import { describe, expect, test } from "vitest";
import { HEAD_BYTES, logsOf, TAIL_BYTES } from "./logs.ts";
import { sqlInMemory } from "./sql.fixture.ts";

const MB = 1024 * 1024;

/** Everything that is shown, read in answers of so many bytes. */
function shown(logs: ReturnType<typeof logsOf>, most: number, from = 0): string {
  let text = "";
  for (let at = from; ; ) {
    const piece = logs.read("s", at, most);
    expect(piece.next - piece.from).toBe(Buffer.byteLength(piece.text));
    if (piece.text === "") return text;
    text += piece.text;
    at = piece.next;
  }
}

describe("a log that runs", () => {
  test("is read in answers of any size, none of which cuts a character, and from any byte", () => {
    const logs = logsOf(sqlInMemory());
    const pieces = ["first – line\n", "grün\n", "€".repeat(1_000), "\n"];
    for (const piece of pieces) logs.add("s", logs.end("s"), piece);
    logs.add("other", 0, "nothing of it");
    const whole = pieces.join("");
    for (const most of [4, 7, 100, MB]) expect(shown(logs, most)).toBe(whole);
    expect(shown(logs, 50, Buffer.byteLength(pieces[0] ?? ""))).toBe(pieces.slice(1).join(""));
    expect(logs.read("s", -4, MB)).toMatchObject({ text: "€\n", next: Buffer.byteLength(whole) });
    expect(logs.read("s", 1_000_000, MB)).toMatchObject({ from: 1_000_000, next: 1_000_000, text: "" });
  });

  test("is written over by a visit that came again", () => {
    const logs = logsOf(sqlInMemory());
    for (const [start, text] of [
      [0, "one\n"],
      [4, "two\n"],
      [8, "lost\n"],
      [4, "TWO\n"],
    ] as const)
      logs.add("s", start, text);
    expect(shown(logs, MB)).toBe("one\nTWO\n");
  });

  test("that was dropped takes nothing from a visit that outlived its step", () => {
    const logs = logsOf(sqlInMemory());
    logs.add("s", 0, "one\n");
    logs.drop("s");
    logs.add("s", 4, "two\n");
    expect([logs.end("s"), shown(logs, MB)]).toEqual([0, ""]);
  });

  test("of more than 10 MB keeps the first 8 as they were shown, and the last 2", () => {
    const logs = logsOf(sqlInMemory());
    const pieces = Array.from({ length: 30 }, (_, nth) => `${nth}`.padEnd(700_000, "ü"));
    for (const piece of pieces) logs.add("s", logs.end("s"), piece);
    const whole = Buffer.from(pieces.join(""));
    const head = shown(logs, MB);
    expect(HEAD_BYTES - Buffer.byteLength(head)).toBeLessThan(4);
    expect(whole.subarray(0, Buffer.byteLength(head)).toString()).toBe(head);
    const { from, text } = logs.tail("s", Buffer.byteLength(head));
    expect(TAIL_BYTES - Buffer.byteLength(text)).toBeLessThan(4);
    expect(whole.subarray(from).toString()).toBe(text);
    expect(logs.end("s")).toBe(whole.length);
    const { next } = logs.read("s", -1, MB);
    expect(logs.read("s", next, MB)).toEqual({ from: next, next, text: "", end: false, withheld: true });
    expect(logs.read("s", -1, MB)).not.toHaveProperty("withheld");
    // What a later go of the tests said is told apart from the one before, also there.
    const last = whole.length - Buffer.byteLength(pieces.at(-1) ?? "");
    expect(logs.tail("s", last)).toEqual({ from: last, text: pieces.at(-1) });
  });

  test("of between 8 and 10 MB loses nothing", () => {
    const logs = logsOf(sqlInMemory());
    const pieces = Array.from({ length: 9 }, (_, nth) => `${nth}`.repeat(MB));
    for (const piece of pieces) logs.add("s", logs.end("s"), piece);
    expect(shown(logs, MB) + logs.tail("s", HEAD_BYTES).text).toBe(pieces.join(""));
  });
});
