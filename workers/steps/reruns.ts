/** Failed tests that are run again at the same commit: which, how, and whether once more. Pure. */
import type { Plan } from "../../models/config.ts";
import type { CommandEvidence, Evidence, TestAttempt } from "../../models/step.ts";
import type { Failure } from "./commands.ts";
import { type Count, MOST_FAILING } from "./count-tests.ts";

/** All that the goes of one step may take together, in ms: before the project gives the step up. */
export const MOST_TEST_MS = 60 * 60_000;
/** Longest that names of tests may be together, in characters: one argument of a system takes 128 KiB. */
const MOST_NAMES = 30_000;

/** What says that tests failed, and not the machinery, a limit or a missing command. */
const OF_TESTS: ReadonlySet<string> = new Set(["command_failed", "command_killed", "tests_failed"]);

/** Every failing test by its name; null when some may be missing: of what has no name nothing can be said. */
export function failingIds({
  tests_failed,
  failing_tests: names = [],
}: Pick<Evidence, "tests_failed" | "failing_tests">): string[] | null {
  if (tests_failed == null || tests_failed < 1) return null;
  return names.length < tests_failed || names.length >= MOST_FAILING ? null : names;
}

/** Quoted so that a shell takes it as one word, whatever is in it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command that runs exactly these tests; null when they cannot be named to it. */
export function commandFor(
  { rerun }: Plan["test"],
  ids: readonly string[] | null,
): { command: string; tests: string } | null {
  if (rerun === undefined || ids === null) return null;
  // A name of two lines would be two tests, and a NUL ends an argument.
  if (ids.some((id) => /[\p{Cc}]/u.test(id))) return null;
  const words = ids.map(quoted).join(" ");
  if (words.length > MOST_NAMES) return null;
  return { command: rerun.replaceAll("{tests}", () => words), tests: ids.join("\n") };
}

export type Go = {
  role: TestAttempt["role"];
  run: string[];
  /** What the commands find in their environment beside the usual. */
  env: Record<string, string>;
  /** Commands of ours before those of the plan: no part of the evidence. */
  ours: number;
};

/** What a go of this role runs, after those before it. */
export function goOf(test: Plan["test"], role: TestAttempt["role"], before: readonly TestAttempt[]): Go {
  // What is committed, or an earlier go reported, would be counted for one that reports nothing.
  const clean = test.report === undefined ? [] : [`rm -f -- ${quoted(test.report)}`];
  const last = before.at(-1);
  const alone = role === "failed" && last !== undefined ? commandFor(test, failingIds(last)) : null;
  const env: Record<string, string> = alone === null ? {} : { TIDEGATE_TESTS: alone.tests };
  return { role, run: [...clean, ...(alone === null ? test.run : [alone.command])], env, ours: clean.length };
}

export function attemptOf(
  { role, ours }: Go,
  commands: CommandEvidence[],
  count: Count,
  failure: Failure | null,
): TestAttempt {
  const { run, failed, failing } = count;
  return {
    role,
    passed: failure === null,
    reason: failure?.reason.message ?? null,
    commands: commands.slice(ours),
    tests_run: run,
    tests_failed: run === null ? null : failed,
    failing_tests: failing,
  };
}

export const isRerun = ({ role }: TestAttempt): boolean => role === "failed" || role === "again";

/** Which go follows; null: none does. A rerun is still to be taken from what the commit may have. */
export function nextRole(
  test: Plan["test"],
  attempts: readonly TestAttempt[],
  failure: Failure | null,
  elapsedMs: number,
): TestAttempt["role"] | null {
  const last = attempts.at(-1);
  if (last === undefined || last.role === "confirm") return null;
  if (failure === null) return last.role === "failed" ? "confirm" : null;
  if (failure.state !== "failed" || !OF_TESTS.has(failure.reason.code)) return null;
  if (attempts.filter(isRerun).length >= (test.reruns ?? 0)) return null;
  // What failed is run again, and then everything: there must be time for both.
  const first = attempts[0]?.commands.reduce((sum, { duration_ms }) => sum + duration_ms, 0) ?? 0;
  if (elapsedMs + 2 * first > MOST_TEST_MS) return null;
  return commandFor(test, failingIds(last)) === null ? "again" : "failed";
}

/** What the step as a whole has to show: its last whole suite, and every go when there was more than one. */
export function evidenceOf(attempts: readonly TestAttempt[], counted_by: string | null): Partial<Evidence> {
  const suite = attempts.findLast(({ role }) => role !== "failed");
  if (suite === undefined) return {};
  const { commands, tests_run, tests_failed, failing_tests } = suite;
  return {
    ...{ commands, tests_run, tests_failed, failing_tests },
    ...(counted_by !== null && { counted_by }),
    ...(attempts.length > 1 && { attempts: [...attempts] }),
  };
}
