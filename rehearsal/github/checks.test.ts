import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
let sha: string;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
  sha = await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "a\n" }, "Add a", { by: "bob" });
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const REPO = { owner: "alice", repo: "shop" };

function gate() {
  return client(shop.github, shop.github.installationToken("alice/shop"));
}

function create(fields: Record<string, unknown> = {}) {
  return gate().request("POST /repos/{owner}/{repo}/check-runs", {
    ...REPO,
    name: "gate",
    head_sha: sha,
    status: "in_progress",
    ...fields,
  });
}

test("only Apps create check runs", async () => {
  const bob = client(shop.github, shop.bob.token);
  const call = bob.request("POST /repos/{owner}/{repo}/check-runs", { ...REPO, name: "gate", head_sha: sha });
  expect(await refusal(call)).toMatchObject({
    status: 403,
    message: "You must authenticate via a GitHub App.",
  });
});

test("a check run is created, completed, told and found by name and App", async () => {
  await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  const { data: run, status } = await create({ external_id: "v1" });
  expect(status).toBe(201);
  const at_ = { ...REPO, check_run_id: run.id };
  const output = {
    title: "Passed",
    summary: "All of it",
    annotations: [
      { path: "a.txt", start_line: 1, end_line: 1, annotation_level: "notice" as const, message: "Nice" },
    ],
  };
  const done = await gate().request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    ...at_,
    conclusion: "success" as const,
    output,
  });
  expect(done.data).toMatchObject({
    status: "completed",
    conclusion: "success",
    output: { annotations_count: 1 },
  });
  const found = await gate().request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...REPO,
    ref: sha,
    check_name: "gate",
    app_id: shop.github.app.id,
  });
  expect(found.data.check_runs).toMatchObject([{ external_id: "v1", pull_requests: [{ number: 1 }] }]);
  const notes = await gate().request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", at_);
  expect(notes.data).toMatchObject([{ message: "Nice" }]);
  await shop.github.settled();
  const told = shop.listener.heard.filter(({ event }) => event.startsWith("check_"));
  const names = told.map(({ event, payload }) => `${event} ${at(payload, "action")}`);
  expect(names).toEqual(
    expect.arrayContaining([
      "check_suite requested",
      "check_run created",
      "check_run completed",
      "check_suite completed",
    ]),
  );
});

test("filter=latest hides the older run of a name", async () => {
  await create({ conclusion: "failure" });
  await create({ conclusion: "success" });
  const list = (filter: "latest" | "all") =>
    gate().request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...REPO, ref: "feature", filter });
  expect((await list("latest")).data.check_runs.map((run) => run.conclusion)).toEqual(["success"]);
  expect((await list("all")).data.total_count).toBe(2);
});

test.each([
  [{ head_sha: "0".repeat(40) }, /No commit found for SHA/],
  [{ status: "completed" }, /"conclusion" wasn't supplied/],
  [{ conclusion: "great" }, /not one of/],
  [{ output: { title: "T", summary: "x".repeat(65_536) } }, /65535 characters/],
  [
    { output: { title: "T", summary: "S", annotations: Array.from({ length: 51 }, () => ({})) } },
    /Only 50 items are allowed; 51 were supplied/,
  ],
])("a check run with %o is refused", async (fields, message) => {
  const answer = await refusal(create(fields));
  expect(answer.status).toBe(422);
  expect(answer.message).toMatch(message);
});

const NOTE = { path: "a.txt", start_line: 1, end_line: 1, annotation_level: "notice", message: "Nice" };

test.each([
  [{ path: undefined }, /"path" wasn't supplied/],
  [{ path: "/a.txt" }, /not a path relative/],
  [{ path: "../a.txt" }, /not a path relative/],
  [{ message: undefined }, /"message" wasn't supplied/],
  [{ annotation_level: undefined }, /"annotation_level" wasn't supplied/],
  [{ annotation_level: "error" }, /not one of/],
  [{ start_line: undefined }, /whole numbers/],
  [{ start_line: 0 }, /must not be before/],
  [{ start_line: 3, end_line: 2 }, /must not be before/],
  [{ end_line: 2, start_column: 1 }, /Columns are only allowed/],
  [{ title: "t".repeat(256) }, /255 characters/],
  [{ message: "ü".repeat(32_769) }, /65536 bytes/],
])("an annotation with %o is refused", async (fields, message) => {
  const annotations = [NOTE, { ...NOTE, ...fields }];
  const answer = await refusal(create({ output: { title: "T", summary: "S", annotations } }));
  expect(answer.status).toBe(422);
  expect(answer.message).toMatch(message);
});

test("annotations are appended, fifty a request", async () => {
  const { data: run } = await create();
  const send = (from: number) =>
    gate().request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...REPO,
      check_run_id: run.id,
      output: {
        title: "T",
        summary: "S",
        annotations: Array.from({ length: 50 }, (_, nth) => ({ ...NOTE, message: `${from + nth}` })) as never,
      },
    });
  await send(0);
  expect((await send(50)).data.output.annotations_count).toBe(100);
});

test("another App cannot touch the run, and only its maker hears a rerequest", async () => {
  const { data: run } = await create();
  const other = shop.github.createApp("other", { webhookUrl: `${shop.listener.url}/other` });
  shop.github.install("alice/shop", other);
  const stranger = client(shop.github, shop.github.installationToken("alice/shop", other));
  const call = stranger.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    ...REPO,
    check_run_id: run.id,
    conclusion: "success",
  });
  expect(await refusal(call)).toMatchObject({ status: 403 });
  shop.github.rerequest("alice/shop", Number(run.id), "bob");
  shop.github.requestAction("alice/shop", Number(run.id), "fix", "bob");
  await shop.github.settled();
  const told = shop.github.deliveries.filter(
    ({ action }) => action === "rerequested" || action === "requested_action",
  );
  expect(told.map(({ hook }) => hook.url)).toEqual([shop.listener.url, shop.listener.url]);
  expect(told[1]?.request.payload).toMatchObject({
    requested_action: { identifier: "fix" },
    sender: { login: "bob" },
  });
});

test("suites come with a push, one per App, and are as good as their worst run", async () => {
  const suites = async () =>
    (await gate().request("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", { ...REPO, ref: sha })).data
      .check_suites;
  expect(await suites()).toMatchObject([{ status: "queued", conclusion: null, head_branch: "feature" }]);
  await create({ name: "one", conclusion: "success" });
  await create({ name: "two", conclusion: "timed_out" });
  expect(await suites()).toMatchObject([{ status: "completed", conclusion: "timed_out" }]);
});

test("statuses combine, and none at all is pending", async () => {
  const bob = client(shop.github, shop.bob.token);
  const combined = async () =>
    (await bob.request("GET /repos/{owner}/{repo}/commits/{ref}/status", { ...REPO, ref: sha })).data;
  expect(await combined()).toMatchObject({ state: "pending", total_count: 0 });
  const set = (context: string, state: "success" | "failure") =>
    bob.request("POST /repos/{owner}/{repo}/statuses/{sha}", { ...REPO, sha, state, context });
  await set("lint", "failure");
  await set("lint", "success");
  await set("unit", "success");
  expect(await combined()).toMatchObject({ state: "success", total_count: 2 });
  await set("unit", "failure");
  expect(await combined()).toMatchObject({ state: "failure" });
});

test("a failing check that nobody requires makes a pull request unstable, not blocked", async () => {
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  await create({ conclusion: "failure" });
  shop.github.faults.lazyMergeability = false;
  const { data } = await gate().request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...REPO,
    pull_number: number,
  });
  expect(data).toMatchObject({ mergeable: true, mergeable_state: "unstable" });
});
