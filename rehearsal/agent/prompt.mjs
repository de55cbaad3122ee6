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

const FUNCTION = /\bname the function\s+[`"']?([A-Za-z_]\w*)/gi;
const BUTTON =
  /\bcall the button\s+(?:"([^"\n]{1,40})"|“([^”\n]{1,40})”|`([^`\n]{1,40})`|([^\s"“`][^\n.,;]{0,39}))/gi;

/** The names to use. What a person wishes of another plan counts more than what the plan so far says. */
export function namesIn(prompt, usual) {
  const plan = sectionOf(prompt, "The plan") ?? prompt;
  const texts = [sectionOf(prompt, "The goal") ?? "", plan, ...wishIn(plan)];
  const named = (pattern) => texts.map((text) => last(text, pattern)).findLast((name) => name !== undefined);
  return { name: named(FUNCTION) ?? usual.name, button: named(BUTTON)?.trim() ?? usual.button };
}

/** A section up to the next one that Tidegate writes; a plan may have headings of its own. */
function sectionOf(prompt, title) {
  const others =
    "What failed|The plan|How this project plans|Rules of this project|How the change is proven|Code that matters|Files and pictures|What holds always";
  const found = new RegExp(`^# ${title}\\n([^]*?)(?=^# (?:${others})$|$(?![^]))`, "m").exec(prompt);
  return found?.[1];
}

/** What stands before the plan so far, which is only quoted. */
function wishIn(plan) {
  const quoted = plan.indexOf("The plan so far (data");
  return quoted === -1 ? [] : [plan.slice(0, quoted)];
}

function last(text, pattern) {
  return [...text.matchAll(pattern)]
    .at(-1)
    ?.slice(1)
    .find((group) => group !== undefined);
}
