/** A refusal that is over before it is heard keeps nothing from its merge: nothing else would ask for it again. */
import { expect, test } from "vitest";
import type { Outcome } from "../../models/fact.ts";
import { merging } from "./decide.fixture.ts";

const blocked = (codes: readonly string[], again_s: number | null = null): Outcome => {
  const reasons = codes.map((code) => ({ code, message: code }));
  const [reason = null] = reasons;
  return { state: "failed", reason, merge: { state: "blocked", reasons, commit_sha: null, again_s } };
};

test.each([
  [["draft"]],
  [["auto_merge_disabled"]],
  [["pull_closed"]],
  [["twin_held"]],
  [["draft", "pending_checks"]],
])("what was read as %j and is so no more is asked for again soon", (codes) => {
  const { project, id } = merging();
  project.end(id, "merge", blocked(codes));
  expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merging: null });
  expect(project.validation(id).merge_again_at).toBe(project.now() + 5_000);
  project.tick(5_000);
  expect(project.validation(id)).toMatchObject({ merge_state: "pending", merging: 2 });
});

test("what is so still is not asked for again", () => {
  const { project, id } = merging();
  project.set(false);
  project.end(id, "merge", blocked(["auto_merge_disabled"]));
  expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merge_again_at: null });
});

test.each([[["not_mergeable"]], [["conflicts"]], [["draft", "not_mergeable"]]])(
  "what only GitHub can tell, %j, is not taken for over",
  (codes) => {
    const { project, id } = merging();
    project.end(id, "merge", blocked(codes));
    expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merge_again_at: null });
  },
);

test("one that is asked for again in any case is asked for when it says", () => {
  const { project, id } = merging();
  project.end(id, "merge", blocked(["pending_checks"], 60));
  expect(project.validation(id).merge_again_at).toBe(project.now() + 60_000);
});
