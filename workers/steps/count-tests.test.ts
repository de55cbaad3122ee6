/** What real runners print, and how many tests that is. */
import { describe, expect, test } from "vitest";
import { CASES } from "./count-tests.fixture.ts";
import { countTests } from "./count-tests.ts";

test.each(CASES)("countTests() of %s", (_, counted_by, run, failed, log) => {
  const count = countTests(log);
  expect({ ...count, failing: [] }).toEqual({ run, failed, failing: [], counted_by });
});

const ESC = String.fromCharCode(27);
const colours = (text: string) => text.replace(/\d+ \w+/g, (part) => `${ESC}[32m${ESC}[1m${part}${ESC}[0m`);

test.each(CASES.filter(([, by]) => by !== null))(
  "countTests() of %s, in colours and with CRLF",
  (_, by, run, failed, log) => {
    expect(countTests(colours(log).replaceAll("\n", "\r\n"))).toMatchObject({ run, failed, counted_by: by });
  },
);

test("countTests() of a log with two runners is that of one of them, never both added up", () => {
  const [, , , , vitest = ""] = CASES.find(([name]) => name === "vitest") ?? [];
  const log = `${vitest}\n=== 7 passed in 0.10s ===\n`;
  expect(countTests(log)).toMatchObject({ counted_by: "vitest", run: 3, failed: 1 });
});

test.each([
  ["node --test", ["f"], "✖ f (0.09ms)\nℹ tests 1\nℹ fail 1\n✖ failing tests:\n"],
  ["vitest", ["bad"], "   × bad 1ms\n"],
  ["pytest", ["test_a.py::test_f"], "FAILED test_a.py::test_f - assert 1 == 2\n"],
  ["unittest", ["test_f (test_a.A)"], "FAIL: test_f (test_a.A)\n"],
  ["go test", ["TestSum", "TestSum/one"], "--- FAIL: TestSum (0.00s)\n    --- FAIL: TestSum/one (0.00s)\n"],
  ["cargo test", ["c"], "test c ... FAILED\n"],
  ["jest", ["cart › adds"], "  ● cart › adds\n"],
  ["TAP", ["b"], "not ok 2 - b\n"],
])("countTests() names what failed under %s", (_, names, log) => {
  expect(countTests(log).failing).toEqual(names);
});

describe("a project's own pattern", () => {
  test.each<[string, string, number | null, string]>([
    ["counts its first group", "^ran (\\d+)", 12, "ran 12 checks\n"],
    ["adds up its matches", "ran ([\\d,]+)", 1_203, "ran 1,200\nran 3\n"],
    ["counts nothing when it matches nothing", "^ran (\\d+)", null, "=== 7 passed in 0.1s ===\n"],
    ["counts no words", "(\\w+) tests", 0, "many tests\n"],
    ["counts no emptiness", "tests: (\\d*)", 0, "tests: \n"],
  ])("%s", (_, pattern, run, log) => {
    expect(countTests(log, pattern)).toMatchObject({ run, failed: 0, counted_by: "count" });
  });
});
