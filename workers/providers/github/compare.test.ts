/** What GitHub says of changed files reads as the diff that git would write. */
import { expect, test, vi } from "vitest";
import { parseDiff } from "../../../graph/queries/hunks.ts";
import type { Vars } from "../../vars.ts";
import { compareCommits, diffOf } from "./compare.ts";

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
