/** What an attestation says: read from records that never change again, so that a repeat says the same. */
import {
  type AttestedStep,
  type Judging,
  PREDICATE_TYPE,
  type Predicate,
  STATEMENT_TYPE,
  type Statement,
  subjectsOf,
} from "../../models/attestation.ts";
import { canonical } from "../../models/canonical.ts";
import type { Outcome } from "../../models/fact.ts";
import { BESIDE, GATE_KINDS, type StepKind, type StepRecord } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { sha256 } from "../digest.ts";
import { VERSION } from "../version.ts";

type Judged = {
  validation: Validation;
  repository: Predicate["repository"];
  plan: { digest: string; source: string };
  /** Of the try that passed. */
  records: readonly StepRecord[];
  outcome: Outcome;
};

/** What judged: the plan that was demanded, which state of the code it was demanded of, and by whom it was read. */
export function judgingOf(planDigest: string, records: readonly StepRecord[]): Judging {
  const made = records.find(({ kind }) => kind === "snapshot")?.evidence;
  const tested = made?.merge_sha === undefined ? "head" : "merge";
  return { config_sha256: planDigest, tested, judge: `tidegate ${VERSION}` };
}

export function policyVersion(judging: Judging): Promise<string> {
  return sha256(canonical(judging));
}

/** The statement; null where the records do not hold what it must say. */
export async function statementOf(judged: Judged): Promise<Statement | null> {
  const { validation, repository, plan, records, outcome } = judged;
  const judge = records.find(({ kind }) => kind === "judge");
  const made = records.find(({ kind }) => kind === "snapshot")?.evidence;
  if (judge?.finished_at == null || made?.tree_sha === undefined) return null;
  const judging = judgingOf(plan.digest, records);
  const left = made.not_affected;
  const predicate: Predicate = {
    repository,
    project_id: validation.project_id,
    pr_number: validation.pr_number,
    validation_id: validation.id,
    attempt: validation.attempt,
    try: judge.try,
    base_ref: validation.base_ref,
    head_sha: validation.head_sha,
    base_sha: validation.base_sha,
    tested_base_sha: made.base_sha ?? null,
    merge_sha: made.merge_sha ?? null,
    tree_sha: made.tree_sha,
    config: { source: plan.source, sha256: plan.digest },
    policy: { version: await policyVersion(judging), judging },
    steps: await Promise.all(judgedBy(records, judge.finished_at).map(attestedStep)),
    not_affected: left === undefined ? null : { path: left.path, ...left.compared },
    flaky: outcome.flaky ?? null,
    hold: outcome.hold ?? null,
    judged_at: new Date(judge.finished_at).toISOString(),
  };
  const subject = subjectsOf(predicate);
  return { _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate };
}

const JUDGED: readonly StepKind[] = [...GATE_KINDS, BESIDE];

/** The steps that had ended when the judge did: an analysis that nobody waited for may end later. */
export function judgedBy(records: readonly StepRecord[], judged_at: number): StepRecord[] {
  return records
    .filter(
      ({ kind, finished_at }) => JUDGED.includes(kind) && finished_at !== null && finished_at <= judged_at,
    )
    .sort((one, other) => JUDGED.indexOf(one.kind) - JUDGED.indexOf(other.kind));
}

async function attestedStep({ kind, state, evidence }: StepRecord): Promise<AttestedStep> {
  const evidence_sha256 = evidence === null ? null : await sha256(canonical(evidence));
  return { kind, state: state as AttestedStep["state"], evidence_sha256 };
}
