/** The loop: from a pull request to a validation of its head, whatever happens to the pull request meanwhile. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ApiError } from "../clients/api.ts";
import {
  type App,
  eventually,
  isSettled,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  running,
  sandboxes,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
/** Ends when it is ended. */
const ENDLESS = { "test.sh": "echo begun\nsleep 600\necho '1 passed, 0 failed'\n" };
const FAILS = { "test.sh": "echo '1 passed, 1 failed'\nexit 1\n" };

const conclusions = (app: App, one: Project, sha: string) =>
  ourChecks(app, one, sha).map((run) => `${run.status} ${run.conclusion}`);

async function released(app: App, validationId: string): Promise<void> {
  const gone = async () => (await sandboxes(app)).every(({ id }) => !id.startsWith(validationId)) || null;
  await eventually("the sandbox to go", gone);
}

async function refusal(promise: Promise<unknown>): Promise<{ status: number; code: string }> {
  const error = await promise.then(() => null).catch((thrown: unknown) => thrown);
  if (error instanceof ApiError) return { status: error.problem.status, code: error.problem.code };
  throw new Error("It was not refused");
}

test("a good change is validated and merged: the merge commit has the validated head as its parent", async () => {
  const { app } = stage;
  const one = await project(app, "good");
  const before = await app.github.head(one.full_name, "main");
  const { number, head } = await open(app, one, "change");
  const validation = await settled(app, one, number);
  expect(validation).toMatchObject({ state: "passed", merge_state: "merged", head_sha: head, attempt: 1 });
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
  const main = await app.github.head(one.full_name, "main");
  expect(validation.merge_commit_sha).toBe(main);
  const parents = await app.github.git(one.full_name, "rev-parse", "main^1", "main^2");
  expect(parents.trim().split("\n")).toEqual([before, head]);
  expect(conclusions(app, one, head)).toEqual(["completed success"]);
  const snapshot = validation.steps.find((step) => step.kind === "snapshot");
  const tree = await app.github.git(one.full_name, "rev-parse", `${head}^{tree}`);
  expect(snapshot?.evidence).toMatchObject({ head_sha: head, tree_sha: tree.trim() });
});

test("a failing test is not merged, and the check says so", async () => {
  const { app } = stage;
  const one = await project(app, "bad");
  const { number, head } = await open(app, one, "change", FAILS);
  const validation = await settled(app, one, number);
  expect(validation).toMatchObject({
    state: "failed",
    merge_state: "none",
    reason: { code: "command_failed" },
  });
  expect([merges(app, one, number), conclusions(app, one, head)]).toEqual([[], ["completed failure"]]);
});

test("a push while the old head's test runs supersedes it; each head has one check run", async () => {
  const { app } = stage;
  const one = await project(app, "moving");
  const { number, head: old } = await open(app, one, "change", ENDLESS);
  const first = await running(app, one, number, "test");
  const fixed = await app.github.pushCommit(
    one.full_name,
    "change",
    { "test.sh": "echo '1 passed, 0 failed'\n" },
    "B",
  );
  const latest = await settled(app, one, number, fixed);
  expect(latest).toMatchObject({ state: "passed", merge_state: "merged" });
  const superseded = await validationOf(app, first.id);
  expect(superseded).toMatchObject({ state: "superseded", superseded_by: latest.id, merge_state: "none" });
  expect(conclusions(app, one, fixed)).toEqual(["completed success"]);
  await eventually("the old check", () =>
    conclusions(app, one, old)[0] === "completed cancelled" ? true : null,
  );
  expect(ourChecks(app, one, old)).toHaveLength(1);
  expect(ourChecks(app, one, old)[0]?.output.title).toContain(fixed);
  expect(merges(app, one, number)).toEqual([{ sha: fixed, status: 200 }]);
  await released(app, first.id);
});

const validationOf = (app: App, id: string) => app.api.validation(id);

test("three pushes in a row: only the last head passes", async () => {
  const { app } = stage;
  const one = await project(app, "hurry");
  const { number } = await open(app, one, "change", ENDLESS);
  await app.github.pushCommit(one.full_name, "change", { "b.txt": "b\n" }, "B");
  const last = await app.github.pushCommit(
    one.full_name,
    "change",
    { "test.sh": "echo '1 passed, 0 failed'\n" },
    "C",
  );
  await settled(app, one, number, last);
  const { validations } = await app.api.pull(one.id, number);
  expect(validations.filter(({ state }) => state === "passed").map((done) => done.head_sha)).toEqual([last]);
  expect(validations.slice(1).every(({ state }) => state === "superseded")).toBe(true);
});

describe("the state of the pull request", () => {
  test("a draft waits; ready for review starts its validation", async () => {
    const { app } = stage;
    const one = await project(app, "draft");
    const { number } = await open(app, one, "change", undefined, { draft: true });
    const pull = await eventually("the pull request", () => app.api.pull(one.id, number).catch(() => null));
    expect([pull.blocked, pull.validations]).toEqual(["draft", []]);
    await readyForReview(app, one, number);
    expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "merged" });
  });

  test("closing cancels; opening again validates the same head anew", async () => {
    const { app } = stage;
    const one = await project(app, "closing", {}, { auto_merge_enabled: false });
    const { number, head } = await open(app, one, "change", {
      "test.sh": "sleep 5; echo '1 passed, 0 failed'\n",
    });
    const first = await running(app, one, number, "test");
    await app.github.closePull(one.full_name, number);
    expect(await settled(app, one, number)).toMatchObject({
      id: first.id,
      state: "cancelled",
      reason: { code: "pull_closed" },
    });
    expect(conclusions(app, one, head)).toEqual(["completed cancelled"]);
    await released(app, first.id);
    await app.github.reopenPull(one.full_name, number);
    const second = await validationWhere(app, one, number, (it) => it.id !== first.id && isSettled(it));
    expect(second).toMatchObject({ state: "passed", attempt: 2, head_sha: head });
    expect(conclusions(app, one, head).sort()).toEqual(["completed cancelled", "completed success"]);
  });

  test("a fork's pull request: nothing of it runs", async () => {
    const { app } = stage;
    const one = await project(app, "public");
    app.github.createUser("carol");
    const fork = await app.github.fork(one.full_name, "carol");
    const head = await app.github.pushCommit(`carol/${fork.name}`, "fix", { "test.sh": "exit 0\n" }, "Mine");
    const { number } = await app.github.openPull(one.full_name, { head: "carol:fix", title: "Mine" });
    const [check] = await eventually("the check run", () => {
      const checks = ourChecks(app, one, head);
      return checks[0]?.conclusion === "action_required" ? checks : null;
    });
    const pull = await app.api.pull(one.id, number);
    expect([pull.head_sha, pull.blocked]).toEqual([head, "fork_needs_approval"]);
    expect(pull.validations).toMatchObject([{ state: "queued", current: null, from_fork: true }]);
    expect(check?.output.summary).toContain("fork_needs_approval");
    await app.github.settled();
    const fetched = app.github.requests.filter(
      ({ path }) => path.includes("/tarball/") && path.includes(head),
    );
    expect([fetched, await sandboxes(app), merges(app, one, number)]).toEqual([[], [], []]);
  });

  test("auto-merge turned off: passed, and not merged", async () => {
    const { app } = stage;
    const one = await project(app, "manual", {}, { auto_merge_enabled: false });
    const { number } = await open(app, one, "change");
    expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "none" });
    expect(merges(app, one, number)).toEqual([]);
  });

  test("auto-merge turned off between the pass and the merge: not merged", async () => {
    const { app } = stage;
    const one = await project(app, "second-thoughts");
    const passed = ({ method, path, body }: { method: string; path: string; body: unknown }) =>
      method === "PATCH" && path.includes("check-runs") && JSON.stringify(body).includes('"success"');
    app.github.faults.onRequest(
      passed,
      async () => void (await app.api.saveProject(one.id, { auto_merge_enabled: false })),
      1,
    );
    const { number } = await open(app, one, "change");
    expect(await settled(app, one, number)).toMatchObject({
      state: "passed",
      merge_state: "blocked",
      merge_reasons: [{ code: "auto_merge_disabled" }],
    });
    expect(merges(app, one, number)).toEqual([]);
    app.github.faults.clear();
  });
});

describe("what people ask", () => {
  test("one Idempotency-Key is one retry, however often it is sent", async () => {
    const { app } = stage;
    const one = await project(app, "retried");
    const { number, head } = await open(app, one, "change", FAILS);
    const first = await settled(app, one, number);
    const key = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => app.api.retry(first.id, key)));
    const late = await app.api.retry(first.id, key);
    expect(new Set([...answers, late].map(({ id, attempt }) => `${id} ${attempt}`)).size).toBe(1);
    const second = await validationWhere(app, one, number, (it) => it.attempt === 2 && isSettled(it));
    expect([answers[0]?.id, second.state]).toEqual([second.id, "failed"]);
    const { validations } = await app.api.pull(one.id, number);
    expect(validations.map(({ attempt, state }) => [attempt, state])).toEqual([
      [2, "failed"],
      [1, "failed"],
    ]);
    expect(conclusions(app, one, head)).toEqual(["completed failure", "completed failure"]);
    expect(await refusal(app.api.retry(first.id, randomUUID()))).toEqual({ status: 409, code: "superseded" });
  });

  test("a running validation can be cancelled, and not twice", async () => {
    const { app } = stage;
    const one = await project(app, "cancelled");
    const { number, head } = await open(app, one, "change", ENDLESS);
    const { id } = await running(app, one, number, "test");
    expect(await refusal(app.api.retry(id, randomUUID()))).toEqual({ status: 409, code: "conflict" });
    expect((await app.api.cancel(id)).state).toBe("cancelled");
    expect(await refusal(app.api.cancel(id))).toEqual({ status: 409, code: "conflict" });
    await settled(app, one, number);
    expect(conclusions(app, one, head)).toEqual(["completed cancelled"]);
    await released(app, id);
  });

  test("a project that is removed mid-run leaves no sandbox and no open check", async () => {
    const { app } = stage;
    const one = await project(app, "removed");
    const { number, head } = await open(app, one, "change", ENDLESS);
    const { id } = await running(app, one, number, "test");
    await app.api.unpin(one.id);
    await released(app, id);
    await eventually("the check", () =>
      conclusions(app, one, head)[0] === "completed cancelled" ? true : null,
    );
    expect(await refusal(app.api.validation(id))).toEqual({ status: 404, code: "not_found" });
    await app.github.pushCommit(one.full_name, "change", { "c.txt": "c\n" }, "C");
    await app.github.settled();
    expect(ourChecks(app, one, await app.github.head(one.full_name, "change"))).toEqual([]);
  });
});

async function readyForReview({ github, owner }: App, { full_name }: Project, number: number): Promise<void> {
  const headers = { authorization: `Bearer ${owner.token}`, "user-agent": "test" };
  const pull = await fetch(`${github.apiUrl}/repos/${full_name}/pulls/${number}`, { headers });
  const { node_id } = (await pull.json()) as { node_id: string };
  const query =
    "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";
  const body = JSON.stringify({ query, variables: { id: node_id } });
  await fetch(`${github.url}/graphql`, { method: "POST", headers, body });
}
