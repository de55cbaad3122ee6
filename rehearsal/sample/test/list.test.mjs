import assert from "node:assert/strict";
import { test } from "node:test";
import { add, progress, tick } from "../list.mjs";

test("add() puts an item at the end", () => {
  assert.deepEqual(add([], "Milk"), [{ name: "Milk", done: false }]);
});

test("add() ignores what is already there, and nothing at all", () => {
  const items = add([], "Milk");
  assert.equal(add(items, " Milk "), items);
  assert.equal(add(items, "  "), items);
});

test("tick() ticks off one item and takes it back", () => {
  const items = tick(add([], "Milk"), "Milk");
  assert.equal(items[0].done, true);
  assert.equal(tick(items, "Milk")[0].done, false);
});

test("progress() counts what is done", () => {
  assert.equal(progress(tick(add(add([], "Milk"), "Tea"), "Tea")), "1 of 2 done");
});
