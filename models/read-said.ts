/**
 * Turns what an agent's program writes into items of its timeline, as it comes. Pure, so that the Worker, the
 * dashboard and the command line read one log alike, wherever it was cut on its way.
 */
import { SAID_MARK, Said, type SaidFormat, SPOILT_MARK } from "./said.ts";
import { claudeEvents } from "./said-claude.ts";
import { codexEvents } from "./said-codex.ts";
import { copilotEvents } from "./said-copilot.ts";
import { geminiEvents } from "./said-gemini.ts";
import { opencodeEvents } from "./said-opencode.ts";
import { cut, type EventReader, type Json } from "./said-parts.ts";

/** A longer line is no event of any use; what is kept of it shows what it was. */
const MAX_LINE = 64 * 1024;
const KEPT_OF_LINE = 2_000;
const NOT_UNDERSTOOD = "Tidegate did not understand this line";

export type SaidReader = {
  /** Items of all that is complete by now. `last`: nothing follows, so what is left is complete too. */
  read(text: string, last?: boolean): Said[];
};

const EVENTS: Record<SaidFormat, (() => EventReader) | null> = {
  text: null,
  claude: claudeEvents,
  codex: codexEvents,
  gemini: geminiEvents,
  opencode: opencodeEvents,
  copilot: copilotEvents,
};

/** A reader for one log, from its beginning. */
export function saidReader(format: SaidFormat): SaidReader {
  const lines = lineReader();
  const events = EVENTS[format]?.() ?? null;
  if (events === null) return { read: (text, last = false) => lines(text, last).map(lineItem) };
  const blocks = blockReader();
  return {
    read(text, last = false) {
      const whole = lines(text, last).flatMap(blocks.read);
      const items = (last ? [...whole, ...blocks.end()] : whole).flatMap((block) =>
        blockItems(block, events),
      );
      return last ? [...items, ...events.end()] : items;
    },
  };
}

/** An event is told in one line, or as a document of several. Lines that are none are words. */
function blockItems(block: string[], events: EventReader): Said[] {
  const event = eventIn(block.join("\n"));
  const items = event === null ? [] : events.read(event);
  // A kind of event that we do not know is of no interest; a whole document that is none may be a complaint.
  if (items.length > 0 || (event !== null && block.length === 1)) return items;
  return block.filter((line) => line.trim() !== "").map(lineItem);
}

function lineItem(line: string): Said {
  return markedItem(line) ?? { kind: "text", text: plainText(line) };
}

/** Cuts text into lines however it is cut on its way, and keeps no more of a line than is of use. */
function lineReader(): (text: string, last: boolean) => string[] {
  let held = "";
  let over = false;
  const take = (piece: string) => {
    if (over) return;
    held += piece;
    over = held.length > MAX_LINE;
    if (over) held = cut(held, KEPT_OF_LINE);
  };
  const close = () => {
    const line = held;
    held = "";
    over = false;
    return line;
  };
  return (text, last) => {
    const pieces = text.split("\n");
    const rest = pieces.pop() ?? "";
    const lines = pieces.map((piece) => {
      take(piece);
      return close();
    });
    take(rest);
    return last && held !== "" ? [...lines, close()] : lines;
  };
}

/** Joins the lines of a document, which goes from `{` to `}` alone on a line; every other line is a block. */
function blockReader(): { read(line: string): string[][]; end(): string[][] } {
  let held: string[] = [];
  let length = 0;
  const end = () => {
    const block = held;
    held = [];
    length = 0;
    return block.length === 0 ? [] : [block];
  };
  return {
    read(line) {
      const bare = line.trimEnd();
      if (held.length === 0 && bare !== "{") return [[line]];
      held.push(line);
      length += line.length;
      return bare === "}" || length > MAX_LINE ? end() : [];
    },
    end,
  };
}

/** A line with a mistake in it is shown whole, with what is the matter: it is no part of what the agent answers. */
function markedItem(line: string): Said | null {
  const spoilt = line.startsWith(SPOILT_MARK);
  if (!spoilt && !line.startsWith(SAID_MARK)) return null;
  const item = spoilt ? null : Said.safeParse(parsed(line.slice(SAID_MARK.length)));
  if (item?.success) return item.data;
  const words = cut(plainText(line), KEPT_OF_LINE).replace(SPOILT_MARK, SAID_MARK);
  return { kind: "error", text: `${NOT_UNDERSTOOD}: ${words}` };
}

function eventIn(line: string): Json | null {
  if (!line.startsWith("{")) return null;
  const value = parsed(line);
  return typeof value === "object" ? (value as Json | null) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** A line as a terminal would have shown it: without colours, and of what was written over only the last. */
function plainText(line: string): string {
  const shown = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  return shown.replace(ESCAPES, "").replace(CONTROLS, "");
}

export type Tally = { cost_usd: number | null; tokens: number | null };

/** What a turn spent by all that was said: of each number the largest, for nothing that was spent comes back. */
export function tallyOf(items: readonly Said[]): Tally {
  const tally: Tally = { cost_usd: null, tokens: null };
  for (const item of items) {
    if (item.kind !== "spent") continue;
    tally.cost_usd = most(tally.cost_usd, item.cost_usd);
    tally.tokens = most(tally.tokens, item.tokens);
  }
  return tally;
}

/** The larger of two; null is not known. */
export function most(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/**
 * The final answer: the last that is named one, or of a program that only writes text all of its text. What came
 * before the agent began is set-up and never part of it. Null when there is none.
 */
export function answerOf(format: SaidFormat, items: readonly Said[]): string | null {
  const begin = items.findLastIndex(({ kind }) => kind === "begin");
  const spoken = items.slice(begin + 1);
  const named = spoken.findLast((item) => item.kind === "answer");
  if (named !== undefined) return named.text;
  if (format !== "text" || begin === -1) return null;
  const text = spoken.flatMap((item) => (item.kind === "text" ? [item.text] : [])).join("\n");
  return text.trim() || null;
}
