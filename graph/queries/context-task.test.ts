import { expect, test } from "vitest";
import { readTask } from "./context-task.ts";

test("readTask() finds the files and lines of a Python stack trace", () => {
  const task = readTask(`TypeError when saving
Traceback (most recent call last):
  File "/home/me/app/shop/cart.py", line 42, in total
    return sum(x)
TypeError: bad`);
  expect(task.paths.has("home/me/app/shop/cart.py")).toBe(true);
  expect(task.places).toEqual([{ path: "home/me/app/shop/cart.py", line: 42 }]);
});

test("readTask() finds the places of JavaScript and Go stack traces, and of links", () => {
  const task = readTask(`at Cart.total (src/cart.ts:10:5)
main.go:7 +0x1d
see src\\win\\path.ts and lib/x.py#L12`);
  expect(task.places).toEqual([
    { path: "src/cart.ts", line: 10 },
    { path: "main.go", line: 7 },
    { path: "lib/x.py", line: 12 },
  ]);
  expect(task.paths.has("src/win/path.ts")).toBe(true);
  expect(task.names.has("Cart.total")).toBe(true);
});

test.each([
  ["call `run` again", "run"],
  ["Helper.run is slow", "Helper.run"],
  ["the max_tokens limit", "max_tokens"],
  ["a maxTokens limit", "maxTokens"],
  ["flush() hangs", "flush"],
  ["test_saves_twice fails", "test_saves_twice"],
  ["_private stays", "_private"],
])("readTask(%j) knows the name %s", (text, name) => expect([...readTask(text).names]).toContain(name));

test("readTask() takes prose for prose", () => {
  expect([...readTask("Make the dashboard faster, e.g. on GitHub. It is slow.").names]).toEqual([]);
});

test("readTask() weighs names and the first line above the rest, and leaves out words that say nothing", () => {
  const { words } = readTask("Fix the quorum\n\nThe banana is added to `quorumOf`.");
  expect(words.get("quorum") as number).toBeGreaterThan(words.get("banana") as number);
  expect(words.has("fix")).toBe(false);
  expect(words.has("the")).toBe(false);
});

test("readTask() knows when tests are meant", () => {
  expect(readTask("Flaky test of the cart").aboutTests).toBe(true);
  expect(readTask("The latest cart").aboutTests).toBe(false);
});

test("readTask() stays bounded and quick on anything", () => {
  for (const text of [
    "a/".repeat(50_000),
    "a.".repeat(50_000),
    "`".repeat(100_000),
    "aB_".repeat(40_000),
    "x(".repeat(50_000),
    "at ".repeat(40_000),
  ]) {
    const task = readTask(text);
    expect(task.words.size).toBeLessThanOrEqual(40);
  }
}, 5_000);
