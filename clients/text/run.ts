/** Runs in words: a list of them, one with everything that a person decides by. */
import type { AgentOffer } from "../../models/agent.ts";
import type { Plan, RunCard, RunDetail, RunPhase, Spent } from "../../models/run.ts";
import type { Turn } from "../../models/turn.ts";
import { type Paint, shown, shownLines } from "./paint.ts";
import { count, table } from "./table.ts";

export const PHASE_WORDS: Record<RunPhase, string> = {
  planning: "planning",
  awaiting_confirmation: "its plan waits for you",
  executing: "writing the change",
  pushing: "pushing",
  validating: "validating",
  diagnosing: "reading what failed",
  repairing: "repairing",
  needs_human: "waits for a person",
  completed: "merged",
  failed: "failed",
  cancelled: "cancelled",
};

const LONGEST_GOAL = 60;

/** One line a run. */
export function runsText(runs: readonly RunCard[], paint: Paint): string {
  if (runs.length === 0) return 'No runs yet: start one with tidegate run "<goal>".';
  const rows = runs.map((run) => [
    paint.bold(run.id),
    phaseText(run, paint),
    run.pr_number === null ? "" : `#${run.pr_number}`,
    spentText(run.spent),
    firstLine(run.target_text),
  ]);
  return table(rows).join("\n");
}

/** What it is for, where it stands, what was done and used. */
export function runText(run: RunDetail, paint: Paint): string {
  const facts: [string, string][] = [
    ["state", phaseText(run, paint) + (run.reason === null ? "" : `: ${shown(run.reason.message)}`)],
    ["project", run.project_id],
    ["agent", run.agent ?? "nobody: the pull request is only followed"],
    ["asked by", `${shown(run.by)}, ${run.source}`],
    ["pull request", run.pr_number === null ? "none yet" : `#${run.pr_number}`],
    ["branch", shown(run.branch ?? "none yet")],
    ["repairs", `${run.attempts} of ${run.limits.max_attempts}`],
    ["used", [spentText(run.spent), limitText(run)].filter((text) => text !== "").join("; ")],
  ];
  const plan = run.plans.at(-1);
  return [
    `${paint.bold(firstLine(run.target_text))}  ${run.id}`,
    ...table(
      facts.map(([name, value]) => [paint.dim(name), value]),
      "  ",
    ),
    ...run.turns_taken.map((turn) => `  ${turnText(turn, paint)}`),
    ...run.validations.map(
      (one) => `  validation of ${one.head_sha.slice(0, 7)}: ${one.state}${whyText(one.reason)}`,
    ),
    ...(plan === undefined ? [] : ["", planText(plan, run.plan_version, paint)]),
  ].join("\n");
}

/** A plan with its version, which is what an answer to it names. */
export function planText(plan: Plan, carriedOut: number | null, paint: Paint): string {
  const head = paint.bold(planHead(plan, carriedOut));
  return `${head}\n\n${indented(shownLines(plan.text.trim()))}`;
}

/** How a plan that waits is answered. */
export const planWords = (id: string): string =>
  `Answer its plan: tidegate runs plan ${id} --confirm, --edit FILE, --again TEXT or --reject`;

/** Which plan it is, and whose. */
export function planHead({ version, by }: Plan, carriedOut: number | null): string {
  return `Plan, version ${version}, by ${shown(by)}${carriedOut === version ? ", carried out" : ""}`;
}

export function agentsText(agents: readonly AgentOffer[], paint: Paint): string {
  const rows = agents.map((agent) => [
    agent.chosen ? paint.green("*") : " ",
    paint.bold(agent.id),
    agent.name,
    agent.missing === null ? paint.green("ready") : paint.yellow(shown(agent.missing)),
  ]);
  return table(rows).join("\n");
}

/** Where a run stands, coloured by whether somebody has to do something. */
export function phaseText({ phase, status }: Pick<RunCard, "phase" | "status">, paint: Paint): string {
  if (phase === "validating" && status === "waiting_for_input")
    return paint.yellow("validated, its merge waits for a person");
  const word = PHASE_WORDS[phase];
  if (phase === "completed") return paint.green(word);
  if (phase === "failed" || phase === "cancelled") return paint.red(word);
  return phase === "needs_human" || phase === "awaiting_confirmation" ? paint.yellow(word) : paint.cyan(word);
}

/** A turn as a heading. */
export function turnText(turn: Turn, paint: Paint): string {
  const state =
    turn.state === "running" ? "" : `: ${turn.state === "passed" ? "done" : turn.state.replace("_", " ")}`;
  const { stat } = turn;
  const size = stat === null ? "" : `, ${count(stat.files, "file")} +${stat.added} -${stat.removed}`;
  const commit = turn.commit_sha === null ? "" : `, commit ${turn.commit_sha.slice(0, 7)}`;
  return `${paint.bold(`turn ${turn.nth}, ${turn.purpose}`)} by ${turn.agent}${state}${size}${commit}`;
}

/** What was used, as far as the agent tells. */
export function spentText({ cost_usd, tokens, agent_ms }: Spent): string {
  const cost = cost_usd === null ? [] : [`$${cost_usd.toFixed(2)}`];
  const words = tokens === null ? [] : [count(tokens, "token")];
  return [...cost, ...words, `${Math.round(agent_ms / 1000)} s`].join(", ");
}

function limitText({ limits }: RunCard): string {
  const cost = limits.max_cost_usd === null ? "" : `$${limits.max_cost_usd} and `;
  return `at most ${cost}${count(limits.max_minutes, "minute")}`;
}

export const whyText = (reason: { message: string } | null): string =>
  reason === null ? "" : `: ${shown(reason.message)}`;

export function indented(text: string, indent = "  "): string {
  return text.replace(/^(?=.)/gm, indent);
}

function firstLine(text: string): string {
  const line = shown(text.trim().split("\n")[0] ?? "");
  return line.length <= LONGEST_GOAL ? line : `${line.slice(0, LONGEST_GOAL - 1)}…`;
}
