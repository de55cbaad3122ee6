import { describe, expect, test } from "vitest";
import { answerOf, saidReader, tallyOf } from "./read-said.ts";
import { logOf, TEXT_TALKS } from "./said.fixture.ts";
import { SAID_FORMATS, Said, type SaidFormat } from "./said.ts";
import { CLAUDE_TALKS } from "./said-claude.fixture.ts";
import { OTHER_TALKS } from "./said-others.fixture.ts";

const EVENT_FORMATS = SAID_FORMATS.filter((format) => format !== "text");
const all = (format: SaidFormat, text: string) => saidReader(format).read(text, true);

describe.each([...CLAUDE_TALKS, ...OTHER_TALKS, ...TEXT_TALKS])("$name", (talk) => {
  const log = logOf(talk);

  test("is read as it was meant", () => {
    expect(all(talk.format, log)).toEqual(talk.said);
    expect(talk.said.every((item) => Said.safeParse(item).success)).toBe(true);
  });

  test("is read alike wherever it is cut, and also without its last line end", () => {
    for (let at = 0; at <= log.length; at++) {
      const reader = saidReader(talk.format);
      const items = [...reader.read(log.slice(0, at)), ...reader.read(log.slice(at), true)];
      expect(items, `cut at ${at}`).toEqual(talk.said);
    }
    const reader = saidReader(talk.format);
    const pieces = [...log.trimEnd()].flatMap((character) => reader.read(character));
    expect([...pieces, ...reader.read("", true)]).toEqual(talk.said);
  });
});

describe.each(EVENT_FORMATS)("%s", (format) => {
  test("what is no event is words, and marks are understood", () => {
    const log = [
      "\u001b[33mWarning:\u001b[0m a key is missing",
      "{broken",
      "",
      '::tidegate {"kind":"diff","files":1,"added":2,"removed":3}',
      "{",
      "  no document",
      "}",
      '{"type":"news","of":"tomorrow"}',
      '{"type":"__proto__"}',
      '{"type":"constructor"}',
      '{"type":7}',
      "[1]",
      "null",
    ];
    expect(all(format, log.join("\n"))).toEqual([
      { kind: "text", text: "Warning: a key is missing" },
      { kind: "text", text: "{broken" },
      { kind: "diff", files: 1, added: 2, removed: 3 },
      { kind: "text", text: "{" },
      { kind: "text", text: "  no document" },
      { kind: "text", text: "}" },
      { kind: "text", text: "[1]" },
      { kind: "text", text: "null" },
    ]);
  });

  test("events whose parts are of another kind than documented break nothing", () => {
    const strange = ["x", 1, null, true, [], {}, [null], [{}], { message: 1 }, { content: [1, null, "x"] }];
    const types =
      "assistant user result thinking tool_call item.started item.completed turn.completed turn.failed error message tool_use tool_result text reasoning step_finish assistant.message tool.execution_start tool.execution_complete".split(
        " ",
      );
    const keys =
      "message item usage error content delta parameters stats part data result tool_call text exitCode".split(
        " ",
      );
    for (const type of types) {
      for (const value of strange) {
        const event = { type, ...Object.fromEntries(keys.map((key) => [key, value])) };
        const items = all(format, JSON.stringify(event));
        expect(
          items.filter((item) => !Said.safeParse(item).success),
          JSON.stringify(event),
        ).toEqual([]);
      }
    }
  });
});

test("a line without an end is not kept whole, however it comes", () => {
  const long = `{"type":"assistant","message":"${"x".repeat(70_000)}"}`;
  const reader = saidReader("claude");
  const pieces = long.match(/.{1,999}/gs) ?? [];
  const items = [...pieces.flatMap((piece) => reader.read(piece)), ...reader.read("\nnext\n")];
  expect(items).toEqual([
    { kind: "text", text: `${long.slice(0, 1_999)}…` },
    { kind: "text", text: "next" },
  ]);
  expect(all("claude", `${long}\nnext\n`)).toEqual(items);
  expect(all("text", "y".repeat(64 * 1024))).toEqual([{ kind: "text", text: "y".repeat(64 * 1024) }]);
});

test("inputs and results are cut to what can be read, and never within a character", () => {
  const call = {
    type: "tool_use",
    tool_name: "write",
    parameters: { content: "no", command: "🎉".repeat(300) },
  };
  const result = { type: "tool_result", output: "r".repeat(3_000) };
  const [tool, said] = all("gemini", `${JSON.stringify(call)}\n${JSON.stringify(result)}`);
  expect(tool).toEqual({ kind: "tool", name: "write", input: `${"🎉".repeat(199)}…` });
  expect(said).toEqual({ kind: "result", text: `${"r".repeat(1_999)}…` });
});

test("what is not whole is held back until it is, or until nothing follows", () => {
  const reader = saidReader("gemini");
  const message = JSON.stringify({ type: "message", role: "assistant", content: "Half", delta: true });
  expect(reader.read(message)).toEqual([]);
  expect(reader.read("\n")).toEqual([]);
  expect(reader.read("", true)).toEqual([{ kind: "text", text: "Half" }]);
});

test("of what was spent the last number counts, each for itself", () => {
  expect(tallyOf([])).toEqual({ cost_usd: null, tokens: null });
  expect(
    tallyOf([
      { kind: "spent", cost_usd: 1, tokens: null },
      { kind: "spent", cost_usd: null, tokens: 7 },
      { kind: "spent", cost_usd: 2, tokens: null },
      { kind: "spent", cost_usd: 0, tokens: 3 },
    ]),
  ).toEqual({ cost_usd: 2, tokens: 7 });
});

const BEGIN: Said = { kind: "begin", agent: "x" };
const says = (...texts: string[]): Said[] => texts.map((text) => ({ kind: "text", text }));
const answers = (text: string): Said => ({ kind: "answer", text });

test.each<[string, SaidFormat, Said[], string | null]>([
  ["nothing said", "text", [], null],
  ["only set-up", "text", says("# npm ci", "$ npm ci", "added 3 packages"), null],
  [
    "text after the beginning",
    "text",
    [...says("# set-up"), BEGIN, ...says("", "One.", "", "Two.", "")],
    "One.\n\nTwo.",
  ],
  ["only empty lines", "text", [BEGIN, ...says("", " ")], null],
  ["a named answer", "text", [BEGIN, ...says("words"), answers("A"), ...says("after")], "A"],
  ["the last of two", "claude", [BEGIN, answers("A"), answers("B")], "B"],
  ["one from before it began", "text", [answers("no"), BEGIN, ...says("yes")], "yes"],
  ["another beginning", "text", [BEGIN, ...says("old"), BEGIN, ...says("new")], "new"],
  ["events without an answer", "claude", [BEGIN, ...says("words")], null],
  ["a vendor that tells no beginning", "text", [answers("A")], "A"],
])("the answer of %s", (_, format, items, answer) => {
  expect(answerOf(format, items)).toBe(answer);
});
