/** How a run stands, for people on its pull request or issue. */
import type { Run } from "../../../models/run.ts";
import type { Turn } from "../../../models/turn.ts";
import type { Validation } from "../../../models/validation.ts";
import { spentBy } from "../../project/run-clock.ts";
import { fenced } from "../fence.ts";
import { quoted, quotedInCell } from "../markup.ts";

/** Longest plan that is shown in a comment, in characters. */
const MOST_PLAN = 8_000;

/** `gateUrl`: where its validation is shown and its merge is approved; null before there is a pull request. */
export function summaryOf(
  run: Run,
  turns: readonly Turn[],
  validations: readonly Validation[],
  url: string,
  gateUrl: string | null = null,
): string {
  const plan = run.phase === "awaiting_confirmation" ? run.plans.at(-1) : undefined;
  return [
    `**${headline(run)}**`,
    ...(run.reason === null ? [] : [fenced("Why", run.reason.message)]),
    ...(plan === undefined
      ? []
      : [fenced(`The plan, version ${plan.version}`, plan.text.slice(0, MOST_PLAN).toWellFormed())]),
    ...(turns.length === 0 ? [] : [tableOf(turns, validations)]),
    spentLine(run),
    ...nextSteps(run, url, gateUrl),
    `[The whole run](${url})`,
  ].join("\n\n");
}

function headline({ phase, by, reason }: Run): string {
  switch (phase) {
    case "awaiting_confirmation":
      return "A plan waits to be confirmed";
    case "needs_human":
      if (reason?.code === "merge_held") return "It passed, and a person decides about its merge";
      if (reason?.code === "merge_blocked")
        return "It passed and nothing merges it: a person decides how it goes on";
      return "The agent stopped, and a person decides how it goes on";
    case "cancelled":
      return "The run was stopped";
    case "failed":
      return "The run ended without a change";
    default:
      return `A run that ${quoted(by)} asked for is ${phase.replace("_", " ")}`;
  }
}

/** One line a turn, with what the gate said of its commit. */
function tableOf(turns: readonly Turn[], validations: readonly Validation[]): string {
  const rows = turns.map(({ nth, purpose, state, commit_sha, reason }) => {
    const judged = validations.find(({ head_sha }) => head_sha === commit_sha);
    const verdict =
      judged === undefined
        ? ""
        : `${judged.state}${judged.reason === null ? "" : `: ${quotedInCell(judged.reason.message)}`}`;
    const made = commit_sha === null ? "" : `\`${commit_sha.slice(0, 12)}\``;
    return `| ${nth} | ${purpose} | ${reason === null ? state : quotedInCell(reason)} | ${made} | ${verdict} |`;
  });
  return ["| turn | to | how it ended | commit | the gate |", "|--:|---|---|---|---|", ...rows].join("\n");
}

function spentLine(run: Run): string {
  const { cost_usd, tokens, agent_ms } = spentBy(run);
  const parts = [
    `${run.attempts} of ${run.limits.max_attempts} repairs`,
    `${lasted(agent_ms)} of the agent`,
    ...(cost_usd === null ? [] : [`$${cost_usd.toFixed(2)}`]),
    ...(tokens === null ? [] : [`${tokens} tokens`]),
  ];
  return `Used: ${parts.join(", ")}.`;
}

/** In minutes, as soon as it is one: nobody waits for the seconds of an hour. */
function lasted(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [number, unit] = seconds < 60 ? [seconds, "second"] : [Math.round(seconds / 60), "minute"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

function nextSteps({ id, phase, pr_number, reason }: Run, url: string, gateUrl: string | null): string[] {
  if (phase === "awaiting_confirmation")
    return [
      `Confirm it, edit it, ask for another or reject it on [the page of the run](${url}), or in a terminal: \`tidegate runs plan ${id} --confirm\` (or \`--edit FILE\`, \`--again TEXT\`, \`--reject\`).`,
    ];
  if (phase !== "needs_human") return [];
  if (reason?.code === "human_push")
    return ["The branch is yours. `/tidegate retry` lets the agent go on from where it is now."];
  if (reason?.code === "merge_held" && gateUrl !== null)
    return [
      `Look at the change, then approve its merge on [the page of its validation](${gateUrl}), or end the run with \`/tidegate stop\`. \`/tidegate retry\` does not approve it.`,
    ];
  if (reason?.code === "merge_blocked")
    return [
      "Once what keeps it is gone, `/tidegate retry` validates it anew. A conflict is mended by pushing to the branch.",
    ];
  const merged = pr_number === null ? "" : " It is not merged by itself until then.";
  return [`Push to the branch yourself, or let the agent try again with \`/tidegate retry\`.${merged}`];
}
