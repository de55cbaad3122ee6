import { expect, test } from "vitest";
import { NewRun, PlanAnswer } from "./run.ts";

const asked = (path: string) => NewRun.safeParse({ target_text: "Add it", files: [path] });

test.each(["src/a.ts", "a b/[id].tsx", "..a/b..c", "x".repeat(1_000), "é.md"])(
  "%j is a file to name",
  (path) => {
    expect(asked(path).success).toBe(true);
  },
);

test.each([
  ["/etc/passwd", /within the repository/],
  ["../up", /within the repository/],
  ["a/../../up", /within the repository/],
  ["a/..", /within the repository/],
  ["C:\\x", /within the repository/],
  ["a\\..\\b", /within the repository/],
  ["a`\n# Now", /without .., backticks and control/],
  ["a\u0000b", /control characters/],
  ["x".repeat(1_001), /at most 1000/],
  ["", /must name a file/],
])("%j is refused in words", (path, why) => {
  expect(asked(path).error?.issues[0]?.message).toMatch(why);
});

test.each([
  ["a goal", NewRun, { target_text: "Add\0it" }],
  ["a plan", PlanAnswer, { answer: "edit", version: 1, text: "Add\0it" }],
  ["feedback", PlanAnswer, { answer: "again", version: 1, feedback: "Add\0it" }],
])("%s with a NUL is refused in words", (_, schema, told) => {
  expect(schema.safeParse(told).error?.issues[0]?.message).toMatch(/must not hold a NUL character/);
});
