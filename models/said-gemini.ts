/** Events of Gemini CLI's `--output-format stream-json`, and the one document of its `--output-format json`. */
import type { Said } from "./said.ts";
import {
  type EventReader,
  fieldsOf,
  type Json,
  LastWords,
  lookUp,
  resultItems,
  spentItems,
  sumOf,
  textOf,
  toolItem,
  wordItems,
} from "./said-parts.ts";

export function geminiEvents(): EventReader {
  const words = new LastWords();
  const on: Record<string, (event: Json) => Said[]> = {
    message: ({ role, content, delta }) => {
      if (role !== "assistant") return [];
      // Without `delta` a message is whole: the one before it has ended.
      const before = delta === true ? [] : words.pass();
      words.add(textOf(content));
      return before;
    },
    tool_use: ({ tool_name, parameters }) => [...words.pass(), toolItem(textOf(tool_name), parameters)],
    tool_result: ({ output, error }) => [
      ...words.pass(),
      ...resultItems(textOf(output) || textOf(fieldsOf(error).message)),
    ],
    error: ({ message }) => [...words.pass(), ...wordItems("error", message)],
    result: ({ error, stats }) => {
      const failure = wordItems("error", fieldsOf(error).message);
      const said = failure.length === 0 ? words.answer() : [...words.pass(), ...failure];
      return [...said, ...spentItems(null, sumOf(fieldsOf(stats).total_tokens))];
    },
  };
  return {
    read: (event) => (event.type === undefined ? documentItems(event) : lookUp(on, event)),
    end: () => words.pass(),
  };
}

function documentItems({ response, error, stats }: Json): Said[] {
  const models = Object.values(fieldsOf(fieldsOf(stats).models)).map(fieldsOf);
  const tokens = sumOf(...models.map((model) => fieldsOf(model.tokens).total));
  const said = [...wordItems("answer", response), ...wordItems("error", fieldsOf(error).message)];
  return [...said, ...spentItems(null, tokens)];
}
