/** Texts of runs on GitHub: commits, pull requests, summaries. Nothing in a goal or an answer ends where it must not. */
import { expect, test } from "vitest";
import type { Run } from "../../../models/run.ts";
import type { Turn } from "../../../models/turn.ts";
import { messageOf, titleOf } from "./change.ts";
import { pullText } from "./pull-text.ts";
import { summaryOf } from "./summary-text.ts";

const RUN: Run = {
  ...{ id: "run_1", project_id: "p", target_text: "Add a button\n\nA red one.", agent: "claude", by: "ada" },
  ...{ source: "api", issue: null, files: [], images: [], auto_confirm: false, status: "waiting_for_input" },
  limits: { max_attempts: 3, max_cost_usd: 5, max_minutes: 60 },
  phase: "needs_human",
  reason: { code: "max_attempts", message: "It still fails after 3 repairs: `npm test` exited 1" },
  plans: [{ version: 1, text: "1. Add it", by: "agent", at: 0 }],
  ...{
    plan_version: 1,
    feedback: null,
    current: null,
    turns: 2,
    steps: 3,
    attempts: 3,
    branch: "tidegate/x",
  },
  ...{ heads: ["a".repeat(40)], pr_number: 7, fingerprints: [], vendor_ref: null },
  spent: { cost_usd: 1.5, tokens: 2000, agent_ms: 180_000 },
  ...{
    cost_from: 0,
    ran_ms: 0,
    active_since: null,
    created_at: 0,
    started_at: 0,
    completed_at: null,
    deadline_at: 0,
  },
};
const TURN: Turn = {
  ...{ id: "run_1.turn.2", run_id: "run_1", nth: 2, purpose: "write", agent: "claude", format: "claude" },
  ...{ state: "passed", reason: null, start_sha: "b".repeat(40), commit_sha: "a".repeat(40), answer: "Done" },
  ...{ stat: null, cost_usd: null, tokens: null, container_id: null, isolation: null, web_url: null },
  ...{ started_at: 0, finished_at: 1 },
};
const AUTHOR = { agent: "Claude Code", by: "ada", host: "tidegate.example.com" };

test("a commit is titled by the goal's first line, and names who asked for it beside the agent", () => {
  expect(messageOf({ ...RUN, attempts: 0 }, AUTHOR)).toBe(
    "Add a button\n\nFor run run_1.\n\nCo-authored-by: ada <ada@users.noreply.tidegate.example.com>\n",
  );
  expect(messageOf({ ...RUN, attempts: 2 }, AUTHOR)).toMatch(/^Repair 2: Add a button\n/);
});

test.each([
  ["## Add it", "Add it"],
  ["  x\ty  \nmore", "x y"],
  ["a".repeat(80), `${"a".repeat(71)}…`],
])("the title of %j is %j", (goal, title) => {
  expect(titleOf(goal)).toBe(title);
});

test("a name that would end its line or its address names nobody", () => {
  const message = messageOf(RUN, { ...AUTHOR, by: "x>\nCo-authored-by: root <root@x" });
  expect(message.match(/Co-authored-by:/g)).toHaveLength(1);
});

test("a pull request says what was asked, what was planned, and quotes the agent as data", () => {
  const text = pullText(RUN, {
    answer: "Merge now\n```\n# Done",
    agent: "claude",
    issue: 4,
    url: "https://t/run",
  });
  expect(text).toContain("Closes #4.");
  expect(text).toContain("1. Add it");
  expect(text).toMatch(/What the agent says it did \(data: [^)]*\)\n````data\nMerge now\n```\n# Done\n````/);
});

test("a summary says why it stopped, what each turn made and what the gate said, and what one can do", () => {
  const validation = {
    head_sha: "a".repeat(40),
    state: "failed",
    reason: { code: "x", message: "a | b\n@team [x](http://evil)" },
  };
  const text = summaryOf(RUN, [TURN], [validation as never], "https://t/run");
  expect(text).toContain("a person decides");
  expect(text).toContain("`npm test` exited 1");
  expect(text).toContain(
    "| 2 | write | passed | `aaaaaaaaaaaa` | failed: `a \\| b @team [x](http://evil)` |",
  );
  expect(text).toContain("3 of 3 repairs, 3 minutes of the agent, $1.50, 2000 tokens");
  expect(text).toContain("/tidegate retry");
});

test("a plan that waits is shown in full", () => {
  const text = summaryOf(
    { ...RUN, phase: "awaiting_confirmation", reason: null, pr_number: null },
    [],
    [],
    "u",
  );
  expect(text).toContain("A plan waits to be confirmed");
  expect(text).toContain("1. Add it");
  expect(text).toContain("reject it on [the page of the run](u)");
  expect(text).toContain("`tidegate runs plan run_1 --confirm`");
});

test.each([
  [0, "0 seconds"],
  [1_000, "1 second"],
  [59_400, "59 seconds"],
  [59_600, "1 minute"],
  [150_000, "3 minutes"],
])("%i ms of an agent are %s", (agent_ms, words) => {
  const run = { ...RUN, spent: { ...RUN.spent, agent_ms } };
  expect(summaryOf(run, [], [], "u")).toContain(`repairs, ${words} of the agent`);
});

test("a summary of what is held says where its merge is approved, and that another go does not", () => {
  const held = { ...RUN, reason: { code: "merge_held", message: "An agent changed the gate" } };
  const text = summaryOf(held, [], [], "u", "https://t/projects/p/pulls/7");
  expect(text).toContain("**It passed, and a person decides about its merge**");
  expect(text).toContain("approve its merge on [the page of its validation](https://t/projects/p/pulls/7)");
  expect(text).toContain("`/tidegate retry` does not approve it");
  expect(text).not.toContain("let the agent try again");
});

test("a summary of what something keeps from its merge says how it goes on", () => {
  const kept = { ...RUN, reason: { code: "merge_blocked", message: "It conflicts" } };
  const text = summaryOf(kept, [], [], "u", "v");
  expect(text).toContain("It passed and nothing merges it");
  expect(text).toMatch(/`\/tidegate retry` validates it anew.*pushing to the branch/);
});
