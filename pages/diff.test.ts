import { expect, test } from "vitest";
import { readDiff } from "./diff.ts";

const DIFF = `diff --git a/list.mjs b/list.mjs
index 1111111..2222222 100644
--- a/list.mjs
+++ b/list.mjs
@@ -1,3 +1,3 @@
 export const items = [];
--- a comment that was one
+++ counter
-old
\\ No newline at end of file
diff --git a/old.txt b/old.txt
deleted file mode 100644
index 1111111..0000000
--- a/old.txt
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git a/a b/logo.png b/a b/logo.png
new file mode 100644
Binary files /dev/null and b/a b/logo.png differ
`;

test("readDiff() names the files, and counts what was added and removed", () => {
  expect(readDiff(DIFF).map(({ path, added, removed }) => [path, added, removed])).toEqual([
    ["list.mjs", 1, 2],
    ["old.txt", 0, 1],
    ["a b/logo.png", 0, 0],
  ]);
});

test("inside a hunk dashes and pluses are lines, before it they are names", () => {
  const [file] = readDiff(DIFF);
  expect(file?.lines.map((line) => line.kind)).toEqual([
    "hunk",
    "same",
    "removed",
    "added",
    "removed",
    "note",
  ]);
});

test("text that is no diff has no files", () => {
  expect(readDiff("nothing changed\n")).toEqual([]);
});
