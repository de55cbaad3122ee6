import { verify } from "@octokit/webhooks-methods";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
  shop.listener.heard.length = 0;
});
afterEach(() => shop.close());

const REPO = { owner: "alice", repo: "shop" };

async function push(text = "x\n") {
  await shop.github.pushCommit("alice/shop", "main", { "x.txt": text }, "Größe ändern", { by: "bob" });
  await shop.github.settled();
}

function pushes() {
  return shop.listener.heard.filter(({ event }) => event === "push");
}

test("a delivery is signed over its raw body and carries GitHub's headers", async () => {
  await push();
  const [heard] = pushes();
  const signature = heard?.headers["x-hub-signature-256"] ?? "";
  expect(await verify("shh", heard?.body ?? "", signature)).toBe(true);
  expect(await verify("shh", `${heard?.body} `, signature)).toBe(false);
  expect(heard?.headers).toMatchObject({
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": String(shop.github.app.id),
    "user-agent": expect.stringMatching(/^GitHub-Hookshot\//),
    "x-github-delivery": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test("a failed delivery is recorded and never retried by itself; redelivery keeps the GUID", async () => {
  shop.listener.status = 503;
  await push();
  expect(pushes()).toHaveLength(1);
  shop.listener.status = 202;
  const app = client(shop.github, shop.github.appJwt());
  const { data: log } = await app.request("GET /app/hook/deliveries", { per_page: 10 });
  const failed = log.find(({ event }) => event === "push");
  expect(failed).toMatchObject({ status_code: 503, redelivery: false });
  // As text: no number holds it.
  await app.request(`POST /app/hook/deliveries/${failed?.id}/attempts`);
  await shop.github.settled();
  expect(pushes().map(({ guid }) => guid)).toEqual([failed?.guid, failed?.guid]);
  expect(pushes()[1]?.body).toBe(pushes()[0]?.body);
  const { data: after } = await app.request("GET /app/hook/deliveries");
  const again = after.find(({ event, redelivery }) => event === "push" && redelivery);
  expect(again).toMatchObject({ guid: failed?.guid, status_code: 202 });
  expect(again?.id).not.toBe(failed?.id);
  const { data: whole } = await app.request(`GET /app/hook/deliveries/${again?.id}`);
  expect(at(whole, "request.payload.ref")).toBe("refs/heads/main");
});

test("the delivery log goes by cursor", async () => {
  await push("1\n");
  await push("2\n");
  const app = client(shop.github, shop.github.appJwt());
  const all = (await app.request("GET /app/hook/deliveries", { per_page: 100 })).data.map(({ id }) => id);
  const { data, headers } = await app.request("GET /app/hook/deliveries", { per_page: 2 });
  const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? "")?.[1];
  const more: unknown = (await app.request(`GET ${next}`)).data;
  expect([...data.map(({ id }) => id), at(more, "0.id")]).toEqual(all.slice(0, 3));
});

test("deliveries are dropped, lost, doubled and held on demand", async () => {
  const onlyPush = ({ event }: { event: string }) => event === "push";
  const { faults } = shop.github;
  faults.addHook({ match: onlyPush, times: 1, act: "drop" });
  await push("1\n");
  expect(pushes()).toHaveLength(0);
  const dropped = shop.github.deliveries.findLast(onlyPush);
  expect(dropped).toMatchObject({ status: "timed out" });
  faults.addHook({ match: onlyPush, times: 1, act: "lose" });
  await push("2\n");
  expect(shop.github.deliveries.findLast(onlyPush)).toBe(dropped);
  faults.addHook({ match: onlyPush, times: 1, act: "duplicate" });
  await push("3\n");
  expect(pushes()).toHaveLength(2);
  expect(new Set(pushes().map(({ guid }) => guid)).size).toBe(1);
  shop.listener.heard.length = 0;
  faults.addHook({ match: onlyPush, act: "hold" });
  await push("4\n");
  await push("5\n");
  expect(pushes()).toHaveLength(0);
  const arranged: unknown[] = [];
  faults.release((held) => {
    arranged.push(...held);
    return held.reverse();
  });
  await shop.github.settled();
  expect(arranged).toHaveLength(2);
  expect(pushes()).toHaveLength(2);
});

test("a repository hook is pinged when made, hears what it asked for, and may want forms", async () => {
  const alice = client(shop.github, shop.alice.token);
  const config = { url: `${shop.listener.url}/repo`, content_type: "form", secret: "own" };
  const { data: hook } = await alice.request("POST /repos/{owner}/{repo}/hooks", {
    ...REPO,
    events: ["push"],
    config,
  });
  expect(hook.config.secret).toBe("********");
  await shop.github.settled();
  expect(shop.listener.heard.map(({ event }) => event)).toEqual(["ping"]);
  await push();
  const form = pushes().find(
    ({ headers }) => headers["content-type"] === "application/x-www-form-urlencoded",
  );
  expect(await verify("own", form?.body ?? "", form?.headers["x-hub-signature-256"] ?? "")).toBe(true);
  const payload: unknown = JSON.parse(new URLSearchParams(form?.body).get("payload") ?? "");
  expect(payload).toMatchObject({ ref: "refs/heads/main" });
  expect(at(payload, "installation")).toBeUndefined();
  const deliveries = await alice.request("GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries", {
    ...REPO,
    hook_id: hook.id,
  });
  expect(deliveries.data.map(({ event }) => event)).toEqual(["push", "ping"]);
  shop.listener.heard.length = 0;
  await alice.request("POST /repos/{owner}/{repo}/hooks/{hook_id}/tests", { ...REPO, hook_id: hook.id });
  await shop.github.settled();
  expect(shop.listener.heard.map(({ event }) => event)).toEqual(["push"]);
  const bob = client(shop.github, shop.bob.token);
  expect(await refusal(bob.request("GET /repos/{owner}/{repo}/hooks", REPO))).toMatchObject({ status: 403 });
});

test("installations tell of their life, and deleted ones hear nothing more", async () => {
  shop.github.suspend("alice/shop");
  await push("while suspended\n");
  shop.github.unsuspend("alice/shop");
  await shop.github.createRepository("alice/second");
  shop.github.install("alice/second");
  shop.github.removeFromInstallation("alice/second");
  shop.github.uninstall("alice/shop");
  await push("after\n");
  const told = shop.listener.heard.map(({ event, payload }) => `${event} ${at(payload, "action")}`);
  expect(told.sort()).toEqual([
    "installation deleted",
    "installation suspend",
    "installation unsuspend",
    "installation_repositories added",
    "installation_repositories removed",
  ]);
});

test("renames, transfers and deletions of a repository are told with its id", async () => {
  const { id } = shop.github.repository("alice/shop");
  shop.github.rename("alice/shop", "store");
  shop.github.transfer("alice/store", "bob");
  await shop.github.settled();
  const renamed = shop.listener.heard.find(({ payload }) => at(payload, "action") === "renamed");
  expect(renamed?.payload).toMatchObject({
    changes: { repository: { name: { from: "shop" } } },
    repository: { id, full_name: "alice/store" },
  });
});
