/** What GitHub says of changed files reads as the diff that git would write. */
import { expect, test, vi } from "vitest";
import { parseDiff } from "../../../graph/queries/hunks.ts";
import type { Vars } from "../../vars.ts";
import { commitsBetween, compareCommits, diffOf } from "./compare.ts";

const PATCH = "@@ -1,2 +1,2 @@\n a\n-b\n+c";

test.each([
  [
    "modified",
    { filename: "a b.js", status: "modified", patch: PATCH },
    { path: "a b.js", oldPath: "a b.js", status: "modified" },
  ],
  [
    "added",
    { filename: "a.js", status: "added", patch: "@@ -0,0 +1 @@\n+c" },
    { path: "a.js", status: "added" },
  ],
  [
    "removed",
    { filename: "a.js", status: "removed", patch: "@@ -1 +0,0 @@\n-b" },
    { path: "a.js", status: "deleted" },
  ],
  [
    "renamed",
    { filename: "b.js", previous_filename: "a.js", status: "renamed" },
    { path: "b.js", oldPath: "a.js", status: "renamed" },
  ],
  [
    "renamed and changed",
    { filename: "b.js", previous_filename: 'x "y".js', status: "renamed", patch: PATCH },
    { path: "b.js", oldPath: 'x "y".js', status: "renamed" },
  ],
  ["an empty new file", { filename: "e.js", status: "added" }, { path: "e.js", status: "added" }],
  [
    "quoted",
    { filename: 'we"ird\\.js', status: "modified", patch: PATCH },
    { path: 'we"ird\\.js', status: "modified" },
  ],
])("%s", (_, file, expected) => {
  const [read, ...more] = parseDiff(diffOf(file));
  expect(more).toEqual([]);
  expect(read).toMatchObject(expected);
  if ("patch" in file && file.patch === PATCH) expect(read?.after[0]?.lines).toEqual([2, 2]);
});

test("a file whose lines are not shown is in no diff", () => {
  expect(diffOf({ filename: "big.js", status: "modified" })).toBe("");
});

test("files follow each other", () => {
  const files = ["a.js", "b.js"].map((filename) => ({ filename, status: "modified", patch: PATCH }));
  expect(parseDiff(files.map(diffOf).join("")).map(({ path }) => path)).toEqual(["a.js", "b.js"]);
});

test.each([
  ["none at all", {}, true],
  ["an empty list", { files: [] }, false],
])("of a comparison with %s it is known whether all files are named", async (_, body, cut) => {
  const answer = async () => Response.json({ merge_base_commit: { sha: "0" }, ...body });
  vi.stubGlobal("fetch", answer);
  const vars = { GITHUB_API_URL: "http://compare.test", GITHUB_TOKEN: "t" } as Vars;
  const found = await compareCommits(vars, { full_name: "a/b", installation_id: null }, "b", "h");
  vi.unstubAllGlobals();
  expect(found).toMatchObject({ paths: [], cut });
});

const VARS = { GITHUB_API_URL: "http://compare.test", GITHUB_TOKEN: "t" } as Vars;
const REPO = { full_name: "a/b", installation_id: null };

/** GitHub answers each page with what comes of this. */
function answers(page: (nth: number) => object): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (text: string) => {
    const url = new URL(text);
    asked.push(decodeURIComponent(url.pathname));
    return Response.json(page(Number(url.searchParams.get("page") ?? "1")));
  });
  return asked;
}

test("every changed file is named, by its old name too, and those whose lines are not shown", async () => {
  const files = [
    { filename: "b.js", previous_filename: "a.js", status: "renamed" },
    { filename: "c.js", status: "modified", patch: PATCH },
    { filename: "big.bin", status: "modified" },
    { filename: "mode.sh", status: "changed" },
    { filename: "new.bin", status: "added" },
  ];
  const asked = answers(() => ({ merge_base_commit: { sha: "0" }, files }));
  const found = await compareCommits(VARS, REPO, "base", "head");
  vi.unstubAllGlobals();
  expect(found).toMatchObject({ start_sha: "0", unseen: ["big.bin", "mode.sh"], cut: false });
  expect(found.paths).toEqual(["b.js", "a.js", "c.js", "big.bin", "mode.sh", "new.bin"]);
  expect(found.diff).toContain("rename from a.js");
  expect(asked).toEqual(["/repos/a/b/compare/base...head"]);
});

test.each([
  [299, false],
  [300, true],
])("of %s files it is known whether there are more: %s", async (count, cut) => {
  const files = Array.from({ length: count }, (_, nth) => ({ filename: `f${nth}`, status: "added" }));
  answers(() => ({ merge_base_commit: { sha: "0" }, files }));
  const found = await compareCommits(VARS, REPO, "base", "head");
  vi.unstubAllGlobals();
  expect(found.cut).toBe(cut);
});

const commit = (sha: string) => ({ sha, commit: { author: { name: `of ${sha}`, email: "e" } } });
const many = (count: number) => Array.from({ length: count }, (_, nth) => commit(`c${nth}`));

test.each<[string, number, object[][], number, boolean]>([
  ["none", 0, [[]], 0, false],
  ["a page", 2, [many(2)], 2, false],
  ["exactly a page", 100, [many(100)], 100, false],
  ["two pages", 101, [many(100), many(1)], 101, false],
  ["fewer than GitHub counted", 5, [many(2), []], 2, false],
  ["more than are read", 5_000, Array.from({ length: 12 }, () => many(100)), 1_000, true],
])("commits in between: %s", async (_, total_commits, pages, read, cut) => {
  answers((nth) => ({ total_commits, commits: pages[nth - 1] }));
  const found = await commitsBetween(VARS, REPO, "base", "head");
  vi.unstubAllGlobals();
  expect([found.commits.length, found.cut]).toEqual([read, cut]);
});

test("a commit has its author, or none", async () => {
  answers(() => ({ total_commits: 2, commits: [commit("a"), { sha: "b", commit: { author: null } }] }));
  const { commits } = await commitsBetween(VARS, REPO, "base", "head");
  vi.unstubAllGlobals();
  expect(commits).toEqual([
    { sha: "a", author: { name: "of a", email: "e" } },
    { sha: "b", author: { name: "", email: "" } },
  ]);
});
