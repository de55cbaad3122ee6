/** Orders as real queues hand them out: more than once, at once, and at last to the dead letters. */
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { StepOrder } from "../models/step.ts";
import type { ValidationDetail } from "../models/validation.ts";
import { useTapped } from "./crash.ts";
import { expectOnce, factsOf } from "./crash-facts.ts";
import {
  type App,
  eventually,
  isSettled,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  rows,
  sandboxes,
} from "./machine.ts";

const stage = useTapped();
afterEach(() => {
  stage.app.github.faults.clear();
  stage.tap.queues.copies = 1;
  stage.tap.queues.poison = () => false;
});

const CONFIG = {
  ".tidegate.yml": "setup: sh setup.sh\ntest: sh test.sh\nanalyze: { enabled: false }\n",
  "setup.sh": "echo ready\n",
};

/** Starting over takes pauses. */
const PATIENCE_MS = 170_000;

/** The newest validation once nothing of it is to come and no order lies anywhere. */
async function settledAtLast(one: Project, number: number): Promise<ValidationDetail> {
  const { app, tap } = stage;
  const look = async () => {
    const newest = (await app.api.pull(one.id, number).catch(() => null))?.validations[0];
    return newest && isSettled(newest) && tap.queues.pending.length === 0 ? newest : null;
  };
  return app.api.validation((await eventually(`pull request ${number}`, look, PATIENCE_MS)).id);
}

async function merged(app: App, one: Project, branch: string) {
  const opened = await open(app, one, branch);
  await settledAtLast(one, opened.number);
  return factsOf(app, one, opened);
}

test("every order of every kind three times at once: nothing happens twice", async () => {
  const { app, tap } = stage;
  const one = await project(app, "thrice", CONFIG);
  const undisturbed = await merged(app, one, "once");
  tap.queues.copies = 3;
  expectOnce(await merged(app, one, "thrice"), undisturbed);
  expect(tap.queues.dead).toEqual([]);
});

const ordersOf =
  (kind: StepOrder["kind"], { id }: Project) =>
  (body: unknown): boolean =>
    (body as StepOrder).kind === kind && (body as StepOrder).project_id === id;

test("a consumer that dies over every set-up: dead letters, then errored, and everybody is told", async () => {
  const { app, tap } = stage;
  const one = await project(app, "deadly", CONFIG);
  tap.queues.poison = ordersOf("setup", one);
  const { number, head } = await open(app, one, "change");
  const ended = await settledAtLast(one, number);
  expect(ended).toMatchObject({ state: "errored", reason: { code: "given_up" }, merge_state: "none" });
  expect(tap.queues.dead.map((body) => (body as StepOrder).id)).toContain(`${ended.id}.setup.1`);
  expect(merges(app, one, number)).toEqual([]);
  expect(ourChecks(app, one, head).map(({ status, conclusion }) => [status, conclusion])).toEqual([
    ["completed", "failure"],
  ]);
  const comments = app.github.repository(one.full_name).issues.get(number)?.comments ?? [];
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain(ended.reason?.message ?? "?");
  expect((await sandboxes(app)).filter(({ id }) => id.startsWith(ended.id))).toEqual([]);
  const { steps } = await app.api.validation(ended.id);
  expect(steps.filter(({ state }) => state === "running")).toEqual([]);
});

test("a consumer that dies over a comment, every time: the merge comes all the same", async () => {
  const { app, tap } = stage;
  const one = await project(app, "uncommented", CONFIG);
  tap.queues.poison = ordersOf("mark", one);
  const { number } = await open(app, one, "change");
  const ended = await settledAtLast(one, number);
  expect(ended).toMatchObject({ state: "passed", merge_state: "merged" });
  expect(merges(app, one, number)).toHaveLength(1);
});

test("one order of ten in a batch fails: it alone is tried again", async () => {
  const { app } = stage;
  const one = await project(app, "neighbours", CONFIG);
  app.github.faults.addHook({ act: "lose" });
  const pulls = [];
  for (let nth = 1; nth <= 10; nth++)
    pulls.push(await open(app, one, `change-${nth}`, undefined, { draft: true }));
  const bad = pulls[4]?.number ?? 0;
  app.github.faults.failBefore(`GET /repos/${one.full_name}/pulls/${bad}`, 500, 1_000);
  const messages = pulls.map(({ number }) => ({
    id: `m${number}`,
    timestamp: new Date(),
    attempts: 1,
    body: { kind: "observe", id: randomUUID(), delivery_id: null, project_id: one.id, pr_number: number },
  }));
  const worker = await app.worker.miniflare.getWorker("tidegate");
  const answer = await worker.queue("tidegate-hints", messages as never);
  expect(answer).toMatchObject({ outcome: "ok", retryMessages: [{ msgId: `m${bad}` }] });
  expect(answer.explicitAcks).toHaveLength(9);
  const seen = await rows<{ number: number }>(app, "SELECT number FROM pulls WHERE project_id = ?", one.id);
  expect(seen.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
    pulls.map(({ number }) => number).filter((number) => number !== bad),
  );
});
