/** `npm run rehearse`: plays every pull request, prints the chain of evidence, and exits 1 if an outcome differs. */
import { connect } from "../clients/api.ts";
import type { StepRecord } from "../models/step.ts";
import { act, type Played } from "./act.ts";
import { type Machine, startMachine } from "./machine.ts";
import { PLAYS, SAMPLE } from "./plays.ts";
import { pinSample } from "./sample.ts";
import { errorsOnly } from "./worker.ts";

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(1).padStart(6);
const say = (line: string) => console.log(`${seconds()} s  ${line}`);

const only = process.argv.slice(2);
const plays = only.length === 0 ? PLAYS : PLAYS.filter((play) => only.includes(play.branch));
if (plays.length === 0) {
  console.error(`Cannot play ${only.join(", ")}: known are ${PLAYS.map((play) => play.branch).join(", ")}`);
  process.exit(2);
}

const machine = await startMachine({ progress: say, log: errorsOnly(), quiet: true });
say(
  `Browser: ${machine.chrome.path} (from the ${machine.chrome.from}); isolation of sandboxes: ${machine.runner.isolation}`,
);
let failed = 0;
try {
  const { token } = await machine.signIn();
  const api = connect(machine.url, token);
  const project = await pinSample(machine, api, SAMPLE);
  for (const play of plays) {
    console.log(`\n${play.name}`);
    const played = await act(machine, api, project, play);
    for (const line of evidenceOf(played, machine)) console.log(`    ${line}`);
    failed += played.wrong.length > 0 ? 1 : 0;
    for (const wrong of played.wrong) console.log(`  WRONG ${wrong}`);
    say(played.wrong.length === 0 ? "as expected" : "NOT AS EXPECTED");
  }
  failed += reportUnmodelled(machine);
} finally {
  await machine.close();
}
console.log(`\n${plays.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** What the rehearsal GitHub could not answer would make the rehearsal worthless. */
function reportUnmodelled({ github }: Machine): number {
  for (const seen of github.unmodelled)
    console.log(`  WRONG asked GitHub for ${seen.method} ${seen.path}, which is not modelled`);
  return github.unmodelled.length > 0 ? 1 : 0;
}

/** delivery -> validation -> steps -> check run -> merge request -> merge commit, a line each. */
function evidenceOf(played: Played, { github }: Machine): string[] {
  const lines = [
    `pull request ${github.url}/${played.deliveries.length > 0 ? "" : ""}#${played.pull}, deliveries ${played.deliveries.join(" ")}`,
  ];
  for (const validation of played.validations.toReversed()) {
    lines.push(
      `validation ${validation.id}: ${validation.state}${validation.reason ? ` (${validation.reason.code}: ${validation.reason.message})` : ""}`,
    );
    lines.push(
      `  head ${validation.head_sha}  base ${validation.base_sha}  check run ${validation.check_run_id}  caused by ${validation.delivery_id}`,
    );
    for (const step of validation.steps) lines.push(...stepLines(step));
    if (validation.merge_state !== "none") {
      const why = validation.merge_reasons.map((reason) => reason.message).join("; ");
      lines.push(
        `  merge ${validation.merge_state}${why ? ` (${why})` : ""}, merge commit ${validation.merge_commit_sha}`,
      );
    }
  }
  for (const merge of played.merges)
    lines.push(`GitHub heard: merge with sha ${merge.sha}, answered ${merge.status}`);
  lines.push(`git: the base branch ${played.landed ? "contains" : "does not contain"} ${played.head}`);
  return lines;
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
