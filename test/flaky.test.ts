/** A commit that fails and passes: never silently green, and merged only by a person or by the project's own list. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Validation, ValidationDetail } from "../models/validation.ts";
import {
  type App,
  ask,
  eventually,
  isSettled,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  rows,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const TEST = "adds an item, even if it's 50 % off";
/** Fails by a secret of the project: the same commit under the same rules, and another result. */
const MOODY = `if [ -n "$MOODY" ]; then
  echo "✖ ${TEST}"
  echo "2 passed, 1 failed"
  exit 1
fi
echo "3 passed, 0 failed"
`;
const DAY = 86_400_000;
const LISTED = { test: TEST, owner: "mira", reason: "#12, a race", expires_at: Date.now() + 30 * DAY };

const mood = ({ api }: App, { id }: Project, bad: boolean) =>
  bad ? api.saveSecret(id, "MOODY", "a-bad-mood") : api.removeSecret(id, "MOODY");

async function again(app: App, one: Project, number: number, from: Validation): Promise<ValidationDetail> {
  await app.api.retry(from.id, randomUUID());
  const next = (it: Validation) => it.attempt === from.attempt + 1 && isSettled(it);
  return app.api.validation((await validationWhere(app, one, number, next)).id);
}

/** A pull request whose head failed once and passed when it was tried again. */
async function failedThenPassed(name: string, before?: (one: Project) => Promise<unknown>) {
  const { app } = stage;
  const one = await project(app, name, { "test.sh": MOODY });
  await mood(app, one, true);
  const { number, head } = await open(app, one, "change");
  const first = await settled(app, one, number);
  expect(first).toMatchObject({ state: "failed", flaky: null });
  await before?.(one);
  await mood(app, one, false);
  return { app, one, number, head, first, second: await again(app, one, number, first) };
}

const merged = async (app: App) => {
  const text = await (await ask(app, "/metrics")).text();
  return Number(text.match(/^auto_merge_total\{flaky="true"\} (\d+)$/m)?.[1]);
};

test("fail, then pass: not merged until a person says so, and both attempts stay to be seen", async () => {
  const { app, one, number, head, first, second } = await failedThenPassed("moody");
  expect(second).toMatchObject({
    state: "passed_flaky",
    flaky: { tests: [TEST], quarantined: false },
    hold: { code: "flaky", message: expect.stringContaining(`"${TEST}" failed in attempt 1`) },
  });
  expect(merges(app, one, number)).toEqual([]);
  const conclusions = () => ourChecks(app, one, head).map(({ conclusion }) => conclusion);
  expect(conclusions()).toEqual(["failure", "action_required"]);
  expect((await app.api.validation(first.id)).state).toBe("failed");
  const before = await merged(app);
  await app.api.approve(second.id);
  await validationWhere(app, one, number, (it) => it.merge_state === "merged" && isSettled(it));
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
  expect(conclusions()).toEqual(["failure", "success"]);
  expect(await merged(app)).toBe(before + 1);
});

test("fail, then pass, of a test on the quarantine list: merged, and counted as flaky", async () => {
  const before = await merged(stage.app);
  const { app, one, number, head, second } = await failedThenPassed("known", (one) =>
    stage.app.api.addToQuarantine(one.id, LISTED),
  );
  expect(second).toMatchObject({ state: "passed", hold: null, flaky: { tests: [TEST], quarantined: true } });
  await validationWhere(app, one, number, (it) => it.merge_state === "merged");
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
  expect(await merged(app)).toBe(before + 1);
});

test("an entry that expired counts no more", async () => {
  const { second } = await failedThenPassed("expired", async (one) => {
    await stage.app.api.addToQuarantine(one.id, LISTED);
    await rows(stage.app, "UPDATE quarantine SET expires_at = 5 WHERE project_id = ?", one.id);
    expect(await stage.app.api.quarantine(one.id)).toMatchObject([{ test: TEST, expired: true }]);
  });
  expect(second).toMatchObject({ state: "passed_flaky", hold: { code: "flaky" } });
});

test("pass, then fail: the newest decides, and nothing merges the older one", async () => {
  const { app } = stage;
  const one = await project(app, "fallen", { "test.sh": MOODY }, { auto_merge_enabled: false });
  const { number, head } = await open(app, one, "change");
  const first = await settled(app, one, number);
  expect(first).toMatchObject({ state: "passed", merge_state: "none" });
  await mood(app, one, true);
  const second = await again(app, one, number, first);
  expect(second).toMatchObject({ state: "failed", merge_state: "none" });
  await app.api.saveProject(one.id, { auto_merge_enabled: true });
  await app.api.approve(first.id).catch(() => undefined);
  await app.api.inQueue(one.id, number, "join").catch(() => undefined);
  // A third attempt that fails as well shows that all the wishes before were heard.
  const third = await again(app, one, number, second);
  expect(third).toMatchObject({ state: "failed", merge_state: "none" });
  expect((await app.api.validation(first.id)).merge_state).not.toBe("merged");
  expect(merges(app, one, number)).toEqual([]);
  expect(ourChecks(app, one, head).at(-1)?.conclusion).toBe("failure");
});

test("failed tests are run again alone, then all of them, twice a commit and no more", async () => {
  const { app } = stage;
  const config = `setup: none
test:
  run: sh test.sh
  reruns: 2
  rerun: sh again.sh {tests}
`;
  const files = {
    ".tidegate.yml": config,
    "test.sh": `if [ ! -e .seen ]; then
  touch .seen
  echo "✖ ${TEST}"
  echo "2 passed, 1 failed"
  exit 1
fi
echo "3 passed, 0 failed"
`,
    "again.sh": `echo "asked: [$1] of $#, lines [$TIDEGATE_TESTS]"\necho "1 passed, 0 failed"\n`,
  };
  const one = await project(app, "reruns", files);
  const { number } = await open(app, one, "change");
  const first = await settled(app, one, number);
  const evidence = (of: ValidationDetail) => of.steps.find(({ kind }) => kind === "test")?.evidence;
  expect(first).toMatchObject({ state: "passed_flaky", flaky: { tests: [TEST], quarantined: false } });
  expect(evidence(first)).toMatchObject({
    tests_run: 3,
    tests_failed: 0,
    commands: [{ command: "sh test.sh" }],
  });
  expect(evidence(first)?.attempts).toMatchObject([
    { role: "first", passed: false, failing_tests: [TEST] },
    {
      role: "failed",
      passed: true,
      tests_run: 1,
      commands: [{ command: expect.stringContaining("sh again.sh '") }],
    },
    { role: "confirm", passed: true, tests_run: 3 },
  ]);
  const step = first.steps.find(({ kind }) => kind === "test");
  const log = (await app.api.log(step?.id ?? "", first.id, 0)).text;
  expect(log).toContain(`asked: [${TEST}] of 1, lines [${TEST}]`);
  const second = await again(app, one, number, first);
  expect(evidence(second)?.attempts).toHaveLength(3);
  const third = await again(app, one, number, second);
  expect(third).toMatchObject({ state: "failed" });
  expect(evidence(third)?.attempts).toBeUndefined();
});

test("a step that is a hundred times too fast is the machinery's error, and tried again", async () => {
  const { app } = stage;
  const one = await project(app, "sudden");
  const { number } = await open(app, one, "first");
  const { config_digest } = await settled(app, one, number);
  const commands = [
    {
      command: "sh test.sh",
      exit_code: 0,
      end: "exited",
      signal: null,
      duration_ms: 4e6,
      peak_memory_bytes: 1,
    },
  ];
  for (let nth = 1; nth <= 5; nth++) {
    const id = `old.${nth}`;
    const data = JSON.stringify({
      id,
      project_id: one.id,
      config_digest,
      state: "passed",
      merge_state: "none",
    });
    await rows(
      app,
      "INSERT INTO validations (id, project_id, pr_number, head_sha, attempt, state, merge_state, created_at, revision, data) VALUES (?, ?, 99, 'f', 1, 'passed', 'none', 1, 1, ?)",
      ...[id, one.id, data],
    );
    await rows(
      app,
      "INSERT INTO steps (id, validation_id, kind, try, state, evidence, started_at, finished_at) VALUES (?, ?, 'test', 1, 'passed', ?, 1, 2)",
      ...[`${id}.test.1`, id, JSON.stringify({ duration_ms: 1, commands })],
    );
  }
  const { number: next } = await open(app, one, "second");
  const tried = await eventually("the judge", async () => {
    const [newest] = (await app.api.pull(one.id, next).catch(() => null))?.validations ?? [];
    const found = newest === undefined ? null : await app.api.validation(newest.id);
    return found?.steps.some(({ kind, state }) => kind === "judge" && state === "errored") ? found : null;
  });
  expect(tried.steps.find(({ kind }) => kind === "judge")?.reason).toContain("usually takes 4000 s");
  expect(merges(app, one, next)).toEqual([]);
  await app.api.cancel(tried.id);
  await settled(app, one, next);
});

describe("the quarantine list", () => {
  const post = async (one: Project, body: object) => {
    const init = {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    };
    const answer = await ask(stage.app, `/api/v1/projects/${one.id}/quarantine`, init);
    const { code, detail } = (await answer.json()) as { code?: string; detail?: string };
    return { status: answer.status, code, detail };
  };

  test("takes what is whole, and says in words what is not", async () => {
    const { app } = stage;
    const one = await project(app, "listed");
    expect(await post(one, { ...LISTED, owner: undefined })).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/owner/),
    });
    expect(await post(one, { ...LISTED, expires_at: undefined })).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/expires_at/),
    });
    const late = await post(one, { ...LISTED, expires_at: Date.now() + 91 * DAY });
    expect(late).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/expires_at: must be within 90 days/),
    });
    expect(await post(one, { ...LISTED, expires_at: 5 })).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/in the future/),
    });
    expect((await post(one, LISTED)).status).toBe(201);
    expect(await post(one, LISTED)).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/on the list already/),
    });
    expect(await app.api.quarantine(one.id)).toEqual([
      { ...LISTED, created_by: expect.any(String), created_at: expect.any(Number), expired: false },
    ]);
    await rows(app, "UPDATE quarantine SET expires_at = 5 WHERE project_id = ?", one.id);
    const expires_at = Date.now() + DAY;
    expect(await app.api.renewInQuarantine(one.id, { test: TEST, expires_at, reason: "#13" })).toMatchObject({
      ...{ owner: "mira", reason: "#13", expires_at, expired: false },
    });
    await expect(app.api.renewInQuarantine(one.id, { test: TEST, expires_at: 5 })).rejects.toThrow(
      /in the future/,
    );
    await expect(app.api.renewInQuarantine(one.id, { test: "other", expires_at })).rejects.toMatchObject({
      problem: { status: 404 },
    });
    await app.api.removeFromQuarantine(one.id, TEST);
    expect(await app.api.quarantine(one.id)).toEqual([]);
    await expect(app.api.removeFromQuarantine(one.id, TEST)).rejects.toMatchObject({
      problem: { status: 404 },
    });
    await expect(app.api.quarantine("nobody")).rejects.toMatchObject({ problem: { status: 404 } });
    const query = "SELECT action FROM audit WHERE target = ? ORDER BY id";
    const told = await eventually("the audit", async () => {
      const found = await rows<{ action: string }>(app, query, `${one.id}/${TEST}`);
      return found.length < 2 ? null : found.map(({ action }) => action);
    });
    expect(told).toEqual(["quarantine.add", "quarantine.renew", "quarantine.remove"]);
  });
});
