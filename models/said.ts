/** What an agent says while it works, whichever program it is: items of one timeline. */
import { z } from "zod";

/**
 * How a program writes what it does. `text`: words for people. The others: one JSON document a line, as the
 * program's own documentation has it. Lines that begin with `::tidegate ` are understood in every format.
 */
export const SAID_FORMATS = ["text", "claude", "codex", "gemini", "opencode", "copilot"] as const;
export const SaidFormat = z.enum(SAID_FORMATS);
export type SaidFormat = z.infer<typeof SaidFormat>;

/** Begins a line that says one item as JSON, e.g. `::tidegate {"kind":"thought","text":"..."}`. */
export const SAID_MARK = "::tidegate ";

/** As long as the mark: what follows it is no item, whatever it looks like, and is shown as a line that was not understood. */
export const SPOILT_MARK = "::tidegate\t";

export const Said = z.discriminatedUnion("kind", [
  /** Tidegate's own: from here on the agent speaks. What came before is set-up. */
  z.object({ kind: z.literal("begin"), agent: z.string() }),
  /** A line of output that is nothing else. */
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("thought"), text: z.string() }),
  z.object({ kind: z.literal("tool"), name: z.string(), input: z.string() }),
  z.object({ kind: z.literal("result"), text: z.string() }),
  /** The final answer: of a turn that plans it is the plan. */
  z.object({ kind: z.literal("answer"), text: z.string() }),
  z.object({ kind: z.literal("error"), text: z.string() }),
  /** What the turn cost so far in all: of each number the largest counts. */
  z.object({
    kind: z.literal("spent"),
    cost_usd: z.number().nonnegative().nullable(),
    tokens: z.number().int().nonnegative().nullable(),
  }),
  /** The working copy differs this much from where the agent began. */
  z.object({
    kind: z.literal("diff"),
    files: z.number().int(),
    added: z.number().int(),
    removed: z.number().int(),
  }),
]);
export type Said = z.infer<typeof Said>;
