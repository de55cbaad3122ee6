/** Runs: from a goal over a plan and an agent's change to a merge, with an agent that is a shell script. */
import { expect, test } from "vitest";
import { eventually, merges, ourChecks, project, rows, useApp } from "./machine.ts";
import { AGENT, commentsOn, runWhere } from "./runs.ts";

const stage = useApp();

/** Plans, and writes a file that the tests look for. */
const WRITES = `
if [ "$TIDEGATE_PURPOSE" = plan ]; then
  echo "1. Write greeting.txt"
else
  echo "hello" > greeting.txt
  echo "I wrote greeting.txt"
fi
`;
const CHECKS = { "test.sh": "grep -q hello greeting.txt && echo '1 passed, 0 failed'\n" };

test("a goal becomes a plan, a change, a pull request and a merge", async () => {
  const { app } = stage;
  const one = await project(app, "greeting", CHECKS, { ...AGENT, agent_command: WRITES });
  const { id } = await app.api.startRun(one.id, { target_text: "Write a greeting" });
  const waiting = await runWhere(app, id, ({ phase }) => phase === "awaiting_confirmation");
  expect(waiting).toMatchObject({ status: "waiting_for_input", plan_generated: true, pr_number: null });
  expect(waiting.plans).toMatchObject([{ version: 1, text: "1. Write greeting.txt", by: "agent" }]);
  await app.api.answerPlan(id, { answer: "confirm", version: 1 });
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done).toMatchObject({ status: "completed", pr_created: true, plan_version: 1, attempts: 0 });
  expect(done.turns_taken.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
    "plan passed",
    "write passed",
  ]);
  const number = done.pr_number ?? 0;
  const head = done.heads.at(-1) ?? "";
  await eventually("the answer to the merge", () =>
    merges(app, one, number)[0]?.status === 200 ? true : null,
  );
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
  expect(ourChecks(app, one, head)[0]).toMatchObject({ conclusion: "success" });
  expect(done.validations[0]).toMatchObject({ agent_run_id: id, state: "passed" });
  expect(await app.github.git(one.full_name, "show", "main:greeting.txt")).toBe("hello");
  const commit = await app.github.git(one.full_name, "show", "-s", "--format=%an <%ae>%n%B", head);
  expect(commit).toContain("custom agent (Tidegate) <agent@localhost>");
  expect(commit).toContain("Co-authored-by: owner <owner@users.noreply.localhost>");
  expect(await app.api.turnText(id, 2, "diff")).toContain("+hello");
  expect(await app.api.turnText(id, 2, "prompt")).toContain("Write a greeting");
  expect((await rows<{ phase: string }>(app, "SELECT phase FROM runs WHERE id = ?", id))[0]?.phase).toBe(
    "completed",
  );
});

/** Writes wrong first and mends it when it is told what failed. */
const MENDS = `
case "$TIDEGATE_PURPOSE" in
  plan) echo "Write greeting.txt" ;;
  write) echo "hullo" > greeting.txt; echo '::tidegate {"kind":"spent","cost_usd":0.25,"tokens":1000}' ;;
  repair)
    # Only the report says what the test wants.
    word=$(grep -o 'expected the word [a-z]*' "$TIDEGATE_PROMPT_FILE" | head -n 1 | sed 's/.* //')
    echo "$word" > greeting.txt
    echo '::tidegate {"kind":"spent","cost_usd":0.5,"tokens":2000}' ;;
esac
`;
const DEMANDS = {
  "test.sh":
    "grep -q hello greeting.txt && { echo '1 passed, 0 failed'; exit 0; }\necho 'not ok 1 - greets'\necho '  expected the word hello'\necho '0 passed, 1 failed'\nexit 1\n",
};

test("a change that fails is repaired from the report of its failure, on the same branch, and merged", async () => {
  const { app } = stage;
  const one = await project(app, "mending", DEMANDS, { ...AGENT, agent_command: MENDS });
  const { id } = await app.api.startRun(one.id, { target_text: "Greet", auto_confirm: true });
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done.turns_taken.map(({ purpose }) => purpose)).toEqual(["plan", "write", "repair"]);
  expect(done.validations.map(({ state }) => state)).toEqual(["passed", "failed"]);
  expect(done).toMatchObject({ attempts: 1, spent: { cost_usd: 0.75, tokens: 3000 } });
  const report = (await app.api.turnText(id, 3, "report")) ?? "";
  expect(report).toContain("expected the word hello");
  const [mended, broken] = done.validations.map(({ head_sha }) => head_sha);
  const parent = await app.github.git(one.full_name, "rev-parse", `${mended}^`);
  expect(parent.trim()).toBe(broken);
});

test("a failure without end stops at its limit: one comment, the check asks a person, nothing is merged", async () => {
  const { app } = stage;
  const command = `
    [ "$TIDEGATE_PURPOSE" = plan ] && { echo plan; exit 0; }
    echo "try $TIDEGATE_ATTEMPT" > greeting.txt; printf 'echo "not ok 1 - greets %s"; echo "0 passed, 1 failed"; exit 1' "$TIDEGATE_ATTEMPT" > again.sh`;
  const files = { "test.sh": "[ -f again.sh ] && sh again.sh; echo '1 passed, 0 failed'\n" };
  const one = await project(app, "endless", files, { ...AGENT, agent_command: command });
  const asked = { target_text: "Greet", auto_confirm: true, limits: { max_attempts: 2 } };
  const { id } = await app.api.startRun(one.id, asked);
  const stopped = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(stopped).toMatchObject({
    status: "waiting_for_input",
    reason: { code: "max_attempts" },
    attempts: 2,
  });
  const number = stopped.pr_number ?? 0;
  const head = stopped.heads.at(-1) ?? "";
  await eventually("the check", () =>
    ourChecks(app, one, head)[0]?.conclusion === "action_required" ? true : null,
  );
  const comments = () => commentsOn(app, one.full_name, number);
  await eventually("the comment", () => (comments().length > 0 ? true : null));
  expect(comments()).toHaveLength(1);
  expect(comments()[0]).toContain("It still fails after 2 repairs");
  expect(merges(app, one, number)).toEqual([]);
});
