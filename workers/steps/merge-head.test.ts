/** The merge where its Worker dies or is delivered twice: what another visit asked for is never raced, nor blamed on others. */
import { expect, test } from "vitest";
import type { LivePull, MergeAnswer } from "../providers/github/index.ts";
import { mergeHead } from "./merge-head.ts";
import { NOW, OPEN, subjectWith, TIP, worldWith } from "./merge-world.fixture.ts";
import type { Progress } from "./merge-world.ts";

const MERGED: LivePull = { ...OPEN, state: "closed", merged: true, merge_commit_sha: "f".repeat(40) };
const subject = subjectWith();

/** A GitHub that answers what it is told to, and what was asked of it in order. */
function stage({
  reads = [OPEN],
  answers = [],
  overtaken = false,
}: {
  reads?: LivePull[];
  answers?: (MergeAnswer | Error)[];
  overtaken?: boolean;
}) {
  const asked: string[] = [];
  const next = <T>(from: T[]): T | undefined => (from.length > 1 ? from.shift() : from[0]);
  const world = worldWith({
    readPull: async () => next(reads) ?? null,
    async requestMerge({ sha }, leave_by) {
      asked.push(`merge ${sha} by ${leave_by - NOW}`);
      const answer = next(answers);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("not asked for");
      return answer;
    },
    async remember({ requests, asked_at }) {
      asked.push(`remember ${requests} ${asked_at !== null}`);
      return !overtaken;
    },
  });
  return { world, asked };
}

const memo = (changes: Partial<Progress>) => ({ requests: 1, tip: TIP, asked_at: null, ...changes });
const no = (status: number | null, message = "no"): MergeAnswer => ({ status, message, commit_sha: null });

test("what it is about to ask is written down first, and leaves soon or not at all", async () => {
  const { world, asked } = stage({ answers: [{ status: 200, message: "", commit_sha: "f".repeat(40) }] });
  const visit = await mergeHead(world, subject, {});
  expect(visit).toMatchObject({ merge: { state: "merged", reasons: [] } });
  expect(asked).toEqual(["remember 1 true", `merge ${OPEN.head_sha} by 5000`]);
});

test("nothing is merged in a repository that only has the name of ours", async () => {
  for (const read of [OPEN, MERGED]) {
    const { world, asked } = stage({ reads: [{ ...read, base_repo_id: 99 }] });
    expect(await mergeHead(world, subject, {})).toMatchObject({
      merge: { state: "blocked", reasons: [{ code: "other_repository" }], again_s: 60 },
    });
    expect(asked).toEqual([]);
  }
});

test("nothing is asked while the tip of the base is not shown: nobody could see what a lost answer did", async () => {
  const { world, asked } = stage({});
  const visit = await mergeHead({ ...world, tipOf: async () => null }, subject, {});
  expect(visit).toMatchObject({
    merge: { state: "blocked", reasons: [{ code: "base_missing" }], again_s: 60 },
  });
  expect(asked).toEqual([]);
});

test("a visit that was overtaken does not ask", async () => {
  const { world, asked } = stage({ overtaken: true });
  expect(await mergeHead(world, subject, {})).toMatchObject({ again_s: 3, memo: { requests: 0, tip: null } });
  expect(asked).toEqual(["remember 1 true"]);
});

test("while a request of somebody who died may be under way, nothing is decided: not even that it was merged", async () => {
  for (const reads of [[OPEN], [MERGED], [{ ...OPEN, head_sha: "b".repeat(40) }]]) {
    const { world, asked } = stage({ reads });
    const progress = memo({ asked_at: NOW - 12_500 });
    expect(await mergeHead(world, subject, progress)).toMatchObject({ again_s: 18, memo: progress });
    expect(asked).toEqual([]);
  }
});

test.each([
  ["merged: ours", [MERGED], "merged", []],
  [
    "merged at another head: nobody can tell whether ours landed before",
    [{ ...MERGED, head_sha: "b".repeat(40) }],
    "unknown",
    ["ambiguous_merge"],
  ],
])("when it is surely over, the pull request is %s", async (_, reads, state, codes) => {
  const visit = await mergeHead(stage({ reads }).world, subject, memo({ asked_at: NOW - 30_000 }));
  if (!("merge" in visit)) throw new Error("it goes on");
  expect(visit.merge.state).toBe(state);
  expect(visit.merge.reasons.map(({ code }) => code)).toEqual(codes);
});

test("an answer that was lost is asked for once more, and no request counts as under way then", async () => {
  const { world } = stage({ answers: [no(502)] });
  expect(await mergeHead(world, subject, {})).toMatchObject({
    again_s: 2,
    memo: { requests: 1, tip: TIP, asked_at: null },
  });
});

test.each([405, 409, 422])(
  "a request that landed late is why the next one is refused with %i: it is ours",
  async (status) => {
    const late = stage({ reads: [OPEN, MERGED], answers: [no(status)] });
    expect(await mergeHead(late.world, subject, memo({}))).toMatchObject({ merge: { state: "merged" } });
    // Without an earlier request nobody looks: a refusal is a refusal.
    const first = stage({ reads: [OPEN, MERGED], answers: [no(status)] });
    const visit = await mergeHead(first.world, subject, {});
    expect("merge" in visit && visit.merge.state).not.toBe("merged");
  },
);
