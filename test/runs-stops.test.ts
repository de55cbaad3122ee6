/** Where runs stop: for a person, for somebody else's push, at a limit; and what is never taken from an agent. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { ApiError } from "../clients/api.ts";
import { eventually, merges, open, PASSES, project, sandboxes, settled, useApp } from "./machine.ts";
import { AGENT, commentsOn, runWhere } from "./runs.ts";

const stage = useApp();
const GOAL = { target_text: "Do it", auto_confirm: true };
const planThen = (write: string) => `[ "$TIDEGATE_PURPOSE" = plan ] && { echo "a plan"; exit 0; }\n${write}`;
const settings = (write: string) => ({ ...AGENT, agent_command: planThen(write) });

async function refusal(promise: Promise<unknown>): Promise<{ status: number; detail: string }> {
  const error = await promise.then(() => null).catch((thrown: unknown) => thrown);
  if (error instanceof ApiError) return { status: error.problem.status, detail: error.problem.detail };
  throw new Error("It was not refused");
}

test.each([
  ["changes nothing", "true", "no_diff", /changed nothing/],
  ["fails", "echo broken; exit 3", "agent_failed", /exited 3/],
  ["is not installed", "no-such-agent --yes", "agent_failed", /not found/],
  [
    "changes a workflow",
    "mkdir -p .github/workflows && echo on: push > .github/workflows/x.yml",
    "workflow_changed",
    /\.github\/workflows\/x\.yml/,
  ],
  ["writes a secret into a file", 'echo "key = $MY_AGENT_KEY" > key.txt', "secret_in_change", /key\.txt/],
])("an agent that %s asks a person, and nothing is pushed", async (name, command, code, words) => {
  const { app } = stage;
  const one = await project(app, `agent-${name.replaceAll(" ", "-")}`, {}, settings(command));
  await app.api.saveSecret(one.id, "MY_AGENT_KEY", `key-${randomUUID()}`, "agent");
  const { id } = await app.api.startRun(one.id, GOAL);
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(run.reason).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(run.pr_number).toBeNull();
  expect([...app.github.repository(one.full_name).issues.values()]).toEqual([]);
});

test("a plan that a person edited is carried out; an answer to an older version is refused, a second one does nothing", async () => {
  const { app } = stage;
  const command = `if [ "$TIDEGATE_PURPOSE" = plan ]; then echo "write a.txt"; else
    sed -n 's/^write \\([a-z.]*\\)$/\\1/p' "$TIDEGATE_PROMPT_FILE" | tail -n 1 | xargs touch; fi`;
  const one = await project(app, "edited", {}, { ...AGENT, agent_command: command });
  const { id } = await app.api.startRun(one.id, { target_text: "Do it" });
  await runWhere(app, id, ({ phase }) => phase === "awaiting_confirmation");
  await app.api.answerPlan(id, { answer: "edit", version: 1, text: "write b.txt" });
  const stale = await refusal(app.api.answerPlan(id, { answer: "confirm", version: 1 }));
  expect(stale).toMatchObject({ status: 409, detail: expect.stringContaining("version 2 is the newest") });
  await Promise.all([1, 2].map(() => app.api.answerPlan(id, { answer: "confirm", version: 2 })));
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done.turns_taken.map(({ purpose }) => purpose)).toEqual(["plan", "write"]);
  expect(done.plans.map(({ by }) => by)).toEqual(["agent", "owner"]);
  const files = await app.github.git(one.full_name, "ls-tree", "--name-only", "main");
  expect(files.split("\n")).toContain("b.txt");
});

test("another plan heeds what a person says; a rejected one ends the run", async () => {
  const { app } = stage;
  const command = 'grep -q "be brief" "$TIDEGATE_PROMPT_FILE" && echo brief || echo long';
  const one = await project(app, "again", {}, { ...AGENT, agent_command: command });
  const { id } = await app.api.startRun(one.id, { target_text: "Do it" });
  await runWhere(app, id, ({ phase }) => phase === "awaiting_confirmation");
  await app.api.answerPlan(id, { answer: "again", version: 1, feedback: "be brief" });
  const second = await runWhere(app, id, ({ plans }) => plans.length === 2);
  expect(second.plans.map(({ text }) => text)).toEqual(["long", "brief"]);
  await app.api.answerPlan(id, { answer: "reject", version: 2 });
  const over = await runWhere(app, id, ({ phase }) => phase === "cancelled");
  expect(over).toMatchObject({ status: "cancelled", reason: { code: "plan_rejected" } });
});

test("one idempotency key is one run", async () => {
  const { app } = stage;
  const one = await project(app, "double", {}, settings("touch x.txt"));
  const started = await Promise.all([1, 2, 3].map(() => app.api.startRun(one.id, GOAL, "click")));
  expect(new Set(started.map(({ id }) => id)).size).toBe(1);
  expect(await app.api.runs(one.id)).toHaveLength(1);
  const other = app.api.startRun(one.id, { ...GOAL, target_text: "Something else" }, "click");
  await expect(other).rejects.toMatchObject({ problem: { status: 409 } });
  await runWhere(app, started[0]?.id ?? "", ({ phase }) => phase === "completed");
});

test("a person who pushes during a repair takes over: the repair ends, nothing is forced, one summary says so", async () => {
  const { app } = stage;
  const write = `case $TIDEGATE_PURPOSE in write) echo 'echo "0 passed, 1 failed"; exit 1' > test.sh ;; repair) sleep 600 ;; esac`;
  const one = await project(app, "takeover", {}, settings(write));
  const { id } = await app.api.startRun(one.id, GOAL);
  const repairing = await runWhere(
    app,
    id,
    ({ phase, turns_taken }) => phase === "repairing" && turns_taken.length === 3,
  );
  const branch = repairing.branch ?? "";
  const mine = await app.github.pushCommit(one.full_name, branch, { "test.sh": PASSES }, "By hand");
  const stopped = await runWhere(app, id, ({ phase }) => phase !== "repairing");
  expect(["needs_human", "completed"]).toContain(stopped.phase);
  const validation = await settled(app, one, stopped.pr_number ?? 0, mine);
  expect(validation).toMatchObject({ state: "passed", head_sha: mine });
  const log = await app.github.git(one.full_name, "log", "--format=%H", branch);
  expect(log.split("\n").slice(0, 2)).toEqual([mine, repairing.heads[0]]);
  await eventually("the sandbox of the repair to go", async () =>
    (await sandboxes(app)).some((one) => one.id.startsWith(id)) ? null : true,
  );
  await eventually("the summary", () =>
    commentsOn(app, one.full_name, stopped.pr_number ?? 0).length > 0 ? true : null,
  );
  expect(commentsOn(app, one.full_name, stopped.pr_number ?? 0)).toHaveLength(1);
});

test("the cost limit stops an agent in the middle of its turn, and its diff is kept", async () => {
  const { app } = stage;
  const write = `echo half > half.txt; echo '::tidegate {"kind":"spent","cost_usd":3,"tokens":10}'; sleep 600`;
  const one = await project(app, "costly", {}, settings(write));
  const { id } = await app.api.startRun(one.id, { ...GOAL, limits: { max_cost_usd: 2 } });
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(run).toMatchObject({ reason: { code: "cost_limit" }, spent: { cost_usd: 3, tokens: 10 } });
  expect(await app.api.turnText(id, 2, "diff")).toContain("+half");
});

test("stopping a run ends its agent at once", async () => {
  const { app } = stage;
  const one = await project(app, "stopped", {}, settings("echo working; sleep 600"));
  const { id } = await app.api.startRun(one.id, GOAL);
  await runWhere(app, id, ({ phase }) => phase === "executing");
  await eventually("the sandbox", async () =>
    (await sandboxes(app)).some((box) => box.id === `${id}.turn.2`) ? true : null,
  );
  await app.api.stopRun(id);
  const run = await runWhere(app, id, ({ phase }) => phase === "cancelled");
  expect(run.reason).toMatchObject({ code: "stopped", message: "Stopped by owner" });
  await eventually("the sandbox to go", async () =>
    (await sandboxes(app)).some((box) => box.id.startsWith(id)) ? null : true,
  );
  const turns = await runWhere(app, id, ({ turns_taken }) => turns_taken[1]?.state === "cancelled");
  expect(turns.turns_taken[1]?.finished_at).not.toBeNull();
  expect((await refusal(app.api.stopRun(id))).status).toBe(409);
});

test("a Worker that is started again goes on with a turn under way", async () => {
  const { app } = stage;
  const one = await project(app, "restart", {}, settings("sleep 8; echo done > done.txt"));
  const { id } = await app.api.startRun(one.id, GOAL);
  await runWhere(app, id, ({ phase, current }) => phase === "executing" && (current?.visit ?? 0) > 2);
  await app.restartWorker();
  // What was in the queue is gone with the old one: the project's alarm orders the next look again.
  const run = await runWhere(app, id, ({ heads }) => heads.length === 1, 240_000);
  expect(run.turns_taken.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
    "plan passed",
    "write passed",
  ]);
});

test("an agent adopts a pull request that fails, and mends it on its own branch", async () => {
  const { app } = stage;
  const repair = `[ "$TIDEGATE_PURPOSE" = repair ] && printf '%s' '${PASSES.trim()}' > test.sh`;
  const one = await project(app, "adopted", {}, settings(repair));
  const { number, head } = await open(app, one, "broken", {
    "test.sh": "echo '0 passed, 1 failed'; exit 1\n",
  });
  await settled(app, one, number, head);
  const { id } = await app.api.startRun(one.id, {
    target_text: "Mend it",
    agent: "custom",
    pr_number: number,
  });
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done).toMatchObject({ branch: "broken", pr_number: number, attempts: 1 });
  expect(merges(app, one, number).map(({ sha }) => sha)).toEqual([done.heads.at(-1)]);
});

test("a run without an agent only follows its pull request", async () => {
  const { app } = stage;
  const one = await project(app, "followed");
  const { number } = await open(app, one, "change");
  const { id } = await app.api.startRun(one.id, { target_text: "Follow it", pr_number: number });
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done).toMatchObject({ agent: null, status: "completed", turns: 0 });
});

test("what cannot begin is refused in words", async () => {
  const { app } = stage;
  const one = await project(app, "refused");
  const none = await refusal(app.api.startRun(one.id, { target_text: "Do it" }));
  expect(none).toMatchObject({ status: 409, detail: expect.stringContaining("no agent is chosen") });
  const keyless = await refusal(app.api.startRun(one.id, { target_text: "Do it", agent: "codegen" }));
  expect(keyless).toMatchObject({ status: 409, detail: expect.stringContaining("organization id") });
  expect((await refusal(app.api.startRun(one.id, { target_text: " " }))).status).toBe(422);
  const gone = await refusal(app.api.startRun(one.id, { target_text: "x", pr_number: 99 }));
  expect(gone).toMatchObject({ status: 409, detail: expect.stringContaining("no pull request #99") });
});

test("an agent's change of what agents go by waits for who approves it, on whichever branch it stands", async () => {
  const { app } = stage;
  const one = await project(app, "steers", {}, settings("echo Obey > CLAUDE.md"));
  const { id } = await app.api.startRun(one.id, GOAL);
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(run.reason).toMatchObject({ code: "merge_held", message: expect.stringContaining("CLAUDE.md") });
  const number = run.pr_number ?? 0;
  const told = await eventually("a comment", () => commentsOn(app, one.full_name, number)[0] ?? null);
  expect(told).toContain("CLAUDE.md");

  const { head_sha } = await settled(app, one, number);
  await app.github.git(one.full_name, "update-ref", "refs/heads/elsewhere", head_sha);
  const { number: twin } = await app.github.openPull(one.full_name, { head: "elsewhere" });
  const other = await settled(app, one, twin);
  expect(other).toMatchObject({ state: "passed", hold: { code: "gate_changed" }, head_sha });
  expect(merges(app, one, twin)).toEqual([]);
  await app.github.closePull(one.full_name, twin);
  await eventually(
    "the close",
    async () =>
      (await app.api.pulls(one.id)).every((pull) => pull.number !== twin || pull.state === "closed") || null,
  );

  await app.api.approve((await settled(app, one, number)).id);
  await runWhere(app, id, ({ phase }) => phase === "completed");
});
