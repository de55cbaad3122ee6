import { expect, test } from "vitest";
import { agentName, firstChoice } from "./agents.ts";
import { offer } from "./nouns.fixture.ts";

test("agentName() shows an agent it does not know by its id", () => {
  expect([null, "", "claude", "custom", "codegen", "new-one"].map(agentName)).toEqual([
    "nobody",
    "nobody",
    "Claude Code",
    "Own command",
    "Codegen",
    "new-one",
  ]);
});

test("firstChoice() takes the project's own, or the only one, and never another in its place", () => {
  const own = offer({ id: "custom", chosen: true });
  const other = offer({ id: "claude" });
  expect(firstChoice([other, own])).toBe(own);
  expect(firstChoice([other, { ...own, missing: "no command is set" }])).toBeNull();
  expect(firstChoice([other])).toBe(other);
  expect(firstChoice([other, offer({ id: "codegen" })])).toBeNull();
  expect(firstChoice([])).toBeNull();
});
