import { expect, test } from "vitest";
import { needsGraph, planOf, policyOf } from "./config.ts";
import { problemText, readConfig } from "./read-config.ts";

const good = `
setup: [npm ci]
test: npm test
serve: { run: npm start, port: 8080, ready: /health }
ui:
  - name: add an item
    steps:
      - go: /
      - fill: { into: { label: New item }, with: milk }
      - click: Add
      - press: Enter
      - expect: { text: milk }
      - expect: { role: listitem, name: milk }
merge: { method: squash }
`;

test("readConfig() reads every part and planOf() writes the short forms out", () => {
  const read = readConfig(good);
  if (!("config" in read)) throw new Error(read.problems.map(problemText).join("\n"));
  expect(planOf(read.config, [])).toEqual({
    setup: ["npm ci"],
    setup_timeout_ms: 600_000,
    test: { run: ["npm test"], timeout_ms: 600_000, network: "none" },
    serve: { run: "npm start", port: 8080, ready: "/health", ready_timeout_ms: 60_000 },
    ui: [expect.objectContaining({ name: "add an item" })],
    merge: { method: "squash" },
    analyze: { fail_on: "none", ask_a_person_at: "none" },
    limits: {},
  });
});

test.each([
  ["a missing test", "setup: none\n", /^line 1, test: /],
  [
    "a misspelt key",
    "setup: none\ntests: npm test\ntest: x\n",
    /^line 2, tests: is not a key that is known here$/,
  ],
  ["an empty setup", "setup: []\ntest: npm test\n", /^line 1, setup: .*at least one command/],
  [
    "an unknown action",
    "setup: none\ntest: x\nserve: y\nui:\n  - name: a\n    steps:\n      - clik: Add\n",
    /^line 7, ui\.0\.steps\.0\.clik: /,
  ],
  [
    "a path without a slash",
    "setup: none\ntest: x\nserve: y\nui:\n  - name: a\n    steps:\n      - go: home\n",
    /^line 7, ui\.0\.steps\.0\.go: must be a path/,
  ],
  [
    "flows without an app",
    "setup: none\ntest: x\nui:\n  - name: a\n    steps:\n      - go: /\n",
    /serve: must say how to start the app/,
  ],
  [
    "an unknown severity",
    "setup: none\ntest: x\nanalyze: { fail_on: notes }\n",
    /^line 3, analyze\.fail_on: /,
  ],
  [
    "an unknown level",
    "setup: none\ntest: x\nanalyze:\n  ask_a_person_at: low\n",
    /^line 4, analyze\.ask_a_person_at: /,
  ],
  [
    "a policy without its analysis",
    "setup: none\ntest: x\nanalyze:\n  enabled: false\n  fail_on: error\n",
    /^line 4, analyze\.enabled: must be true, because fail_on or ask_a_person_at needs the analysis/,
  ],
  ["too many reruns", "setup: none\ntest: { run: x, reruns: 3 }\n", /^line 2, test\.reruns: /],
  ["half a rerun", "setup: none\ntest: { run: x, reruns: 0.5 }\n", /^line 2, test\.reruns: /],
  [
    "a rerun of no particular test",
    "setup: none\ntest: { run: x, reruns: 1, rerun: npm test }\n",
    /^line 2, test\.rerun: must say where the failed tests go: \{tests\}/,
  ],
  [
    "a pattern that leads out",
    "setup: none\ntest: x\nalso: ['../shared/**']\n",
    /^line 3, also\.0: must be a path from the top of the repository/,
  ],
  ["broken YAML", "setup: none\ntest: [x\n", /^line [23]: /],
  ["a list as the file", "- a\n- b\n", /^line 1: /],
  [
    "a pattern that does not compile",
    "setup: none\ntest: { run: x, count: '(' }\n",
    /^line 2, test\.count: must be a regular expression/,
  ],
  ["an unknown merge method", "setup: none\ntest: x\nmerge: { method: ff }\n", /^line 3, merge\.method: /],
  ["a duplicated key", "setup: none\ntest: x\ntest: y\n", /^line 3: /],
])("readConfig() names line and field of %s", (_, text, expected) => {
  const read = readConfig(text);
  expect("problems" in read && read.problems.map(problemText)).toEqual(
    expect.arrayContaining([expect.stringMatching(expected)]),
  );
});

test("planOf() refuses a project that never said how to set up, and takes its own commands when it did", () => {
  const read = readConfig("test: npm test\n");
  if (!("config" in read)) throw new Error("must read");
  expect(planOf(read.config, [])).toBeNull();
  expect(planOf(read.config, ["make deps"])?.setup).toEqual(["make deps"]);
});

test.each([
  ["", { fail_on: "none", ask_a_person_at: "none" }, false],
  ["analyze: {}", { fail_on: "none", ask_a_person_at: "none" }, false],
  ["analyze: { fail_on: warning }", { fail_on: "warning", ask_a_person_at: "none" }, true],
  ["analyze: { ask_a_person_at: medium }", { fail_on: "none", ask_a_person_at: "medium" }, true],
  ["analyze: { enabled: false }", null, false],
])("policyOf() of %j", (text, policy, needs) => {
  const read = readConfig(`setup: none\ntest: x\n${text}\n`);
  if (!("config" in read)) throw new Error(read.problems.map(problemText).join("\n"));
  const plan = planOf(read.config, []);
  const found = plan && policyOf(plan);
  expect(found).toEqual(policy);
  expect(found !== null && needsGraph(found)).toBe(needs);
});

test("a plan that was kept before there was an analysis wants none", () => {
  expect(policyOf({})).toBeNull();
});
