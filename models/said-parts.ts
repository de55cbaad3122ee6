/** What the readers of all formats share: JSON of strangers taken apart, and texts cut to what a timeline can show. */
import type { Said } from "./said.ts";

/** Reads one program's events, in order. */
export type EventReader = {
  read(event: Json): Said[];
  /** What is left to say when no more comes. */
  end(): Said[];
};

export type Json = Record<string, unknown>;

const MAX_INPUT = 400;
const MAX_RESULT = 2_000;

/** Asks the table for an event of this type. A type such as `constructor` is in no table. */
export function lookUp(on: Record<string, (event: Json) => Said[]>, event: Json): Said[] {
  const type = textOf(event.type);
  return Object.hasOwn(on, type) ? (on[type]?.(event) ?? []) : [];
}

/** The value's own fields; none when it is no object. */
export function fieldsOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Null when it is not a count or a price: a program may leave it out, or report -1. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

/** The sum of those that are numbers; null when none is. */
export function sumOf(...values: unknown[]): number | null {
  const numbers = values.map(numberOf).filter((number) => number !== null);
  return numbers.length === 0 ? null : Math.round(numbers.reduce((sum, number) => sum + number, 0));
}

/** Never between the halves of one character. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** What says most about a call, in this order. */
const TELLING = [
  ...["command", "cmd", "file_path", "filePath", "absolute_path", "notebook_path", "pattern", "query"],
  ...["url", "path", "description", "prompt", "title", "text"],
];

/** A tool and the one thing of its input that a person wants to see: the command, the file, the pattern. */
export function toolItem(name: string, input: unknown): Said {
  const fields = fieldsOf(input);
  const telling = TELLING.map((key) => wordsOf(fields[key])).find((words) => words !== "");
  const words = typeof input === "object" ? (telling ?? plain(fields)) : wordsOf(input);
  return { kind: "tool", name: cut(name || "tool", 100), input: cut(words, MAX_INPUT) };
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter((word) => typeof word === "string").join(" ");
  return textOf(value).trim();
}

/** A result as text; none for one that says nothing. */
export function resultItems(value: unknown): Said[] {
  const text = contentOf(value).trimEnd();
  return text === "" ? [] : [{ kind: "result", text: cut(text, MAX_RESULT) }];
}

/** The text of a result: as it is, or out of blocks of text, or the whole of something else as JSON. */
function contentOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(contentOf).filter(Boolean).join("\n");
  const fields = fieldsOf(value);
  if (typeof fields.text === "string") return fields.text;
  return typeof fields.type === "string" ? `[${fields.type}]` : plain(fields);
}

function plain(fields: Json): string {
  return Object.keys(fields).length === 0 ? "" : JSON.stringify(fields);
}

/** An item that is words, unless there are none. */
export function wordItems(kind: "text" | "thought" | "answer" | "error", value: unknown): Said[] {
  const text = textOf(value).trim();
  return text === "" ? [] : [{ kind, text }];
}

export function spentItems(cost_usd: number | null, tokens: number | null): Said[] {
  return cost_usd === null && tokens === null ? [] : [{ kind: "spent", cost_usd, tokens }];
}

/**
 * Keeps what the agent said last until it is known what it was: its answer when nothing follows, else words on
 * the way. Otherwise the answer would stand in the timeline twice.
 */
export class LastWords {
  #held = "";

  /** More of the same words. */
  add(text: string): void {
    this.#held += text;
  }

  /** It went on: they were words on the way. */
  pass(): Said[] {
    return wordItems("text", this.#take());
  }

  /** It ended. Where the program names its answer itself, that is the answer. */
  answer(named = ""): Said[] {
    const held = this.#take();
    if (named.trim() === "") return wordItems("answer", held);
    const same = named.trim().endsWith(held.trim());
    return [...(same ? [] : wordItems("text", held)), ...wordItems("answer", named)];
  }

  #take(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}
