/** Events of GitHub Copilot CLI's `--output-format json`; those that only tell of pieces are passed over. */
import type { Said } from "./said.ts";
import {
  type EventReader,
  fieldsOf,
  type Json,
  LastWords,
  lookUp,
  resultItems,
  textOf,
  toolItem,
  wordItems,
} from "./said-parts.ts";

export function copilotEvents(): EventReader {
  const words = new LastWords();
  const on: Record<string, (data: Json) => Said[]> = {
    "assistant.message": ({ content }) => {
      const before = words.pass();
      words.add(textOf(content));
      return before;
    },
    "assistant.reasoning": ({ content }) => [...words.pass(), ...wordItems("thought", content)],
    "tool.execution_start": ({ toolName, arguments: input }) => [
      ...words.pass(),
      toolItem(textOf(toolName), input),
    ],
    "tool.execution_complete": ({ result, error }) =>
      resultItems(fieldsOf(result).content ?? fieldsOf(error).message ?? ""),
    "session.error": ({ message }) => [...words.pass(), ...wordItems("error", message)],
    result: ({ exitCode }) => (exitCode === 0 ? words.answer() : words.pass()),
  };
  return {
    read: (event) => lookUp(on, { ...event, ...fieldsOf(event.data), type: event.type }),
    end: () => words.pass(),
  };
}
