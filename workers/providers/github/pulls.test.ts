/** A pull request as GitHub shows it: what a merge goes by must be read as it is. */
import { generateKeyPairSync } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { commitAt, containsCommit } from "./merge.ts";
import { listOpenPulls, readPull } from "./pulls.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const vars = { GITHUB_API_URL: "https://github.test", GITHUB_TOKEN: "t" } as Vars;
const repo = { full_name: "a/b", installation_id: null };
const AT = "2026-11-01T10:00:00Z";
const DATA = {
  ...{ number: 7, title: "Sum", user: { login: "mira" }, html_url: "u", state: "open", merged: false },
  ...{ draft: true, mergeable: false, merge_commit_sha: "m", updated_at: AT },
  head: { ref: "topic", sha: "h", repo: { id: 2 } },
  base: { ref: "main", sha: "b", repo: { id: 1 } },
};

type Asked = { path: string; headers: Headers };

function answers(find: (url: URL) => { status?: number; data: unknown }): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (text: string, { headers }: RequestInit) => {
    const url = new URL(text);
    asked.push({ path: decodeURIComponent(url.pathname), headers: new Headers(headers) });
    const { status = 200, data } = find(url);
    return Response.json(data, { status });
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

test("all of a pull request is read, and none of it out of a cache", async () => {
  const asked = answers(() => ({ data: DATA }));
  const before = Date.now();
  const { read_at, ...live } = (await readPull(vars, repo, 7)) ?? { read_at: 0 };
  expect(live).toEqual({
    ...{ number: 7, title: "Sum", author: "mira", html_url: "u", state: "open", merged: false, draft: true },
    ...{ head_ref: "topic", head_sha: "h", head_repo_id: 2, base_ref: "main", base_sha: "b" },
    ...{ base_repo_id: 1, updated_at: Date.parse(AT), mergeable: false, merge_commit_sha: "m" },
  });
  expect(read_at).toBeGreaterThanOrEqual(before);
  expect(asked[0]?.path).toBe("/repos/a/b/pulls/7");
  expect(asked[0]?.headers.get("cache-control")).toBe("no-cache");
});

test("a read is as old as its beginning: what GitHub answers late may be over", async () => {
  const before = Date.now();
  answers(() => {
    vi.spyOn(Date, "now").mockReturnValue(before + 60_000);
    return { data: DATA };
  });
  const live = await readPull(vars, repo, 7);
  vi.restoreAllMocks();
  expect(live?.read_at).toBeLessThan(before + 60_000);
});

test.each([
  ["whose author is gone", { user: null }, { author: "ghost" }],
  ["whose fork is gone", { head: { ...DATA.head, repo: null } }, { head_repo_id: null }],
  ["that is merged", { state: "closed", merged: true }, { state: "closed", merged: true }],
  ["that is ready", { draft: false }, { draft: false }],
  ["of an old server", { draft: undefined, updated_at: undefined }, { draft: false, updated_at: null }],
  ["that can be merged", { mergeable: true }, { mergeable: true }],
  ["of which that is not known yet", { mergeable: null }, { mergeable: null }],
])("one %s is read as that", async (_, data, live) => {
  answers(() => ({ data: { ...DATA, ...data } }));
  expect(await readPull(vars, repo, 7)).toMatchObject(live);
});

test.each([
  ["t", "blocked", true],
  ["t", "behind", true],
  ["t", "clean", undefined],
  ["t", "unstable", undefined],
  // An App is told by GitHub itself when it asks for the merge.
  [null, "blocked", undefined],
])(
  "with token %s, what is %s lacks what its base asks for: %s",
  async (GITHUB_TOKEN, mergeable_state, unmet) => {
    answers(() => ({ data: { ...DATA, mergeable_state } }));
    const app = { GITHUB_APP_ID: "7", GITHUB_APP_PRIVATE_KEY: KEY };
    const live = await readPull({ ...vars, ...app, GITHUB_TOKEN }, repo, 7);
    expect(live?.rules_unmet).toBe(unmet);
  },
);

test("only where GitHub says that there is none there is none", async () => {
  answers(() => ({ status: 404, data: { message: "Not Found" } }));
  expect(await readPull(vars, repo, 7)).toBeNull();
  answers(() => ({ status: 422, data: { message: "no" } }));
  await expect(readPull(vars, repo, 7)).rejects.toThrow();
});

test("a list is whole only when its last page was read", async () => {
  const pages = (full: number) => (url: URL) => {
    expect(url.searchParams.get("state")).toBe("open");
    const page = Number(url.searchParams.get("page"));
    return { data: Array.from({ length: page <= full ? 100 : 3 }, (_, nth) => ({ ...DATA, number: nth })) };
  };
  answers(pages(1));
  const listed = await listOpenPulls(vars, repo);
  expect([listed.pulls.length, listed.whole]).toEqual([103, true]);
  expect(listed.pulls[0]).toEqual({
    ...{ number: 0, title: "Sum", html_url: "u", draft: true, head_ref: "topic", head_sha: "h" },
    ...{ head_repo_id: 2, base_ref: "main", updated_at: Date.parse(AT) },
  });
  answers(pages(100));
  const cut = await listOpenPulls(vars, repo);
  expect([cut.pulls.length, cut.whole]).toEqual([2_000, false]);
});

test("a fork that is gone is in a list as well", async () => {
  answers(() => ({ data: [{ ...DATA, head: { ...DATA.head, repo: null } }] }));
  expect((await listOpenPulls(vars, repo)).pulls[0]?.head_repo_id).toBeNull();
});

test("a commit has its tree, and its parents in their order", async () => {
  const asked = answers(() => ({ data: { tree: { sha: "t" }, parents: [{ sha: "p" }, { sha: "h" }] } }));
  expect(await commitAt(vars, repo, "c")).toEqual({ tree: "t", parents: ["p", "h"] });
  expect(asked[0]?.path).toBe("/repos/a/b/git/commits/c");
});

test.each([
  ["behind", true],
  ["identical", true],
  ["ahead", false],
  ["diverged", false],
])("a branch that a commit is %s of has it: %s", async (status, has) => {
  const asked = answers(() => ({ data: { status } }));
  expect(await containsCommit(vars, repo, "main", "c")).toBe(has);
  expect(asked[0]?.path).toBe("/repos/a/b/compare/main...c");
});
