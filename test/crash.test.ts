/** Crashes: of the Worker at any moment, of the sandbox host, of the queue; nothing is lost and nothing happens twice. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { ValidationOrder } from "../models/step.ts";
import { Validation, type ValidationDetail } from "../models/validation.ts";
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
  running,
  sandboxes,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";
import { randomOf } from "./random.ts";

const stage = useApp();
afterEach(() => stage.app.github.faults.clear());

const slowly = (seconds: number) => `echo begun; sleep ${seconds}; echo '1 passed, 0 failed'\n`;
const SETUP = ".tidegate.yml";
/** How often the queue hands an order out before it gives it up. */
const [, RETRIES] =
  /queue = "tidegate-steps"\n(?:m.*\n)*?max_retries = (\d+)/.exec(readFileSync("wrangler.toml", "utf8")) ??
  [];
const LAST_ATTEMPT = Number(RETRIES) + 1;

/** One merge of the head, one check run, one sandbox for each try, and all evidence of the last. */
function expectOnce(app: App, one: Project, { pr_number, head_sha, steps }: ValidationDetail): void {
  expect(merges(app, one, pr_number)).toEqual([{ sha: head_sha, status: 200 }]);
  expect(ourChecks(app, one, head_sha).map(({ conclusion }) => conclusion)).toEqual(["success"]);
  const tries = Map.groupBy(
    steps.filter((step) => step.evidence?.container_id !== undefined),
    (step) => step.try,
  );
  for (const made of tries.values()) {
    expect(new Set(made.map((step) => step.evidence?.container_id)).size).toBe(1);
  }
  // The queue of this machine lives in memory: the message of an analysis that nothing waits for is lost with the
  // Worker, and the step ends at its deadline.
  expect(steps.filter((step) => step.state === "running" && step.kind !== "analyze")).toEqual([]);
}

/** Hands messages to the consumer, as the queue would. */
async function consume(
  app: App,
  queue: string,
  bodies: unknown[],
  attempts = 1,
): Promise<{ outcome: string }> {
  const worker = await app.worker.miniflare.getWorker("tidegate");
  const messages = bodies.map((body, nth) => ({ id: `m${nth}`, timestamp: new Date(), attempts, body }));
  return worker.queue(queue, messages);
}

type Kind = ValidationOrder["kind"];

const orderOf = (of: Validation, kind: Kind, nth: number): ValidationOrder => ({
  kind,
  id: `${of.id}.${kind}.${nth}`,
  project_id: of.project_id,
  validation_id: of.id,
  try: nth,
  delay_s: 0,
});

/**
 * Restarts the Worker. Miniflare's queues live in its memory and die with it; a real queue delivers again what
 * nobody acknowledged, so that is done here for every order that could have been under way.
 */
async function crash(app: App): Promise<void> {
  await app.restartWorker();
  const found = await rows<{ data: string }>(app, "SELECT data FROM validations");
  const validations = found.map(({ data }) => Validation.parse(JSON.parse(data)));
  const orders = validations.flatMap((it) => [
    ...(it.current === null || it.current.kind === "observe"
      ? []
      : [orderOf(it, it.current.kind, it.current.try)]),
    ...(it.reporting === null ? [] : [orderOf(it, "report", it.reporting)]),
    ...(it.merge_state === "pending" && it.merge_tries > 0 ? [orderOf(it, "merge", it.merge_tries)] : []),
  ]);
  for (const { id } of await sandboxes(app)) {
    const owner = validations.find((it) => id.startsWith(`${it.id}.`));
    const nth = Number(id.split(".").at(-1));
    if (owner !== undefined && owner.current?.try !== nth) orders.push(orderOf(owner, "release", nth));
  }
  // A sandbox may be gone already, and its release still have to say so.
  const begun = await rows<{ validation_id: string; try: number }>(
    app,
    "SELECT validation_id, try FROM steps WHERE kind = 'release' AND finished_at IS NULL",
  );
  for (const { validation_id, try: nth } of begun) {
    const owner = validations.find(({ id }) => id === validation_id);
    if (owner !== undefined) orders.push(orderOf(owner, "release", nth));
  }
  const producer = await app.worker.miniflare.getQueueProducer("STEPS", "tidegate");
  for (const body of orders) await producer.send(body);
}

describe("the Worker is restarted", () => {
  test.each(["setup", "test"] as const)("while %s runs: it goes on where it was", async (kind) => {
    const { app } = stage;
    const config = "setup: sh setup.sh\ntest: sh test.sh\n";
    const files = { [SETUP]: config, "setup.sh": "echo ready\n", [`${kind}.sh`]: slowly(6) };
    const one = await project(app, `restarted-${kind}`, files);
    const { number } = await open(app, one, "change");
    await running(app, one, number, kind);
    await crash(app);
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({ state: "passed", merge_state: "merged" });
    expectOnce(app, one, validation);
    const step = validation.steps.find((it) => it.kind === kind);
    expect(step?.try).toBe(1);
    expect(step?.evidence?.commands).toHaveLength(1);
  });

  const seed = Number(process.env.TIDEGATE_SEED ?? Date.now() % 1_000_000);
  test(`at random moments (TIDEGATE_SEED=${seed}): passed and merged once, every time`, async () => {
    const { app } = stage;
    const random = randomOf(seed);
    const config = "setup: sh setup.sh\ntest: sh test.sh\n";
    const one = await project(app, "shaken", {
      [SETUP]: config,
      "setup.sh": "sleep 0.3\n",
      "test.sh": slowly(0.5),
    });
    for (let round = 1; round <= 5; round++) {
      const { number, head } = await open(app, one, `round-${round}`);
      await eventually("the pull request", () => app.api.pull(one.id, number).catch(() => null));
      for (let restart = 0; restart < 2; restart++) {
        await pause(random() * 2_500);
        await crash(app);
      }
      const validation = await settled(app, one, number, head);
      expect(validation, `round ${round}`).toMatchObject({ state: "passed", merge_state: "merged" });
      expectOnce(app, one, validation);
    }
  });
});

describe("the sandbox is lost", () => {
  test("in the middle of a test: the validation begins again in a fresh one", async () => {
    const { app } = stage;
    const one = await project(app, "lost", { "test.sh": slowly(3) });
    const { number } = await open(app, one, "change");
    const { id } = await running(app, one, number, "test");
    await pause(500);
    const lost = (await sandboxes(app)).find((sandbox) => sandbox.id === `${id}.1`);
    expect(lost).toBeDefined();
    const headers = { authorization: `Bearer ${app.runner.token}` };
    await fetch(`${app.runner.url}/sandboxes/${id}.1`, { method: "DELETE", headers });
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({ id, state: "passed", merge_state: "merged" });
    expectOnce(app, one, validation);
    const tests = validation.steps.filter(({ kind }) => kind === "test");
    expect(tests.map((step) => [step.try, step.state])).toEqual([
      [1, "errored"],
      [2, "passed"],
    ]);
    expect(tests[1]?.evidence?.container_id).not.toBe(lost?.instance);
  });
});

describe("the queue", () => {
  test("a message that nobody can read is acknowledged and holds nothing up", async () => {
    const { app } = stage;
    const odd = [{ kind: "explode" }, null, "text", { kind: "test", id: 7 }, []];
    for (const queue of ["tidegate-hints", "tidegate-steps", "tidegate-dead"]) {
      expect(await consume(app, queue, odd)).toMatchObject({ outcome: "ok", retryMessages: [] });
    }
    for (const name of ["HINTS", "STEPS"]) {
      const producer = await app.worker.miniflare.getQueueProducer(name, "tidegate");
      await producer.sendBatch(odd.map((body) => ({ body })));
    }
    const one = await project(app, "poisoned");
    const { number } = await open(app, one, "change");
    expect(await settled(app, one, number)).toMatchObject({ state: "passed", merge_state: "merged" });
  });

  test("every order of a validation delivered three times more, at once: nothing happens twice", async () => {
    const { app } = stage;
    const one = await project(app, "echoed", { "test.sh": slowly(2) });
    const { number } = await open(app, one, "change");
    const validation = await running(app, one, number, "test");
    const again = [orderOf(validation, "test", 1), orderOf(validation, "report", 1)];
    await Promise.all([1, 2, 3].map(() => consume(app, "tidegate-steps", again)));
    const ended = await settled(app, one, number);
    await Promise.all(
      [1, 2, 3].map(() => consume(app, "tidegate-steps", [...again, orderOf(ended, "report", 2)])),
    );
    const merge = { ...orderOf(ended, "report", 1), kind: "merge", id: `${ended.id}.merge.1` };
    await Promise.all([1, 2, 3].map(() => consume(app, "tidegate-steps", [merge])));
    expect(ended).toMatchObject({ state: "passed", merge_state: "merged" });
    expectOnce(app, one, await settled(app, one, number));
    expect(ended.steps.find(({ kind }) => kind === "test")?.evidence?.commands).toHaveLength(1);
  });

  test("an outage of GitHub's check runs is waited out: then reported once and merged once", async () => {
    const { app } = stage;
    const one = await project(app, "outage");
    app.github.faults.failBefore("POST /repos/acme/outage/check-runs", 502, 2);
    const { number } = await open(app, one, "change");
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({ state: "passed", merge_state: "merged" });
    expectOnce(app, one, validation);
  });

  test("check runs that can never be written: the validation ends, is not merged and says why", async () => {
    const { app } = stage;
    const one = await project(app, "mute");
    const removeFault = app.github.faults.failBefore("POST /repos/acme/mute/check-runs", 500, 1_000);
    const { number } = await open(app, one, "change");
    const passed = await validationWhere(app, one, number, ({ state }) => state === "passed");
    // What the queue does after its last retry, without the two minutes until then.
    for (let nth = 1; nth <= passed.reports; nth++)
      await consume(app, "tidegate-dead", [orderOf(passed, "report", nth)]);
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({
      state: "passed",
      merge_state: "blocked",
      merge_reasons: [{ code: "given_up", message: expect.stringContaining("report") }],
    });
    expect(merges(app, one, number)).toEqual([]);
    expect(await (await ask(app, "/metrics")).text()).toMatch(/^dead_letters_total{step="report"} \d+$/m);
    removeFault();
  });

  test("the last go of a step says what was thrown, without the project's secrets, and is not tried again", async () => {
    const { app } = stage;
    const one = await project(app, "last-go");
    await app.api.saveSecret(one.id, "DEPLOY_TOKEN", "hunter2hunter2");
    const message = "Server Error near hunter2hunter2";
    const removeFault = app.github.faults.add({
      match: "POST /repos/acme/last-go/check-runs",
      before: async () => Response.json({ message }, { status: 500 }),
    });
    const { number } = await open(app, one, "change");
    const passed = await validationWhere(app, one, number, ({ state }) => state === "passed");
    for (let nth = 1; nth <= passed.reports; nth++) {
      const order = orderOf(passed, "report", nth);
      const tried = await consume(app, "tidegate-steps", [order], LAST_ATTEMPT - 1);
      expect(tried).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: "m0" }] });
      const last = await consume(app, "tidegate-steps", [order], LAST_ATTEMPT);
      expect(last).toMatchObject({ explicitAcks: ["m0"], retryMessages: [] });
    }
    const { merge_reasons } = await settled(app, one, number);
    expect(merge_reasons).toEqual([
      { code: "given_up", message: expect.stringMatching(/given up: .*Server Error near \*\*\*/) },
    ]);
    removeFault();
  });

  test("a test step that is given up on every try: errored, not failed, and not merged", async () => {
    const { app } = stage;
    const one = await project(app, "given-up", { "test.sh": slowly(600) });
    const { number, head } = await open(app, one, "change");
    for (const nth of [1, 2, 3]) {
      const validation = await validationWhere(
        app,
        one,
        number,
        ({ current }) => current?.kind === "test" && current.try === nth,
      );
      await consume(app, "tidegate-dead", [orderOf(validation, "test", nth)]);
    }
    const validation = await validationWhere(app, one, number, isSettled);
    expect(validation).toMatchObject({ state: "errored", reason: { code: "given_up" }, merge_state: "none" });
    expect(ourChecks(app, one, head).map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    expect(merges(app, one, number)).toEqual([]);
  });

  test("a delivery that is given up is dead, not done", async () => {
    const { app } = stage;
    const id = "0b989ba4-242f-11e5-81e1-c7b6966d2516";
    await rows(
      app,
      "INSERT INTO deliveries (id, event, body_sha256, state, lease_until, received_at) VALUES (?, 'push', 'x', 'processing', ?, 1)",
      id,
      Date.now() + 600_000,
    );
    const order = {
      kind: "observe",
      id: `delivery.${id}`,
      delivery_id: id,
      project_id: null,
      pr_number: null,
    };
    await consume(app, "tidegate-dead", [order]);
    expect(await rows(app, "SELECT state, reason FROM deliveries WHERE id = ?", id)).toEqual([
      { state: "dead", reason: "given_up_after_retries" },
    ]);
  });
});
