/** `tidegate why` as a person starts it, against a small Tidegate. */
import { expect, test } from "vitest";
import type { Why } from "../../../models/why.ts";
import { plain } from "../../text/paint.ts";
import { whyAnswer } from "../../text/why.ts";
import { useCommand } from "../runs/command.fixture.ts";

const { stage, tidegate } = useCommand();
const NOW = 1_000_000;

const WHY: Why = {
  ...{ pr_number: 3, head_sha: "a".repeat(40), validation_id: "shop.3.a.1", merged: false, queue: null },
  summary: "Validated, not merged: the merge is blocked",
  unmet: [
    {
      ...{ code: "missing_checks", owner: "github", again_at: NOW + 60_000, deadline_at: NOW + 7_200_000 },
      message: '"lint\u001b[2J" is required. It is looked for again by itself.',
    },
    {
      ...{ code: "dry_run", owner: "maintainer", again_at: null, deadline_at: null },
      message: "This is a dry run. Turn the dry run off in the project's settings to have it merged.",
    },
  ],
};

test("the answer says what is missing, what to do, whose turn it is, and until when", () => {
  expect(whyAnswer(WHY, NOW, plain).split("\n")).toEqual([
    "#3 Validated, not merged: the merge is blocked",
    '  "lint\\u001b[2J" is required. missing_checks',
    "    GitHub (again in 1 minute, given up in 2 hours): It is looked for again by itself.",
    "  This is a dry run. dry_run",
    "    a maintainer: Turn the dry run off in the project's settings to have it merged.",
  ]);
  const merged = { ...WHY, merged: true, unmet: [], summary: "Merged by Tidegate" };
  expect(whyAnswer(merged, NOW, plain)).toBe("#3 Merged by Tidegate");
});

test("tidegate why asks the server, in words and as JSON", async () => {
  stage.small.why = WHY;
  const said = await tidegate(["why", "3"]);
  expect([said.code, said.stdout.split("\n")[0]]).toEqual([
    0,
    "#3 Validated, not merged: the merge is blocked",
  ]);
  expect(said.stdout).not.toContain("\u001b");
  const json = await tidegate(["why", "3", "--project", "team/shop", "--json"]);
  expect(JSON.parse(json.stdout)).toEqual(WHY);
  expect(await tidegate(["why", "9"])).toMatchObject({ code: 3 });
  expect(await tidegate(["why", "x"])).toMatchObject({ code: 2 });
});
