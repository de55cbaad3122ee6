/** Which tests are run again, how their names reach the command, and when it ends. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import type { CommandEvidence, TestAttempt } from "../../models/step.ts";
import type { Failure } from "./commands.ts";
import { attemptOf, commandFor, evidenceOf, failingIds, goOf, MOST_TEST_MS, nextRole } from "./reruns.ts";

const SUITE: Plan["test"] = { run: ["npm test"], reruns: 2, timeout_ms: 1, network: "none" };
const ALONE: Plan["test"] = { ...SUITE, rerun: "npm test -- {tests}" };
const ran = (command: string, duration_ms = 100): CommandEvidence => ({
  ...{ command, exit_code: 0, end: "exited", signal: null, duration_ms, peak_memory_bytes: 1 },
});
const go = (role: TestAttempt["role"], failing: string[] | null = null): TestAttempt => ({
  ...{ role, passed: failing === null, reason: null, commands: [ran("npm test")] },
  ...{ tests_run: 3, tests_failed: failing?.length ?? 0, failing_tests: failing ?? [] },
});
const failure = (code: string, state: Failure["state"] = "failed"): Failure => ({
  state,
  reason: { code, message: code },
});
const FAILED = failure("command_failed");

describe("commandFor()", () => {
  const hostile = [
    "it's",
    "$(touch x)",
    "`id`",
    "a b",
    "--flag",
    "$HOME",
    '"',
    "\\",
    "$&",
    "é › ü",
    "; rm -rf .",
  ];
  test("gives a shell every name as one word, whatever is in it", () => {
    const made = commandFor({ ...SUITE, rerun: "printf '%s\\n' {tests}" }, hostile);
    const said = execFileSync("/bin/sh", ["-c", made?.command ?? "false"], { encoding: "utf8" });
    expect(said.split("\n").slice(0, -1)).toEqual(hostile);
    expect(made?.tests.split("\n")).toEqual(hostile);
  });

  test.each<[string, Plan["test"], string[] | null]>([
    ["nothing runs tests alone", SUITE, ["a"]],
    ["not all have names", ALONE, null],
    ["a name has two lines", ALONE, ["a\nb"]],
    ["one of the names has two lines", ALONE, ["a", "b\nc", "d"]],
    ["a name holds a NUL", ALONE, ["a\0"]],
    ["the names are longer than a command may be", ALONE, ["x".repeat(40_000)]],
  ])("is none where %s", (_, plan, ids) => {
    expect(commandFor(plan, ids)).toBeNull();
  });
});

describe("goOf()", () => {
  test("runs what failed last, alone", () => {
    const { run, env } = goOf(ALONE, "failed", [go("first", ["a", "b"]), go("failed", ["b"])]);
    expect([run, env]).toEqual([["npm test -- 'b'"], { TIDEGATE_TESTS: "b" }]);
  });

  test("runs everything to confirm, or where names are not known", () => {
    for (const role of ["again", "confirm"] as const)
      expect(goOf(ALONE, role, [go("first", ["a"])])).toMatchObject({ run: ["npm test"], env: {} });
  });

  test("takes an earlier report away first, which is no part of the evidence", () => {
    const again = goOf({ ...SUITE, report: "out/it's.xml" }, "again", [go("first", ["a"])]);
    expect(again.run).toEqual(["rm -f -- 'out/it'\\''s.xml'", "npm test"]);
    const count = { run: 3, failed: 0, failing: [], counted_by: "junit" };
    const kept = attemptOf(again, [ran("rm"), ran("npm test")], count, null);
    expect(kept.commands.map(({ command }) => command)).toEqual(["npm test"]);
    expect(goOf({ ...SUITE, report: "x" }, "first", []).run).toEqual(["rm -f -- 'x'", "npm test"]);
  });
});

describe("nextRole()", () => {
  test.each<[string, Plan["test"], TestAttempt[], Failure | null, TestAttempt["role"] | null]>([
    ["passed at once", ALONE, [go("first")], null, null],
    ["failed, and no reruns are wanted", { ...ALONE, reruns: 0 }, [go("first", ["a"])], FAILED, null],
    ["failed with names", ALONE, [go("first", ["a"])], FAILED, "failed"],
    ["failed without names", ALONE, [{ ...go("first", ["a"]), failing_tests: [] }], FAILED, "again"],
    ["failed, and nothing runs tests alone", SUITE, [go("first", ["a"])], FAILED, "again"],
    ["exited 0 with failing tests", ALONE, [go("first", ["a"])], failure("tests_failed"), "failed"],
    ["died of a signal", SUITE, [go("first", ["a"])], failure("command_killed"), "again"],
    ["passed alone", ALONE, [go("first", ["a"]), go("failed")], null, "confirm"],
    ["passed again", SUITE, [go("first", ["a"]), go("again")], null, null],
    ["failed once more", ALONE, [go("first", ["a"]), go("failed", ["a"])], FAILED, "failed"],
    [
      "failed twice more",
      ALONE,
      [go("first", ["a"]), go("failed", ["a"]), go("failed", ["a"])],
      FAILED,
      null,
    ],
    [
      "failed twice more, all of it",
      SUITE,
      [go("first", ["a"]), go("again", ["a"]), go("again", ["a"])],
      FAILED,
      null,
    ],
    ["was confirmed", ALONE, [go("first", ["a"]), go("failed"), go("confirm")], null, null],
    ["was not confirmed", ALONE, [go("first", ["a"]), go("failed"), go("confirm", ["b"])], FAILED, null],
    ["found no command", SUITE, [go("first", ["a"])], failure("command_not_found"), null],
    ["ran no test", SUITE, [go("first", ["a"])], failure("no_tests"), null],
    ["hung", SUITE, [go("first", ["a"])], failure("command_timeout", "timed_out"), null],
    ["lost its sandbox", SUITE, [go("first", ["a"])], failure("command_failed", "errored"), null],
    ["went over a limit", SUITE, [go("first", ["a"])], failure("memory_limit"), null],
  ])("of what %s", (_, plan, attempts, how, role) => {
    expect(nextRole(plan, attempts, how, 0)).toBe(role);
  });

  test("begins nothing that would outlast the step", () => {
    const long = [{ ...go("first", ["a"]), commands: [ran("npm test", 20 * 60_000)] }];
    expect(nextRole(SUITE, long, FAILED, 20 * 60_000)).toBe("again");
    expect(nextRole(SUITE, long, FAILED, MOST_TEST_MS - 39 * 60_000)).toBeNull();
  });
});

test("failingIds() is null when some may be missing", () => {
  const of = (tests_failed: number | null, failing_tests: string[]) =>
    failingIds({ tests_failed, failing_tests });
  expect([of(1, ["a"]), of(2, ["a"]), of(0, ["a"]), of(null, ["a"])]).toEqual([["a"], null, null, null]);
  expect(failingIds({})).toBeNull();
});

test("evidenceOf() shows the last whole suite, and every go when there was more than one", () => {
  expect(evidenceOf([], null)).toEqual({});
  const first = go("first", ["a"]);
  expect(evidenceOf([first], "jest")).toEqual({
    ...{ commands: first.commands, tests_run: 3, tests_failed: 1, failing_tests: ["a"], counted_by: "jest" },
  });
  const all = [first, { ...go("failed"), tests_run: 1 }];
  expect(evidenceOf(all, "jest")).toMatchObject({ tests_run: 3, tests_failed: 1, attempts: all });
  expect(evidenceOf([...all, go("confirm")], "jest")).toMatchObject({ tests_run: 3, tests_failed: 0 });
});
