import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { issuesOf, QuestionError } from "../../graph/queries/answer.ts";
import { statsText } from "../text/info.ts";
import { plain } from "../text/paint.ts";
import type { Asker } from "./asker.ts";
import { TOOLS } from "./tools.ts";

const INSTRUCTIONS =
  "Asks code graphs: who calls what, what a change may break, what to read for a task. Begin with search or context; ids of answers are what the other tools take. Edges are exact, inferred or ambiguous; calls that could not be followed are counted in every answer. Answers are paged: ask again with next_offset.";

interface Result {
  [key: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** A server of the tools over `asker`, to be connected to any transport. */
export function serverOf(asker: Asker, version: string): McpServer {
  const server = new McpServer({ name: "tidegate", version }, { instructions: INSTRUCTIONS });
  for (const tool of TOOLS) {
    const { name, title, description, input } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: input.shape,
        annotations: { title, readOnlyHint: true, openWorldHint: false },
      },
      (given) => answered(() => tool.run(asker, given)),
    );
  }
  const { analyze } = asker;
  if (analyze !== undefined)
    server.registerTool(
      "analyze",
      {
        title: "Analyze",
        description:
          "Reads a folder and keeps its code graph, for the other tools to ask. Again after changes: only changed files are read anew. Changes nothing in the folder.",
        inputSchema: { path: z.string().optional().describe("The folder. Default: the current one.") },
        annotations: {
          title: "Analyze",
          readOnlyHint: false,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
      ({ path }) =>
        answered(async () => {
          const info = await analyze(path);
          return { data: info, text: statsText(info, plain) };
        }),
    );
  return server;
}

/** What goes wrong is an answer too: agents read what to do instead. */
async function answered(run: () => Promise<{ data: object; text: string }>): Promise<Result> {
  try {
    const { data, text } = await run();
    return { content: [{ type: "text", text }], structuredContent: { ...data } };
  } catch (error) {
    const text = wordsOf(error);
    const more =
      error instanceof QuestionError && error.code === "NOT_FOUND" && !text.includes("tidegate")
        ? " Use the tool search to find ids."
        : "";
    return { content: [{ type: "text", text: text + more }], isError: true };
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof z.ZodError) return `Cannot use the question: ${issuesOf(error)}`;
  return error instanceof Error ? error.message : String(error);
}
