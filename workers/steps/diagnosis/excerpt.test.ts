/** What is copied out of real logs, within budgets. */
import { describe, expect, test } from "vitest";
import { estimateTokens } from "../../../graph/queries/token-estimate.ts";
import type { CommandEvidence } from "../../../models/step.ts";
import { excerpt } from "./excerpt.ts";
import { logOf, PATHS } from "./logs.fixture.ts";

const ALL = readAll();
function readAll(): string[] {
  return "biome cargo cargo-build eslint gcc go go-build go-verbose jest minitest mocha node-crash node-missing node-syntax node-test node-test-20 node-test-tap npm-8 npm-ci npm-conflict npm-missing npm-no-command npm-postinstall pytest pytest-collecting pytest-short rspec shell surefire tape tsc tsc-pretty unittest vitest".split(
    " ",
  );
}
const whole = (name: string) => excerpt(logOf(name), { budget: 10_000, paths: PATHS });

test.each(ALL.flatMap((name) => [60, 200, 1_000].map((budget) => [name, budget] as const)))(
  "excerpt() of %s holds to a budget of %i tokens",
  (name, budget) => {
    expect(estimateTokens(excerpt(logOf(name), { budget, paths: PATHS }))).toBeLessThanOrEqual(budget);
  },
);

test.each([
  [
    "node-test",
    ["5 !== 4", "at Cart.total (file:///workspace/src/cart.js:13:24)"],
    ["✔", "ℹ tests", "node:internal"],
  ],
  [
    "node-test-tap",
    ["5 !== 4", "Cart.total (file:///workspace/src/cart.js:13:24)"],
    ["ok 4 - is quick", "# pass", "node:internal"],
  ],
  ["vitest", ["- 4\n+ 5", "❯ priceOf src/prices.js:6:16"], ["✓", "Duration"]],
  [
    "jest",
    ["Expected: 4\n    Received: 5", "Cannot find module './gone.js'"],
    ["adding milk\n\n      at Object.log", "Test Suites:"],
  ],
  ["mocha", ["-5\n      +4", "Timeout of 100ms exceeded"], ["4 failing", "is empty at first"]],
  ["tape", ["expected: 4\n    actual:   5", "cart.tape.cjs:5:5"], ["ok 3 halves", "node_modules"]],
  [
    "pytest",
    ["E       AssertionError: 5 != 4", "E       KeyError: 'butter'"],
    ["test session starts", "short test summary"],
  ],
  [
    "pytest-short",
    ["E   RuntimeError: cannot read the cart", "… 3 frames outside the project"],
    ["/usr/lib/python3.11", "[100%]"],
  ],
  [
    "unittest",
    ["AssertionError: 5 != 4", "KeyError: 'butter'", "… 3 frames outside the project"],
    ["Ran 5 tests", "FE.FFE"],
  ],
  ["go", ["Total() = 3, want 2", "panic: runtime error", "cart.go:25"], ["testing.tRunner", "ok  \t"]],
  ["go-verbose", ["Total() = 3, want 2", "panic: runtime error"], ["=== RUN", "PASS"]],
  ["go-build", ["undefined: summ"], ["ok  \t"]],
  [
    "cargo",
    ["left: 5\n right: 4", "called `Option::unwrap()`"],
    ["core::panicking", "tests::empty ... ok", "Compiling"],
  ],
  ["cargo-build", ["error[E0425]: cannot find value `prices`", "--> src/lib.rs:5:6"], ["Compiling"]],
  ["rspec", ["expected: 4\n            got: 5", "./lib/cart.rb:14"], ["Finished in", "rspec ./spec"]],
  [
    "minitest",
    ["Expected: 4\n  Actual: 5", 'KeyError: key not found: "butter"'],
    ["Run options", "assertions"],
  ],
  [
    "surefire",
    ["expected: <4> but was: <5>", "Caused by: java.lang.NullPointerException"],
    ["[INFO]", "org.junit.jupiter", "java.base"],
  ],
  ["tsc", ["ts/cart.ts(6,22): error TS2345", "Property 'price' is missing"], []],
  ["eslint", ["/workspace/src/lint.js\n  2:28  error"], ["warning"]],
  ["biome", ["noDoubleEquals"], ["useConst", "Checked 1 file"]],
  [
    "npm-conflict",
    ["ERESOLVE unable to resolve dependency tree", 'peer react@"^18.2.0"'],
    ["A complete log", "_logs"],
  ],
  ["npm-ci", ["can only install with an existing package-lock.json"], ["--install-strategy"]],
  ["npm-no-command", ["nosuchtool: not found", "> nosuchtool --all"], []],
  [
    "node-missing",
    ["Cannot find module '/workspace/src/nowhere.js'"],
    ["moduleResolve (node:internal/modules/esm/resolve:1188"],
  ],
  ["shell", ["sh: 1: gcc-14: not found", 'migrate: table "carts" is not there'], []],
])("excerpt() of %s has what failed and nothing of what passed", (name, there, gone) => {
  const text = whole(name);
  for (const part of there) expect(text).toContain(part);
  for (const part of gone) expect(text).not.toContain(part);
});

describe("a budget that is too small for all", () => {
  test("keeps the first failures, says how many are left out, and cuts none but the last in two", () => {
    const text = excerpt(logOf("unittest"), { budget: 330, paths: PATHS });
    expect(text).toContain("KeyError: 'butter'");
    expect(text).not.toContain("test_adds_up");
    expect(text).toMatch(/… \d more failures left out/);
  });

  test("of a failure that is too long keeps its head and what is wrong", () => {
    const long = Array.from({ length: 300 }, (_, at) => `    value_${at} = make_value(${at})`).join("\n");
    const log = `=== FAILURES ===\n____ test_long ____\n\n    def test_long():\n${long}\n>       assert made == 3\nE       assert 2 == 3\n\ntests/test_cart.py:9: AssertionError\n=== 1 failed in 0.1s ===\n`;
    const text = excerpt(log, { budget: 200, paths: PATHS });
    expect(text).toContain("____ test_long ____");
    expect(text).toContain(">       assert made == 3\nE       assert 2 == 3");
    expect(text).toMatch(/… \d+ lines left out/);
  });

  test("counts as it is told to", () => {
    const count = (text: string) => text.length;
    expect(excerpt(logOf("unittest"), { budget: 500, count, paths: PATHS }).length).toBeLessThanOrEqual(500);
  });
});

describe("a log of several commands", () => {
  const ran = (command: string, exit_code: number): CommandEvidence => {
    return { command, exit_code, end: "exited", signal: null, duration_ms: 5, peak_memory_bytes: 1 };
  };
  const log = `$ npm run lint\nsrc/a.ts(1,1): error TS1: only a warning there\n# exit 0, 5 ms\n$ npm test\n${logOf("go-build")}# "npm test" exited 1, 5 ms\n`;

  test("gives the command that failed, its exit code, and nothing of the others", () => {
    const text = excerpt(log, {
      budget: 500,
      commands: [ran("npm run lint", 0), ran("npm test", 1)],
      paths: PATHS,
    });
    expect(text.split("\n")).toEqual([
      "$ npm test",
      "# shop/cart [shop/cart.test]",
      "cart/cart.go:22:9: undefined: summ",
      "(exit code 1)",
    ]);
  });

  test("is read whole when every command exited 0", () => {
    expect(excerpt(log, { budget: 500, commands: [ran("npm run lint", 0), ran("npm test", 0)] })).toContain(
      "only a warning",
    );
  });

  test.each([
    ["timeout", null, "(stopped: it took too long)"],
    ["memory", null, "(stopped: memory)"],
    ["exited", 137, "(exit code 137)"],
  ])("says how a command ended: %s", (end, exit_code, words) => {
    const one = { ...ran("npm test", 0), end, exit_code };
    expect(excerpt("$ npm test\nstill at it\n", { budget: 200, commands: [one] })).toBe(
      `$ npm test\nstill at it\n${words}`,
    );
  });
});

test("of a log in which nothing is recognised the end is kept, repeated lines once", () => {
  const log = `${"starting\n".repeat(50)}${Array.from({ length: 500 }, (_, at) => `step ${at}`).join("\n")}\nthe end\n`;
  const text = excerpt(log, { budget: 60 });
  expect(text).toMatch(/^…\nstep \d+\n/);
  expect(text).toMatch(/step 499\nthe end$/);
  expect(excerpt("tick\n".repeat(400), { budget: 60 })).toBe("tick (400 times)");
});

test("of an empty log there is nothing", () => expect(excerpt("", { budget: 100 })).toBe(""));

test("a log of millions of lines is read at its ends", () => {
  const log = `FAIL: test_first (a.A)\n${"-".repeat(70)}\nboom\n${"=".repeat(70)}\n${"x\n".repeat(4_000_000)}sh: 1: last: not found\n`;
  const text = excerpt(log, { budget: 200 });
  expect(text).toContain("boom");
  expect(text).toContain("last: not found");
});
