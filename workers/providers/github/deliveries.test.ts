/** GitHub's log of deliveries, with ids as long as they are. */
import { afterEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { askAgain, loggedDeliveries } from "./deliveries.ts";

const sent = vi.hoisted(() => ({ send: vi.fn(), senderOf: () => ({}) }));
vi.mock("./send.ts", () => sent);
afterEach(() => void sent.send.mockReset());

const VARS = { GITHUB_API_URL: "https://api.github.test" } as Vars;
/** GitHub's own text: no number of JavaScript holds this id. */
const LOG = `[{"id":3804004623172239367,"guid":"0b989ba4-242f-11e5-81e1-c7b6966d2516",
  "delivered_at":"2026-03-01T12:00:00Z","redelivery":false,"duration":0.2,"status":"failed to connect to host",
  "status_code":502,"event":"pull_request","action":"opened","installation_id":4300000137,"repository_id":4300000171}]`;
const json = (body: string, status: number) =>
  new Response(body, { status, headers: { "content-type": "application/json; charset=utf-8" } });

test("a delivery is asked for again by exactly the id that GitHub gave it", async () => {
  sent.send.mockImplementation(async (_: unknown, url: string) =>
    url.endsWith("/attempts") ? json("{}", 202) : json(LOG, 200),
  );
  const { deliveries } = await loggedDeliveries(VARS, null);
  expect(deliveries).toMatchObject([{ id: "3804004623172239367", repository_id: 4300000171 }]);
  await askAgain(VARS, deliveries[0]?.id ?? "");
  expect(sent.send.mock.calls.at(-1)?.slice(1, 3)).toMatchObject([
    "https://api.github.test/app/hook/deliveries/3804004623172239367/attempts",
    { method: "POST" },
  ]);
});
