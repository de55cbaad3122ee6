import { expect, test } from "vitest";
import { A, B, C } from "./decide.fixture.ts";
import { withHold } from "./holds.ts";
import { stuck } from "./run-stages.fixture.ts";
import { type Hold, withPull } from "./state.ts";

const LOST = { code: "merge_unknown", message: "What became of an earlier merge is not known" };
const ASKS = { code: "needs_human", message: "The run stopped: another one" };

test.each([
  ["nothing", null, { heads: [A, B], code: "needs_human" }],
  ["a merge of which nobody knows", { reason: LOST, heads: null }, { heads: null, code: "merge_unknown" }],
  ["another run's heads", { reason: ASKS, heads: [C] }, { heads: [C, A, B], code: "needs_human" }],
] as const)("a run that stops lets go nothing that was held before it: %s", (_, hold, left) => {
  const project = stuck();
  const pull = project.state().pulls[7];
  if (pull === undefined) throw new Error("there is no pull request");
  const state = withPull(project.state(), { ...pull, hold: hold as Hold | null });
  const found = withHold(state, { ...project.run(), heads: [A, B] }).pulls[7]?.hold;
  expect(found?.heads).toEqual(left.heads);
  expect(found?.reason.code).toBe(left.code);
});
