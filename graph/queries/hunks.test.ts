import { expect, test } from "vitest";
import { parseDiff } from "./hunks.ts";

const simple = `diff --git a/src/a.py b/src/a.py
index 1..2 100644
--- a/src/a.py
+++ b/src/a.py
@@ -10,4 +10,5 @@ def f():
 one
-two
+TWO
+more
 three
 four
`;

test("parseDiff() gives the changed lines of both sides", () => {
  const [file] = parseDiff(simple);
  expect(file).toMatchObject({ path: "src/a.py", oldPath: "src/a.py", status: "modified", binary: false });
  expect(file?.before).toEqual([{ lines: [11, 11], gap: false, gone: false, text: ["two"], above: "one" }]);
  expect(file?.after).toEqual([
    { lines: [11, 12], gap: false, gone: false, text: ["TWO", "more"], above: "one" },
  ]);
});

test("parseDiff() reads CRLF as LF", () => {
  expect(parseDiff(simple.replaceAll("\n", "\r\n"))).toEqual(parseDiff(simple));
});

test("parseDiff() says between which lines something was put or taken", () => {
  const [file] = parseDiff("--- a/x\n+++ b/x\n@@ -3,0 +4,2 @@\n+a\n+b\n@@ -9 +10,0 @@\n-gone\n");
  expect(file?.before[0]).toMatchObject({ lines: [3, 4], gap: true, text: ["a", "b"] });
  expect(file?.after[0]).toMatchObject({ lines: [4, 5], gap: false });
  expect(file?.before[1]).toMatchObject({ lines: [9, 9], gap: false, gone: true });
  expect(file?.after[1]).toMatchObject({ lines: [10, 11], gap: true });
});

test("parseDiff() does not take removed lines for headers", () => {
  const text =
    "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,1 @@\n--- a comment\n-++ b\n+++ new\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-q\n+r\n";
  const files = parseDiff(text);
  expect(files.map((file) => file.path)).toEqual(["x.sql", "y"]);
  expect(files[0]?.before[0]?.text).toEqual(["-- a comment", "++ b"]);
});

test.each([
  [
    "new",
    "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n",
    "added",
    "n",
    undefined,
  ],
  ["empty new", "diff --git a/n b/n\nnew file mode 100644\nindex 0..e\n", "added", "n", undefined],
  [
    "deleted",
    "diff --git a/d b/d\ndeleted file mode 100644\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
    "deleted",
    "d",
    "d",
  ],
  [
    "renamed",
    "diff --git a/o p b/n p\nsimilarity index 100%\nrename from o p\nrename to n p\n",
    "renamed",
    "n p",
    "o p",
  ],
  ["copied", "diff --git a/o b/c\nsimilarity index 90%\ncopy from o\ncopy to c\n", "copied", "c", "o"],
  [
    "quoted",
    'diff --git "a/sch\\303\\266n \\"x\\".py" "b/sch\\303\\266n \\"x\\".py"\nold mode 1\nnew mode 2\n',
    "modified",
    'schön "x".py',
    'schön "x".py',
  ],
  [
    "blanks",
    "diff --git a/my file.py b/my file.py\nold mode 1\nnew mode 2\n",
    "modified",
    "my file.py",
    "my file.py",
  ],
  [
    "no prefix",
    "diff --git a/x.py a/x.py\n--- a/x.py\n+++ a/x.py\n@@ -1 +1 @@\n-a\n+b\n",
    "modified",
    "a/x.py",
    "a/x.py",
  ],
  [
    "plain diff -u",
    "--- a.py\t2026-01-01 10:00:00\n+++ a.py\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n",
    "modified",
    "a.py",
    "a.py",
  ],
])("parseDiff() reads a file that is %s", (_, text, status, path, oldPath) => {
  const [file, more] = parseDiff(text);
  expect(more).toBeUndefined();
  expect({ status: file?.status, path: file?.path, oldPath: file?.oldPath }).toEqual({
    status,
    path,
    oldPath,
  });
});

test("parseDiff() marks binary files", () => {
  const files = parseDiff(
    "diff --git a/i.png b/i.png\nindex 1..2\nBinary files a/i.png and b/i.png differ\n",
  );
  expect(files).toMatchObject([{ path: "i.png", binary: true, before: [] }]);
});

test("parseDiff() gives nothing for text that is no diff, and stops at a torn hunk", () => {
  expect(parseDiff("hello\n@@ -1 +1 @@\nworld")).toEqual([]);
  expect(parseDiff("")).toEqual([]);
  const torn = parseDiff(`${simple.slice(0, simple.indexOf("+more"))}diff --git a/b b/b\nold mode 1\n`);
  expect(torn.map((file) => file.path)).toEqual(["src/a.py", "b"]);
});

test("parseDiff() accepts '\\ No newline at end of file' between removed and added", () => {
  const [file] = parseDiff(
    "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
  );
  expect(file?.before).toHaveLength(1);
  expect(file?.after[0]?.text).toEqual(["b"]);
});
