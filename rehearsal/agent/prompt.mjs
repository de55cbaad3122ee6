/** What a prompt asks of this agent: names that a person wrote into the plan, and the report of a failure. */
import { existsSync, readFileSync } from "node:fs";

/** All that the agent was given to read. */
export async function readPrompt() {
  let text = "";
  if (!process.stdin.isTTY) for await (const piece of process.stdin.setEncoding("utf8")) text += piece;
  if (text.trim() === "") text = fileOf("TIDEGATE_PROMPT_FILE");
  return `${text}\n${fileOf("TIDEGATE_CONTEXT_FILE")}`;
}

function fileOf(variable) {
  const path = process.env[variable];
  return path !== undefined && existsSync(path) ? readFileSync(path, "utf8") : "";
}

const FUNCTION = /\bname the function\s+[`"']?([A-Za-z_$][\w$]*)/gi;
const BUTTON =
  /\bcall the button\s+(?:"([^"\n]{1,40})"|“([^”\n]{1,40})”|`([^`\n]{1,40})`|([^\s"“`][^\n.,;]{0,39}))/gi;

/** The names to use: whoever wrote last is heeded, so that an edited plan and a wish after it both count. */
export function namesIn(prompt, usual) {
  return {
    name: last(prompt, FUNCTION) ?? usual.name,
    button: last(prompt, BUTTON)?.trim() ?? usual.button,
  };
}

function last(text, pattern) {
  return [...text.matchAll(pattern)]
    .at(-1)
    ?.slice(1)
    .find((group) => group !== undefined);
}
