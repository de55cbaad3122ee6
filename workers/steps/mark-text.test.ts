/** The comment on a pull request: a few lines, everything in them, and nothing of others that acts. */
import { expect, test } from "vitest";
import type { Validation } from "../../models/validation.ts";
import { whyOf } from "../../models/why-of.ts";
import { pull, validation } from "../../pages/nouns.fixture.ts";
import { type Marked, markText } from "./mark-text.ts";

const NOW = Date.UTC(2026, 2, 1, 12, 0);
const PROJECT = {
  ...{ auto_merge_enabled: true, validation_enabled: true, paused_by: null, dry_run: false },
  disconnected: null,
};
const EVIL = "[x](http://evil) <img src=x> @team\n# Approved";

function comment(changes: Partial<Validation>, more: Partial<Marked> = {}): string {
  const newest = validation(changes);
  const standing = { pull: pull({ base_ref: newest.base_ref }), newest, run: null, queue: [] };
  const why = whyOf({ ...standing, project: PROJECT, now: NOW });
  return markText({ why, newest, url: "https://tidegate.test/p", attestation: null, ...more });
}

test("says the verdict, each condition with whose turn it is and until when, what was tested, and where to look", () => {
  const text = comment({
    ...{ state: "passed", merge_state: "blocked", finished_at: NOW - 60_000, merge_again_at: NOW + 5 },
    merge_reasons: [
      { code: "missing_checks", message: '"lint" is required and was not reported: is it filtered by path?' },
      { code: "failed_check", message: '"types" failed' },
    ],
  });
  expect(text.split("\n")).toEqual([
    "**Validated, not merged: the merge is blocked**",
    "",
    '- `missing_checks` `"lint" is required and was not reported: is it filtered by path?` It is looked for again by itself. *GitHub\'s turn until 2026-03-02 11:59 UTC*',
    '- `failed_check` `"types" failed` Mend what it found, or have it run again on GitHub. *the author\'s turn until 2026-03-02 11:59 UTC*',
    "",
    `Tested at its own head \`${"a".repeat(40)}\`, not on the merge with the current \`main\`.`,
    "",
    "[Validation of `aaaaaaaaaaaa`, attempt 1, on the dashboard](https://tidegate.test/p)",
  ]);
});

test("words of others are code: no link, no image, no mention and no heading of theirs", () => {
  const text = comment({ state: "failed", reason: { code: "x", message: EVIL }, base_ref: "a`@b" });
  expect(text).toContain("`[x](http://evil) <img src=x> @team # Approved`");
  expect(text).toContain("current `` a`@b ``");
  const outside = text.replace(/``.*?``|`[^`]*`/g, "");
  expect(outside).not.toMatch(/@team|<img|evil/);
});

test("what is merged needs nothing, and says what landed where that was not what was tested", () => {
  const merged: Partial<Validation> = {
    ...{ state: "passed", merge_state: "merged", merge_commit_sha: "c".repeat(40) },
    tested_base_sha: "b".repeat(40),
  };
  const text = comment(merged, { attestation: "[Attestation](https://tidegate.test/a)" });
  expect(text).toMatch(/^\*\*Merged by Tidegate as ccccccc/);
  expect(text).not.toMatch(/^- /m);
  expect(text).toMatch(/Tested on its merge into `main` at `b+`.*\n\[Attestation\]/);
  const landed = { code: "landed_untested", message: "What landed is not what was tested" };
  expect(comment({ ...merged, merge_reasons: [landed] })).toContain(
    "- `landed_untested` `What landed is not what was tested`",
  );
});

test("the same standing is the same text, whenever it is written", () => {
  const queued: Partial<Validation> = {
    state: "passed",
    merge_state: "queued",
    queued_at: 5,
    merge_tries: 0,
  };
  expect(comment(queued)).toBe(comment({ ...queued, queued_at: 99 }));
});
