import { createRoute, z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { answers, json, part, problem } from "./app.ts";

const route = createRoute({
  method: "post",
  path: "/goals",
  request: { body: json(z.object({ goal: z.string() })) },
  responses: answers("Done", z.object({})),
});
const api = part().openapi(route, (c) => c.json({}, 200));
api.onError(problem);

test("JSON that does not say that it is JSON is refused with the header that it lacks", async () => {
  const send = (headers: Record<string, string>) =>
    api.request("/goals", { method: "POST", body: new TextEncoder().encode('{"goal":"x"}'), headers });
  // What curl -d says by itself, and what a bare client does not say.
  for (const headers of [{ "content-type": "application/x-www-form-urlencoded" }, {}]) {
    const refused = await send(headers as Record<string, string>);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining("content-type: application/json"),
    });
  }
  expect((await send({ "content-type": "application/json" })).status).toBe(200);
});
