/** E9: D1 has too much to do. The delivery is refused, so that GitHub's log shows it, and none is half written. */
import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { part, problem } from "./app.ts";
import { webhooks } from "./webhooks.ts";

const OVERLOADED = "D1_ERROR: D1 DB is overloaded. Too many requests queued.";
const SECRET = "secret";
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

/** Delivers a push. `refuses` says which statements D1 has no time for. */
async function deliver(refuses: (statement: string) => boolean) {
  const done: string[] = [];
  const sent: unknown[] = [];
  const later: Promise<unknown>[] = [];
  const run = async (statement: string) => {
    if (refuses(statement)) throw new Error(OVERLOADED);
    done.push(statement);
    return { success: true, results: [], meta: { changes: 1 } };
  };
  const prepare = (statement: string) => ({
    bind: () => ({ run: () => run(statement), raw: () => run(statement) }),
  });
  const env = { ...VARS, DB: { prepare }, HINTS: { send: async (body: unknown) => void sent.push(body) } };
  const body = JSON.stringify({ ref: "refs/heads/main", repository: { id: 1 } });
  const headers = {
    "content-type": "application/json",
    "x-github-delivery": randomUUID(),
    "x-github-event": "push",
    "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
  };
  const context = {
    waitUntil: (promise: Promise<unknown>) => void later.push(promise),
    passThroughOnException: () => {},
    props: {},
  };
  const response = await api.request(
    "/api/v1/webhooks/github",
    { method: "POST", body, headers },
    env,
    context as never,
  );
  await Promise.all(later);
  return {
    status: response.status,
    retry_after: response.headers.get("retry-after"),
    answer: await response.json(),
    done,
    sent,
  };
}

test("a delivery that cannot be written down is refused with 503, and reaches no queue", async () => {
  const { status, retry_after, answer, done, sent } = await deliver(() => true);
  expect([status, retry_after, done, sent]).toEqual([503, "30", [], []]);
  expect(answer).toMatchObject({ code: "unavailable", detail: expect.not.stringContaining("D1") });
});

test("one that was written down is taken, whatever becomes of the figures", async () => {
  const { status, done, sent } = await deliver((statement) => statement.includes("counters"));
  expect(status).toBe(202);
  expect(done).toHaveLength(1);
  expect(sent).toHaveLength(1);
});
