import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, refusal, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const REPO = { owner: "alice", repo: "shop" };

async function change(branch = "feature", files: Record<string, string> = { "new.txt": "new\n" }) {
  const sha = await shop.github.pushCommit("alice/shop", branch, files, `Add ${branch}`, { by: "bob" });
  const pull = await shop.github.openPull("alice/shop", {
    head: branch,
    title: `Change ${branch}`,
    by: "bob",
  });
  return { sha, number: pull.number, pull };
}

function gate() {
  return client(shop.github, shop.github.installationToken("alice/shop"));
}

async function read(number: number) {
  const { data } = await gate().request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...REPO,
    pull_number: number,
  });
  return data;
}

function merge(number: number, options: Record<string, unknown>) {
  return gate().request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
    ...REPO,
    pull_number: number,
    ...options,
  });
}

test("a pull request is opened over the API and heard with its head", async () => {
  await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "a\n" }, "Add a", { by: "bob" });
  const bob = client(shop.github, shop.bob.token);
  const { status, data } = await bob.request("POST /repos/{owner}/{repo}/pulls", {
    ...REPO,
    title: "A",
    head: "feature",
    base: "main",
  });
  expect(status).toBe(201);
  expect(data.mergeable).toBeNull();
  await shop.github.settled();
  const opened = shop.listener.heard.find(
    ({ event, payload }) => event === "pull_request" && at(payload, "action") === "opened",
  );
  expect(at(opened?.payload, "pull_request.head.sha")).toBe(data.head.sha);
  expect(at(opened?.payload, "installation.id")).toBeGreaterThan(0);
});

test("mergeable is null on the first read, known on the next, and null again when the base moved", async () => {
  const { number } = await change();
  expect(await read(number)).toMatchObject({ mergeable: null, mergeable_state: "unknown" });
  await shop.github.settled();
  expect(await read(number)).toMatchObject({
    mergeable: true,
    mergeable_state: "clean",
    changed_files: 1,
    additions: 1,
  });
  await shop.github.pushCommit("alice/shop", "main", { "other.txt": "x\n" }, "Move main");
  expect(await read(number)).toMatchObject({ mergeable: null });
});

test("a merge with a sha that is not the head is refused with 409 and moves nothing", async () => {
  const { number, sha } = await change();
  const main = await shop.github.head("alice/shop", "main");
  await shop.github.pushCommit("alice/shop", "feature", { "new.txt": "newer\n" }, "More", { by: "bob" });
  expect(await refusal(merge(number, { sha }))).toMatchObject({
    status: 409,
    message: "Head branch was modified. Review and try the merge again.",
  });
  expect(await shop.github.head("alice/shop", "main")).toBe(main);
});

test("a merge commit has base and head as parents", async () => {
  const { number, sha } = await change();
  const main = await shop.github.head("alice/shop", "main");
  const { data } = await merge(number, { sha, merge_method: "merge" });
  expect(data).toMatchObject({ merged: true, message: "Pull Request successfully merged" });
  expect(await shop.github.git("alice/shop", "log", "-1", "--format=%H %P %s", "main")).toBe(
    `${data.sha} ${main} ${sha} Merge pull request #${number} from alice/feature`,
  );
  expect(await read(number)).toMatchObject({ merged: true, state: "closed", merge_commit_sha: data.sha });
  await shop.github.settled();
  const events = shop.listener.heard.map(
    ({ event, payload }) => `${event} ${at(payload, "action") ?? at(payload, "ref")}`,
  );
  expect(events).toContain("push refs/heads/main");
  expect(events).toContain("pull_request closed");
});

test("a squash has one parent and lists the commits", async () => {
  const { number } = await change();
  const sha = await shop.github.pushCommit("alice/shop", "feature", { "b.txt": "b\n" }, "Add b", {
    by: "bob",
  });
  const main = await shop.github.head("alice/shop", "main");
  await merge(number, { sha, merge_method: "squash" });
  expect(await shop.github.git("alice/shop", "log", "-1", "--format=%P|%B", "main")).toContain(
    `${main}|Change feature (#${number})\n\n* Add feature\n\n* Add b`,
  );
  expect(await shop.github.git("alice/shop", "show", "main:b.txt")).toBe("b");
});

test("a rebase puts the commits on the moved base, keeping their authors", async () => {
  const { number } = await change();
  const sha = await shop.github.pushCommit("alice/shop", "feature", { "b.txt": "b\n" }, "Add b", {
    by: "bob",
  });
  await shop.github.pushCommit("alice/shop", "main", { "m.txt": "m\n" }, "Move main");
  await merge(number, { sha, merge_method: "rebase" });
  expect(await shop.github.git("alice/shop", "log", "-3", "--format=%an %s", "main")).toBe(
    "bob Add b\nbob Add feature\nalice Move main",
  );
  expect(await shop.github.git("alice/shop", "rev-list", "--merges", "main")).toBe("");
});

test("a conflict is dirty and refused with 405", async () => {
  const { number, sha } = await change("feature", { "src/price.txt": "ONE\ntwo\nthree\n" });
  await shop.github.pushCommit("alice/shop", "main", { "src/price.txt": "uno\ntwo\nthree\n" }, "Other");
  await read(number);
  await shop.github.settled();
  expect(await read(number)).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
  expect(await refusal(merge(number, { sha }))).toMatchObject({
    status: 405,
    message: "Pull Request is not mergeable",
  });
});

test("drafts and closed pull requests are refused with 405", async () => {
  const { number, sha, pull } = await change();
  pull.draft = true;
  expect(await refusal(merge(number, { sha }))).toMatchObject({ status: 405 });
  pull.draft = false;
  await shop.github.closePull("alice/shop", number);
  expect(await refusal(merge(number, { sha }))).toMatchObject({
    status: 405,
    message: "Pull Request is not mergeable",
  });
});

test("two merges at once happen one after the other", async () => {
  const one = await change("one", { "1.txt": "1\n" });
  const two = await change("two", { "2.txt": "2\n" });
  await Promise.all([merge(one.number, { sha: one.sha }), merge(two.number, { sha: two.sha })]);
  expect((await shop.github.git("alice/shop", "ls-tree", "--name-only", "main")).split("\n")).toEqual(
    expect.arrayContaining(["1.txt", "2.txt"]),
  );
});

test("required checks hold a merge back in GitHub's words, until the right App says success", async () => {
  const { number, sha } = await change();
  const other = shop.github.createApp("other");
  shop.github.install("alice/shop", other);
  const checks = [{ context: "gate", appId: shop.github.app.id }];
  shop.github.protect("alice/shop", "main", { checks: { strict: false, checks } });
  const tried = async () => (await refusal(merge(number, { sha }))).message;
  expect(await tried()).toBe('Required status check "gate" is expected.');
  shop.github.check("alice/shop", sha, "gate", "success", other);
  expect(await tried()).toBe('Required status check "gate" is expected.');
  shop.github.check("alice/shop", sha, "gate", null);
  expect(await tried()).toBe('Required status check "gate" is pending.');
  shop.github.check("alice/shop", sha, "gate", "failure");
  expect(await tried()).toBe('Required status check "gate" is failing.');
  await read(number);
  await shop.github.settled();
  expect(await read(number)).toMatchObject({ mergeable: true, mergeable_state: "blocked" });
  shop.github.check("alice/shop", sha, "gate", "success");
  expect((await merge(number, { sha })).status).toBe(200);
});

test("a neutral check satisfies a requirement, as on GitHub", async () => {
  const { number, sha } = await change();
  shop.github.protect("alice/shop", "main", {
    checks: { strict: false, checks: [{ context: "gate", appId: null }] },
  });
  shop.github.check("alice/shop", sha, "gate", "neutral");
  expect((await merge(number, { sha })).status).toBe(200);
});

test("a strict base makes a head that is behind wait for an update", async () => {
  const { number, sha } = await change();
  shop.github.protect("alice/shop", "main", {
    checks: { strict: true, checks: [{ context: "gate", appId: null }] },
  });
  shop.github.check("alice/shop", sha, "gate", "success");
  shop.github.protect("alice/shop", "main", {
    checks: { strict: true, checks: [{ context: "gate", appId: null }] },
    allowForcePushes: true,
  });
  await shop.github.pushCommit("alice/shop", "main", { "m.txt": "m\n" }, "Move main");
  await read(number);
  await shop.github.settled();
  expect(await read(number)).toMatchObject({ mergeable_state: "behind" });
  expect(await refusal(merge(number, { sha }))).toMatchObject({
    status: 405,
    message: 'Required status check "gate" is expected.',
  });
  await gate().request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch", {
    ...REPO,
    pull_number: number,
    expected_head_sha: sha,
  });
  const head = (await read(number)).head.sha;
  expect(head).not.toBe(sha);
  shop.github.check("alice/shop", head, "gate", "success");
  expect((await merge(number, { sha: head })).status).toBe(200);
});

test("approvals count only from people with write access, and not one's own", async () => {
  const { number, sha } = await change();
  shop.github.protect("alice/shop", "main", {
    reviews: { count: 1, dismissStale: true, codeOwners: false, lastPush: false },
  });
  const review = (token: string) =>
    client(shop.github, token).request("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
      ...REPO,
      pull_number: number,
      event: "APPROVE",
    });
  expect(await refusal(review(shop.bob.token))).toMatchObject({ status: 422 });
  await review(shop.carol.token);
  expect((await refusal(merge(number, { sha }))).message).toBe(
    "At least 1 approving review is required by reviewers with write access.",
  );
  await review(shop.alice.token);
  const next = await shop.github.pushCommit("alice/shop", "feature", { "c.txt": "c\n" }, "More", {
    by: "bob",
  });
  expect(await refusal(merge(number, { sha: next }))).toMatchObject({ status: 405 });
  await review(shop.alice.token);
  expect((await merge(number, { sha: next })).status).toBe(200);
});

test("a ruleset blocks like protection does and can be read", async () => {
  const { number, sha } = await change();
  const required_status_checks = [{ context: "gate", integration_id: shop.github.app.id }];
  shop.github.addRuleset("alice/shop", {
    rules: [{ type: "required_status_checks", parameters: { required_status_checks } }],
  });
  const { data } = await gate().request("GET /repos/{owner}/{repo}/rules/branches/{branch}", {
    ...REPO,
    branch: "main",
  });
  expect(data).toMatchObject([{ type: "required_status_checks", parameters: { required_status_checks } }]);
  expect(await refusal(merge(number, { sha }))).toMatchObject({ status: 405 });
});

test("a fork's pull request has the fork as head, and none once the fork is gone", async () => {
  await shop.github.fork("alice/shop", "carol");
  await shop.github.pushCommit("carol/shop", "fix", { "fix.txt": "fix\n" }, "Fix", { by: "carol" });
  const { number, headSha } = await shop.github.openPull("alice/shop", { head: "carol:fix" });
  expect(await read(number)).toMatchObject({
    head: { label: "carol:fix", repo: { full_name: "carol/shop", fork: true } },
  });
  const next = await shop.github.pushCommit("carol/shop", "fix", { "fix.txt": "fixed\n" }, "Fix more", {
    by: "carol",
  });
  expect(await read(number)).toMatchObject({ head: { sha: next } });
  expect(next).not.toBe(headSha);
  shop.github.check("alice/shop", next, "gate", "success");
  const { data } = await gate().request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...REPO,
    ref: next,
  });
  expect(data.check_runs[0]?.pull_requests).toEqual([]);
  const suites = await gate().request("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", {
    ...REPO,
    ref: next,
  });
  expect(suites.data.check_suites).toMatchObject([{ head_branch: null }]);
  await shop.github.deleteRepository("carol/shop");
  expect(await read(number)).toMatchObject({ head: { sha: next, repo: null } });
});

test("a direct push that contains the head merges the pull request", async () => {
  const { number, sha } = await change();
  await shop.github.setBranch("alice/shop", "main", sha);
  expect(await read(number)).toMatchObject({ merged: true, state: "closed" });
});

test("pull requests are listed in pages, with a link header that can be followed", async () => {
  for (const name of ["one", "two", "three"]) await change(name, { [`${name}.txt`]: name });
  const { data, headers } = await gate().request("GET /repos/{owner}/{repo}/pulls", { ...REPO, per_page: 2 });
  expect(data.map((pull) => pull.title)).toEqual(["Change three", "Change two"]);
  const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? "")?.[1] ?? "";
  const rest = await gate().request(`GET ${next}`);
  expect(rest.data).toMatchObject([{ title: "Change one" }]);
});

test("an edited base, title and state are told with what they were", async () => {
  const { number } = await change();
  await shop.github.setBranch("alice/shop", "release", await shop.github.head("alice/shop", "main"));
  const bob = client(shop.github, shop.bob.token);
  const at = { ...REPO, pull_number: number };
  await bob.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
    ...at,
    base: "release",
    title: "Better",
  });
  await bob.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, state: "closed" });
  await bob.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, state: "open" });
  await shop.github.settled();
  const told = shop.github.deliveries.filter(({ event }) => event === "pull_request");
  expect(told.map(({ action }) => action)).toEqual(["opened", "edited", "closed", "reopened"]);
  expect(told[1]?.request.payload).toMatchObject({
    changes: { base: { ref: { from: "main" } }, title: { from: "Change feature" } },
  });
});

test("draft and ready go through GraphQL; other queries are not modelled", async () => {
  const { number, pull } = await change();
  pull.draft = true;
  const { node_id } = await read(number);
  const query =
    "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";
  await gate().request("POST /graphql", { query, variables: { id: node_id } });
  expect(pull.draft).toBe(false);
  expect(await refusal(gate().request("POST /graphql", { query: "{ viewer { login } }" }))).toMatchObject({
    status: 501,
  });
  expect(shop.github.unmodelled.map(({ path }) => path)).toEqual(["/graphql"]);
  shop.github.unmodelled.length = 0;
});

test("administrators pass classic protection unless it binds them too", async () => {
  const { number, sha } = await change();
  const checks = { strict: false, checks: [{ context: "gate", appId: null }] };
  shop.github.protect("alice/shop", "main", { checks, enforceAdmins: true });
  const alice = client(shop.github, shop.alice.token);
  const path = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
  expect(await refusal(alice.request(path, { ...REPO, pull_number: number, sha }))).toMatchObject({
    status: 405,
  });
  shop.github.protect("alice/shop", "main", { checks, enforceAdmins: false });
  expect((await alice.request(path, { ...REPO, pull_number: number, sha })).status).toBe(200);
});

test("push restrictions hold for the merge button as well", async () => {
  const { number, sha } = await change();
  shop.github.protect("alice/shop", "main", { restrictions: { users: ["alice"], apps: [] } });
  expect(await refusal(merge(number, { sha }))).toMatchObject({ status: 403 });
  shop.github.protect("alice/shop", "main", { restrictions: { users: [], apps: ["tidegate"] } });
  expect((await merge(number, { sha })).status).toBe(200);
});

test("a merge method that the repository forbids is refused with 405", async () => {
  const { number, sha } = await change();
  shop.github.repository("alice/shop").merge.squash = false;
  expect(await refusal(merge(number, { sha, merge_method: "squash" }))).toMatchObject({
    status: 405,
    message: "Squash merges are not allowed on this repository.",
  });
});

test("an erased pull request is gone, and its number is not given again", async () => {
  const { number } = await change("one");
  shop.github.erasePull("alice/shop", number);
  const path = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
  expect(await refusal(gate().request(path, { ...REPO, pull_number: number }))).toMatchObject({
    status: 404,
  });
  expect((await change("two", { "two.txt": "2\n" })).number).toBe(number + 1);
});
