/**
 * Events of `--output-format stream-json` as Claude Code writes them. Amp and Qwen Code write the same; Cursor's
 * differ in `tool_call` and `thinking`.
 */
import type { Said } from "./said.ts";
import {
  type EventReader,
  fieldsOf,
  type Json,
  LastWords,
  listOf,
  lookUp,
  numberOf,
  resultItems,
  spentItems,
  sumOf,
  textOf,
  toolItem,
  wordItems,
} from "./said-parts.ts";

export function claudeEvents(): EventReader {
  const words = new LastWords();
  let thought = "";
  const think = () => {
    const items = wordItems("thought", thought);
    thought = "";
    return items;
  };
  const on: Record<string, (event: Json) => Said[]> = {
    assistant: (event) => [
      ...think(),
      ...listOf(fieldsOf(event.message).content).flatMap((block) =>
        blockItems(block, words, textOf(event.parent_tool_use_id) !== ""),
      ),
    ],
    user: (event) => {
      const results = listOf(fieldsOf(event.message).content).filter(({ type }) => type === "tool_result");
      return results.length === 0
        ? []
        : [...words.pass(), ...results.flatMap(({ content }) => resultItems(content))];
    },
    // Piece by piece; what comes next ends it.
    thinking: (event) => {
      thought += textOf(event.text);
      return words.pass();
    },
    tool_call: (event) => [...think(), ...words.pass(), ...callItems(event)],
    result: (event) => [...think(), ...endItems(event, words), ...spentOf(event)],
  };
  return {
    read: (event) => lookUp(on, event),
    end: () => [...think(), ...words.pass()],
  };
}

/** `aside`: said by a helper that the agent started, whose words are not the agent's. */
function blockItems(block: Json, words: LastWords, aside: boolean): Said[] {
  if (block.type === "text" && aside) return wordItems("thought", block.text);
  const before = words.pass();
  if (block.type === "text") words.add(textOf(block.text));
  if (block.type === "thinking") return [...before, ...wordItems("thought", block.thinking)];
  if (block.type === "tool_use") return [...before, toolItem(textOf(block.name), block.input)];
  return before;
}

/** `{"tool_call":{"shellToolCall":{"args":{…},"result":{"success":{…}}}}}` */
function callItems({ subtype, tool_call }: Json): Said[] {
  const [key, value] = Object.entries(fieldsOf(tool_call)).find(([name]) => name.endsWith("ToolCall")) ?? [];
  if (key === undefined) return [];
  const call = fieldsOf(value);
  if (subtype === "started") return [toolItem(key.replace(/ToolCall$/, ""), call.args)];
  const [outcome] = Object.values(fieldsOf(call.result)).map(fieldsOf);
  const { content, stdout, message, error } = outcome ?? {};
  return resultItems(content ?? (textOf(stdout) || undefined) ?? message ?? error ?? outcome);
}

function endItems(event: Json, words: LastWords): Said[] {
  const failed = event.is_error === true || textOf(event.subtype).startsWith("error");
  if (!failed) return words.answer(textOf(event.result));
  const why = textOf(event.result) || textOf(event.error) || linesOf(event.errors);
  return [...words.pass(), ...wordItems("error", why || textOf(event.subtype))];
}

function spentOf({ total_cost_usd, usage }: Json): Said[] {
  const used = fieldsOf(usage);
  const tokens = sumOf(
    ...[used.input_tokens, used.output_tokens],
    ...[used.cache_read_input_tokens, used.cache_creation_input_tokens],
    ...[used.inputTokens, used.outputTokens, used.cacheReadTokens, used.cacheWriteTokens],
  );
  return spentItems(numberOf(total_cost_usd), tokens);
}

function linesOf(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).filter(Boolean).join("\n") : "";
}
