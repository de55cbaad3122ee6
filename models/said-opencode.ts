/** Events of `opencode run --format json`: the parts of its messages, each once it is whole. */
import type { Said } from "./said.ts";
import {
  type EventReader,
  fieldsOf,
  type Json,
  LastWords,
  lookUp,
  numberOf,
  resultItems,
  sumOf,
  textOf,
  toolItem,
  wordItems,
} from "./said-parts.ts";

export function opencodeEvents(): EventReader {
  const words = new LastWords();
  // It tells the price of each step, and we tell what all cost so far.
  const spent = { cost_usd: 0, tokens: 0 };
  const on: Record<string, (event: Json) => Said[]> = {
    text: ({ part }) => {
      const before = words.pass();
      words.add(textOf(fieldsOf(part).text));
      return before;
    },
    reasoning: ({ part }) => [...words.pass(), ...wordItems("thought", fieldsOf(part).text)],
    tool_use: ({ part }) => {
      const { tool, state } = fieldsOf(part);
      const { input, output, error } = fieldsOf(state);
      return [...words.pass(), toolItem(textOf(tool), input), ...resultItems(output ?? error ?? "")];
    },
    step_finish: ({ part }) => {
      const { reason, cost, tokens } = fieldsOf(part);
      const { input, output, reasoning, cache } = fieldsOf(tokens);
      spent.cost_usd += numberOf(cost) ?? 0;
      spent.tokens += sumOf(input, output, reasoning, fieldsOf(cache).read, fieldsOf(cache).write) ?? 0;
      const said = reason === "tool-calls" ? words.pass() : words.answer();
      return [...said, { kind: "spent", ...spent }];
    },
    error: ({ error }) => {
      const { name, data } = fieldsOf(error);
      return [...words.pass(), ...wordItems("error", textOf(fieldsOf(data).message) || name)];
    },
  };
  return { read: (event) => lookUp(on, event), end: () => words.pass() };
}
