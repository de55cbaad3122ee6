/** What a failed validation left, what it is read with, and what comes of it. */
import type { ReadSource } from "../../../graph/queries/context-source.ts";
import type { GraphReader } from "../../../graph/store.ts";
import type { StepRecord } from "../../../models/step.ts";
import type { Validation } from "../../../models/validation.ts";

export interface Failure {
  validation: Pick<Validation, "state" | "reason">;
  /** Steps of the last try, in the order in which they ran; those that passed may be left out. */
  steps: readonly StepRecord[];
  /** Whole logs of the steps that failed, redacted, by the id of the step. */
  logs: ReadonlyMap<string, string>;
  /** What pages wrote to their consoles, redacted, by the name of the artifact (`browse.1.flow-1.console.txt`). */
  consoles?: ReadonlyMap<string, string> | undefined;
}

/** Each may be missing: a report then says less. */
export interface Means {
  /** The graph of the head. */
  reader?: GraphReader | undefined;
  /** Files of the head. */
  source?: ReadSource | undefined;
  /** What the head changed since its base, as a unified diff. */
  diff?: string | undefined;
  /** Every file of the head. */
  paths: readonly string[];
  /** Most tokens that the report may have. */
  budget: number;
}

export interface ErrorReport {
  /** Markdown. Whatever logs, pages and the repository say in it is fenced as data. */
  text: string;
  tokens: number;
  /** What failed: the same again gives the same, another failing test or another message gives another. */
  fingerprint: string;
  /** Files whose code is in the report or that it points at, the likeliest first. */
  files: string[];
  /** Names of artifacts of the validation that show what went wrong. */
  screenshots: string[];
}
