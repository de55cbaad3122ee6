/**
 * Runs the test commands and counts the tests that ran: exit 0 with no test is no success. Where the base wants it, what
 * failed is run again, and then everything once more; every go is kept.
 */
import { z } from "zod";
import { MOST_RERUNS, type Plan } from "../../models/config.ts";
import { ATTEMPT_ROLES, TestAttempt } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { takeRerun } from "../store/attempts.ts";
import { environmentOf, type Failure, runCommands } from "./commands.ts";
import { countJunit } from "./count-junit.ts";
import { type Count, countTests } from "./count-tests.ts";
import { networkFor } from "./forks.ts";
import { type LiveLog, liveLog } from "./live-log.ts";
import { placed, planAndPlace } from "./place.ts";
import { redact } from "./redact.ts";
import { attemptOf, evidenceOf, failingIds, goOf, isRerun, MOST_TEST_MS, nextRole } from "./reruns.ts";
import { type Context, end, type Step } from "./visit.ts";

/** The goes before, and where in the log the one under way began. */
const Progress = z.object({
  attempts: z.array(TestAttempt).default([]),
  role: z.enum(ATTEMPT_ROLES).default("first"),
  from: z.number().int().default(0),
});
type Progress = z.infer<typeof Progress>;

export const test: Step = async (context) => {
  const progress = Progress.parse(context.memo.goes ?? {});
  const { attempts, role, from } = progress;
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost, evidenceOf(attempts, null));
  const { plan } = place;
  const go = goOf(plan.test, role, attempts);
  const log = await liveLog(context);
  const env = { ...(await environmentOf(context)), ...go.env };
  const name = attempts.length === 0 ? "test" : `test.${attempts.length + 1}`;
  const network = networkFor(context.validation, plan, plan.test.network);
  const how = { env, timeout_ms: timeoutOf(context, plan, attempts), network };
  const ran = await runCommands(context, { name, run: go.run, ...how, cwd: plan.path }, log);
  if ("memo" in ran) return { again_s: 0, memo: ran.memo };
  const count = await countOf(context, plan, log, from);
  const failure = ran.failure ?? asFailure(failureOf(count, plan));
  attempts.push(attemptOf(go, ran.commands, count, failure));
  const next = await nextOf(context, plan, attempts, failure);
  if (next !== null) {
    await log.say(`# ${WORDS[next]}`);
    const goes: Progress = { attempts, role: next, from: log.at() };
    return { again_s: 0, memo: { ...context.memo, goes, log_at: log.at() } };
  }
  const evidence = { ...place.evidence, network, ...evidenceOf(attempts, count.counted_by) };
  const state = failure?.state ?? "passed";
  const reason = failure === null ? null : withNames(failure.reason, count);
  return end(context, state, reason, evidence);
};

const WORDS: Record<TestAttempt["role"], string> = {
  first: "all tests",
  failed: "the failed tests run again, alone",
  again: "all tests run again",
  confirm: "what failed passed alone: all tests run once more",
};

/** Reruns are taken from what the commit may have in all before they begin. */
async function nextOf(
  { env, validation, id, started_at }: Context,
  plan: Plan,
  attempts: readonly TestAttempt[],
  failure: Failure | null,
): Promise<TestAttempt["role"] | null> {
  const next = nextRole(plan.test, attempts, failure, Date.now() - started_at);
  if (next === null || next === "confirm") return next;
  const failed = failingIds(attempts.at(-1) ?? {});
  const rerun = { step_id: id, nth: attempts.filter(isRerun).length + 1, failed };
  return (await takeRerun(env.DB, rerun, validation, MOST_RERUNS)) ? next : null;
}

/** All goes together end before the project gives the step up. */
function timeoutOf({ started_at }: Context, { test }: Plan, attempts: readonly TestAttempt[]): number {
  if (attempts.length === 0) return test.timeout_ms;
  return Math.max(1_000, Math.min(test.timeout_ms, started_at + MOST_TEST_MS - Date.now()));
}

async function countOf(context: Context, plan: Plan, log: LiveLog, from: number): Promise<Count> {
  const { report, count } = plan.test;
  if (report === undefined) return countTests(await log.whole(from), count);
  const xml = await context.sandbox.readFile(placed(plan, report));
  if (xml === null) return { run: null, failed: 0, failing: [], counted_by: null };
  const { failing, ...counted } = countJunit(xml);
  // Unlike the log it comes as the change wrote it, and names of failing tests are shown to everybody. Cleaned when
  // their entities are read: before that a secret may look otherwise.
  return { ...counted, failing: failing.map((name) => redact(log.forms, name, true).clean) };
}

function asFailure(reason: Reason | null): Failure | null {
  return reason === null ? null : { state: "failed", reason };
}

/** Why commands that all exited 0 still prove nothing; null when they prove something. */
export function failureOf(count: Count, plan: Plan): Reason | null {
  if (count.run === null) {
    const how = plan.test.report === undefined ? "in their output" : `in ${plan.test.report}`;
    const message = `The test commands exited 0, but no count of tests was found ${how}: name a JUnit report under test.report or a pattern under test.count`;
    return { code: "no_test_evidence", message };
  }
  if (count.run === 0)
    return { code: "no_tests", message: "The test commands exited 0 without running a single test" };
  if (count.failed > 0) {
    return {
      code: "tests_failed",
      message: `The test commands exited 0, but ${count.failed} of ${count.run} tests failed`,
    };
  }
  return null;
}

function withNames(reason: Reason, { failing }: Count): Reason {
  if (failing.length === 0) return reason;
  const more = failing.length > 3 ? ` and ${failing.length - 3} more` : "";
  return { ...reason, message: `${reason.message}: ${failing.slice(0, 3).join(", ")}${more}` };
}
