/** The chain of evidence in words, a line each. */
import type { RunDetail } from "../models/run.ts";
import type { StepRecord } from "../models/step.ts";
import type { Turn } from "../models/turn.ts";
import type { ValidationDetail } from "../models/validation.ts";
import type { Played } from "./act.ts";
import type { PlayedRun } from "./act-run.ts";
import type { Machine } from "./machine.ts";

/** delivery -> validation -> steps -> check run -> merge request -> merge commit */
export function evidenceOf(played: Played, { github }: Machine): string[] {
  return [
    `pull request ${github.url} #${played.pull}, deliveries ${played.deliveries.join(" ")}`,
    ...played.validations.toReversed().flatMap(validationLines),
    ...played.merges.map((merge) => `GitHub heard: merge with sha ${merge.sha}, answered ${merge.status}`),
    `git: the base branch ${played.landed ? "contains" : "does not contain"} ${played.head}`,
  ];
}

/** goal -> plan version -> turn -> commit -> validation -> steps -> merge request -> merge commit */
export function evidenceOfRun({
  run,
  validations,
  commits,
  merges,
  checks,
  comments,
  landed,
}: PlayedRun): string[] {
  const parts = [
    ...run.turns_taken.map((turn) => ({ at: turn.started_at, lines: turnLines(turn) })),
    ...run.plans.map(({ version, by, at }) => ({ at, lines: [planLine(run, version, by)] })),
    ...validations.map((one) => ({ at: one.created_at, lines: validationLines(one) })),
  ];
  const { cost_usd, tokens, agent_ms } = run.spent;
  return [
    `goal "${run.target_text}" for ${run.agent}, stated by ${run.by} (${run.source}), run ${run.id}`,
    ...parts.sort((one, other) => one.at - other.at).flatMap(({ lines }) => lines),
    commits.length === 0
      ? "no commit, no branch, no pull request"
      : `commits ${commits.join(" ")} on ${run.branch ?? "a branch of its own"}, pull request #${run.pr_number}`,
    ...checks.map(({ sha, conclusion }) => `check run on ${sha}: ${conclusion}`),
    ...merges.map((merge) => `GitHub heard: merge with sha ${merge.sha}, answered ${merge.status}`),
    ...commits
      .slice(-1)
      .map((sha) => `git: the base branch ${landed ? "contains" : "does not contain"} ${sha}`),
    `run ${run.phase}${run.reason === null ? "" : ` (${run.reason.code}: ${run.reason.message})`}, repairs ${run.attempts}, used ${cost_usd === null ? "no cost that it tells" : `$${cost_usd.toFixed(3)}`}, ${tokens ?? "no"} tokens, ${agent_ms} ms; comments ${comments.length}`,
  ];
}

function planLine(run: RunDetail, version: number, by: string): string {
  return `plan version ${version} by ${by}${run.plan_version === version ? ", confirmed and carried out" : ""}`;
}

function turnLines({ nth, purpose, state, reason, stat, start_sha, commit_sha, ...turn }: Turn): string[] {
  const size = stat === null ? "" : `, ${stat.files} files +${stat.added} -${stat.removed}`;
  const where =
    turn.container_id === null ? (turn.web_url ?? "") : `sandbox ${turn.container_id} (${turn.isolation})`;
  return [
    `turn ${nth} to ${purpose}: ${state}${reason === null ? "" : ` (${reason})`}${size}`,
    `  from ${start_sha} to commit ${commit_sha}, ${where}`,
  ];
}

export function validationLines(validation: ValidationDetail): string[] {
  const { id, state, reason, head_sha, base_sha, check_run_id, delivery_id } = validation;
  const lines = [
    `validation ${id}: ${state}${reason === null ? "" : ` (${reason.code}: ${reason.message})`}`,
    `  head ${head_sha}  base ${base_sha}  check run ${check_run_id}  caused by ${delivery_id}`,
    ...validation.steps.flatMap(stepLines),
  ];
  if (validation.merge_state === "none") return lines;
  const why = validation.merge_reasons.map(({ message }) => message).join("; ");
  const merge = `merge ${validation.merge_state}${why ? ` (${why})` : ""}`;
  return [...lines, `  ${merge}, merge commit ${validation.merge_commit_sha}`];
}

function stepLines(step: StepRecord): string[] {
  const { evidence } = step;
  const took = step.finished_at === null ? "" : ` ${step.finished_at - step.started_at} ms`;
  const lines = [`  ${step.kind} ${step.state}${took}${step.reason ? `: ${step.reason}` : ""}`];
  if (evidence === null) return lines;
  if (evidence.snapshot)
    lines.push(
      `    ${evidence.snapshot} workspace, tree ${evidence.tree_sha}, sandbox ${evidence.container_id} (${evidence.isolation})`,
    );
  for (const command of evidence.commands ?? [])
    lines.push(
      `    $ ${command.command} -> exit ${command.exit_code} (${command.end}), ${command.duration_ms} ms`,
    );
  if (evidence.tests_run !== undefined)
    lines.push(
      `    tests run ${evidence.tests_run}, failed ${evidence.tests_failed}, counted by ${evidence.counted_by}: ${(evidence.failing_tests ?? []).join(", ")}`,
    );
  for (const flow of evidence.flows ?? [])
    lines.push(
      `    flow "${flow.name}" ${flow.passed ? "passed" : flow.failure}, ${flow.duration_ms} ms, screenshot ${flow.screenshots.join(", ")}`,
    );
  if (evidence.merge_request)
    lines.push(
      `    merge request sha ${evidence.merge_request.sha} by ${evidence.merge_request.method}: ${evidence.merge_request.status} ${evidence.merge_request.message}`,
    );
  if (evidence.merge_parents)
    lines.push(`    merge commit ${evidence.merge_commit_sha}, parents ${evidence.merge_parents.join(" ")}`);
  return lines;
}
