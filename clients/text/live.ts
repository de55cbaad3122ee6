/** What happens in a run while it is followed, as lines of a terminal. */
import type { Said } from "../../models/said.ts";
import type { StepRecord } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { type Paint, shown, shownLines } from "./paint.ts";
import { indented, whyText } from "./run.ts";
import { count } from "./table.ts";

/** A whole file may be one result; who wants all of it finds it on the dashboard. */
const MOST_LINES = 12;

/** One item of what an agent says; empty for what is shown elsewhere. */
export function saidText(item: Said, paint: Paint): string {
  switch (item.kind) {
    case "begin":
      return paint.dim(`  ${shown(item.agent)} begins`);
    case "text":
      return item.text.trim() === "" ? "" : paint.dim(piece(item.text));
    case "thought":
      return piece(item.text);
    case "tool":
      return `  ${paint.cyan(shown(item.name))} ${shown(firstOf(item.input))}`;
    case "result":
      return paint.dim(piece(item.text, "    "));
    case "answer":
      return paint.bold(piece(item.text));
    case "error":
      return paint.red(piece(item.text));
    case "diff":
      return paint.dim(`  changed: ${count(item.files, "file")} +${item.added} -${item.removed}`);
    case "spent":
      return "";
  }
}

/** A validation that begins. */
export function validationText(validation: Validation, paint: Paint): string {
  return paint.bold(`validation of ${validation.head_sha.slice(0, 7)}, #${validation.pr_number}`);
}

/** A step that ended. */
export function stepText(step: StepRecord, paint: Paint): string {
  const { evidence } = step;
  const took =
    step.finished_at === null ? "" : `, ${((step.finished_at - step.started_at) / 1000).toFixed(1)} s`;
  const tests = evidence?.tests_run == null ? "" : `, ${count(evidence.tests_run, "test")}`;
  const flows = evidence?.flows === undefined ? "" : `, ${count(evidence.flows.length, "flow")}`;
  const state = step.state === "passed" || step.state === "not_required" ? paint.green : paint.red;
  const why = whyText(step.reason === null ? null : { message: step.reason });
  return `  ${step.kind.padEnd(9)}${state(step.state.replace("_", " "))}${tests}${flows}${took}${why}`;
}

/** How a validation ended, and what came of its merge. */
export function verdictText(validation: Validation, paint: Paint): string {
  const { state, merge_state, merge_commit_sha, merge_reasons } = validation;
  if (merge_state === "merged") return paint.green(`  merged as ${merge_commit_sha?.slice(0, 7)}`);
  if (state !== "passed") return paint.red(`  ${state.replace("_", " ")}${whyText(validation.reason)}`);
  const why = merge_reasons.map(({ message }) => shown(message)).join("; ");
  const merge = merge_state === "none" ? "nobody asked for a merge" : `merge ${merge_state}`;
  return paint.green("  passed") + paint.dim(`, ${merge}${why === "" ? "" : `: ${why}`}`);
}

function piece(text: string, indent = "  "): string {
  const lines = shownLines(text.trimEnd()).split("\n");
  const more = lines.length - MOST_LINES;
  const kept = more > 0 ? [...lines.slice(0, MOST_LINES), `… ${count(more, "more line")}`] : lines;
  return indented(kept.join("\n"), indent);
}

const firstOf = (text: string): string => text.trim().split("\n")[0] ?? "";
