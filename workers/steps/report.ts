/** Writes the check run on the validated head: the whole truth as it is at the moment of writing. */
import { setTimeout as pause } from "node:timers/promises";
import { BESIDE, type StepRecord } from "../../models/step.ts";
import {
  hasPassed,
  type Reason,
  TERMINAL_STATES,
  Validation,
  type ValidationState,
} from "../../models/validation.ts";
import type { Why } from "../../models/why.ts";
import { whyOf } from "../../models/why-of.ts";
import { asksPerson } from "../../models/why-standing.ts";
import { type CheckReport, MOST_CHARACTERS, writeCheck } from "../providers/github/index.ts";
import { freeLane, takeLane } from "../store/lanes.ts";
import { findStanding, type Standing } from "../store/standing.ts";
import { listSteps } from "../store/steps.ts";
import { attestationLine } from "./attest.ts";
import { block } from "./fence.ts";
import { annotationsOf, impactLines } from "./impact-text.ts";
import { reasonLines, testedLine, unmetLines } from "./mark-text.ts";
import { quoted, quotedInCell } from "./markup.ts";
import { ownCheckName } from "./own-check.ts";
import { type Context, end, type Step, VISIT_MS } from "./visit.ts";

export const report: Step = async (context) => {
  const { vars, repo, env } = context;
  // Parsed again, so that what is newer than the row has its default.
  const validation = Validation.parse(context.validation);
  const [steps, name, standing, attestation] = await Promise.all([
    listSteps(env.DB, validation.id),
    ownCheckName(context, validation.base_ref),
    findStanding(env.DB, context.project.id, validation.pr_number),
    attestationLine(env, validation),
  ]);
  const why = whyOfPull(context, validation, standing);
  const details_url = `${vars.PUBLIC_URL}/projects/${context.project.id}/pulls/${validation.pr_number}`;
  const summary = bounded(summaryOf(validation, steps, why, attestation));
  const check = { name, details_url, summary, ...checkOf(validation, steps) };
  // A status is the commit's, whichever attempt wrote it last, and a check run that is made now would be its newest.
  const silent = vars.GITHUB_TOKEN !== null || validation.check_run_id === null;
  if (silent && isSpokenFor(validation, standing)) return end(context, "passed", null);
  const written = await writeAlone(context, (known) => writeCheck(vars, repo, check, known));
  const found = written === null ? {} : { check_run_id: written };
  return end(context, "passed", null, found, found);
};

/** Longest that another delivery of the same order is believed to be at it, in ms. */
const AT_IT_MS = 10_000;

/** A queue may deliver one order twice at once: two that both look for the check run before either made it make two. */
async function writeAlone<T>(
  { env, project, validation }: Context,
  write: (known: number | null) => Promise<T>,
): Promise<T> {
  if (validation.check_run_id !== null) return write(validation.check_run_id);
  const lane = { repo_id: project.repo_id, base_ref: `check ${validation.id}` };
  const mine = { id: crypto.randomUUID(), nth: 0 };
  for (const until = Date.now() + VISIT_MS; !(await takeLane(env.DB, lane, mine, Date.now(), AT_IT_MS)); ) {
    if (Date.now() >= until)
      throw new Error("Another delivery of this order is writing the check run: this one comes again");
    await pause(200);
  }
  try {
    return await write(null);
  } finally {
    await freeLane(env.DB, lane, mine);
  }
}

/** A newer attempt says what there is to say of the same commit, under the same name. */
function isSpokenFor({ id, head_sha, base_ref }: Validation, standing: Standing | null): boolean {
  const newest = standing?.newest ?? null;
  if (newest === null || newest.id === id) return false;
  return newest.head_sha === head_sha && newest.base_ref === base_ref;
}

function whyOfPull({ project }: Context, newest: Validation, standing: Standing | null): Why | null {
  if (standing?.pull.validation_id !== newest.id) return null;
  // Its place in the queue changes with every merge of others, for which nothing is written anew.
  return whyOf({ ...standing, newest, project, queue: [], now: Date.now() });
}

/**
 * Only `passed` is a success, and what is flaky once a person approved it; GitHub counts `neutral` and `skipped` as good
 * enough, so they are never said.
 */
const CONCLUSION: Record<ValidationState, CheckReport["conclusion"]> = {
  queued: null,
  running: null,
  passed: "success",
  passed_flaky: "success",
  failed: "failure",
  errored: "failure",
  timed_out: "timed_out",
  superseded: "cancelled",
  cancelled: "cancelled",
};

/** What its check run is to say, in the words that GitHub has for it. */
export function verdictOf(validation: Validation): Pick<CheckReport, "status" | "conclusion"> {
  const { state, waits } = validation;
  // Green would let anybody merge what waits for a person; what failed says that one is asked.
  const asks = askedOf(validation).length > 0 || waits?.code === "fork_needs_approval";
  if (asks) return { status: "completed", conclusion: "action_required" };
  if (TERMINAL_STATES.has(state)) return { status: "completed", conclusion: CONCLUSION[state] };
  return { status: state === "queued" ? "queued" : "in_progress", conclusion: null };
}

function checkOf(
  validation: Validation,
  steps: readonly StepRecord[],
): Omit<CheckReport, "name" | "details_url" | "summary"> {
  const { head_sha, id, state } = validation;
  return {
    head_sha,
    external_id: id,
    ...verdictOf(validation),
    title: titleOf(validation, steps),
    text: textOf(steps),
    annotations: TERMINAL_STATES.has(state) ? annotationsOf(analysisIn(steps)) : [],
  };
}

/** What a person is asked about: why it is held itself, and why the same commit is held elsewhere. */
function askedOf(validation: Validation): Reason[] {
  const { state, hold, approved_by, twin } = validation;
  // What failed is held where its agent stopped.
  const failed = (state === "failed" || state === "timed_out") && approved_by === null ? hold : null;
  const flaky = { code: "flaky", message: "It failed before at this head" };
  const own = asksPerson(validation) ? (hold ?? flaky) : failed;
  return [own, hasPassed(validation) ? twin : null].filter((reason) => reason !== null);
}

export function titleOf(validation: Validation, steps: readonly StepRecord[]): string {
  const { state, reason, waits, stalled, merge_state } = validation;
  const untouched =
    hasPassed(validation) && steps.some(({ evidence }) => evidence?.not_affected !== undefined);
  const said = untouched ? "not affected" : state.replace("_", " ");
  if (waits !== null) return titled(`waits to begin: ${waits.message}`);
  const [asked] = askedOf(validation);
  const asks = asked === undefined ? "" : ", waits for a person";
  if (reason !== null) return titled(`${said}${asks}: ${reason.message}`);
  if (asked !== undefined) return titled(`${said}${asks}: ${asked.message}`);
  if (stalled !== null) return titled(`${said}, waits: ${stalled.message}`);
  if (merge_state === "rehearsed") return `${said}, not merged: this is a dry run`;
  return merge_state === "none" ? said : `${said}, merge ${merge_state}`;
}

/** GitHub shows a title as it is written, markup and all. */
function titled(text: string): string {
  return text.slice(0, 250).toWellFormed();
}

/**
 * A table of the steps, why it is not merged, and what was tested.
 *
 * @param why why its pull request is not merged; null when a newer validation speaks for it
 * @param attestation where what passed is attested; null when nothing is to be said of it
 */
export function summaryOf(
  validation: Validation,
  steps: readonly StepRecord[],
  why: Why | null = null,
  attestation: string | null = null,
): string {
  const { head_sha, base_ref, base_sha, attempt, hold, approved_by, merge_commit_sha } = validation;
  const rows = steps
    .filter((step) => step.kind !== "report" && step.kind !== "release")
    .map(
      (step) =>
        `| ${step.kind} | ${step.state} | ${secondsOf(step)} | ${step.reason === null ? factsOf(step) : quotedInCell(step.reason)} |`,
    );
  const table = rows.length === 0 ? [] : ["| step | state | time | |", "|---|---|--:|---|", ...rows];
  return [
    `Head \`${head_sha}\` onto ${quoted(base_ref)} at \`${base_sha}\`, attempt ${attempt}.`,
    "",
    ...table,
    ...whyLines(validation, why),
    ...(approved_by === null
      ? []
      : ["", `Approved by ${quoted(approved_by)}: ${quoted(hold?.message ?? "")}`]),
    ...(merge_commit_sha === null ? [] : ["", `Merged as \`${merge_commit_sha}\`.`]),
    ...impactLines(analysisIn(steps)),
    "",
    testedLine(validation),
    ...(attestation === null ? [] : ["", attestation]),
    "",
    `Validation \`${validation.id}\``,
  ].join("\n");
}

/** An older validation speaks for itself alone; what was merged may still have something to say. */
function whyLines(validation: Validation, why: Why | null): string[] {
  const { reason, merge_reasons } = validation;
  if (why !== null && !why.merged) return ["", `**${why.summary}**`, "", ...unmetLines(why.unmet)];
  const reasons = [...(reason === null ? [] : [reason]), ...merge_reasons];
  return reasons.length === 0 ? [] : ["", ...reasonLines(reasons)];
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
  if (evidence.egress === "unconfined") facts.push("network not confined");
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
