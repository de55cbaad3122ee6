/** The runs that the rehearsal plays on the sample project, from a goal to their end, and how each must end. */
import type { AgentOffer } from "../models/agent.ts";
import type { RunPhase } from "../models/run.ts";
import type { ValidationState } from "../models/validation.ts";
import { EXAMPLES } from "./agent/index.ts";

export type RunPlay = {
  /** By which it is played alone. */
  key: string;
  name: string;
  goal: string;
  /** Default: the project's own. */
  agent?: AgentOffer["id"];
  /** Asked for by a comment on an issue, instead of through the API. */
  comment?: string;
  /** Somebody's pull request, of which the run mends what fails. */
  adopts?: { branch: string; title: string; files: Record<string, string> };
  /** Passages of the plan as a person changes them before it is confirmed; without them nobody is asked. */
  edit?: [from: string, to: string][];
  /** Somebody pushes to the branch while the run is in this phase. */
  push?: { during: RunPhase; files: Record<string, string>; message: string };
  expect: {
    phase: RunPhase;
    /** Code of the reason. */
    reason?: string;
    attempts: number;
    /** Null: nothing was planned. */
    plan_version: number | null;
    /** How the validations of its commits ended, oldest first; null: nobody waits for them. */
    validations: ValidationState[] | null;
    /** What its last check run says. */
    check?: string;
    /** Comments of ours on its pull request. */
    comments: number;
    /** What the base branch holds afterwards. */
    landed: Record<string, RegExp>;
  };
};

const undone = `/** How many items are not done. */
export function undone(items) {
  return items.filter((item) => item.done).length;
}
`;
const undoneTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { undone } from "../undone.mjs";

test("undone() counts what is not done", () => {
  assert.equal(undone([{ name: "Milk", done: false }]), 1);
});
`;

const MERGED = { phase: "completed", check: "success", comments: 0 } as const;
const STOPPED = { phase: "needs_human", check: "action_required", comments: 1, landed: {} } as const;

export const RUN_PLAYS: RunPlay[] = [
  {
    key: "goal",
    name: "a goal is planned, its plan changed by a person, carried out as changed, and merged",
    goal: EXAMPLES.clear,
    edit: [
      ["`clearDone`", "`keepOpen`"],
      ['"Clear done"', '"Tidy up"'],
    ],
    expect: {
      ...MERGED,
      ...{ attempts: 0, plan_version: 2, validations: ["passed"] },
      landed: { "list.mjs": /function keepOpen\(/, "public/index.html": />Tidy up</ },
    },
  },
  {
    key: "repair",
    name: "a change whose test fails is repaired from the report, and merged",
    goal: EXAMPLES.left,
    expect: {
      ...MERGED,
      ...{ attempts: 1, plan_version: 1, validations: ["failed", "passed"] },
      landed: { "list.mjs": /function left\([^}]*=> !item\.done\)/ },
    },
  },
  {
    key: "page",
    name: "a change that throws in the page is repaired from what it threw, and merged",
    goal: EXAMPLES.today,
    expect: {
      ...MERGED,
      ...{ attempts: 1, plan_version: 1, validations: ["failed", "passed"] },
      landed: { "public/index.html": /<p id="today">/ },
    },
  },
  {
    key: "never",
    name: "a change that never works stops at its limit, and a person is asked",
    goal: EXAMPLES.never,
    expect: {
      ...STOPPED,
      ...{ reason: "max_attempts", attempts: 3, plan_version: 1 },
      validations: ["failed", "failed", "failed", "failed"],
    },
  },
  {
    key: "circle",
    name: "the same failure twice stops early",
    goal: EXAMPLES.mistake,
    expect: {
      ...STOPPED,
      ...{ reason: "same_failure", attempts: 1, plan_version: 1, validations: ["failed", "failed"] },
    },
  },
  {
    key: "nothing",
    name: "an agent that changes nothing opens no pull request",
    goal: EXAMPLES.nothing,
    expect: {
      ...{ phase: "needs_human", reason: "no_diff", attempts: 0, plan_version: 1 },
      ...{ validations: [], comments: 0, landed: {} },
    },
  },
  {
    key: "taken-over",
    name: "somebody pushes during a repair: the branch is theirs, and the repair ends",
    goal: `${EXAMPLES.never}; take your time`,
    push: { during: "repairing", files: { "NOTES.md": "It is mine now.\n" }, message: "Take it over" },
    expect: {
      ...{ phase: "needs_human", reason: "human_push", attempts: 1, plan_version: 1 },
      ...{ validations: null, comments: 1, landed: {} },
    },
  },
  {
    key: "comment",
    name: "a comment on an issue starts a run, its plan is changed, and its change is merged",
    goal: EXAMPLES.clear,
    comment: "/tidegate run",
    edit: [
      ["`clearDone`", "`forgetDone`"],
      ['"Clear done"', '"Forget"'],
    ],
    expect: {
      ...MERGED,
      ...{ attempts: 0, plan_version: 2, validations: ["passed"] },
      landed: { "public/index.html": />Forget</ },
    },
  },
  {
    key: "adopted",
    name: "somebody's pull request fails, and a run that looks after it mends it on its branch",
    goal: "Mend what fails",
    adopts: {
      ...{ branch: "count-undone", title: "Count what is not done" },
      files: { "undone.mjs": undone, "test/undone.test.mjs": undoneTest },
    },
    agent: "custom",
    expect: {
      ...MERGED,
      ...{ attempts: 1, plan_version: null, validations: ["failed", "passed"] },
      landed: { "undone.mjs": /=> !item\.done\)/ },
    },
  },
  {
    key: "codegen",
    name: "the same by a hosted agent: plan changed, first try fails, repaired on its own branch, merged",
    goal: "Say how many items remain",
    agent: "codegen",
    edit: [["`left`", "`remaining`"]],
    expect: {
      ...MERGED,
      ...{ attempts: 1, plan_version: 2, validations: ["failed", "passed"] },
      landed: { "list.mjs": /function remaining\([^}]*=> !item\.done\)/ },
    },
  },
];
