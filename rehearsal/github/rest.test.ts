/** The manners that all answers share, and the faults. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";
import { startGitHub } from "./index.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.close());

const REPO = { owner: "alice", repo: "shop" };
const MERGE = "PUT /repos/*/*/pulls/*/merge";

function gate() {
  return client(shop.github, shop.github.installationToken("alice/shop"));
}

async function ready() {
  const sha = await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "a\n" }, "Add a", {
    by: "bob",
  });
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  const merge = () =>
    gate().request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...REPO,
      pull_number: number,
      sha,
    });
  return { sha, number, merge };
}

test("a repository is found by its id after a rename, and is not there when it is deleted", async () => {
  const { id } = shop.github.repository("alice/shop");
  const ours = gate();
  shop.github.rename("alice/shop", "store");
  const found = await ours.request("GET /repositories/{repository_id}", { repository_id: id });
  expect(found.data).toMatchObject({ id, full_name: "alice/store" });
  await shop.github.deleteRepository("alice/store");
  const app = client(shop.github, shop.github.appJwt());
  const gone = app.request("GET /repositories/{repository_id}/installation", { repository_id: id });
  expect(await refusal(gone)).toMatchObject({ status: 404 });
  expect(shop.github.unmodelled).toEqual([]);
});

test("what is not modelled is answered 501 by name, recorded and logged", async () => {
  const call = gate().request("GET /repos/{owner}/{repo}/actions/runs", REPO);
  const answer = await refusal(call);
  expect(answer).toMatchObject({ status: 501 });
  expect(answer.message).toContain("GET /repos/alice/shop/actions/runs");
  expect(shop.github.unmodelled).toMatchObject([{ method: "GET", path: "/repos/alice/shop/actions/runs" }]);
  expect(shop.log.join("\n")).toContain("NOT MODELLED: GET /repos/alice/shop/actions/runs");
});

test("both doors lead to the same API", async () => {
  for (const base of [shop.github.url, shop.github.apiUrl]) {
    const response = await fetch(`${base}/repos/alice/shop`, {
      headers: { accept: "application/vnd.github+json" },
    });
    expect(at(await response.json(), "full_name")).toBe("alice/shop");
  }
});

test("every answer tells the rate limit, and the budget ends and returns", async () => {
  const url = `${shop.github.apiUrl}/repos/alice/shop`;
  const first = await fetch(url);
  expect(first.headers.get("x-ratelimit-limit")).toBe("60");
  expect(first.headers.get("x-github-request-id")).toMatch(/^[0-9A-F]+$/);
  const bucket = shop.github.world.buckets.get("anonymous");
  if (bucket === undefined) throw new Error("No bucket");
  bucket.used = 60;
  const refused = await fetch(url);
  expect([refused.status, refused.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
  shop.clock.ms += 60 * 60 * 1000;
  expect((await fetch(url)).status).toBe(200);
});

test("an unchanged answer is 304 for its ETag", async () => {
  const url = `${shop.github.apiUrl}/repos/alice/shop`;
  const etag = (await fetch(url)).headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
  shop.github.repository("alice/shop").description = "New";
  expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(200);
});

test("a caller without a User-Agent is refused, as a Worker's bare fetch is", async () => {
  const { get } = await import("node:http");
  const status = await new Promise((resolve) => {
    get(`${shop.github.apiUrl}/repos/alice/shop`, (response) => resolve(response.resume().statusCode));
  });
  expect(status).toBe(403);
});

test("refusals have GitHub's shape", async () => {
  const bob = client(shop.github, shop.bob.token);
  const create = bob.request("POST /repos/{owner}/{repo}/pulls", {
    ...REPO,
    title: "T",
    head: "none",
    base: "main",
  });
  await refusal(create);
  const error: unknown = await create.catch((reason: unknown) => reason);
  expect(at(error, "response.data")).toMatchObject({
    message: "Validation Failed",
    errors: [{ resource: "PullRequest", field: "head", code: "invalid" }],
    documentation_url: expect.stringContaining("docs.github.com"),
  });
  const headers = { authorization: `Bearer ${shop.bob.token}` };
  const broken = await fetch(`${shop.github.apiUrl}/repos/alice/shop/issues`, {
    method: "POST",
    headers,
    body: "{",
  });
  expect([broken.status, at(await broken.json(), "message")]).toEqual([400, "Problems parsing JSON"]);
});

test("a merge that is answered 500 after its effect has happened; before it, has not", async () => {
  const { number, merge } = await ready();
  shop.github.faults.failBefore(MERGE, 502);
  expect(await refusal(merge())).toMatchObject({ status: 502 });
  expect(shop.github.pull("alice/shop", number).mergedAt).toBeNull();
  shop.github.faults.failAfter(MERGE, 500);
  expect(await refusal(merge())).toMatchObject({ status: 500 });
  expect(shop.github.pull("alice/shop", number).mergedAt).not.toBeNull();
});

test("the head can move at the moment a merge request arrives", async () => {
  const { merge } = await ready();
  const main = await shop.github.head("alice/shop", "main");
  shop.github.faults.onRequest(
    MERGE,
    async () => {
      await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "c\n" }, "Sneak in", { by: "bob" });
    },
    1,
  );
  expect(await refusal(merge())).toMatchObject({ status: 409 });
  expect(await shop.github.head("alice/shop", "main")).toBe(main);
  const merges = shop.github.requests.filter(
    ({ method, path }) => method === "PUT" && path.endsWith("/merge"),
  );
  expect(merges).toMatchObject([{ body: { sha: expect.stringMatching(/^[0-9a-f]{40}$/) }, status: 409 }]);
});

test("limits hit one installation and leave the others alone", async () => {
  const { id } = shop.github.install("alice/shop");
  await shop.github.createRepository("bob/own", { files: { "a.txt": "a\n" } });
  shop.github.install("bob/own");
  const other = client(shop.github, shop.github.installationToken("bob/own"));
  const read = () => gate().request("GET /repos/{owner}/{repo}", REPO);
  const resetAt = shop.clock.ms + 20 * 60 * 1000;
  shop.github.faults.exhaust({ resetAt, by: `installation:${id}` });
  const refused = await refusal(read());
  expect(refused).toMatchObject({
    status: 403,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(resetAt / 1000) },
  });
  expect((await other.request("GET /repos/bob/own")).status).toBe(200);
  shop.clock.ms = resetAt;
  expect((await read()).status).toBe(200);
  shop.github.faults.secondary({ status: 429, retryAfterS: 30, times: 1 });
  expect(await refusal(read())).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
  shop.github.faults.secondary({ times: 1 });
  const silent = await refusal(read());
  expect(silent.message).toContain("secondary rate limit");
  expect(silent.headers["retry-after"]).toBeUndefined();
  expect((await read()).status).toBe(200);
});

test("faults are removed one by one or all at once", async () => {
  const remove = shop.github.faults.failBefore("GET /repos/**", 503, 99);
  expect(await refusal(gate().request("GET /repos/{owner}/{repo}", REPO))).toMatchObject({ status: 503 });
  remove();
  await gate().request("GET /repos/{owner}/{repo}", REPO);
  shop.github.faults.failBefore("* /**", 503, 99);
  shop.github.faults.clear();
  await gate().request("GET /repos/{owner}/{repo}", REPO);
});

test("it refuses to start in production", async () => {
  vi.stubEnv("ENV", "production");
  await expect(startGitHub({ dir: shop.dir })).rejects.toThrow('NODE_ENV or ENV is "production"');
  vi.unstubAllEnvs();
});
