/** A key that an agent says in pieces, in every format in which texts come in pieces or stand below each other. */
import { describe, expect, test } from "vitest";
import { saidReader } from "../../../models/read-said.ts";
import { logOf, TEXT_TALKS } from "../../../models/said.fixture.ts";
import { SAID_MARK, type Said, type SaidFormat } from "../../../models/said.ts";
import { CLAUDE_TALKS } from "../../../models/said-claude.fixture.ts";
import { OTHER_TALKS } from "../../../models/said-others.fixture.ts";
import { formsOf, redact } from "../redact.ts";
import { onlyTheirs } from "./only-theirs.ts";
import { type Begun, cleanStreams } from "./streams.ts";

const KEY = "AIzaSyTESTkey-9f8e7d6c5b4a3";
/** More of it than may be shown: a look falls between two pieces. */
const PARTS = Array.from({ length: KEY.length - 6 }, (_, from) => KEY.slice(from, from + 7));

/** The log of an output that is looked at whenever it has come so far, in bytes. */
function heard(secrets: string[], output: string, ends: number[] = []): string {
  const forms = formsOf(secrets);
  const bytes = new TextEncoder().encode(output);
  let log = "";
  let begun: Begun = {};
  let from = 0;
  for (const asked of [...ends, bytes.length]) {
    const end = endOfCharacter(bytes, asked);
    const last = end === bytes.length;
    const text = new TextDecoder().decode(bytes.slice(from, end));
    const within = log !== "" && !log.endsWith("\n");
    const said = cleanStreams(forms, onlyTheirs(text, last, within), { begun, last, within });
    // As it is kept between two looks.
    begun = JSON.parse(JSON.stringify(said.begun));
    const { clean, consumed } = redact(forms, said.text, last);
    log += clean;
    from += new TextEncoder().encode(said.text.slice(0, consumed)).length;
  }
  return log;
}

/** A host gives whole characters. */
function endOfCharacter(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80 ? endOfCharacter(bytes, at + 1) : at;
}

/** After each line. */
function lineEnds(output: string): number[] {
  let at = 0;
  return output.split(/(?<=\n)/).map((line) => {
    at += new TextEncoder().encode(line).length;
    return at;
  });
}

const line = (event: object) => `${JSON.stringify(event)}\n`;
const mark = (kind: string) => (text: string) => `${SAID_MARK}${JSON.stringify({ kind, text })}\n`;
const claude = (content: object[], type = "assistant") =>
  line({ type, message: { role: type, content }, session_id: "f8a81f18", uuid: "0a" });

/** How a format says one piece. */
const SAYS: [string, SaidFormat, (text: string) => string][] = [
  ["words", "gemini", (content) => line({ type: "message", role: "assistant", content, delta: true })],
  ["messages", "gemini", (content) => line({ type: "message", role: "assistant", content })],
  ["results", "gemini", (output) => line({ type: "tool_result", tool_id: "1", output })],
  [
    "a document",
    "gemini",
    (response) => `${JSON.stringify({ session_id: "8d", response, stats: {} }, null, 2)}\n`,
  ],
  ["thoughts in pieces", "claude", (text) => line({ type: "thinking", subtype: "delta", text })],
  ["thoughts", "claude", (thinking) => claude([{ type: "thinking", thinking, signature: "x" }])],
  ["words", "claude", (text) => claude([{ type: "text", text }])],
  [
    "words of a helper",
    "claude",
    (text) => line({ ...JSON.parse(claude([{ type: "text", text }])), parent_tool_use_id: "t" }),
  ],
  ["results", "claude", (content) => claude([{ type: "tool_result", tool_use_id: "t", content }], "user")],
  ["calls", "claude", (command) => claude([{ type: "tool_use", id: "t", name: "Bash", input: { command } }])],
  [
    "pieces that no reader shows",
    "claude",
    (text) =>
      line({
        type: "stream_event",
        event: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
      }),
  ],
  [
    "calls in pieces",
    "claude",
    (partial_json) =>
      line({ type: "stream_event", event: { delta: { type: "input_json_delta", partial_json } } }),
  ],
  [
    "words",
    "codex",
    (text) => line({ type: "item.completed", item: { id: "1", type: "agent_message", text } }),
  ],
  [
    "thoughts",
    "codex",
    (text) => line({ type: "item.completed", item: { id: "1", type: "reasoning", text } }),
  ],
  [
    "output",
    "codex",
    (aggregated_output) =>
      line({ type: "item.completed", item: { id: "1", type: "command_execution", aggregated_output } }),
  ],
  ["words", "opencode", (text) => line({ type: "text", part: { type: "text", text } })],
  ["thoughts", "opencode", (text) => line({ type: "reasoning", part: { type: "reasoning", text } })],
  ["words", "copilot", (content) => line({ type: "assistant.message", data: { content } })],
  ["thoughts", "copilot", (content) => line({ type: "assistant.reasoning", data: { content } })],
  [
    "pieces that no reader shows",
    "copilot",
    (deltaContent) => line({ type: "assistant.message_delta", data: { deltaContent }, ephemeral: true }),
  ],
  [
    "output in pieces",
    "copilot",
    (partialOutput) => line({ type: "tool.execution_partial_result", data: { partialOutput } }),
  ],
  ...(["text", "thought", "result", "answer", "error"] as const).flatMap((kind) =>
    (["text", "claude"] as const).map((format): [string, SaidFormat, (text: string) => string] => [
      `marks of ${kind}`,
      format,
      mark(kind),
    ]),
  ),
];

/** All texts that somebody may join: of the events themselves, and of the timeline. */
function joined(format: SaidFormat, log: string): { events: string; shown: string[] } {
  const texts: string[] = [];
  const walk = (value: unknown, key: string) => {
    if (typeof value === "string" && FIELDS.has(key)) texts.push(value);
    if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(inner, Array.isArray(value) ? key : name);
  };
  for (const found of log.match(/\{$[\s\S]*?^\}$|\{.*\}/gm) ?? []) walk(JSON.parse(found), "");
  const items = saidReader(format).read(log, true).map(wordsOf);
  return { events: texts.join(""), shown: [items.join(""), items.join("\n")] };
}

const FIELDS = new Set(
  "content text thinking response output command partial_json aggregated_output deltaContent partialOutput".split(
    " ",
  ),
);

function wordsOf(item: Said): string {
  if (item.kind === "tool") return item.input;
  return "text" in item ? item.text : "";
}

/** Numbers that look like chance, the same each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function cutAt(text: string, places: number[]): string[] {
  const all = [0, ...places.sort((one, other) => one - other), text.length];
  return all.slice(1).map((to, nth) => text.slice(all[nth], to));
}

describe.each(SAYS)("%s of %s", (_, format, say) => {
  const text = `I call it with ${KEY}, "so" it is.`;
  const at = text.indexOf(KEY);
  const said = (pieces: string[]) => pieces.map(say).join("");

  /** Shows no more of the key than its first letters, and all else. */
  function expectClean(pieces: string[], ends: number[]): string {
    const log = heard([KEY], said(pieces), ends);
    const { events, shown } = joined(format, log);
    expect(events).toMatch(/^I call it with [\w-]{0,6}\*{3}, "so" it is\.$/);
    const all = [log, events, ...shown].join("\0");
    expect(PARTS.filter((part) => all.includes(part))).toEqual([]);
    return events;
  }

  test("hold no key that is cut anywhere, and lose nothing else", () => {
    for (let place = at + 1; place < at + KEY.length; place++) {
      const pieces = cutAt(text, [place]);
      expect(expectClean(pieces, [])).toBe(text.replace(KEY, "***"));
      expectClean(pieces, lineEnds(said(pieces)));
    }
  });

  test("hold no key in up to four pieces, whenever they are looked at", () => {
    const roll = dice(7);
    for (let round = 0; round < 30; round++) {
      const places = Array.from({ length: 1 + roll(3) }, () => at + 1 + roll(KEY.length - 1));
      const pieces = cutAt(text, places).filter((piece) => piece !== "");
      const { length } = said(pieces);
      const looks = Array.from({ length: roll(6) }, () => roll(length)).sort((one, other) => one - other);
      expectClean(pieces, looks);
    }
  });

  test("hold no key of which each letter comes by itself", () => {
    const pieces = [...text];
    expect(expectClean(pieces, [])).toBe(text.replace(KEY, "***"));
    expectClean(pieces, lineEnds(said(pieces)));
  });

  test("come through as they are where there is no key, and at once", () => {
    const output = said(["I look at ", "the tests ", "f", "irst: AI", "za"]);
    const taken = cleanStreams(formsOf([KEY, "hunter2"]), output, { begun: {}, last: false, within: false });
    expect(taken.text).toBe(output);
  });
});

describe.each([...CLAUDE_TALKS, ...OTHER_TALKS, ...TEXT_TALKS])("$name", (talk) => {
  test("comes through as it is, whenever it is looked at", () => {
    // What only Tidegate may say is spoilt elsewhere.
    const log = onlyTheirs(logOf(talk), true, false);
    const bytes = new TextEncoder().encode(log).length;
    const roll = dice(11);
    for (let round = 0; round < 50; round++) {
      const ends = Array.from({ length: roll(8) }, () => roll(bytes)).sort((one, other) => one - other);
      expect(heard([KEY, "Lighthouse", "s3cr"], log, ends)).toBe(log);
    }
  });
});

const gemini = (content: string) => line({ type: "message", role: "assistant", content, delta: true });
const call = (nth: number) =>
  line({ type: "tool_use", tool_name: "shell", parameters: { command: `ls ${nth}` } });
const calls = (count: number) => Array.from({ length: count }, (_, nth) => call(nth)).join("");

test("what an agent does between two pieces stays between them", () => {
  const log = heard([KEY], `${gemini(`Use ${KEY.slice(0, 12)}`)}${calls(2)}${gemini(`${KEY.slice(12)}.`)}`);
  expect(saidReader("gemini").read(log, true)).toEqual([
    { kind: "text", text: "Use ***" },
    { kind: "tool", name: "shell", input: "ls 0" },
    { kind: "tool", name: "shell", input: "ls 1" },
    { kind: "text", text: "." },
  ]);
});

test("words that end like a key begins wait for some lines alone, and the rest of a key is never said", () => {
  const forms = formsOf([KEY]);
  const words = gemini(`It begins with ${KEY.slice(0, 12)}`);
  const hear = (text: string, begun: Begun = {}) =>
    cleanStreams(forms, text, { begun, last: false, within: false });
  expect(hear(words + calls(4)).text).toBe("");
  const late = hear(words + calls(5));
  expect(late.text).toBe(words + calls(5));
  expect(hear(gemini(`${KEY.slice(12)}.`), late.begun).text).toMatch(/"content":"\*{3}\." +,"delta"/);
  expect(hear(gemini("no more"), late.begun).text).toBe(gemini("no more"));
});

test.each([
  ["short", "hunter2"],
  ["of letters of several bytes", "pässwörd-🔑-öffne"],
  ["with quotes", 'pa"ss\\wo"rd-and-more'],
])("a secret %s is masked in place, wherever it is cut", (_, secret) => {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const letters = [...secret];
  for (let place = 1; place < letters.length; place++) {
    const halves = [letters.slice(0, place).join(""), letters.slice(place).join("")];
    const output = gemini(`<${halves[0]}`) + gemini(`${halves[1]}>`);
    const log = heard([secret], output);
    expect(saidReader("gemini").read(log, true)).toEqual([{ kind: "text", text: "<***>" }]);
    expect(bytes(log)).toBe(bytes(output));
  }
});

test("a secret in base64 of several lines is masked over pieces too", () => {
  const coded = btoa(`HOME=/root\nKEY=${KEY}-${KEY}\n`);
  const lines = (coded.match(/.{1,20}/g) ?? []).join("\n");
  for (let place = 1; place < lines.length; place++) {
    const log = heard([`${KEY}-${KEY}`], gemini(lines.slice(0, place)) + gemini(lines.slice(place)));
    const { events } = joined("gemini", log);
    expect(events.replaceAll("\n", "")).toMatch(/^.{0,24}\*{3,9}.{0,8}$/);
  }
});

test("a line without an end is not waited for, and events that never end are none", () => {
  const long = `{"type":"message","content":"${"x".repeat(70_000)}`;
  const hear = (text: string) =>
    cleanStreams(formsOf([KEY]), text, { begun: {}, last: false, within: false });
  expect(hear(long).text).toBe(long);
  expect(hear('{"type":"mess').text).toBe("");
  expect(hear('words {"type').text).toBe('words {"type');
});

test("what is remembered between two looks holds no secret, neither as a name nor within the beginning of another", () => {
  const longer = `${KEY}-of-another-kind`;
  const output = line({ [KEY]: "AI", type: KEY, text: longer.slice(0, 30) });
  const { begun } = cleanStreams(formsOf([KEY, longer]), output, { begun: {}, last: true, within: false });
  expect(JSON.stringify(begun)).toContain('"AI"');
  expect(JSON.stringify(begun)).not.toContain(KEY);
});
