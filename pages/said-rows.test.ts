import { describe, expect, test } from "vitest";
import type { Said } from "../models/said.ts";
import { saidRows, statSaid } from "./said-rows.ts";

const text = (words: string): Said => ({ kind: "text", text: words });
const tool = (name: string): Said => ({ kind: "tool", name, input: "{}" });
const result = (words: string): Said => ({ kind: "result", text: words });

describe("saidRows()", () => {
  test("lines before the agent begins are its set-up, lines after it one text", () => {
    const items = [
      text("npm ci"),
      text("ok"),
      { kind: "begin", agent: "claude" } as const,
      text("a"),
      text("b"),
    ];
    expect(saidRows(items)).toEqual([
      { kind: "setup", text: "npm ci\nok" },
      { kind: "text", text: "a\nb" },
    ]);
  });

  test("tools called together get their results in order, and a result of nothing stands alone", () => {
    expect(saidRows([tool("read"), tool("grep"), result("1"), result("2"), result("3")])).toEqual([
      { kind: "tool", name: "read", input: "{}", result: "1" },
      { kind: "tool", name: "grep", input: "{}", result: "2" },
      { kind: "result", text: "3" },
    ]);
  });

  test("what a terminal would colour is plain", () => {
    expect(saidRows([{ kind: "error", text: "\x1b[31mno\x1b[0m" }])).toEqual([{ kind: "error", text: "no" }]);
  });
});

test("the newest number counts of what differs", () => {
  const items: Said[] = [
    { kind: "diff", files: 1, added: 2, removed: 0 },
    { kind: "diff", files: 3, added: 9, removed: 1 },
    { kind: "spent", cost_usd: 0.3, tokens: 40 },
  ];
  expect(statSaid(items)).toEqual({ files: 3, added: 9, removed: 1 });
  expect(statSaid([])).toBeNull();
});
