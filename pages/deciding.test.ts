import { expect, test } from "vitest";
import { mayRetry } from "./deciding.ts";
import { pull, validation } from "./nouns.fixture.ts";

const failed = validation({ state: "failed" });

test.each([
  ["its newest validation", failed, pull(), true],
  ["one that runs", validation(), pull(), false],
  ["one whose merge is under way", validation({ state: "passed", merge_state: "pending" }), pull(), false],
  ["one of an older head", failed, pull({ head_sha: "c".repeat(40) }), false],
  ["one of a closed pull request", failed, pull({ state: "closed" }), false],
  ["one of a draft", failed, pull({ draft: true, blocked: "draft" }), false],
  ["one that GitHub keeps out", failed, pull({ blocked: "disconnected" }), false],
  ["one of a fork that only waits", failed, pull({ blocked: "fork_needs_approval" }), true],
])("%s is offered to be tried again: %#", (_, of, one, offered) => {
  expect(mayRetry(of, one, of)).toBe(offered);
});

test("an older attempt is not offered to be tried again", () => {
  expect(mayRetry(failed, pull(), validation({ id: "another", state: "failed" }))).toBe(false);
});
