/** Whether an attestation is what a Tidegate signed, says what it must, and names this evidence. Offline. */
import { z } from "zod";
import {
  type AttestedStep,
  Envelope,
  type Predicate,
  STATEMENT_PAYLOAD,
  Statement,
  subjectsOf,
} from "../../../models/attestation.ts";
import { canonical } from "../../../models/canonical.ts";
import { type Check, checked, failed, hasFailed, ok, unchecked } from "./check.ts";
import { opened, type PublicKey, sha256 } from "./keys.ts";

export type Verified = { statement: Statement | null; checks: Check[] };

/**
 * Checks an attestation.
 *
 * @param keys null when none was given: then nothing proves who wrote it, and it does not count as verified
 * @param id the validation that is meant; null when any is
 */
export function verifyAttestation(
  text: string,
  keys: readonly PublicKey[] | null,
  id: string | null,
): Verified {
  const envelope = Envelope.safeParse(jsonOf(text));
  if (!envelope.success)
    return { statement: null, checks: [failed("It is no DSSE envelope with one signature")] };
  if (keys === null)
    return {
      statement: null,
      checks: [failed("No key was given: nothing proves who signed it; name one with --key")],
    };
  const { bytes, checks } = opened(envelope.data, STATEMENT_PAYLOAD, keys);
  // What nobody signed is not read any further.
  if (hasFailed(checks)) return { statement: null, checks };
  const statement = Statement.safeParse(jsonOf(bytes.toString("utf8")));
  if (!statement.success) {
    const says = `What was signed is no statement that this version can read: ${z.prettifyError(statement.error)}`;
    return { statement: null, checks: [...checks, failed(says.replaceAll("\n", " "))] };
  }
  return { statement: statement.data, checks: [...checks, ...agreements(statement.data, id)] };
}

/** Whether the parts of a statement agree with each other. */
function agreements({ subject, predicate }: Statement, id: string | null): Check[] {
  const { policy, config, validation_id, head_sha, tree_sha, merge_sha, tested_base_sha } = predicate;
  const named = `${predicate.project_id}.${predicate.pr_number}.${head_sha.slice(0, 12)}.${predicate.attempt}`;
  const tested = policy.judging.tested === "merge";
  const what = tested
    ? `the merge ${merge_sha} of head ${head_sha} with the base at ${tested_base_sha}`
    : `head ${head_sha}`;
  return [
    checked(
      validation_id === named && (id === null || id === validation_id),
      `It is of validation ${validation_id}`,
      `It is of validation ${validation_id}${id === null || id === validation_id ? `, whose parts say ${named}` : `, not of ${id}`}`,
    ),
    checked(
      canonical(subject) === canonical(subjectsOf(predicate)) && tested === (merge_sha !== null),
      `Tested was ${what}, tree ${tree_sha}`,
      "Its subjects are not what it says was tested",
    ),
    checked(
      policy.version === sha256(canonical(policy.judging)) && policy.judging.config_sha256 === config.sha256,
      `Policy ${policy.version.slice(0, 16)}…: configuration ${config.sha256.slice(0, 16)}… of ${config.source}`,
      "Its policy version is not that of the configuration it names",
    ),
    stepsCheck(predicate),
  ];
}

const COUNTS: ReadonlySet<AttestedStep["state"]> = new Set(["passed", "not_required"]);

/** The code graph runs beside the gate: what it could not say held the merge, and failed nothing. */
function stepsCheck({ steps, not_affected }: Predicate): Check {
  const against = steps.filter(({ kind, state }) => kind !== "analyze" && !COUNTS.has(state));
  const needed = not_affected === null ? ["snapshot", "test", "judge"] : ["snapshot", "judge"];
  const missing = needed.filter(
    (kind) => !steps.some((step) => step.kind === kind && step.state === "passed" && step.evidence_sha256),
  );
  const ran = steps.map(({ kind, state }) => `${kind} ${state}`).join(", ");
  if (against.length + missing.length > 0) {
    const words = [
      ...against.map(({ kind, state }) => `${kind} ${state}`),
      ...missing.map((kind) => `no ${kind}`),
    ];
    return failed(`Not every step passed: ${words.join(", ")}`);
  }
  if (not_affected === null) return ok(`Steps: ${ran}`);
  const { path, start_sha } = not_affected;
  return ok(`Nothing was run: since ${start_sha} it changes nothing that concerns ${path} (${ran})`);
}

const Record = z.looseObject({ kind: z.string(), try: z.number(), evidence: z.unknown() });
const Records = z.union([
  z.array(Record),
  z.looseObject({ steps: z.array(Record) }).transform(({ steps }) => steps),
]);

/** Whether the evidence is the very one that was judged. */
export function verifyEvidence({ predicate }: Statement, text: string): Check[] {
  const records = Records.safeParse(jsonOf(text));
  if (!records.success)
    return [failed("The evidence cannot be read: it must be what /api/v1/validation/{id}/evidence answers")];
  return predicate.steps.map(({ kind, evidence_sha256 }) => {
    const there = records.data.find((record) => record.kind === kind && record.try === predicate.try);
    const evidence = there?.evidence ?? null;
    if (evidence_sha256 === null)
      return checked(
        evidence === null,
        `${kind} left no evidence`,
        `${kind} left no evidence, and here is some`,
      );
    if (evidence === null) return failed(`The evidence of ${kind} is not there`);
    return checked(
      sha256(canonical(evidence)) === evidence_sha256,
      `The evidence of ${kind} is the one that was judged`,
      `The evidence of ${kind} is not the one that was judged`,
    );
  });
}

/** What no file can show, and what a statement admits. */
export function limitsOf({ predicate }: Statement): Check[] {
  const { flaky, hold } = predicate;
  return [
    ...(flaky === null
      ? []
      : [
          unchecked(
            `It failed before at this head: ${flaky.tests.join(", ") || "tests without names"}${flaky.quarantined ? ", all of them quarantined" : ""}`,
          ),
        ]),
    ...(hold === null ? [] : [unchecked(`Its merge waited for a person: ${hold.message}`)]),
    unchecked("That the steps ran as their evidence says: that is the word of whoever holds the key"),
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
