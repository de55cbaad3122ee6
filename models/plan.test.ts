/** From the text of a `.tidegate.yml` to a plan with every short form written out. */
import { describe, expect, test } from "vitest";
import { type Plan, planOf } from "./config.ts";
import { problemText, readConfig } from "./read-config.ts";

function plan(text: string, fallback: readonly string[] = []): Plan {
  const read = readConfig(text);
  if ("problems" in read) throw new Error(read.problems.map(problemText).join("\n"));
  const made = planOf(read.config, fallback);
  if (made === null) throw new Error("must be a plan");
  return made;
}

function problems(text: string): string[] {
  const read = readConfig(text);
  return "problems" in read ? read.problems.map(problemText) : [];
}

test("planOf() writes out the shortest file that there is", () => {
  expect(plan("setup: none\ntest: npm test\n")).toEqual({
    setup: "none",
    setup_timeout_ms: 600_000,
    test: { run: ["npm test"], timeout_ms: 600_000, network: "none" },
    serve: "none",
    ui: "none",
    merge: {},
    analyze: { fail_on: "none", ask_a_person_at: "none" },
    limits: {},
  });
});

test("planOf() notes what concerns a project of a folder beside that folder", () => {
  const read = readConfig("setup: none\ntest: x\nalso: [package.json, 'libs/**']\n");
  if ("problems" in read) throw new Error("must be a configuration");
  expect(planOf(read.config, [], "apps/shop")).toMatchObject({
    path: "apps/shop",
    also: ["package.json", "libs/**"],
  });
  // Digests of plans of whole repositories stay what they were.
  expect(Object.keys(planOf(read.config, []) ?? {})).not.toContain("also");
});

test.each<[string, Partial<Plan>]>([
  [
    "setup: none\ntest: { run: a, reruns: 2, rerun: 'a {tests}' }",
    { test: { run: ["a"], reruns: 2, rerun: "a {tests}", timeout_ms: 600_000, network: "none" } },
  ],
  [
    "setup: none\ntest: { run: a, reruns: 1, rerun: './again.sh \"$TIDEGATE_TESTS\"' }",
    {
      test: {
        run: ["a"],
        reruns: 1,
        rerun: './again.sh "$TIDEGATE_TESTS"',
        timeout_ms: 600_000,
        network: "none",
      },
    },
  ],
  ["setup: make\ntest: x", { setup: ["make"] }],
  ["setup: [npm ci, make]\ntest: x", { setup: ["npm ci", "make"] }],
  ["setup: none\nsetup_timeout_minutes: 0.5\ntest: x", { setup_timeout_ms: 30_000 }],
  ["setup: none\ntest: [a, b]", { test: { run: ["a", "b"], timeout_ms: 600_000, network: "none" } }],
  [
    "setup: none\ntest: { run: a, report: out/j.xml, count: 'ran (\\d+)', timeout_minutes: 1, network: open }",
    { test: { run: ["a"], report: "out/j.xml", count: "ran (\\d+)", timeout_ms: 60_000, network: "open" } },
  ],
  [
    "setup: none\ntest: x\nserve: npm start",
    { serve: { run: "npm start", port: 3000, ready: "/", ready_timeout_ms: 60_000 }, ui: "none" },
  ],
  [
    "setup: none\ntest: x\nserve: { run: y, port: 80, ready: /up, ready_timeout_seconds: 5 }",
    { serve: { run: "y", port: 80, ready: "/up", ready_timeout_ms: 5_000 } },
  ],
  [
    "setup: none\ntest: x\nmerge: { auto: false }\nlimits: { memory_mb: 512 }",
    { merge: { auto: false }, limits: { memory_mb: 512 } },
  ],
])("planOf() of %j", (text, expected) => {
  expect(plan(text)).toMatchObject(expected);
});

describe("set-up", () => {
  test.each<[string, string, readonly string[], Plan["setup"] | null]>([
    ["is the file's", "setup: make\ntest: x", ["npm ci"], ["make"]],
    ["is none when the file says so", "setup: none\ntest: x", ["npm ci"], "none"],
    ["is the project's when the file is silent", "test: x", ["npm ci"], ["npm ci"]],
    ["must be said by one of them", "test: x", [], null],
  ])("%s", (_, text, fallback, setup) => {
    const read = readConfig(text);
    const made = "config" in read ? planOf(read.config, fallback) : undefined;
    expect(made === null ? null : made?.setup).toEqual(setup);
  });
});

describe("readConfig() refuses", () => {
  test.each<[string, string, RegExp]>([
    ["an empty file", "", /^line 1, test: is missing$/],
    ["a text as the file", "npm test", /^line 1: /],
    ["an empty command", "setup: none\ntest: ''", /^line 2, test/],
    ["a command of spaces", "setup: none\ntest: '   '", /^line 2, test/],
    ["no commands", "setup: none\ntest: []", /^line 2, test/],
    [
      "a list of flows that is empty",
      "setup: none\ntest: x\nserve: y\nui: []",
      /^line 4, ui: .*at least one flow/,
    ],
    [
      "a flow without actions",
      "setup: none\ntest: x\nserve: y\nui: [{ name: a, steps: [] }]",
      /at least one action/,
    ],
    ["a port that is none", "setup: none\ntest: x\nserve: { run: y, port: 0 }", /^line 3, serve\.port/],
    [
      "time without end",
      "setup: none\ntest: { run: x, timeout_minutes: 600 }",
      /^line 2, test\.timeout_minutes/,
    ],
    ["no time at all", "setup: none\ntest: { run: x, timeout_minutes: 0 }", /^line 2, test\.timeout_minutes/],
    ["a pattern without a group", "setup: none\ntest: { run: x, count: '\\d+' }", /^line 2, test\.count/],
    ["a pattern with two groups", "setup: none\ntest: { run: x, count: '(a)(b)' }", /^line 2, test\.count/],
    ["another version", "version: 2\nsetup: none\ntest: x", /^line 1, version/],
    [
      "an action with two verbs",
      "setup: none\ntest: x\nserve: y\nui: [{ name: a, steps: [{ go: /, click: b }] }]",
      /ui\.0\.steps\.0/,
    ],
    ["a limit of none", "setup: none\ntest: x\nlimits: { memory_mb: 0 }", /^line 3, limits\.memory_mb/],
    ["an unknown anchor", "setup: none\ntest: *there", /^line [12]/],
  ])("%s", (_, text, expected) => {
    expect(problems(text)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  test("a small file that unfolds into a huge one", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let nth = 1; nth < 10; nth++) lines.push(`a${nth}: &a${nth} [${`*a${nth - 1}, `.repeat(10)}]`);
    expect(problems(`${lines.join("\n")}\ntest: x\n`).length).toBeGreaterThan(0);
  });

  test.each([
    "\u0000",
    "{{{{",
    "&a [*a]",
    "? ",
    "%YAML 9.9\n---\n",
    "!!js/function 'x'",
    "\t\t-",
    "test: !!binary x",
  ])("%j without throwing", (text) => {
    expect(problems(text).length).toBeGreaterThan(0);
  });
});
