/** Issues, comments, labels, reviews, collaborators and protection over the API. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
let number: number;
let sha: string;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
  sha = await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "a\n" }, "Add a", { by: "bob" });
  number = (await shop.github.openPull("alice/shop", { head: "feature", by: "bob" })).number;
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const REPO = { owner: "alice", repo: "shop" };

function as(person: "alice" | "bob" | "carol") {
  return client(shop.github, shop[person].token);
}

function gate() {
  return client(shop.github, shop.github.installationToken("alice/shop"));
}

function told(event: string) {
  return shop.github.deliveries.filter((one) => one.event === event).map((one) => one.action);
}

test("comments on a pull request are made, found, edited by their author, and deleted", async () => {
  const issue = { ...REPO, issue_number: number };
  const { data } = await gate().request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...issue,
    body: "<!-- gate -->Checking",
  });
  expect(data.user?.login).toBe("tidegate[bot]");
  const one = { ...REPO, comment_id: Number(data.id) };
  await gate().request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...one,
    body: "<!-- gate -->Passed",
  });
  const stranger = as("carol").request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...one,
    body: "Hacked",
  });
  expect(await refusal(stranger)).toMatchObject({ status: 403 });
  const list = await as("carol").request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", issue);
  expect(list.data.map(({ body }) => body)).toEqual(["<!-- gate -->Passed"]);
  await gate().request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", one);
  expect(told("issue_comment")).toEqual(["created", "edited", "deleted"]);
  const long = gate().request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...issue,
    body: "x".repeat(65_537),
  });
  expect(await refusal(long)).toMatchObject({ status: 422 });
});

test("a comment says through which App it was written, in reads and in its event", async () => {
  const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const issue = { ...REPO, issue_number: number };
  const { data } = await gate().request(path, { ...issue, body: "From the gate" });
  await as("bob").request(path, { ...issue, body: "From Bob" });
  expect(data.performed_via_github_app?.id).toBe(shop.github.app.id);
  const list = await as("bob").request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", issue);
  expect(list.data.map((one) => one.performed_via_github_app?.id ?? null)).toEqual([
    shop.github.app.id,
    null,
  ]);
  const heard = shop.github.deliveries.filter(({ event }) => event === "issue_comment");
  expect(
    heard.map(({ request }) => [
      at(request.payload, "sender.type"),
      at(request.payload, "comment.performed_via_github_app.id"),
    ]),
  ).toEqual([
    ["Bot", shop.github.app.id],
    ["User", undefined],
  ]);
});

test("reactions are counted once for each person, and taken back by their own", async () => {
  const { id } = shop.github.comment("alice/shop", number, "Nice", "bob");
  const path = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
  const comment = { ...REPO, comment_id: id };
  const eyes = () => gate().request(`POST ${path}`, { ...comment, content: "eyes" });
  const first = await eyes();
  expect([first.status, (await eyes()).status]).toEqual([201, 200]);
  await as("carol").request(`POST ${path}`, { ...comment, content: "+1" });
  const { data } = await as("bob").request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", comment);
  expect(data.reactions).toMatchObject({ total_count: 2, eyes: 1, "+1": 1, confused: 0 });
  const one = { ...comment, reaction_id: first.data.id };
  expect(await refusal(as("carol").request(`DELETE ${path}/{reaction_id}`, one))).toMatchObject({
    status: 404,
  });
  await gate().request(`DELETE ${path}/{reaction_id}`, one);
  expect((await gate().request(`GET ${path}`, comment)).data.map(({ content }) => content)).toEqual(["+1"]);
  const odd = as("bob").request(`POST ${path}`, { ...comment, content: "shrug" as "+1" });
  expect(await refusal(odd)).toMatchObject({ status: 422 });
});

test("who labelled, closed and merged stands in the events, oldest first, in pages", async () => {
  const issue = { ...REPO, issue_number: number };
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/events";
  await shop.github.label("alice/shop", number, "tidegate", "bob");
  await gate().request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
    ...issue,
    name: "tidegate",
  });
  await shop.github.label("alice/shop", number, "tidegate", "alice");
  await shop.github.closePull("alice/shop", number);
  await shop.github.reopenPull("alice/shop", number);
  const { data } = await gate().request(path, issue);
  expect(data.map(({ event, actor }) => `${event} ${actor.login}`)).toEqual([
    "labeled bob",
    "unlabeled tidegate[bot]",
    "labeled alice",
    "closed alice",
    "reopened alice",
  ]);
  expect(data.map((one) => [at(one, "label.name"), at(one, "performed_via_github_app.id")])).toEqual([
    ["tidegate", undefined],
    ["tidegate", shop.github.app.id],
    ["tidegate", undefined],
    [undefined, undefined],
    [undefined, undefined],
  ]);
  const last = await gate().request(path, { ...issue, per_page: 2, page: 3 });
  expect(last.data.map(({ event }) => event)).toEqual(["reopened"]);
  const all = await gate().request("GET /repos/{owner}/{repo}/issues/events", REPO);
  expect(all.data.map(({ event, issue }) => [event, issue?.number]).slice(0, 2)).toEqual([
    ["reopened", number],
    ["closed", number],
  ]);
  await as("alice").request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    ...REPO,
    pull_number: number,
  });
  const merged = await gate().request(path, issue);
  expect(merged.data.slice(-2)).toMatchObject([
    { event: "merged", commit_id: await shop.github.head("alice/shop", "main") },
    { event: "closed", commit_id: null },
  ]);
});

test("an issue is opened with labels, each told after it; people write on it without HTTP", async () => {
  const issue = await shop.github.openIssue("alice/shop", {
    title: "Milk is missing",
    body: "Add it",
    labels: ["tidegate"],
    by: "carol",
  });
  const { id } = shop.github.comment("alice/shop", issue.number, "Please", "carol");
  shop.github.editComment("alice/shop", issue.number, id, "Please!");
  await as("bob").request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...REPO,
    issue_number: issue.number,
    labels: ["bug"],
  });
  await shop.github.unlabel("alice/shop", issue.number, "bug", "bob");
  expect(told("issues")).toEqual(["opened", "labeled", "labeled", "unlabeled", "unlabeled"]);
  expect(told("issue_comment")).toEqual(["created", "edited"]);
  const labelled = shop.github.deliveries.find(
    ({ event, action }) => event === "issues" && action === "labeled",
  );
  expect(labelled?.request.payload).toMatchObject({
    label: { name: "tidegate" },
    issue: { number: issue.number },
    sender: { login: "carol" },
  });
});

test("comments come in pages of thirty", async () => {
  const path = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
  const issue = { ...REPO, issue_number: number };
  for (let i = 0; i < 31; i += 1) await as("bob").request(`POST ${path}`, { ...issue, body: `Comment ${i}` });
  const { data, headers } = await as("bob").request(`GET ${path}`, issue);
  expect(data).toHaveLength(30);
  expect(headers.link).toMatch(/page=2>; rel="next".*page=2>; rel="last"/);
  expect((await as("bob").request(`GET ${path}`, { ...issue, page: 2 })).data).toHaveLength(1);
});

test("labels are put on and taken off, each with its event", async () => {
  const issue = { ...REPO, issue_number: number };
  await as("bob").request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    ...issue,
    labels: ["ready", "big"],
  });
  await as("bob").request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
    ...issue,
    name: "big",
  });
  expect(told("pull_request")).toEqual(["opened", "labeled", "labeled", "unlabeled"]);
  const { data } = await as("bob").request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...REPO,
    pull_number: number,
  });
  expect(data.labels.map(({ name }) => name)).toEqual(["ready"]);
});

test("issues share their numbers with pull requests", async () => {
  const { data } = await as("carol").request("POST /repos/{owner}/{repo}/issues", {
    ...REPO,
    title: "Broken",
  });
  expect(data.number).toBe(number + 1);
  await as("carol").request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...REPO,
    issue_number: data.number,
    state: "closed",
  });
  expect(told("issues")).toEqual(["opened", "closed"]);
  const list = await as("bob").request("GET /repos/{owner}/{repo}/issues", { ...REPO, state: "all" });
  expect(list.data.map((issue) => [issue.number, issue.pull_request !== undefined])).toEqual([
    [2, false],
    [1, true],
  ]);
});

test("reviews are submitted, dismissed, and carry their comments", async () => {
  const pull = { ...REPO, pull_number: number };
  const comments = [{ path: "a.txt", line: 1, body: "Why?" }];
  const { data } = await as("alice").request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...pull,
    event: "REQUEST_CHANGES",
    body: "No",
    comments,
  });
  expect(data).toMatchObject({ state: "CHANGES_REQUESTED", commit_id: sha });
  await as("alice").request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals", {
    ...pull,
    review_id: Number(data.id),
    message: "Fine",
  });
  const list = await as("bob").request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", pull);
  expect(list.data.map(({ state }) => state)).toEqual(["DISMISSED"]);
  await gate().request("POST /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
    ...pull,
    body: "Here",
    commit_id: sha,
    path: "a.txt",
    line: 1,
  });
  const lines = await as("bob").request("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", pull);
  expect(lines.data.map(({ body }) => body)).toEqual(["Why?", "Here"]);
  expect(told("pull_request_review")).toEqual(["submitted", "dismissed"]);
  expect(told("pull_request_review_comment")).toEqual(["created"]);
});

test("old reviews are re-pointed to the new head when that fault is on", async () => {
  shop.github.review("alice/shop", number, "alice");
  shop.github.faults.repointReviews = true;
  const next = await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "b\n" }, "More", {
    by: "bob",
  });
  const list = await as("bob").request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    ...REPO,
    pull_number: number,
  });
  expect(list.data[0]).toMatchObject({ state: "APPROVED", commit_id: next });
});

test("rights are read from the permission API, whatever the association says", async () => {
  const permission = async (username: string) =>
    (
      await gate().request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        ...REPO,
        username,
      })
    ).data.permission;
  expect([await permission("alice"), await permission("bob"), await permission("carol")]).toEqual([
    "admin",
    "write",
    "read",
  ]);
  await as("alice").request("PUT /repos/{owner}/{repo}/collaborators/{username}", {
    ...REPO,
    username: "carol",
    permission: "maintain",
  });
  expect(await permission("carol")).toBe("write");
  await as("alice").request("DELETE /repos/{owner}/{repo}/collaborators/{username}", {
    ...REPO,
    username: "carol",
  });
  expect(told("member")).toEqual(["added", "removed"]);
  const asked = as("carol").request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
    ...REPO,
    username: "bob",
  });
  expect(await refusal(asked)).toMatchObject({ status: 403 });
});

test("protection is set, read by the App, and removed; rules it cannot enforce are not modelled", async () => {
  const branch = { ...REPO, branch: "main" };
  const rules = {
    required_status_checks: {
      strict: true,
      contexts: [],
      checks: [{ context: "gate", app_id: shop.github.app.id }],
    },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  };
  const path = "/repos/{owner}/{repo}/branches/{branch}/protection";
  expect(await refusal(gate().request(`GET ${path}`, branch))).toMatchObject({
    status: 404,
    message: "Branch not protected",
  });
  await as("alice").request(`PUT ${path}`, { ...branch, ...rules });
  const { data } = await gate().request(`GET ${path}`, branch);
  expect(data).toMatchObject({
    enforce_admins: { enabled: true },
    required_status_checks: { strict: true, checks: [{ context: "gate", app_id: shop.github.app.id }] },
  });
  expect(await refusal(gate().request(`PUT ${path}`, { ...branch, ...rules }))).toMatchObject({
    status: 403,
  });
  const owners = { ...rules, required_pull_request_reviews: { require_code_owner_reviews: true } };
  expect(await refusal(as("alice").request(`PUT ${path}`, { ...branch, ...owners }))).toMatchObject({
    status: 501,
  });
  shop.github.unmodelled.length = 0;
  await as("alice").request(`DELETE ${path}`, branch);
  expect(shop.github.repository("alice/shop").protections.size).toBe(0);
});

test("requested reviewers are asked by name", async () => {
  const pull = { ...REPO, pull_number: number };
  const { data } = await as("bob").request(
    "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
    { ...pull, reviewers: ["alice"] },
  );
  expect(at(data, "requested_reviewers.0.login")).toBe("alice");
  const self = as("alice").request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
    ...pull,
    reviewers: ["bob"],
  });
  expect(await refusal(self)).toMatchObject({ status: 422 });
});

test("a pull request has a page for people that escapes what strangers wrote", async () => {
  shop.github.pull("alice/shop", number).title = "<script>alert(1)</script>";
  const { data } = await gate().request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...REPO,
    pull_number: number,
  });
  const html = await (await fetch(data.html_url)).text();
  expect(html).not.toContain("<script>");
  expect(html).toContain("&#60;script&#62;");
  expect(html).toContain("Add a");
  const list = await fetch(`${shop.github.url}/alice/shop`, { headers: { accept: "text/html" } });
  expect(await list.text()).toContain("/alice/shop/pull/1");
  shop.github.repository("alice/shop").private = true;
  expect((await fetch(data.html_url)).status).toBe(404);
});
