/** Events of `codex exec --json`: a thread of turns, each made of items. */
import type { Said } from "./said.ts";
import {
  type EventReader,
  fieldsOf,
  type Json,
  LastWords,
  listOf,
  lookUp,
  resultItems,
  spentItems,
  sumOf,
  textOf,
  toolItem,
  wordItems,
} from "./said-parts.ts";

export function codexEvents(): EventReader {
  const words = new LastWords();
  const on: Record<string, (event: Json) => Said[]> = {
    "item.started": ({ item }) => [...words.pass(), ...startedItems(fieldsOf(item))],
    "item.completed": ({ item }) => {
      const before = words.pass();
      const done = fieldsOf(item);
      if (done.type === "agent_message") words.add(textOf(done.text));
      return [...before, ...completedItems(done)];
    },
    "turn.completed": ({ usage }) => {
      const { input_tokens, output_tokens } = fieldsOf(usage);
      return [...words.answer(), ...spentItems(null, sumOf(input_tokens, output_tokens))];
    },
    "turn.failed": ({ error }) => [...words.pass(), ...wordItems("error", fieldsOf(error).message)],
    error: ({ message }) => [...words.pass(), ...wordItems("error", message)],
  };
  return { read: (event) => lookUp(on, event), end: () => words.pass() };
}

function startedItems(item: Json): Said[] {
  if (item.type === "command_execution") return [toolItem("shell", item.command)];
  if (item.type === "mcp_tool_call") return [toolItem(toolOf(item), item.arguments)];
  return [];
}

function completedItems(item: Json): Said[] {
  switch (item.type) {
    case "reasoning":
      return wordItems("thought", item.text);
    case "plan":
      return wordItems("thought", item.text);
    case "command_execution":
      return resultItems(outputOf(item));
    case "file_change":
      return listOf(item.changes).map(({ kind, path }) => toolItem(`file ${textOf(kind)}`.trim(), path));
    case "mcp_tool_call":
      return resultItems(fieldsOf(item.error).message ?? fieldsOf(item.result).content);
    case "web_search":
      return [toolItem("web search", item.query)];
    case "error":
      return wordItems("error", item.message);
    default:
      return [];
  }
}

function toolOf({ server, tool }: Json): string {
  return [server, tool].map(textOf).filter(Boolean).join(".");
}

/** A command that failed may say nothing but its code. */
function outputOf({ aggregated_output, exit_code }: Json): string {
  const failed = typeof exit_code === "number" && exit_code !== 0 ? `exit ${exit_code}` : "";
  return [textOf(aggregated_output).trimEnd(), failed].filter(Boolean).join("\n");
}
