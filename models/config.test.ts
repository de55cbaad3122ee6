import { expect, test } from "vitest";
import { planOf } from "./config.ts";
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
