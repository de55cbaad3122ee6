/** Runs the test commands and counts the tests that ran: exit 0 with no test is no success. */
import type { Plan } from "../../models/config.ts";
import type { Evidence } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { environmentOf, runCommands } from "./commands.ts";
import { countJunit } from "./count-junit.ts";
import { type Count, countTests } from "./count-tests.ts";
import { type LiveLog, liveLog } from "./live-log.ts";
import { planAndPlace } from "./place.ts";
import { redact } from "./redact.ts";
import { type Context, end, type Step } from "./visit.ts";

export const test: Step = async (context) => {
  const place = await planAndPlace(context);
  if ("lost" in place) return end(context, "errored", place.lost);
  const { run, timeout_ms, network } = place.plan.test;
  const log = await liveLog(context);
  const env = await environmentOf(context);
  const ran = await runCommands(context, { name: "test", run, env, timeout_ms, network }, log);
  if ("memo" in ran) return { again_s: 0, memo: ran.memo };
  const count = await countOf(context, place.plan, log);
  const evidence = { ...place.evidence, commands: ran.commands, ...asEvidence(count) };
  const failure = ran.failure ?? failureOf(count, place.plan);
  if (failure === null) return end(context, "passed", null, evidence, {}, await log.close());
  const { state, reason } = "reason" in failure ? failure : { state: "failed" as const, reason: failure };
  return end(context, state, withNames(reason, count), evidence, {}, await log.close());
};

async function countOf(context: Context, plan: Plan, log: LiveLog): Promise<Count> {
  const { report, count } = plan.test;
  if (report === undefined) return countTests(await log.whole(), count);
  const xml = await context.sandbox.readFile(report);
  if (xml === null) return { run: null, failed: 0, failing: [], counted_by: null };
  const { failing, ...counted } = countJunit(xml);
  // Unlike the log it comes as the change wrote it, and names of failing tests are shown to everybody. Cleaned when
  // their entities are read: before that a secret may look otherwise.
  return { ...counted, failing: failing.map((name) => redact(log.forms, name, true).clean) };
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

function asEvidence({ run, failed, failing, counted_by }: Count): Partial<Evidence> {
  return {
    tests_run: run,
    tests_failed: run === null ? null : failed,
    failing_tests: failing,
    ...(counted_by !== null && { counted_by }),
  };
}

function withNames(reason: Reason, { failing }: Count): Reason {
  if (failing.length === 0) return reason;
  const more = failing.length > 3 ? ` and ${failing.length - 3} more` : "";
  return { ...reason, message: `${reason.message}: ${failing.slice(0, 3).join(", ")}${more}` };
}
