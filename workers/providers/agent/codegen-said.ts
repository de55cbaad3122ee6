/** Entries of a run's log as items of our timeline. */
import { z } from "zod";
import type { Said } from "../../../models/said.ts";
import { text } from "./codegen-run.ts";

/** A tool may return a whole repository; a timeline is for reading. */
const MOST_CHARACTERS = 20_000;

export const LogEntry = z.object({
  message_type: text,
  thought: text,
  tool_name: text,
  tool_input: z.unknown().optional(),
  tool_output: z.unknown().optional(),
  observation: z.unknown().optional(),
});
export type LogEntry = z.output<typeof LogEntry>;

/** What one entry says: a thought, a tool and what came of it, the final answer, or an error. */
export function saidIn(entry: LogEntry): Said[] {
  const type = entry.message_type?.trim().toUpperCase();
  // Our own prompt comes back as an entry; it is not the agent that says it.
  if (type === "USER_MESSAGE") return [];
  const thought = wordsOf(entry.thought);
  const outcome = wordsOf(entry.observation) ?? wordsOf(entry.tool_output);
  const tool = entry.tool_name?.trim();
  const said: Said[] = [];
  const isEnd = type === "FINAL_ANSWER" || type === "ERROR" || type === "PR_CREATION_FAILED";
  // An end without an outcome of its own ends with its thought, which is then not said twice.
  if (thought !== null && !(isEnd && outcome === null)) said.push({ kind: "thought", text: thought });
  if (tool) said.push({ kind: "tool", name: tool, input: wordsOf(entry.tool_input) ?? "" });
  if (!isEnd) return outcome === null ? said : [...said, { kind: "result", text: outcome }];
  const last = outcome ?? thought ?? "";
  return [...said, type === "FINAL_ANSWER" ? { kind: "answer", text: last } : { kind: "error", text: last }];
}

/** A value as text, cut where it is too long to read; null when there is nothing in it. */
function wordsOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const words = (typeof value === "string" ? value : JSON.stringify(value)).trim();
  if (words === "" || words === "{}" || words === "[]") return null;
  const more = words.length - MOST_CHARACTERS;
  return more > 0 ? `${words.slice(0, MOST_CHARACTERS)}\n… ${more} more characters` : words;
}
