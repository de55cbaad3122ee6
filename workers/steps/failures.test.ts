/** Whose fault it is, and what is said about it: commands, tests and walks through the app. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import { EXEC_ENDS, type ExecChunk } from "../../models/sandbox.ts";
import { inFolder, outcomeOf } from "./browse.ts";
import { failureOf as commandFailure } from "./commands.ts";
import type { Count } from "./count-tests.ts";
import { failureOf as testFailure } from "./test.ts";

type End = Pick<ExecChunk, "end" | "exit_code" | "signal" | "why">;

describe("a command", () => {
  test.each<[End, string, string, RegExp]>([
    [{ end: "exited", exit_code: 1, signal: null }, "failed", "command_failed", /"npm test" exited 1$/],
    [
      { end: "exited", exit_code: 127, signal: null },
      "failed",
      "command_not_found",
      /exited 127: .*not found/,
    ],
    [{ end: "exited", exit_code: 255, signal: null }, "failed", "command_failed", /exited 255/],
    [{ end: "exited", exit_code: null, signal: "SIGSEGV" }, "failed", "command_killed", /ended by SIGSEGV/],
    [{ end: "exited", exit_code: null, signal: null }, "failed", "command_killed", /ended by a signal/],
    [{ end: "timeout", exit_code: null, signal: "SIGKILL" }, "timed_out", "command_timeout", /within 90 s/],
    [{ end: "memory", exit_code: null, signal: "SIGKILL" }, "failed", "memory_limit", /limit of memory/],
    [{ end: "processes", exit_code: null, signal: null }, "failed", "processes_limit", /limit of processes/],
    [{ end: "disk", exit_code: null, signal: null }, "failed", "disk_limit", /limit of disk/],
    [{ end: "destroyed", exit_code: null, signal: null }, "errored", "sandbox_lost", /lost while "npm test"/],
    [{ end: "lost", exit_code: null, signal: null }, "errored", "sandbox_lost", /lost/],
    [
      { end: "host", exit_code: null, signal: null, why: "its disk is full" },
      "errored",
      "host_failed",
      /host failed while "npm test" ran: its disk is full/,
    ],
    [{ end: null, exit_code: null, signal: null }, "errored", "sandbox_lost", /lost/],
  ])("that ended so: %j is %s, %s", (end, state, code, message) => {
    expect(commandFailure("npm test", end, 90_000)).toMatchObject({ state, reason: { code } });
    expect(commandFailure("npm test", end, 90_000)?.reason.message).toMatch(message);
  });

  test("succeeded only by exit 0 of itself", () => {
    const good = [...EXEC_ENDS, null].filter(
      (end) => commandFailure("x", { end, exit_code: 0, signal: null }, 1) === null,
    );
    expect(good).toEqual(["exited"]);
  });

  test("that is long is named by its beginning", () => {
    const failure = commandFailure("x".repeat(5_000), { end: "exited", exit_code: 2, signal: null }, 1);
    expect(failure?.reason.message.length).toBeLessThan(120);
  });
});

describe("tests that exited 0", () => {
  const plan: Plan = {
    setup: "none",
    setup_timeout_ms: 1,
    test: { run: ["npm test"], timeout_ms: 1, network: "none" },
    serve: "none",
    ui: "none",
    merge: {},
    limits: {},
  };
  const count = (run: number | null, failed = 0): Count => ({ run, failed, failing: [], counted_by: "x" });

  test.each<[string, Count, string | null]>([
    ["with one that ran", count(1), null],
    ["with none that ran", count(0), "no_tests"],
    ["without a count", count(null), "no_test_evidence"],
    ["with one that failed", count(3, 1), "tests_failed"],
  ])("%s", (_, counted, code) => {
    expect(testFailure(counted, plan)?.code ?? null).toBe(code);
  });

  test("without a count say where it was looked for", () => {
    expect(testFailure(count(null), plan)?.message).toMatch(/in their output/);
    const reported = { ...plan, test: { ...plan.test, report: "out/junit.xml" } };
    expect(testFailure(count(null), reported)?.message).toMatch(/in out\/junit\.xml/);
  });
});

test.each([
  ["", "npm start", "npm start\n"],
  ["here", "pwd; echo $0", "here\n"],
  ["it's here", "pwd; echo $0", "it's here\n"],
  ["-nowhere", "echo wrong", ""],
])("an app of the folder %j is started there, or not at all", (path, command, said) => {
  const top = mkdtempSync(join(tmpdir(), "tidegate-folder-"));
  for (const name of ["here", "it's here"]) mkdirSync(join(top, name));
  const text = inFolder({ path }, path === "" ? `echo "${command}"` : command);
  const ran = spawnSync("/bin/sh", ["-c", text], { cwd: top, encoding: "utf8" });
  rmSync(top, { recursive: true });
  expect(
    ran.stdout
      .split("\n")
      .slice(0, 1)
      .map((line) => basename(line))
      .join(),
  ).toBe(said.trim());
});

describe("a walk", () => {
  const good = { failure: null, errors: [], failed: [] };

  test.each<[string, Parameters<typeof outcomeOf>[0], string | null]>([
    ["where all went well", good, null],
    ["with an action that failed", { ...good, failure: "action 1, go /: 500" }, "action 1, go /: 500"],
    [
      "with a page that threw",
      { ...good, errors: ["x is undefined", "y"] },
      "the page threw: x is undefined",
    ],
    ["with a request that failed", { ...good, failed: ["500 GET /api"] }, "a request failed: 500 GET /api"],
    [
      "with all three names what explains the others",
      { failure: "action 2", errors: ["boom"], failed: ["500 GET /"] },
      "the page threw: boom",
    ],
    [
      "with a failing request behind an action",
      { ...good, failure: "action 2", failed: ["500"] },
      "action 2",
    ],
  ])("%s", (_, walk, said) => {
    expect(outcomeOf(walk)).toBe(said);
  });
});
