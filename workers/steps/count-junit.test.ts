/** JUnit reports as real runners write them, and how long the counting takes. */
import { expect, test } from "vitest";
import { countJunit } from "./count-junit.ts";
import { countTests } from "./count-tests.ts";

test.each<[string, number, string[], string]>([
  [
    "pytest",
    3,
    ["test_a › test_f", "test_a › test_e"],
    `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4"><testcase classname="test_a" name="test_ok" time="0.001" /><testcase classname="test_a" name="test_f" time="0.001"><failure message="assert 1 == 2">def test_f():
&gt;  assert 1 == 2</failure></testcase><testcase classname="test_a" name="test_s" time="0.000"><skipped type="pytest.skip" message="no">/a.py:7: no</skipped></testcase><testcase classname="test_a" name="test_e"><error message="failed on setup">boom</error></testcase></testsuite></testsuites>`,
  ],
  [
    "nested suites",
    2,
    ["till › rings"],
    `<testsuites><testsuite name="shop"><testsuite name="cart"><testcase classname="cart" name="adds"/></testsuite><testsuite name="till"><testcase classname="till" name="rings"><failure/></testcase></testsuite></testsuite></testsuites>`,
  ],
  [
    "CDATA that looks like tags",
    2,
    [],
    `<testsuite><testcase name="a"><system-out><![CDATA[<testcase name="x"><failure/></testcase><skipped/> ]] > ]]></system-out></testcase><testcase name="b"><system-err><![CDATA[]]></system-err></testcase></testsuite>`,
  ],
  [
    "comments",
    1,
    [],
    `<testsuite><!-- <testcase name="old"><failure/></testcase> --><testcase name="a"/></testsuite>`,
  ],
  [
    "> in a name",
    3,
    ["a -> b"],
    `<testsuite><testcase name="a -> b"><failure message="1 > 0"/></testcase><testcase name="c/>d"/><testcase name='say "e"'/></testsuite>`,
  ],
  ["one quote in the other", 1, [`it's`], `<testsuite><testcase name="it's"><error/></testcase></testsuite>`],
  [
    "lines between attributes",
    2,
    [],
    `<testsuite>\n<testcase\n  name="a"\n  time="1"\n>\n</testcase><testcase name="b"\n/>\n</testsuite>`,
  ],
  [
    "a flake that passed at last",
    1,
    [],
    `<testsuite><testcase name="a"><flakyFailure message="x"/></testcase></testsuite>`,
  ],
  [
    "a failure that was run again",
    1,
    ["a"],
    `<testsuite><testcase name="a"><failure/><rerunFailure/></testcase></testsuite>`,
  ],
  [
    "GoogleTest's and CTest's tests that did not run",
    1,
    [],
    `<testsuite><testcase name="a" status="run"/><testcase name="b" status="notrun" result="suppressed"/><testcase name="dis" status="disabled"><system-out>Disabled</system-out></testcase></testsuite>`,
  ],
  [
    "all skipped",
    0,
    [],
    `<testsuite tests="2"><testcase name="a"><skipped/></testcase><testcase name="b"><skipped/></testcase></testsuite>`,
  ],
  ["no tests", 0, [], `<?xml version="1.0"?><testsuites tests="0"></testsuites>`],
  ["what is no XML", 0, [], "404 not found"],
  ["an empty file", 0, [], ""],
])("countJunit() of %s", (_, run, failing, xml) => {
  expect(countJunit(xml)).toEqual({ run, failed: failing.length, failing, counted_by: "junit" });
});

test("countJunit() takes a suite that broke before its first test for a failure", () => {
  const xml = `<testsuites><testsuite name="cart"><error message="cannot import"/></testsuite><testsuite><testcase name="a"/></testsuite></testsuites>`;
  expect(countJunit(xml)).toMatchObject({ run: 1, failed: 1 });
});

/** The best of three, in ms. */
function timeOf(work: () => unknown): number {
  return Math.min(
    ...[1, 2, 3].map(() => {
      const began = performance.now();
      work();
      return performance.now() - began;
    }),
  );
}

/** Texts that lead a careless pattern astray. */
const HOSTILE: [string, string][] = [
  ["lines of a build", "[12:00:01] compiling src/shop/cart.ts (12 of 400) ... ok\n"],
  ["blank lines", "\n"],
  ["blank lines with spaces", "   \n"],
  ["one long line of digits", "1"],
  ["one long line of tallies", "Tests  1 111 111 "],
  ["tallies of jest", "Tests: 11111 "],
  ["brackets that never close", "     Summary [ 0.1s\n  3 passing (\nFAIL: a (\n"],
  ["escapes", `${String.fromCharCode(27)}[31;1m`],
  ["marks of failure", "✖ \n not ok 1 - \n--- FAIL: \n"],
  ["numbers and units", "✖ 1.1 1.1ms 1"],
];
const SIZE = 40_000;

test.each(HOSTILE)("countTests() takes ten times as long for ten times as many %s", (_, piece) => {
  const text = (size: number) => piece.repeat(Math.ceil(size / piece.length));
  const [small, large] = [text(SIZE), text(SIZE * 10)];
  const [short, long] = [timeOf(() => countTests(small)), timeOf(() => countTests(large))];
  // A hundred times as long would be quadratic; the constant forgives a busy machine.
  expect(long).toBeLessThan(short * 40 + 200);
});

test.each([
  ["open tests", '<testcase name="a">'],
  ["tags that never end", "<testcase "],
  ["quotes that never end", `<failure "a' `],
  ["comments that never end", "<!-- "],
  ["CDATA that never ends", "<![CDATA[ "],
])("countJunit() takes ten times as long for ten times as many %s", (_, piece) => {
  const [small, large] = [piece.repeat(SIZE / 10), piece.repeat(SIZE)];
  const [short, long] = [timeOf(() => countJunit(small)), timeOf(() => countJunit(large))];
  expect(long).toBeLessThan(short * 40 + 200);
});

test.each([
  [
    "on the suite",
    `<testsuite tests="2" failures="1"><testcase name="a"/><testcase name="b"/></testsuite>`,
    1,
  ],
  ["of an inner one", `<testsuites><testsuite errors='2'><testcase name="a"/></testsuite></testsuites>`, 2],
  [
    "of what is still to do",
    `<testsuite failures="1"><testcase name="a"><skipped type="todo"/><failure/></testcase><testcase name="b"/></testsuite>`,
    0,
  ],
  ["that are no number", `<testsuite failures="none"><testcase name="a"/></testsuite>`, 0],
])("failures %s that no case shows count", (_, xml, failed) => {
  expect(countJunit(xml).failed).toBe(failed);
});

test("countTests() reads 10 MB as it reads 1 MB", { timeout: 60_000 }, () => {
  const line = "    at Object.<anonymous> (/workspace/src/cart.test.ts:12:34) 3 passed [ok] {1}\n";
  const [small, large] = [line.repeat(1e6 / line.length), line.repeat(1e7 / line.length)];
  const summary = "=== 4 passed in 0.10s ===\n";
  const [short, long] = [
    timeOf(() => countTests(small + summary)),
    timeOf(() => countTests(large + summary)),
  ];
  expect(countTests(large + summary)).toMatchObject({ run: 4, counted_by: "pytest" });
  expect(long).toBeLessThan(short * 40 + 200);
});
