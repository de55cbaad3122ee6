import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, client, git, refusal, type Shop, startShop } from "./github.fixture.ts";

let shop: Shop;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const REPO = { owner: "alice", repo: "shop" };
const CONTENT = "/repos/{owner}/{repo}/contents/{path}";

function bob() {
  return client(shop.github, shop.bob.token);
}

test("a tarball comes through a redirect that needs no credential, for five minutes", async () => {
  shop.github.repository("alice/shop").private = true;
  const sha = await shop.github.head("alice/shop", "main");
  const headers = { authorization: `Bearer ${shop.github.installationToken("alice/shop")}` };
  const first = await fetch(`${shop.github.apiUrl}/repos/alice/shop/tarball/${sha}`, {
    headers,
    redirect: "manual",
  });
  expect(first.status).toBe(302);
  const location = first.headers.get("location") ?? "";
  const archive = await fetch(location);
  expect(archive.headers.get("content-type")).toBe("application/x-gzip");
  const file = join(shop.dir, "source.tar.gz");
  writeFileSync(file, Buffer.from(await archive.arrayBuffer()));
  const { stdout } = await promisify(execFile)("tar", ["-tzf", file]);
  expect(stdout.split("\n")).toContain(`alice-shop-${sha.slice(0, 7)}/src/price.txt`);
  shop.clock.ms += 5 * 60 * 1000;
  expect((await fetch(location)).status).toBe(404);
  expect((await fetch(`${shop.github.apiUrl}/repos/alice/shop/tarball/main`)).status).toBe(404);
});

test("files and folders are read at a ref, and what is missing is 404", async () => {
  await shop.github.pushCommit("alice/shop", "feature", { "src/price.txt": "four\n" }, "Change", {
    by: "bob",
  });
  const read = async (path: string, ref: string) =>
    (await bob().request(`GET ${CONTENT}`, { ...REPO, path, ref })).data;
  const file: unknown = await read("src/price.txt", "feature");
  expect(Buffer.from(String(at(file, "content")), "base64").toString()).toBe("four\n");
  expect(await read("src", "main")).toMatchObject([
    { name: "price.txt", path: "src/price.txt", type: "file" },
  ]);
  expect(await refusal(read("src/none.txt", "main"))).toMatchObject({ status: 404 });
  const raw = await fetch(`${shop.github.apiUrl}/repos/alice/shop/contents/README.md`, {
    headers: { accept: "application/vnd.github.raw+json" },
  });
  expect(await raw.text()).toBe("# Shop\n");
});

test("a file is written with the blob it replaces, or refused", async () => {
  const content = Buffer.from("neu\n").toString("base64");
  const put = (fields: Record<string, unknown>) =>
    bob().request(`PUT ${CONTENT}`, { ...REPO, path: "README.md", message: "Write", content, ...fields });
  expect(await refusal(put({}))).toMatchObject({ status: 422 });
  expect(await refusal(put({ sha: "0".repeat(40) }))).toMatchObject({ status: 409 });
  const blob = await shop.github.git("alice/shop", "rev-parse", "main:README.md");
  expect((await put({ sha: blob })).status).toBe(200);
  expect(await shop.github.git("alice/shop", "show", "main:README.md")).toBe("neu");
  expect((await put({ path: "new/file.txt" })).status).toBe(201);
  const gone = await shop.github.git("alice/shop", "rev-parse", "main:new/file.txt");
  await bob().request(`DELETE ${CONTENT}`, { ...REPO, path: "new/file.txt", message: "Remove", sha: gone });
  expect(await shop.github.git("alice/shop", "ls-tree", "-r", "--name-only", "main")).not.toContain(
    "new/file.txt",
  );
});

test("blob, tree, commit and ref make a branch without a clone", async () => {
  const base = await shop.github.head("alice/shop", "main");
  const tree = await bob().request("POST /repos/{owner}/{repo}/git/trees", {
    ...REPO,
    base_tree: base,
    tree: [{ path: "src/new.txt", mode: "100644", type: "blob", content: "new\n" }],
  });
  const commit = await bob().request("POST /repos/{owner}/{repo}/git/commits", {
    ...REPO,
    message: "Add",
    tree: tree.data.sha,
    parents: [base],
  });
  await bob().request("POST /repos/{owner}/{repo}/git/refs", {
    ...REPO,
    ref: "refs/heads/topic/one",
    sha: commit.data.sha,
  });
  expect(await shop.github.git("alice/shop", "show", "topic/one:src/new.txt")).toBe("new");
  const branch = await bob().request("GET /repos/{owner}/{repo}/branches/{branch}", {
    ...REPO,
    branch: "topic/one",
  });
  expect(branch.data).toMatchObject({
    name: "topic/one",
    commit: { sha: commit.data.sha },
    protected: false,
  });
  const ref = { ...REPO, ref: "heads/topic/one" };
  expect((await bob().request("GET /repos/{owner}/{repo}/git/ref/{ref}", ref)).data.object.sha).toBe(
    commit.data.sha,
  );
  const move = (force: boolean) =>
    bob().request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ...ref, sha: `${base}`, force });
  await shop.github.pushCommit("alice/shop", "topic/one", { "x.txt": "x" }, "More");
  expect(await refusal(move(false))).toMatchObject({ status: 422, message: "Update is not a fast forward" });
  await move(true);
  await bob().request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", ref);
  expect(await refusal(bob().request("GET /repos/{owner}/{repo}/git/ref/{ref}", ref))).toMatchObject({
    status: 404,
  });
});

test("a tree takes symbolic links and programs, and refuses to delete what is not there", async () => {
  const base = await shop.github.head("alice/shop", "main");
  const make = (
    tree: { path: string; mode: "100755" | "120000" | "100644"; content?: string; sha?: null }[],
  ) =>
    bob().request("POST /repos/{owner}/{repo}/git/trees", {
      ...REPO,
      base_tree: base,
      tree: tree.map((entry) => ({ type: "blob" as const, ...entry })),
    });
  const { data } = await make([
    { path: "run.sh", mode: "100755", content: "exit 0\n" },
    { path: "link", mode: "120000", content: "run.sh" },
    { path: "README.md", mode: "100644", sha: null },
  ]);
  expect(await shop.github.git("alice/shop", "ls-tree", "--format=%(objectmode) %(path)", data.sha)).toBe(
    "120000 link\n100755 run.sh\n040000 src",
  );
  expect(await refusal(make([{ path: "none.txt", mode: "100644", sha: null }]))).toMatchObject({
    status: 422,
    message: "GitRPC::BadObjectState",
  });
});

test.each([
  ["both", { content: "a", sha: "0".repeat(40) }],
  ["a text and a deletion", { content: "a", sha: null }],
  ["neither", {}],
])("an entry of a tree with %s is refused", async (_, fields) => {
  const made = bob().request("POST /repos/{owner}/{repo}/git/trees", {
    ...REPO,
    tree: [{ path: "a.txt", mode: "100644", type: "blob", ...fields }],
  });
  expect(await refusal(made)).toMatchObject({
    status: 422,
    message: "Must supply either tree.sha or tree.content. Request will be rejected if both are present.",
  });
});

test("workflows take a right of their own, which is named to nobody", async () => {
  const base = await shop.github.head("alice/shop", "main");
  const make = (token: string) =>
    client(shop.github, token).request("POST /repos/{owner}/{repo}/git/trees", {
      ...REPO,
      base_tree: base,
      tree: [{ path: ".github/workflows/ci.yml", mode: "100644", type: "blob", content: "on: push\n" }],
    });
  expect((await make(shop.github.installationToken("alice/shop"))).status).toBe(201);
  const installation = shop.github.install("alice/shop");
  const { workflows: _, ...without } = installation.permissions;
  installation.permissions = without;
  expect(await refusal(make(shop.github.installationToken("alice/shop")))).toMatchObject({
    status: 403,
    message: "Resource not accessible by integration",
  });
  expect(await refusal(make(shop.bob.token))).toMatchObject({ status: 404, message: "Not Found" });
});

test("an App merges a change of workflows only with the right to write them", async () => {
  const files = { ".github/workflows/ci.yml": "on: push\n" };
  await shop.github.pushCommit("alice/shop", "ci", files, "Run");
  const { number: pull_number } = await shop.github.openPull("alice/shop", { head: "ci" });
  const path = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
  const merge = () =>
    client(shop.github, shop.github.installationToken("alice/shop")).request(path, { ...REPO, pull_number });
  const installation = shop.github.install("alice/shop");
  const { workflows, ...without } = installation.permissions;
  installation.permissions = without;
  expect(await refusal(merge())).toMatchObject({ status: 403 });
  installation.permissions = { ...without, ...(workflows !== undefined && { workflows }) };
  expect((await merge()).status).toBe(200);
});

test("a comparison starts where the sides parted, and names renamed and binary files", async () => {
  await shop.github.pushCommit(
    "alice/shop",
    "feature",
    { "src/price.txt": null, "src/cost.txt": "one\ntwo\nthree\n", "logo.bin": Buffer.from([0, 1, 2]) },
    "Rename",
  );
  await shop.github.pushCommit("alice/shop", "main", { "m.txt": "m\n" }, "Move main");
  const { data } = await bob().request("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...REPO,
    basehead: "main...feature",
  });
  expect(data).toMatchObject({ status: "diverged", ahead_by: 1, behind_by: 1 });
  expect(data.files).toMatchObject([
    { filename: "logo.bin", status: "added" },
    { filename: "src/cost.txt", previous_filename: "src/price.txt", status: "renamed", additions: 0 },
  ]);
  const commit = await bob().request("GET /repos/{owner}/{repo}/commits/{ref}", { ...REPO, ref: "main" });
  expect(commit.data.files?.[0]).toMatchObject({
    filename: "m.txt",
    additions: 1,
    patch: "@@ -0,0 +1 @@\n+m",
  });
  const list = await bob().request("GET /repos/{owner}/{repo}/commits", {
    ...REPO,
    sha: "main",
    per_page: 1,
  });
  expect(list.data.map((one) => one.commit.message)).toEqual(["Move main"]);
});

test("a repository on disk is imported with its history", async () => {
  const source = join(shop.dir, "source");
  await git(shop.dir, "init", "--quiet", "--initial-branch=trunk", source);
  writeFileSync(join(source, "a.txt"), "a\n");
  await git(source, "add", "-A");
  await git(source, "commit", "--quiet", "-m", "First");
  await shop.github.importRepository("alice", "copy", source);
  const { data } = await bob().request("GET /repos/{owner}/{repo}", { owner: "alice", repo: "copy" });
  expect(data.default_branch).toBe("trunk");
  expect(await shop.github.git("alice/copy", "log", "--format=%s", "trunk")).toBe("First");
  await shop.github.createRepositoryFrom("alice/folder", source);
  expect(await shop.github.git("alice/folder", "ls-tree", "-r", "--name-only", "main")).toBe("a.txt");
});

test("a renamed repository redirects, and a client that follows finds it by id", async () => {
  const { id } = shop.github.repository("alice/shop");
  shop.github.rename("alice/shop", "store");
  const first = await fetch(`${shop.github.apiUrl}/repos/alice/shop/branches?per_page=5`, {
    redirect: "manual",
  });
  expect(first.status).toBe(301);
  expect(first.headers.get("location")).toBe(`${shop.github.apiUrl}/repositories/${id}/branches?per_page=5`);
  const { data } = await bob().request("GET /repos/{owner}/{repo}", REPO);
  expect(data).toMatchObject({ id, full_name: "alice/store" });
  expect(await git(shop.dir, "ls-remote", shop.github.cloneUrl("alice/shop"), "main")).toContain(
    "refs/heads/main",
  );
});

test("repositories are created, changed, forked and deleted over the API", async () => {
  const carol = client(shop.github, shop.carol.token);
  await carol.request("POST /user/repos", { name: "own", private: true });
  expect(await refusal(carol.request("POST /user/repos", { name: "own" }))).toMatchObject({ status: 422 });
  await carol.request("PATCH /repos/{owner}/{repo}", {
    owner: "carol",
    repo: "own",
    description: "Mine",
    allow_rebase_merge: false,
  });
  expect(shop.github.repository("carol/own")).toMatchObject({
    description: "Mine",
    private: true,
    merge: { rebase: false },
  });
  const fork = await carol.request("POST /repos/{owner}/{repo}/forks", REPO);
  expect(fork.status).toBe(202);
  expect(fork.data).toMatchObject({
    full_name: "carol/shop",
    fork: true,
    parent: { full_name: "alice/shop" },
  });
  expect(await refusal(carol.request("DELETE /repos/{owner}/{repo}", REPO))).toMatchObject({ status: 403 });
  await carol.request("DELETE /repos/{owner}/{repo}", { owner: "carol", repo: "shop" });
  expect(
    await refusal(carol.request("GET /repos/{owner}/{repo}", { owner: "carol", repo: "shop" })),
  ).toMatchObject({ status: 404 });
});

test("a renamed branch takes its pull requests, protection and default along", async () => {
  await shop.github.pushCommit("alice/shop", "feature", { "a.txt": "a\n" }, "Add a", { by: "bob" });
  const { number } = await shop.github.openPull("alice/shop", { head: "feature", by: "bob" });
  shop.github.protect("alice/shop", "main", {});
  await shop.github.renameBranch("alice/shop", "feature", "topic");
  expect(shop.github.pull("alice/shop", number)).toMatchObject({ headRef: "topic", state: "open" });
  await shop.github.renameBranch("alice/shop", "main", "trunk");
  expect(shop.github.pull("alice/shop", number)).toMatchObject({ baseRef: "trunk", state: "open" });
  const { data } = await bob().request("GET /repos/{owner}/{repo}", REPO);
  expect(data.default_branch).toBe("trunk");
  const branches = await bob().request("GET /repos/{owner}/{repo}/branches", { ...REPO, protected: true });
  expect(branches.data.map(({ name }) => name)).toEqual(["trunk"]);
});
