/** The merge queue on a real git: what lands was tested as it lands, one after the other, and people may step in. */
import { expect, test } from "vitest";
import {
  type App,
  eventually,
  isSettled,
  merges,
  open,
  ourChecks,
  PASSES,
  type Project,
  project,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();

/** Passes while at most one of two files is there: two changes that only break together. */
const AT_MOST_ONE =
  'if [ -f a.txt ] && [ -f b.txt ]; then echo "0 passed, 1 failed"; exit 1; fi\necho "1 passed, 0 failed"\n';

async function treeOf({ github }: App, { full_name }: Project, revision: string): Promise<string> {
  return (await github.git(full_name, "rev-parse", `${revision}^{tree}`)).trim();
}

test("two changes that only break together do not both land", async () => {
  const { app } = stage;
  const one = await project(app, "skew", { "test.sh": AT_MOST_ONE }, { require_up_to_date: true });
  const [first, second] = [await open(app, one, "a"), await open(app, one, "b")];
  const ends = [await settled(app, one, first.number), await settled(app, one, second.number)];
  const merged = ends.filter(({ merge_state }) => merge_state === "merged");
  const failed = ends.filter(({ state }) => state === "failed");
  expect([merged.length, failed.length]).toEqual([1, 1]);
  const { validations } = await app.api.pull(one.id, failed[0]?.pr_number ?? 0);
  expect(validations.map(({ state }) => state)).toEqual(["failed", "passed"]);
  expect(validations[1]).toMatchObject({ merge_state: "blocked", merge_reasons: [{ code: "base_moved" }] });
  // What landed is what was tested, file for file.
  const snapshot = merged[0]?.steps.find(({ kind }) => kind === "snapshot")?.evidence;
  expect(snapshot?.tree_sha).toBe(await treeOf(app, one, "main"));
  expect(snapshot).toMatchObject({ merge_sha: expect.any(String), base_sha: merged[0]?.tested_base_sha });
  const files = await app.github.git(one.full_name, "ls-tree", "--name-only", "main");
  expect(files.includes("a.txt") && files.includes("b.txt")).toBe(false);
});

test("without require_up_to_date the check says that the result was not tested", async () => {
  const { app } = stage;
  const one = await project(app, "untested-result");
  const { number, head } = await open(app, one, "a");
  await settled(app, one, number);
  const [check] = ourChecks(app, one, head);
  expect(JSON.stringify(check?.output)).toMatch(/not (tested )?on the merge|not tested/i);
});

test("a push to the base between the pass and the merge: the result is tested anew", async () => {
  const { app } = stage;
  const one = await project(app, "pushed-base", {}, { require_up_to_date: true });
  await app.api.pause(one.id);
  const { number } = await open(app, one, "a");
  await validationWhere(app, one, number, ({ waits }) => waits?.code === "paused");
  await app.api.resume(one.id);
  await validationWhere(app, one, number, ({ tested_base_sha }) => tested_base_sha !== null);
  await app.github.pushCommit(one.full_name, "main", { "other.txt": "x\n" }, "Somebody's push");
  const last = await validationWhere(app, one, number, (it) => it.merge_state === "merged" && isSettled(it));
  expect(last.tested_base_sha).toBe((await app.github.git(one.full_name, "rev-parse", "main^1")).trim());
});

test("a person holds one, which others pass; takes one out; and asks for it again", async () => {
  const { app } = stage;
  const one = await project(app, "people", { "test.sh": `sleep 1; ${PASSES}` });
  const { number } = await open(app, one, "a");
  await eventually("the hold", async () => {
    const pull = await app.api.pull(one.id, number).catch(() => null);
    if (pull?.held_by) return pull;
    await app.api.inQueue(one.id, number, "hold").catch(() => undefined);
    return null;
  });
  const held = await validationWhere(app, one, number, ({ merge_state }) => merge_state === "queued");
  const other = await open(app, one, "b");
  expect(await settled(app, one, other.number)).toMatchObject({ merge_state: "merged" });
  expect(await app.api.queues(one.id)).toMatchObject([
    { base_ref: "main", entries: [{ pr_number: number, held_by: expect.any(String), merging: null }] },
  ]);
  await app.api.inQueue(one.id, number, "remove");
  expect(await app.api.validation(held.id)).toMatchObject({
    merge_state: "blocked",
    merge_reasons: [{ code: "removed_from_queue" }],
  });
  expect(merges(app, one, number)).toEqual([]);
  await app.api.inQueue(one.id, number, "release");
  await app.api.inQueue(one.id, number, "join");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged" });
  await expect(app.api.inQueue(one.id, number, "jump")).rejects.toThrow(/Cannot jump/);
});

test("a dry run says what it would merge, and merges nothing", async () => {
  const { app } = stage;
  const one = await project(app, "dry", {}, { dry_run: true });
  const { number } = await open(app, one, "a");
  expect(await settled(app, one, number)).toMatchObject({
    state: "passed",
    merge_state: "rehearsed",
    merge_reasons: [{ code: "dry_run" }],
  });
  expect(merges(app, one, number)).toEqual([]);
});
