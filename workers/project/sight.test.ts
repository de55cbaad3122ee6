/** A look that shows nothing new says and orders nothing, so that a delivery which meant nothing is known by it. */
import { expect, test } from "vitest";
import { B, projectAt } from "./decide.fixture.ts";

test.each([
  ["the same", {}],
  ["a later change, such as a comment", { updated_at: 5_000 }],
])("%s", (_, changes) => {
  const project = projectAt();
  project.see({ updated_at: 1_000 });
  project.wait(1_000);
  const { steps, events } = project.see({ updated_at: 1_000, ...changes });
  expect([steps, events]).toEqual([[], []]);
});

test("another head is new", () => {
  const project = projectAt();
  project.see({ updated_at: 1_000 });
  project.wait(1_000);
  const { steps, events } = project.see({ updated_at: 1_000, head_sha: B });
  expect(steps.length).toBeGreaterThan(0);
  expect(events.map(({ type }) => type)).toContain("pr.updated");
});
