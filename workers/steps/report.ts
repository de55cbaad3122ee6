/** Writes the check run on the validated head: the whole truth as it is at the moment of writing. */
import { BESIDE, type StepRecord } from "../../models/step.ts";
import {
  hasPassed,
  type Reason,
  TERMINAL_STATES,
  type Validation,
  type ValidationState,
} from "../../models/validation.ts";
import { type CheckReport, MOST_CHARACTERS, writeCheck } from "../providers/github/index.ts";
import { listSteps } from "../store/steps.ts";
import { block } from "./fence.ts";
import { annotationsOf, impactLines } from "./impact-text.ts";
import { quoted, quotedInCell } from "./markup.ts";
import { ownCheckName } from "./own-check.ts";
import { type Context, end, type Step } from "./visit.ts";

export const report: Step = async (context) => {
  const { vars, repo, validation, env } = context;
  const [steps, name] = await Promise.all([
    listSteps(env.DB, validation.id),
    ownCheckName(context, validation.base_ref),
  ]);
  const check = { name, ...checkOf(context, steps) };
  const check_run_id = await writeCheck(vars, repo, check, validation.check_run_id);
  const found = check_run_id === null ? {} : { check_run_id };
  return end(context, "passed", null, found, found);
};

/** Only `passed` is a success; GitHub counts `neutral` and `skipped` as good enough, so they are never said. */
const CONCLUSION: Record<ValidationState, CheckReport["conclusion"]> = {
  queued: null,
  running: null,
  passed: "success",
  // A person said so: until then one is asked.
  passed_flaky: "success",
  failed: "failure",
  errored: "failure",
  timed_out: "timed_out",
  superseded: "cancelled",
  cancelled: "cancelled",
};

const STATUS: Record<ValidationState, CheckReport["status"]> = {
  queued: "queued",
  running: "in_progress",
  passed: "completed",
  passed_flaky: "completed",
  failed: "completed",
  errored: "completed",
  timed_out: "completed",
  superseded: "completed",
  cancelled: "completed",
};

function checkOf(
  { vars, project, validation }: Context,
  steps: readonly StepRecord[],
): Omit<CheckReport, "name"> {
  return {
    head_sha: validation.head_sha,
    external_id: validation.id,
    status: STATUS[validation.state],
    // Green would let anybody merge what waits for a person; what failed says that one is asked.
    conclusion: askedOf(validation).length > 0 ? "action_required" : CONCLUSION[validation.state],
    title: titleOf(validation, steps),
    summary: bounded(summaryOf(validation, steps)),
    text: textOf(steps),
    annotations: TERMINAL_STATES.has(validation.state) ? annotationsOf(analysisIn(steps)) : [],
    details_url: `${vars.PUBLIC_URL}/projects/${project.id}/pulls/${validation.pr_number}`,
  };
}

/** What a person is asked about: why it is held itself, and why the same commit is held elsewhere. */
function askedOf(validation: Validation): Reason[] {
  const { state, hold, approved_by, twin } = validation;
  const passed = hasPassed(validation);
  // What failed is held where its agent stopped.
  const own = passed || state === "failed" || state === "timed_out" ? hold : null;
  return [approved_by == null ? own : null, passed ? twin : null].filter((reason) => reason != null);
}

export function titleOf(validation: Validation, steps: readonly StepRecord[]): string {
  const untouched =
    hasPassed(validation) && steps.some(({ evidence }) => evidence?.not_affected !== undefined);
  const said = untouched ? "not affected" : validation.state.replace("_", " ");
  if (validation.reason !== null) {
    const asks = askedOf(validation).length > 0 ? ", waits for a person" : "";
    return titled(`${said}${asks}: ${validation.reason.message}`);
  }
  const [asked] = askedOf(validation);
  if (asked !== undefined) return titled(`${said}, waits for a person: ${asked.message}`);
  return validation.merge_state === "none" ? said : `${said}, merge ${validation.merge_state}`;
}

/** GitHub shows a title as it is written, markup and all. */
function titled(text: string): string {
  return text.slice(0, 250).toWellFormed();
}

/** A table of the steps, and why it is not merged. */
export function summaryOf(validation: Validation, steps: readonly StepRecord[]): string {
  const rows = steps
    .filter((step) => step.kind !== "report" && step.kind !== "release")
    .map(
      (step) =>
        `| ${step.kind} | ${step.state} | ${secondsOf(step)} | ${step.reason === null ? factsOf(step) : quotedInCell(step.reason)} |`,
    );
  const table = rows.length === 0 ? [] : ["| step | state | time | |", "|---|---|--:|---|", ...rows];
  const { hold, merge_reasons } = validation;
  const asked = askedOf(validation).filter(({ code }) => !merge_reasons.some((one) => one.code === code));
  const reasons = [validation.reason, ...asked, ...merge_reasons].filter((reason) => reason !== null);
  const why = reasons.map(({ code, message }) => `- \`${code}\` ${quoted(message)}`);
  return [
    `Head \`${validation.head_sha}\` onto ${quoted(validation.base_ref)} at \`${validation.base_sha}\`, attempt ${validation.attempt}.`,
    "",
    ...table,
    ...(why.length > 0 ? ["", "**Why it is not merged**", "", ...why] : []),
    ...(validation.approved_by != null
      ? ["", `Approved by ${quoted(validation.approved_by)}: ${quoted(hold?.message ?? "")}`]
      : []),
    ...(validation.merge_commit_sha ? ["", `Merged as \`${validation.merge_commit_sha}\`.`] : []),
    ...impactLines(analysisIn(steps)),
    "",
    "Tested on its own head, not on the merge with a base that moved since.",
    `Validation \`${validation.id}\``,
  ].join("\n");
}

/** The newest analysis: an earlier try's was thrown away with its sandbox. */
function analysisIn(steps: readonly StepRecord[]): StepRecord | undefined {
  return steps.findLast((step) => step.kind === BESIDE);
}

/** GitHub refuses a longer summary, and the check run would stay as it is. */
export function bounded(summary: string): string {
  if (summary.length <= MOST_CHARACTERS) return summary;
  const end = "\n\n(cut: the dashboard shows all of it)";
  const cut = summary.slice(0, MOST_CHARACTERS - end.length).toWellFormed();
  // At a line's end: code that is cut in two is no code, and what it quotes would be markup.
  return cut.replace(/\n.*$/, "") + end;
}

/** What a step that passed has to show for it. */
function factsOf({ evidence }: StepRecord): string {
  if (evidence === null) return "";
  const facts: string[] = [];
  if (evidence.snapshot) facts.push(`${evidence.snapshot} workspace, ${evidence.archive_files} files`);
  if (evidence.not_affected) {
    const { files, path } = evidence.not_affected;
    facts.push(`not affected: none of ${files.length} changed files concerns ${quotedInCell(path)}`);
  }
  if (evidence.isolation) facts.push(`isolation ${evidence.isolation}`);
  if (evidence.commands) facts.push(`${evidence.commands.length} commands`);
  if (evidence.tests_run != null) facts.push(`${evidence.tests_run} tests, ${evidence.tests_failed} failed`);
  const failed = new Set(evidence.attempts?.flatMap((go) => (go.passed ? [] : go.failing_tests)));
  if (evidence.attempts) facts.push(`run ${evidence.attempts.length} times`);
  if (failed.size > 0) facts.push(`failed before: ${quotedInCell([...failed].slice(0, 10).join(", "))}`);
  if (evidence.analysis) {
    const { risk, totals } = evidence.analysis;
    facts.push(risk === null ? "risk not known" : `risk ${risk.level} (${risk.score})`);
    if (totals.findings > 0) facts.push(`${totals.findings} new findings`);
  }
  if (evidence.flows)
    facts.push(`${evidence.flows.filter((flow) => flow.passed).length} of ${evidence.flows.length} flows`);
  return facts.join(", ");
}

/** The end of what failed, as data: fenced so that nothing in it is read as markup. */
function textOf(steps: readonly StepRecord[]): string {
  const failing = steps.flatMap((step) => step.evidence?.failing_tests ?? []);
  const errors = steps.flatMap((step) => step.evidence?.page_errors ?? []);
  const requests = steps.flatMap((step) => step.evidence?.failed_requests ?? []);
  const part = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : [`#### ${title}`, block(lines.slice(0, 20).join("\n")), ""];
  const text = [
    ...part("Failing tests", failing),
    ...part("Errors of the page", errors),
    ...part("Failed requests", requests),
  ];
  return text.length === 0 ? "No findings." : text.join("\n").slice(0, 60_000).toWellFormed();
}

function secondsOf({ started_at, finished_at }: StepRecord): string {
  return finished_at === null ? "" : `${((finished_at - started_at) / 1000).toFixed(1)} s`;
}
