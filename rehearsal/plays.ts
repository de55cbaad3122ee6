/** The pull requests that the rehearsal plays on the sample project, and how each must end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MergeState, ValidationState } from "../models/validation.ts";

export const SAMPLE = join(import.meta.dirname, "sample");

type Files = Record<string, string | null>;

export type Play = {
  name: string;
  title: string;
  branch: string;
  files: Files;
  /** A second push while the validation of the first still runs. */
  later?: { files: Files; message: string };
  /** What holds the merge until a person decides: the play sees that nothing is merged before, and decides. */
  decide?: string;
  expect: {
    state: ValidationState;
    /** Codes of which the reason must be one. */
    reason?: string;
    merge: MergeState;
    /** The step that must have found it. */
    step?: string;
    /** What its log or evidence must show. */
    shows?: RegExp;
  };
};

const read = (path: string): string => readFileSync(join(SAMPLE, path), "utf8");

/** A file of the sample with one passage replaced; a passage that is not there is a mistake in the play. */
function changed(path: string, from: string, to: string): Files {
  const text = read(path);
  if (!text.includes(from)) throw new Error(`Cannot play: "${path}" does not contain "${from}"`);
  return { [path]: text.replace(from, to) };
}

const clearDone = `/** Keeps what is still to be bought. */
export function clearDone(items) {
  return items.filter((item) => !item.done);
}
`;
const clearDoneTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { clearDone } from "../clear.mjs";

test("clearDone() keeps what is still to be bought", () => {
  const milk = { name: "Milk", done: false };
  assert.deepEqual(clearDone([milk, { name: "Tea", done: true }]), [milk]);
});
`;

export const PLAYS: Play[] = [
  {
    name: "a good change is merged",
    title: "Clear what is done",
    branch: "clear-done",
    files: { "clear.mjs": clearDone, "test/clear.test.mjs": clearDoneTest },
    expect: { state: "passed", merge: "merged" },
  },
  {
    name: "a risky change asks a person, and is merged after the decision",
    title: "Tick without doubt",
    branch: "tick-surely",
    files: changed(
      "list.mjs",
      "export function tick(items, name) {",
      "export function tick(items, name, done = undefined) {",
    ),
    decide: "risk_asks",
    expect: { state: "passed", merge: "merged" },
  },
  {
    name: "failing tests are not merged",
    title: "Count faster",
    branch: "count-faster",
    files: changed("list.mjs", "items.filter((item) => item.done).length", "items.length"),
    expect: {
      state: "failed",
      reason: "command_failed",
      merge: "none",
      step: "test",
      shows: /progress\(\) counts what is done/,
    },
  },
  {
    name: "a page that throws is not merged",
    title: "Greet the shopper",
    branch: "greet",
    files: changed("public/app.js", "show();\n});\n\nshow();", "show();\n});\n\nshow();\ngreet(shopper);"),
    expect: {
      state: "failed",
      reason: "flow_failed",
      merge: "none",
      step: "browse",
      shows: /the page threw: .*is not defined/,
    },
  },
  {
    name: "a control that no longer works is not merged",
    title: "Tidy the form",
    branch: "tidy-form",
    files: changed("public/app.js", 'addEventListener("submit"', 'addEventListener("sent"'),
    expect: {
      state: "failed",
      reason: "flow_failed",
      merge: "none",
      step: "browse",
      shows: /does not show "Milk"/,
    },
  },
  {
    name: "a head that moves is superseded, and only the new one is merged",
    title: "Say what it is",
    branch: "describe",
    files: changed(
      "prepare.mjs",
      'import { writeFileSync } from "node:fs";',
      'import { writeFileSync } from "node:fs";\nimport { setTimeout } from "node:timers/promises";\n\nawait setTimeout(6000);',
    ),
    later: {
      message: "Prepare at once",
      files: {
        "prepare.mjs": read("prepare.mjs"),
        "README.md": `${read("README.md")}\nIt remembers what to buy.\n`,
      },
    },
    expect: { state: "passed", merge: "merged" },
  },
  {
    name: "a set-up that hangs is stopped",
    title: "Wait for more",
    branch: "wait-for-more",
    files: changed("package.json", "node prepare.mjs", "sleep 600"),
    expect: { state: "timed_out", reason: "command_timeout", merge: "none", step: "setup" },
  },
  {
    name: "a set-up command that does not exist fails",
    title: "Use the new tool",
    branch: "new-tool",
    files: changed("package.json", "node prepare.mjs", "shopping-list-tool prepare"),
    expect: { state: "failed", reason: "command_not_found", merge: "none", step: "setup" },
  },
  {
    name: "tests that exit 0 without running are no success",
    title: "Make the tests fast",
    branch: "fast-tests",
    files: changed("package.json", "node --test", "true"),
    expect: { state: "failed", reason: "no_test_evidence", merge: "none", step: "test" },
  },
];
