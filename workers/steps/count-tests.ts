/**
 * How many tests ran, read from what test runners print. Exit 0 alone proves nothing: a filter that matches no
 * test, a shard that never started and an empty folder all exit 0. What cannot be counted has not run.
 */

/** Names of failing tests that are kept; where there are as many, there may be more. */
export const MOST_FAILING = 50;

export type Count = {
  /** Null when no runner's summary was found. */
  run: number | null;
  failed: number;
  failing: string[];
  counted_by: string | null;
};

type Tally = { run: number; failed: number };
type Runner = { name: string; read: (text: string) => Tally | null };

/** What is no number counts nothing: a pattern that catches a word must not become a count. */
const num = (text: string | undefined): number =>
  text !== undefined && /^\d[\d,]*$/.test(text) ? Number(text.replaceAll(",", "")) : 0;

/**
 * Adds what every match of a pattern says; null when there is no match. Skips that a runner counts apart from
 * its tests (a whole class) never make it less than none.
 */
function sum(text: string, pattern: RegExp, tally: (match: RegExpMatchArray) => Tally): Tally | null {
  const tallies = [...text.matchAll(pattern)]
    .map(tally)
    .map((one) => ({ ...one, run: Math.max(0, one.run) }));
  if (tallies.length === 0) return null;
  return tallies.reduce((total, one) => ({ run: total.run + one.run, failed: total.failed + one.failed }));
}

/** A summary of words, `3 passed, 1 failed, 2 skipped`: skipped tests did not run. */
function words(line: string): Tally {
  const of = (word: string) => num(line.match(new RegExp(`(\\d[\\d,]*)\\s+${word}`))?.[1]);
  const failed = of("failed") + of("errors?") + of("failures?");
  return { run: of("passed") + of("expected fail") + failed, failed };
}

/** Each runner by the line that only it prints. Their order decides when a log could be read as two. */
const RUNNERS: Runner[] = [
  // node --test (spec and tap): "ℹ tests 5" / "# tests 5", "# fail 0", "# skipped 1"
  {
    name: "node:test",
    read: (text) =>
      sum(text, /^(?:ℹ|#) tests (\d+)\n(?:(?:ℹ|#) (?!tests)\w+ [\d.]+\n?)+/gmu, (match) => {
        const of = (word: string) => num(match[0].match(new RegExp(`^(?:ℹ|#) ${word} (\\d+)`, "mu"))?.[1]);
        return { run: num(match[1]) - of("skipped") - of("todo"), failed: of("fail") + of("cancelled") };
      }),
  },
  // vitest: "      Tests  1 failed | 4 passed (5)", "      Tests  no tests"
  {
    name: "vitest",
    read: (text) =>
      sum(text, /^ *Tests {2,}(?:no tests|(\d.*) \(\d+\))$/gm, (match) => words(match[1] ?? "")),
  },
  // jest: "Tests:       1 failed, 4 passed, 5 total"
  {
    name: "jest",
    read: (text) => sum(text, /^Tests: +(.* )?\d+ total$/gm, (match) => words(match[1] ?? "")),
  },
  // pytest: "==== 1 failed, 4 passed, 1 skipped in 0.12s ====", also without bars under -q; "no tests ran in 0.01s"
  {
    name: "pytest",
    read: (text) =>
      sum(
        text,
        /^(?:=+ )?(no tests ran|(?:\d+ (?:(?:subtests )?(?:passed|failed|skipped)|errors?|xfailed|xpassed|deselected|warnings?|rerun)(?:, )?)+) in [\d.:]+/gm,
        (match) => {
          const line = match[1] ?? "";
          const expected = num(line.match(/(\d+) xfailed/)?.[1]) + num(line.match(/(\d+) xpassed/)?.[1]);
          const tally = words(line);
          // A subtest that passed is part of a test; one that failed is a failure, whatever its test says.
          const parts = num(line.match(/(\d+) subtests failed/)?.[1]);
          return { run: tally.run + expected + parts, failed: tally.failed + parts };
        },
      ),
  },
  // unittest: "Ran 4 tests in 0.001s" … "FAILED (failures=1, errors=1)" / "OK (skipped=1)"
  {
    name: "unittest",
    read: (text) =>
      sum(text, /^Ran (\d+) tests? in [\d.]+s\s+(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?/gm, (match) => {
        // "expected failures=1" is no failure: the whole name counts.
        const of = (name: string) =>
          num(
            match[3]
              ?.split(", ")
              .find((part) => part.startsWith(`${name}=`))
              ?.slice(name.length + 1),
          );
        const failed = of("failures") + of("errors") + of("unexpected successes");
        return { run: num(match[1]) - of("skipped"), failed };
      }),
  },
  // go test -v names every test, also what it skips; go test: "ok  	pkg	0.01s": the package has tests and none failed
  {
    name: "go test",
    read: (text) => {
      const verbose = sum(text, /^[ \t]*--- (PASS|FAIL|SKIP): /gm, (match) => ({
        run: match[1] === "SKIP" ? 0 : 1,
        failed: match[1] === "FAIL" ? 1 : 0,
      }));
      if (/^=== RUN /m.test(text)) return verbose;
      const packages = sum(text, /^ok {2}\t\S+\t[^\n]*$/gm, (match) => ({
        run: /no tests to run/.test(match[0]) ? 0 : 1,
        failed: 0,
      }));
      if (verbose === null && packages === null) return null;
      return { run: (verbose?.run ?? 0) + (packages?.run ?? 0), failed: verbose?.failed ?? 0 };
    },
  },
  // cargo test: "test result: ok. 3 passed; 0 failed; 1 ignored; …"
  {
    name: "cargo test",
    read: (text) =>
      sum(text, /^test result: \w+\. (\d+ passed; \d+ failed)/gm, (match) => words(match[1] ?? "")),
  },
  // nextest: "     Summary [   0.2s] 3 tests run: 2 passed, 1 failed, 0 skipped"
  {
    name: "nextest",
    read: (text) =>
      sum(text, /^ *Summary \[[^\]\n]+\] +\d+\S* tests? run: (.*)$/gm, (match) => words(match[1] ?? "")),
  },
  // mocha: "  4 passing (12ms)\n  1 failing"
  {
    name: "mocha",
    read: (text) =>
      sum(
        text,
        /^ {2}(\d+) passing(?: \([^)\n]*\))?(?:\n {2}\d+ pending)?(?:\n {2}(\d+) failing)?/gm,
        (match) => ({
          run: num(match[1]) + num(match[2]),
          failed: num(match[2]),
        }),
      ),
  },
  // rspec: "5 examples, 1 failure, 1 pending"
  {
    name: "rspec",
    read: (text) =>
      sum(text, /^(\d+) examples?, (\d+) failures?(?:, (\d+) pending)?/gm, (match) => ({
        run: num(match[1]) - num(match[3]),
        failed: num(match[2]),
      })),
  },
  // minitest: "5 runs, 9 assertions, 1 failures, 0 errors, 0 skips"
  {
    name: "minitest",
    read: (text) =>
      sum(text, /^(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips/gm, (match) => ({
        run: num(match[1]) - num(match[4]),
        failed: num(match[2]) + num(match[3]),
      })),
  },
  // Maven Surefire's closing line: "Tests run: 5, Failures: 1, Errors: 0, Skipped: 1"; its lines per class carry a time
  {
    name: "surefire",
    read: (text) =>
      sum(
        text,
        /Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)(?:, Flakes: \d+)? *$/gm,
        (match) => ({
          run: num(match[1]) - num(match[4]),
          failed: num(match[2]) + num(match[3]),
        }),
      ),
  },
  // PHPUnit: "OK (3 tests, 5 assertions)" / "Tests: 3, Assertions: 5, Failures: 1." / "No tests executed!"
  {
    name: "phpunit",
    read: (text) => {
      const good = sum(text, /^(?:OK \((\d+) tests?, |No tests executed!)/gm, (match) => ({
        run: num(match[1]),
        failed: 0,
      }));
      const bad = sum(text, /^Tests: (\d+), Assertions: \d+(.*)$/gm, (match) => {
        const of = (word: string) => num(match[2]?.match(new RegExp(`${word}: (\\d+)`))?.[1]);
        const run = num(match[1]) - of("Skipped") - of("Incomplete");
        return { run, failed: of("Failures") + of("Errors") };
      });
      return good === null ? bad : { run: good.run + (bad?.run ?? 0), failed: bad?.failed ?? 0 };
    },
  },
  // dotnet test: "Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3"
  {
    name: "dotnet test",
    read: (text) =>
      sum(text, /Failed: +(\d+), Passed: +(\d+), Skipped: +\d+, Total:/g, (match) => ({
        run: num(match[1]) + num(match[2]),
        failed: num(match[1]),
      })),
  },
  // ctest: "100% tests passed, 0 tests failed out of 12" counts what it lists below as "3 - name (Skipped)"
  {
    name: "ctest",
    read: (text) => {
      const all = sum(text, /tests passed, (\d+) tests? failed out of (\d+)/g, (match) => ({
        run: num(match[2]),
        failed: num(match[1]),
      }));
      const skipped = [...text.matchAll(/^[ \t]+\d+ - .+ \(Skipped\)$/gm)].length;
      return all && { ...all, run: Math.max(0, all.run - skipped) };
    },
  },
  // bun test and deno test: "ok | 3 passed | 0 failed" , " 3 pass\n 0 fail"
  {
    name: "deno test",
    read: (text) =>
      sum(text, /^(?:ok|FAILED) \| (\d+ passed.*\| \d+ failed)/gm, (match) => words(match[1] ?? "")),
  },
  {
    name: "bun test",
    read: (text) =>
      sum(text, /^ *(\d+) pass\n(?: *\d+ (?:skip|todo|filtered out)\n)*? *(\d+) fail$/gm, (match) => ({
        run: num(match[1]) + num(match[2]),
        failed: num(match[2]),
      })),
  },
  // The plain closing line that a script of any language may print: "12 passed, 0 failed"
  {
    name: "summary line",
    read: (text) =>
      sum(text, /^(?:\w+: )?(\d+ passed, \d+ failed)(?:, \d+ skipped)?$/gm, (match) => words(match[1] ?? "")),
  },
  // TAP without a summary: "1..4" and its "ok 1 - …" lines
  {
    name: "TAP",
    read: (text) =>
      /^1\.\.\d+/m.test(text)
        ? (sum(text, /^(not )?ok \d+\b(.*)$/gm, (match) => ({
            run: /# (SKIP|TODO)/i.test(match[2] ?? "") ? 0 : 1,
            failed: match[1] !== undefined && !/# TODO/i.test(match[2] ?? "") ? 1 : 0,
          })) ?? { run: 0, failed: 0 })
        : null,
  },
];

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");

/** Names of failing tests as runners print them; enough for a person to find them, never used for the verdict. */
const FAILING = [
  /^FAILED (\S+::\S+)/gm,
  /^[ \t]*(?:✖|✗|✘|×|not ok \d+ -)[ \t]+(?!failing tests)(.+?)(?: \(?[\d.]+ ?m?s\)?)?$/gm,
  /^[ \t]*--- FAIL: (\S+)/gm,
  /^test (\S+) \.\.\. FAILED/gm,
  /^(?:FAIL|ERROR): (\S+ \([^)\n]+\))/gm,
  /^ +● (.+ › .+)$/gm,
];

/** Counts the tests of a log. `pattern` is the project's own: its first group is the number of tests that ran. */
export function countTests(log: string, pattern?: string): Count {
  const text = log.replace(ANSI, "").replaceAll("\r\n", "\n");
  const failing = [
    ...new Set(FAILING.flatMap((one) => [...text.matchAll(one)].map((match) => (match[1] ?? "").trim()))),
  ].slice(0, MOST_FAILING);
  if (pattern !== undefined) {
    const counted = sum(text, new RegExp(pattern, "gm"), (match) => ({ run: num(match[1]), failed: 0 }));
    return { run: counted?.run ?? null, failed: 0, failing, counted_by: "count" };
  }
  for (const { name, read } of RUNNERS) {
    const tally = read(text);
    if (tally !== null) return { ...tally, failing, counted_by: name };
  }
  return { run: null, failed: 0, failing, counted_by: null };
}
