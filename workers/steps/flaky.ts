/** What failed at a commit before and passes now: flaky, and never simply green. */
import type { Plan } from "../../models/config.ts";
import type { Evidence, StepKind } from "../../models/step.ts";
import type { Flaky, Reason, Validation } from "../../models/validation.ts";
import { type EarlierStep, earlierFailures, type Rerun, rerunsOf } from "../store/attempts.ts";
import { quarantinedTests } from "../store/quarantine.ts";
import { failingIds } from "./reruns.ts";
import type { Context } from "./visit.ts";

/** Steps that run what a change brings along: only of them the same commit can fail and pass. */
const KINDS = ["test", "browse"] as const satisfies StepKind[];
/** Names in one sentence. */
const MOST_NAMED = 5;

/** A failure at the same commit. `tests`: what failed, by name; null when that is not known of all. */
export type Failed = { where: string; kind: StepKind; tests: string[] | null };

/** What failed before at this very commit; a hold unless all of it is known to be flaky. Null: nothing did. */
export async function flakyIn(
  { env, validation }: Context,
  plan: Plan,
): Promise<{ flaky: Flaky; hold: Reason | null } | null> {
  const [earlier, again] = await Promise.all([
    earlierFailures(env.DB, validation, KINDS),
    rerunsOf(env.DB, validation),
  ]);
  const failures = [
    ...earlier.filter((one) => isOfTheSame(one, validation, plan)).map(failedIn),
    ...again.filter((one) => isOfTheSame({ ...one, kind: "test" }, validation, plan)).map(failedBefore),
  ];
  if (failures.length === 0) return null;
  const listed = await quarantinedTests(env.DB, validation.project_id, Date.now());
  return flakyOf(failures, listed, validation.attempt);
}

/** The same code ran in the same way; of a configuration that could not be read again the worst is taken. */
export function isOfTheSame(
  { kind, plan: before, validation }: Pick<EarlierStep, "kind" | "plan" | "validation">,
  { base_ref, tested_base_sha }: Pick<Validation, "base_ref" | "tested_base_sha">,
  plan: Plan,
): boolean {
  const { base_ref: base, tested_base_sha: tested } = validation;
  if (base !== base_ref || (tested ?? null) !== (tested_base_sha ?? null)) return false;
  return before === null || waysOf(before, kind) === waysOf(plan, kind);
}

/** What a step of a plan runs: what else changed in the configuration makes no failure another one. */
function waysOf({ setup, path, test, serve, ui }: Plan, kind: StepKind): string {
  const { run, report, count, network } = test;
  return JSON.stringify([setup, path, ...(kind === "test" ? [run, report, count, network] : [serve, ui])]);
}

/** How an earlier step failed. */
export function failedIn({
  kind,
  state,
  evidence,
  validation,
}: Omit<EarlierStep, "plan" | "reason">): Failed {
  const where = `attempt ${validation.attempt}`;
  // What did not end says nothing about those tests that it never came to.
  if (evidence === null || state !== "failed") return { where, kind, tests: null };
  return { where, kind, tests: kind === "browse" ? failingFlows(evidence) : failingIds(evidence) };
}

function failingFlows({ flows = [] }: Evidence): string[] | null {
  const names = flows.filter(({ passed }) => !passed).map(({ name }) => `flow: ${name}`);
  return names.length === 0 ? null : names;
}

/** What failed in a step and was run again, whatever became of the step. */
export function failedBefore({ nth, failed, validation }: Rerun & Pick<EarlierStep, "validation">): Failed {
  return { where: `run ${nth} of attempt ${validation.attempt}`, kind: "test", tests: failed };
}

/** What is flaky, and why a person must decide; nobody must when all of it is on the list. */
export function flakyOf(
  failures: readonly Failed[],
  listed: ReadonlySet<string>,
  attempt: number,
): { flaky: Flaky; hold: Reason | null } {
  const tests = [...new Set(failures.flatMap(({ tests }) => tests ?? []))];
  const isKnown = ({ tests: names }: Failed) => !!names?.length && names.every((name) => listed.has(name));
  const unlisted = failures.filter((failure) => !isKnown(failure));
  const quarantined = unlisted.length === 0;
  const flaky = { tests, quarantined };
  if (quarantined) return { flaky, hold: null };
  const what = unlisted.map((failure) => `${namesIn(failure, listed)} failed in ${failure.where}`).join("; ");
  const message = `Flaky: ${what}; everything passed in attempt ${attempt}, at the same commit. A person must decide`;
  return { flaky, hold: { code: "flaky", message } };
}

function namesIn({ kind, tests }: Failed, listed: ReadonlySet<string>): string {
  const names = (tests ?? []).filter((test) => !listed.has(test)).map((test) => `"${test}"`);
  if (names.length === 0) return `the ${kind} step, without naming every test,`;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}
