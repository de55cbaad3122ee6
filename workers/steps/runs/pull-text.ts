/** The description of a run's pull request. */
import type { Run } from "../../../models/run.ts";
import { fenced } from "../fence.ts";
import { quoted } from "../markup.ts";

/** Longest of each part in a description, in characters. */
const MOST = 12_000;

/**
 * @param issue the issue that it closes; null when it closes none
 * @param answer what the agent says it did: shown as its words, not as ours
 */
export function pullText(
  run: Pick<Run, "target_text" | "by" | "plans" | "plan_version" | "id">,
  { answer, agent, issue, url }: { answer: string | null; agent: string; issue: number | null; url: string },
): string {
  const plan = run.plans.find(({ version }) => version === run.plan_version);
  return [
    `Written by an agent (${agent}), asked for by ${quoted(run.by)}. [How it came about](${url})`,
    ...(issue === null ? [] : [`Closes #${issue}.`]),
    fenced("The goal", cut(run.target_text)),
    ...(plan === undefined ? [] : [folded(`The plan, version ${plan.version}, by ${plan.by}`, plan.text)]),
    ...(answer === null || answer.trim() === "" ? [] : [fenced("What the agent says it did", cut(answer))]),
    "It is merged only if everything that has to run did run and passed on exactly its head.",
    `<!-- tidegate:run:${run.id} -->`,
  ].join("\n\n");
}

function folded(title: string, text: string): string {
  return `<details><summary>${title.replace(/[<>&@]/g, "")}</summary>\n\n${fenced("Plan", cut(text))}\n\n</details>`;
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST).toWellFormed()}\n(the rest is on the dashboard)`;
}
