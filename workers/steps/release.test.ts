/** What was left open when a sandbox is let go has its end: in a real D1, with the log as its project keeps it. */
import { beforeEach, expect, test, vi } from "vitest";
import { BESIDE, type StepKind, type ValidationOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { logsOf } from "../project/logs.ts";
import { sqlInMemory } from "../project/sql.fixture.ts";
import { useD1 } from "../store/d1.fixture.ts";
import { beginStep, endStep, findStep } from "../store/steps.ts";
import { release } from "./release.ts";
import { STOPPED } from "./stop.ts";
import type { Context } from "./visit.ts";

const object = vi.hoisted(() => ({ current: {} as object }));
vi.mock("../project/index.ts", () => ({ projectOf: () => object.current }));

const stage = useD1();
const put = vi.fn();
let logs = logsOf(sqlInMemory());
const ended: string[] = [];
let nth = 0;

beforeEach(() => {
  vi.clearAllMocks();
  ended.length = 0;
  logs = logsOf(sqlInMemory());
  object.current = {
    log: async (id: string, from: number, text: string) => logs.add(id, from, text),
    readLog: async (id: string, from: number, most: number) => logs.read(id, from, most),
    tailOfLog: async (id: string, from: number) => logs.tail(id, from),
    endOfLog: async (id: string) => logs.end(id),
    dropLog: async (id: string) => {
      logs.drop(id);
      ended.push(id);
    },
  };
});

/** A try in which a step was begun, said something, and was not heard of again. */
async function left(kind: StepKind, its: Partial<Validation>, tried = 1) {
  const validation = { id: `shop.7.a.${++nth}`, state: "running", reason: null, analyzing: null, ...its };
  const at = { project_id: "shop", validation_id: validation.id, try: tried, delay_s: 0 };
  const order = { ...at, kind, id: `${validation.id}.${kind}.${tried}` } as ValidationOrder;
  const begun = await beginStep(stage.db, order, 10);
  logs.add(order.id, 0, "half do");
  const context = {
    env: { DB: stage.db, ARTIFACTS: { put } },
    order: { ...at, kind: "release", id: `${validation.id}.release.1`, try: 1 },
    validation,
    sandbox: { id: `${validation.id}.1`, destroy: async () => {} },
    started_at: Date.now(),
  } as unknown as Context;
  return { ...begun, id: order.id, let: () => release(context), find: () => findStep(stage.db, order.id) };
}

const why = (code: string) => ({ state: "timed_out" as const, reason: { code, message: `It was ${code}` } });

test.each<[string, Partial<Validation>, object]>([
  [
    "of a try that began anew",
    {},
    { state: "errored", reason: "The test step was not heard of before its deadline" },
  ],
  ["that was lost for good", why("step_lost"), { state: "errored", reason: "It was step_lost" }],
  ["of a validation that was", why("deadline"), { state: "timed_out", reason: "It was deadline" }],
  ["of a validation that was superseded", { state: "superseded" }, STOPPED],
])("the log of a step %s ends once, with the reason as its last line", async (_, its, end) => {
  const step = await left("test", its);
  for (let times = 0; times < 2; times++) await step.let();
  expect(await step.find()).toMatchObject({ ...end, log: expect.stringContaining(step.id) });
  expect(ended).toEqual([step.id]);
  const [[, bytes]] = put.mock.calls as [[string, Uint8Array]];
  const { reason } = (await step.find()) ?? {};
  expect(new TextDecoder().decode(bytes)).toBe(`half do\n# ${reason}\n`);
  // Its worker comes back, and has nothing to say any more.
  const late = { state: "passed", reason: null, evidence: null, log: null, memo: {} } as const;
  expect(await endStep(stage.db, step.visit, late, 20)).toBe(false);
});

test.each<[string, StepKind, Partial<Validation>, number]>([
  ["of another try", "test", {}, 2],
  ["that reads the code graph beside, and is waited for", BESIDE, { state: "failed", analyzing: 1 }, 1],
  ["that writes the check run", "report", { state: "failed" }, 1],
])("a step %s goes on without the sandbox", async (_, kind, its, tried) => {
  const step = await left(kind, its, tried);
  await step.let();
  expect(await step.find()).toMatchObject({ state: "running", finished_at: null });
  expect([ended, logs.end(step.id)]).toEqual([[], 7]);
});
