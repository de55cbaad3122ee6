import { expect, test } from "vitest";
import { isOther } from "./new-run.ts";

const RUN = { target_text: "Add it", agent: "claude", pr_number: 7 };

test.each<[string, Parameters<typeof isOther>[1], boolean]>([
  ["the same, what the project chose left open", { target_text: "Add it" }, false],
  ["the same in full", { target_text: "Add it", agent: "claude", pr_number: 7 }, false],
  ["another goal", { target_text: "Add that" }, true],
  ["another agent", { target_text: "Add it", agent: "codex" }, true],
  ["another pull request", { target_text: "Add it", pr_number: 8 }, true],
])("under one key %s", (_, asked, other) => {
  expect(isOther(RUN, asked)).toBe(other);
});
