import { expect, test } from "vitest";
import { heading } from "./goal.ts";

test("heading() is the whole goal when it is one short line", () => {
  expect(heading(" Add a dark theme \n")).toEqual({ title: "Add a dark theme", rest: null });
});

test("heading() keeps the whole goal beside its first line", () => {
  const goal = "Add a dark theme\n\nIt follows the system.";
  expect(heading(goal)).toEqual({ title: "Add a dark theme", rest: goal });
});

test("heading() is cut between words, or where there are none", () => {
  const words = heading("word ".repeat(60));
  expect(words.title).toMatch(/ word…$/);
  expect(words.title.length).toBeLessThanOrEqual(141);
  expect(heading("x".repeat(500)).title).toHaveLength(141);
});
