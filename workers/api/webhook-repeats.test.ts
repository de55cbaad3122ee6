/** A delivery that comes again is said so, unless it is a forger's; one that its first receiver left behind is queued. */
import { createHmac } from "node:crypto";
import { beforeEach, expect, test, vi } from "vitest";
import { useD1 } from "../store/d1.fixture.ts";
import { claimDelivery, endDelivery, findDelivery, LEASE_MS } from "../store/deliveries.ts";
import { part, problem } from "./app.ts";
import { webhooks } from "./webhooks.ts";

const noteTo = vi.hoisted(() => vi.fn());
vi.mock("../project/index.ts", () => ({ noteTo }));

const stage = useD1();
const SECRET = "secret";
const BEFORE = "secret before";
const VARS = {
  ENVIRONMENT: "development",
  PUBLIC_URL: "http://localhost:1",
  PREVIEW_ORIGIN: "http://localhost:1",
  GITHUB_API_URL: "http://localhost:2",
  GITHUB_TOKEN: "token",
  GITHUB_WEBHOOK_SECRET: SECRET,
  SESSION_SECRET: "x".repeat(32),
  SECRETS_KEY: Buffer.alloc(32).toString("base64"),
  RUNNER_TOKEN: "x".repeat(16),
};
const api = part();
api.onError(problem);
api.route("/", webhooks);

const BODY = JSON.stringify({ ref: "refs/heads/main", repository: { id: 1 } });
const sent: unknown[] = [];
let nth = 0;
const newId = () => `delivery-${++nth}`;

type Given = { body?: string; secret?: string; signature?: string; vars?: object; event?: string };

async function deliver(
  id: string | null,
  { body = BODY, secret = SECRET, signature, vars, event }: Given = {},
) {
  const later: Promise<unknown>[] = [];
  const headers = {
    "content-type": "application/json",
    ...(id !== null && { "x-github-delivery": id }),
    "x-github-event": event ?? "push",
    "x-hub-signature-256": signature ?? `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
  const HINTS = { send: async (order: unknown) => void sent.push(order) };
  const response = await api.request(
    "/api/v1/webhooks/github",
    { method: "POST", body, headers },
    { ...VARS, ...vars, DB: stage.db, HINTS },
    {
      waitUntil: (promise: Promise<unknown>) => void later.push(promise),
      passThroughOnException: () => {},
      props: {},
    } as never,
  );
  await Promise.all(later);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

beforeEach(() => {
  vi.clearAllMocks();
  sent.length = 0;
});

test("the first is written down, queued and taken", async () => {
  const id = newId();
  expect(await deliver(id)).toMatchObject({ status: 202, answer: { accepted: true, delivery_id: id } });
  expect(sent).toMatchObject([{ kind: "observe", id: `delivery.${id}`, delivery_id: id, project_id: null }]);
  const row = await findDelivery(stage.db, id);
  expect(row).toMatchObject({ state: "received", repo_id: 1, event: "push", ended_at: null });
  expect((row?.lease_until ?? 0) - (row?.received_at ?? 0)).toBe(LEASE_MS);
});

test("what is nothing to us is written down, and reaches no queue", async () => {
  const id = newId();
  const taken = await deliver(id, { event: "star" });
  expect(taken).toMatchObject({ status: 202, answer: { accepted: true, ignored: expect.any(String) } });
  expect(sent).toEqual([]);
  expect(await findDelivery(stage.db, id)).toMatchObject({ state: "ignored", ended_at: expect.any(Number) });
});

const lapse = (id: string) => claimDelivery(stage.db, id, Date.now() - LEASE_MS - 5_000);
const end = (id: string) => endDelivery(stage.db, id, { state: "done", reason: null, validation_id: "v" });

test.each<[string, (id: string) => Promise<unknown>, number, string | null]>([
  ["is worked on", async () => {}, 0, null],
  ["was left by who worked on it", lapse, 1, null],
  ["is over", end, 0, "v"],
  ["is over since its lease ran out", async (id) => [await lapse(id), await end(id)], 0, "v"],
])("one that came before and %s is queued again %s times", async (_, happens, times, validation_id) => {
  const id = newId();
  await deliver(id);
  await happens(id);
  sent.length = 0;
  const again = await deliver(id);
  expect(again).toEqual({ status: 200, answer: { duplicate: true, delivery_id: id, validation_id } });
  expect(sent).toHaveLength(times);
  expect(noteTo).not.toHaveBeenCalled();
});

test("the same id with another body is refused, and written into the audit", async () => {
  const id = newId();
  await deliver(id);
  sent.length = 0;
  const forged = await deliver(id, { body: `${BODY} ` });
  expect(forged).toMatchObject({ status: 409, answer: { code: "delivery_id_conflict" } });
  expect(sent).toEqual([]);
  expect(noteTo.mock.lastCall?.slice(1)).toMatchObject([
    null,
    {
      fact: expect.stringMatching(/^conflict\../),
      actor: "webhook",
      action: "delivery.conflict",
      target: id,
    },
  ]);
  expect(noteTo.mock.lastCall?.[2]).toMatchObject({
    delivery_id: id,
    detail: "same delivery id, other body",
  });
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const previous = (until: string | null) => ({
  GITHUB_WEBHOOK_SECRET_PREVIOUS: BEFORE,
  ...(until !== null && { GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: until }),
});

test.each<[string, Given, number]>([
  ["with the secret", {}, 202],
  ["with the one before, in its last days", { secret: BEFORE, vars: previous(inDays(1)) }, 202],
  ["with the secret, in the last days of the one before", { vars: previous(inDays(1)) }, 202],
  ["with the one before, after its last day", { secret: BEFORE, vars: previous(inDays(-1)) }, 401],
  ["with the one before, which has no last day", { secret: BEFORE, vars: previous(null) }, 401],
  ["with another", { secret: "guess" }, 401],
  [
    "for another body",
    { signature: `sha256=${createHmac("sha256", SECRET).update("x").digest("hex")}` },
    401,
  ],
  ["with something shorter", { signature: "sha256=00" }, 401],
  ["with nothing", { body: "" }, 401],
])("signed %s: %s", async (_, given, status) => {
  const id = newId();
  const taken = await deliver(id, given);
  expect(taken.status).toBe(status);
  if (status === 401) expect(await findDelivery(stage.db, id)).toBeNull();
});

test.each([null, "short", "with space and more", "x".repeat(101)])("an id like %j is refused", async (id) => {
  expect(await deliver(id)).toMatchObject({ answer: { code: "missing_delivery_id" } });
  expect(sent).toEqual([]);
});
