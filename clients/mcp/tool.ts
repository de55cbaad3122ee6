/** What a tool for agents is, and the inputs that several take. */
import { z } from "zod";
import { questionOf } from "../../graph/queries/answer.ts";
import { CONFIDENCES, EDGE_TYPES } from "../../models/graph.ts";
import { plain } from "../text/paint.ts";
import type { Asker } from "./asker.ts";
import { bounded, DEFAULT_LIMIT } from "./bounded.ts";

export interface Tool {
  name: string;
  title: string;
  description: string;
  input: z.ZodObject;
  readOnly: boolean;
  /** The answer as data and as short text. Throws a QuestionError when the question has none. */
  run(asker: Asker, input: unknown): Promise<{ data: object; text: string }>;
}

export const graph = z
  .string()
  .optional()
  .describe("Graph id, or its repository's name or folder. Default: the newest of this folder.");
export const node = (what: string) =>
  z.string().min(1).describe(`${what}: an id, a path, "path:line", or a name.`);
export const page = {
  limit: z.int().min(1).max(100).default(DEFAULT_LIMIT),
  offset: z.int().min(0).default(0).describe("next_offset of the answer before."),
};
export const confidence = z
  .enum(CONFIDENCES)
  .default("inferred")
  .describe("The least sure edges that count.");
export const edge_types = z.array(z.enum(EDGE_TYPES)).optional();

/** A tool, with its input known by type to its own `run`. */
export function tool<S extends z.ZodRawShape>(
  name: string,
  title: string,
  description: string,
  shape: S,
  run: (asker: Asker, input: z.output<z.ZodObject<S>>) => Promise<{ data: object; text: string }>,
): Tool {
  const input = z.object(shape);
  return {
    name,
    title,
    description,
    input,
    readOnly: true,
    run: (asker, given) => run(asker, questionOf(input, given) as z.output<z.ZodObject<S>>),
  };
}

/** Cuts an answer and says it in words; both speak of the same items. */
export function said<A extends object>(
  answer: A,
  text: (answer: A, paint: typeof plain) => string,
  cut: Parameters<typeof bounded>[1],
): { data: object; text: string } {
  const data = bounded(answer, cut);
  const more = data.next_offset === undefined ? "" : `\nMore with offset ${data.next_offset}.`;
  return { data, text: text(data, plain) + more };
}
