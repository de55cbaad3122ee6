import { expect, test } from "vitest";
import type { PullSummary } from "../../../models/pull.ts";
import type { ListedPull } from "../../providers/github/index.ts";
import { differences } from "./differences.ts";

const live: ListedPull = {
  number: 7,
  title: "Milk",
  html_url: "https://github.test/octo/shop/pull/7",
  draft: false,
  head_ref: "milk",
  head_sha: "a".repeat(40),
  head_repo_id: 1,
  updated_at: 1,
  base_ref: "main",
};
const stored: PullSummary = {
  ...live,
  author: "ada",
  state: "open",
  merged: false,
  base_sha: "b".repeat(40),
  base_repo_id: 1,
  read_at: 1,
  updated_at: 1,
  project_id: "shop",
  validation_id: null,
  blocked: null,
  held_by: null,
};

test.each<[string, PullSummary[], ListedPull[], number[]]>([
  ["nothing is open", [], [], []],
  ["all is as it was read, however long ago", [stored], [live], []],
  ["one was opened", [stored], [live, { ...live, number: 8 }], [8]],
  ["one was pushed", [stored], [{ ...live, head_sha: "c".repeat(40) }], [7]],
  ["one is a draft now", [stored], [{ ...live, draft: true }], [7]],
  ["one goes into another base", [stored], [{ ...live, base_ref: "trunk" }], [7]],
  ["the fork of one is gone", [stored], [{ ...live, head_repo_id: null }], [7]],
  ["something happened to one", [stored], [{ ...live, updated_at: 2 }], [7]],
  ["one has another title", [stored], [{ ...live, title: "Bread" }], [7]],
  [
    "its repository was renamed",
    [stored],
    [{ ...live, html_url: "https://github.test/octo/store/pull/7" }],
    [7],
  ],
  ["one was closed, merged or deleted", [stored, { ...stored, number: 9 }], [live], [9]],
  [
    "one stands twice in a list that moved meanwhile",
    [stored],
    [{ ...live, number: 8 }, { ...live, number: 8 }, live],
    [8],
  ],
])("when %s", (_, before, now, numbers) => {
  expect(differences(before, now, true)).toEqual(numbers);
});

test("what a list that was not read to its end leaves out is not taken for closed", () => {
  const before = [stored, { ...stored, number: 9 }];
  expect(differences(before, [{ ...live, draft: true }], false)).toEqual([7]);
});
