/** The test step ends as its tests did: what failed, did not end, or proves nothing is never called passed. */
import { beforeEach, expect, test as it, vi } from "vitest";
import type { Plan } from "../../models/config.ts";
import { failureOf, test as step } from "./test.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  takeRerun: vi.fn(),
  runCommands: vi.fn(),
  planAndPlace: vi.fn(),
}));
const log = vi.hoisted(() => ({ say: vi.fn(), whole: vi.fn(), at: () => 40, forms: [] }));
vi.mock("../store/attempts.ts", () => found);
vi.mock("./commands.ts", () => ({ ...found, environmentOf: async () => ({ CI: "1" }) }));
vi.mock("./place.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("./live-log.ts", () => ({ liveLog: async () => log }));

const ran = (exit_code: number, command = "npm test") => ({
  ...{ command, exit_code, end: "exited", signal: null, duration_ms: 1, peak_memory_bytes: 1 },
});
const JUNIT = (failed: string) =>
  `<testsuite tests="2" failures="${failed === "" ? 0 : 1}"><testcase name="a"/><testcase name="b">${failed}</testcase></testsuite>`;
const PLAN: Plan["test"] = { run: ["npm test"], count: "(\\d+) passed", timeout_ms: 60_000, network: "none" };
const readFile = vi.fn();
const FAILED = { state: "failed", reason: { code: "command_failed", message: "exit 1" } };

const visit = (plan: object = {}, memo: object = {}) => {
  const place = { plan: { test: { ...PLAN, ...plan } }, evidence: { container_id: "box" } };
  found.planAndPlace.mockResolvedValue(place);
  return step({
    ...{ env: { DB: "db" }, memo, sandbox: { readFile }, id: "v.test.1", started_at: Date.now() },
    validation: { id: "v", from_fork: false },
  } as unknown as Context);
};

beforeEach(() => {
  vi.resetAllMocks();
  log.whole.mockResolvedValue("12 passed");
  found.runCommands.mockResolvedValue({ commands: [ran(0)], failure: null });
});

it("tests that ran and passed are evidence", async () => {
  expect(await visit()).toMatchObject({
    outcome: { state: "passed", reason: null },
    evidence: { container_id: "box", commands: [ran(0)], tests_run: 12, tests_failed: 0, network: "none" },
  });
  const [, commands] = found.runCommands.mock.lastCall ?? [];
  expect(commands).toMatchObject({ name: "test", run: ["npm test"], env: { CI: "1" }, timeout_ms: 60_000 });
});

it.each(["failed", "timed_out", "errored"])("commands that end as %s end the step so", async (state) => {
  const reason = { code: "command_failed", message: "no" };
  found.runCommands.mockResolvedValue({ commands: [ran(1)], failure: { state, reason } });
  expect(await visit()).toMatchObject({ outcome: { state, reason }, evidence: { commands: [ran(1)] } });
});

it.each([
  ["without a count", "all good", "no_test_evidence"],
  ["without a test", "0 passed", "no_tests"],
])("commands that exit 0 %s prove nothing", async (_, text, code) => {
  log.whole.mockResolvedValue(text);
  expect(await visit()).toMatchObject({ outcome: { state: "failed", reason: { code } } });
});

it("commands that exit 0 with a failing test fail, and it is named", async () => {
  readFile.mockResolvedValue(JUNIT("<failure/>"));
  const end = await visit({ report: "junit.xml" });
  const reason = { code: "tests_failed", message: expect.stringMatching(/1 of 2 tests failed: .*b/) };
  expect(end).toMatchObject({
    outcome: { state: "failed", reason },
    evidence: { tests_run: 2, tests_failed: 1 },
  });
});

it("a report that is not there is no count, whatever the output says", async () => {
  readFile.mockResolvedValue(null);
  const end = await visit({ report: "junit.xml" });
  expect(end).toMatchObject({ outcome: { state: "failed", reason: { code: "no_test_evidence" } } });
});

it("a sandbox that is lost is the machinery's error", async () => {
  found.planAndPlace.mockResolvedValue({ lost: { code: "sandbox_lost", message: "gone" } });
  const end = await step({ memo: {}, started_at: 0 } as unknown as Context);
  expect(end).toMatchObject({ outcome: { state: "errored", reason: { code: "sandbox_lost" } } });
  expect(found.runCommands).not.toHaveBeenCalled();
});

it("commands that still run are looked at again", async () => {
  found.runCommands.mockResolvedValue({ memo: { test: { index: 1 } } });
  expect(await visit()).toEqual({ again_s: 0, memo: { test: { index: 1 } } });
});

const AGAIN = { reruns: 1, report: "junit.xml", rerun: "npm test -- {tests}" };
const withFailure = () => {
  found.runCommands.mockResolvedValue({ commands: [ran(0, "rm"), ran(1)], failure: FAILED });
  readFile.mockResolvedValue(JUNIT("<failure/>"));
};

it("what failed is run again, once that is written down with what had failed", async () => {
  withFailure();
  found.takeRerun.mockResolvedValue(true);
  const next = await visit(AGAIN, { kept: 1 });
  expect(found.takeRerun.mock.lastCall?.slice(0, 2)).toEqual([
    "db",
    { step_id: "v.test.1", nth: 1, failed: [expect.stringContaining("b")] },
  ]);
  const goes = { attempts: [{ role: "first", passed: false, tests_failed: 1 }], role: "failed", from: 40 };
  expect(next).toMatchObject({ again_s: 0, memo: { kept: 1, log_at: 40, goes } });
});

it("what may not be run again has failed", async () => {
  withFailure();
  found.takeRerun.mockResolvedValue(false);
  expect(await visit(AGAIN)).toMatchObject({
    outcome: { state: "failed", reason: { code: "command_failed" } },
  });
  expect(await visit({ ...AGAIN, reruns: 0 })).toMatchObject({ outcome: { state: "failed" } });
});

const first = {
  role: "first",
  passed: false,
  reason: "exit 1",
  commands: [ran(1)],
  tests_run: 2,
  tests_failed: 1,
};
const go = (more: object) => ({ ...first, failing_tests: ["b"], ...more });

it("what passed alone is not taken for all: everything runs once more", async () => {
  readFile.mockResolvedValue(JUNIT(""));
  const next = await visit(AGAIN, { goes: { attempts: [go({})], role: "failed", from: 7 } });
  const [, commands] = found.runCommands.mock.lastCall ?? [];
  expect(commands).toMatchObject({ name: "test.2", env: { CI: "1", TIDEGATE_TESTS: "b" } });
  expect(next).toMatchObject({ memo: { goes: { role: "confirm" } } });
  // Of what is run for certain nothing is taken.
  expect(found.takeRerun).not.toHaveBeenCalled();
});

it.each([
  ["passed", { commands: [ran(0, "rm"), ran(0)], failure: null }],
  ["failed", { commands: [ran(0, "rm"), ran(1)], failure: FAILED }],
])("when everything ran once more and %s, it ends as that", async (state, ended) => {
  found.runCommands.mockResolvedValue(ended);
  readFile.mockResolvedValue(JUNIT(""));
  const attempts = [go({}), go({ role: "failed", passed: true })];
  const end = await visit(AGAIN, { goes: { attempts, role: "confirm", from: 7 } });
  expect(end).toMatchObject({
    outcome: { state },
    evidence: { attempts: [{}, {}, { passed: state === "passed" }] },
  });
});

it("a count is of this go's output alone", async () => {
  await visit({ reruns: 1 }, { goes: { attempts: [go({})], role: "again", from: 7 } });
  expect(log.whole).toHaveBeenCalledWith(7);
});

it("failureOf() of what proves something is null", () => {
  const count = { run: 1, failed: 0, failing: [], counted_by: "x" };
  expect(failureOf(count, { test: PLAN } as Plan)).toBeNull();
});
