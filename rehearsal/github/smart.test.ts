import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, git, run, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop({ webhooks: true });
});
afterEach(() => shop.close());

/** A clone of alice/shop by the holder of `token`. */
async function clone(token: string | undefined, name = "work"): Promise<string> {
  await git(shop.dir, "clone", "--quiet", shop.github.cloneUrl("alice/shop", token), name);
  return join(shop.dir, name);
}

async function commit(work: string, file: string, text: string): Promise<string> {
  writeFileSync(join(work, file), text);
  await git(work, "add", "-A");
  await git(work, "commit", "--quiet", "-m", `Write ${file}`);
  return git(work, "rev-parse", "HEAD");
}

function told(event: string) {
  return shop.github.deliveries.filter((one) => one.event === event).map((one) => one.request.payload);
}

test("anybody clones a public repository, nobody a private one without a token", async () => {
  expect(await git(await clone(undefined), "show", "HEAD:README.md")).toBe("# Shop");
  shop.github.repository("alice/shop").private = true;
  const url = shop.github.cloneUrl("alice/shop");
  expect((await run(shop.dir, "clone", url, "no")).output).toMatch(
    /Authentication failed|could not read Username/,
  );
  const stranger = await run(shop.dir, "clone", shop.github.cloneUrl("alice/shop", shop.carol.token), "no");
  expect(stranger.output).toContain("not found");
});

test("a push creates a branch and is heard as push and create", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "checkout", "--quiet", "-b", "feature");
  const sha = await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "feature");
  expect(await shop.github.head("alice/shop", "feature")).toBe(sha);
  expect(told("create")).toMatchObject([{ ref: "feature", ref_type: "branch" }]);
  const push = told("push").at(-1);
  expect(push).toMatchObject({
    ref: "refs/heads/feature",
    created: true,
    after: sha,
    sender: { login: "bob" },
  });
  expect(at(push, "head_commit.added")).toEqual(["a.txt"]);
});

test("a push to an open pull request moves its head and says before and after", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "checkout", "--quiet", "-b", "feature");
  const before = await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "feature");
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  const after = await commit(work, "a.txt", "b\n");
  await git(work, "push", "--quiet", "origin", "feature");
  expect(told("pull_request").at(-1)).toMatchObject({ action: "synchronize", number, before, after });
  expect(await shop.github.git("alice/shop", "rev-parse", `refs/pull/${number}/head`)).toBe(after);
});

test("a force push is told as forced, and reads report the old head for a while", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "checkout", "--quiet", "-b", "feature");
  const before = await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "feature");
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  shop.github.faults.staleHeadMs = 8_000;
  await git(work, "commit", "--quiet", "--amend", "-m", "Again");
  const after = await git(work, "rev-parse", "HEAD");
  expect((await run(work, "push", "origin", "feature")).code).not.toBe(0);
  await git(work, "push", "--quiet", "--force", "origin", "feature");
  expect(told("push").at(-1)).toMatchObject({ forced: true, before, after });
  expect(told("pull_request").at(-1)).toMatchObject({
    action: "synchronize",
    pull_request: { head: { sha: after } },
  });
  const read = async () => {
    const response = await fetch(`${shop.github.apiUrl}/repos/alice/shop/pulls/${number}`);
    return at(await response.json(), "head.sha");
  };
  expect(await read()).toBe(before);
  shop.clock.ms += 8_000;
  expect(await read()).toBe(after);
});

test("several refs in one push are told one by one, and a deleted head closes its pull request", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "checkout", "--quiet", "-b", "one");
  await commit(work, "1.txt", "1\n");
  await git(work, "tag", "v1");
  await git(work, "push", "--quiet", "origin", "one", "v1", "one:two");
  expect(
    told("push")
      .slice(-3)
      .map((payload) => payload.ref)
      .sort(),
  ).toEqual(["refs/heads/one", "refs/heads/two", "refs/tags/v1"]);
  const { number } = await shop.github.openPull("alice/shop", { head: "one", by: "bob" });
  await git(work, "push", "--quiet", "origin", ":one");
  expect(told("delete")).toMatchObject([{ ref: "one", ref_type: "branch" }]);
  expect(shop.github.pull("alice/shop", number).state).toBe("closed");
});

test("readers and strangers cannot push", async () => {
  const work = await clone(shop.carol.token);
  await commit(work, "a.txt", "a\n");
  expect((await run(work, "push", "origin", "HEAD:main")).output).toMatch(/403|denied/);
  const anonymous = await clone(undefined, "anonymous");
  await commit(anonymous, "a.txt", "a\n");
  expect((await run(anonymous, "push", "origin", "HEAD:main")).code).not.toBe(0);
});

test("an installation token pushes as the App", async () => {
  const work = await clone(shop.github.installationToken("alice/shop"));
  const sha = await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "HEAD:agent");
  expect(told("push").at(-1)).toMatchObject({ after: sha, sender: { login: "tidegate[bot]", type: "Bot" } });
});

test("a protected branch refuses direct pushes, force pushes and deletion", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "push", "--quiet", "origin", "HEAD:release");
  shop.github.protect("alice/shop", "main", {});
  shop.github.protect("alice/shop", "release", {});
  await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "HEAD:main");
  await git(work, "commit", "--quiet", "--amend", "-m", "Other");
  expect((await run(work, "push", "--force", "origin", "HEAD:main")).output).toContain(
    "Cannot force-push to this branch",
  );
  expect((await run(work, "push", "origin", ":release")).output).toContain(
    "Cannot delete a protected branch",
  );
  shop.github.protect("alice/shop", "main", {
    reviews: { count: 1, dismissStale: false, codeOwners: false, lastPush: false },
  });
  await git(work, "reset", "--quiet", "--hard", "origin/main");
  await commit(work, "b.txt", "b\n");
  expect((await run(work, "push", "origin", "HEAD:main")).output).toContain(
    "Changes must be made through a pull request.",
  );
});

test("refs/pull can be fetched and never pushed", async () => {
  const work = await clone(shop.bob.token);
  await git(work, "checkout", "--quiet", "-b", "feature");
  const sha = await commit(work, "a.txt", "a\n");
  await git(work, "push", "--quiet", "origin", "feature");
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  await fetch(`${shop.github.apiUrl}/repos/alice/shop/pulls/${number}`);
  await shop.github.settled();
  await git(work, "fetch", "--quiet", "origin", `refs/pull/${number}/merge`);
  expect(await git(work, "log", "-1", "--format=%P", "FETCH_HEAD")).toContain(sha);
  expect((await run(work, "push", "origin", `HEAD:refs/pull/${number}/head`)).code).not.toBe(0);
  expect((await run(work, "push", "origin", "HEAD:refs/pull/99/head")).code).not.toBe(0);
});

test("names never become paths", async () => {
  const attempts = [
    "/..%2f..%2fetc/passwd.git/info/refs",
    "/alice/..%2f..%2f.git/info/refs",
    "/alice/%2e%2e/info/refs",
  ];
  for (const path of attempts) {
    const response = await fetch(`${shop.github.url}${path}?service=git-upload-pack`);
    expect([401, 404, 501]).toContain(response.status);
  }
  await expect(shop.github.createRepository("alice/..")).rejects.toThrow("Validation Failed");
  await expect(shop.github.createRepository("alice/a b")).rejects.toThrow("Validation Failed");
});
