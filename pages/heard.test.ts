import { describe, expect, test } from "vitest";
import { append, type Buffer, EMPTY, taken } from "./buffer.ts";
import { type Heard, hear } from "./heard.ts";

const grown = (buffer: Buffer, text: string, end = false): Buffer =>
  append(buffer, { from: buffer.next, text, end }) ?? buffer;
const texts = (heard: Heard): string[] =>
  heard.items.map((item) => (item.kind === "text" ? item.text : item.kind));

describe("hear()", () => {
  test("reads a log that grows as if it had come at once, whatever it is cut into", () => {
    const log = `${Array.from({ length: 3_000 }, (_, index) => `line ${index}`).join("\n")}\n`;
    const whole = hear(null, grown(EMPTY, log, true), "text");
    expect(whole.items).toHaveLength(3_000);
    let buffer = EMPTY;
    let heard: Heard | null = null;
    for (let at = 0; at < log.length; at += 777) {
      buffer = grown(buffer, log.slice(at, at + 777), at + 777 >= log.length);
      heard = hear(heard, buffer, "text");
    }
    expect(heard?.items).toEqual(whole.items);
  });

  test("the same log is read once", () => {
    const buffer = grown(EMPTY, "one\n");
    const heard = hear(null, buffer, "text");
    expect(hear(heard, buffer, "text")).toBe(heard);
  });

  test("once what came before is there, all is heard anew, however alike the lines are", () => {
    const end = hear(null, taken(EMPTY, { from: 8, next: 12, text: "one\n", end: false }), "text");
    const all = hear(end, taken(EMPTY, { from: 4, next: 12, text: "one\none\n", end: false }), "text");
    expect(texts(all)).toEqual(["one", "one"]);
  });

  test("what is read once more at the end is heard from its beginning, and not twice", () => {
    const live = hear(null, grown(EMPTY, "one\ntwo\n"), "text");
    const over = hear(live, grown(EMPTY, "ONE\ntwo\nthree\n", true), "text");
    expect(texts(over)).toEqual(["ONE", "two", "three"]);
  });
});
