/** What lands is what was tested: a merge that would be another is not asked for, and one that was another says so. */
import { expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import { type LivePull, type MergeAnswer, NotSent } from "../providers/github/index.ts";
import { mergeHead } from "./merge-head.ts";
import { OPEN, subjectWith, TIP, worldWith } from "./merge-world.fixture.ts";
import type { MergeSubject, MergeWorld, Progress } from "./merge-world.ts";

const MOVED = "1".repeat(40);
const LANDED = "f".repeat(40);
const DONE: MergeAnswer = { status: 200, message: "", commit_sha: LANDED };

type Given = {
  live?: Partial<LivePull>;
  /** What is read after the request. */
  after?: Partial<LivePull> | null;
  tips?: (string | null)[];
  answer?: MergeAnswer | Error;
  tested_base_sha?: string | null;
  project?: Partial<MergeSubject["project"]>;
  plan?: object | null;
  memo?: Partial<Progress>;
  has?: Partial<MergeWorld>;
};

/** One visit of a merge, and what was asked for. */
async function visit(given: Given) {
  const { live = {}, after = {}, tips = [TIP], answer = DONE, tested_base_sha = null, memo = {} } = given;
  const asked: string[] = [];
  const written: Progress[] = [];
  const world = worldWith({
    readPull: async () => (asked.length === 0 ? { ...OPEN, ...live } : after && { ...OPEN, ...after }),
    tipOf: async () => (tips.length > 1 ? tips.shift() : tips[0]) ?? null,
    async requestMerge({ sha, method }) {
      asked.push(`${method} ${sha}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    plan: async () => (given.plan ?? null) as Plan | null,
    async remember(progress) {
      written.push(progress);
      return true;
    },
    freeLane: async (base) => void asked.push(`free ${base}`),
    ...given.has,
  });
  const subject = subjectWith({ tested_base_sha }, given.project);
  const run = mergeHead(world, subject, { requests: 0, tip: null, ...memo });
  const ended = await run.catch((error: unknown) => ({ error }));
  const merge = "merge" in ended ? ended.merge : null;
  const codes = merge?.reasons.map(({ code }) => code) ?? [];
  return {
    ended,
    merge,
    codes,
    written,
    asked: asked.filter((what) => !what.startsWith("free")),
    all: asked,
  };
}

const UP_TO_DATE = { project: { require_up_to_date: true } };
test.each<[string, Given, "merged" | "blocked"]>([
  ["alone, and that is enough", {}, "merged"],
  ["alone, and the project wants its merge with the base by now", UP_TO_DATE, "blocked"],
  [
    "alone, and the base wants its merge with it",
    { plan: { merge: { require_up_to_date: true } } },
    "blocked",
  ],
  ["with the tip", { tested_base_sha: TIP }, "merged"],
  ["with the tip, as the project wants it", { ...UP_TO_DATE, tested_base_sha: TIP }, "merged"],
  ["with another tip", { tested_base_sha: MOVED }, "blocked"],
  ["with the tip of a branch that is gone", { tested_base_sha: TIP, tips: [null] }, "blocked"],
  ["with a tip that moved while checks were read", { tested_base_sha: TIP, tips: [TIP, MOVED] }, "blocked"],
])("it was tested %s", async (_, given, state) => {
  const { merge, codes, asked, all } = await visit(given);
  expect([merge?.state, merge?.again_s]).toEqual([state, null]);
  expect(codes).toEqual(state === "merged" ? [] : ["base_moved"]);
  expect(asked).toEqual(state === "merged" ? [`merge ${OPEN.head_sha}`] : []);
  expect(all.at(-1)).toBe("free main");
});

test.each([
  ["the project", { project: { merge_method: "squash" } as const }, "squash"],
  [
    "the base",
    { project: { merge_method: "squash" } as const, plan: { merge: { method: "rebase" } } },
    "rebase",
  ],
])("it is merged in the way of %s", async (_, given, method) => {
  expect((await visit(given)).asked).toEqual([`${method} ${OPEN.head_sha}`]);
});

test("a dry run asks for nothing", async () => {
  const { merge, codes, asked } = await visit({ project: { dry_run: true } });
  expect([merge?.state, codes, asked]).toEqual(["rehearsed", ["dry_run"], []]);
});

test("what is not wanted any more is not asked for, and looked at again", async () => {
  const { merge, codes, asked } = await visit({ has: { isWanted: async () => false } });
  expect([merge?.state, merge?.again_s, codes, asked]).toEqual(["blocked", 5, ["not_wanted"], []]);
});

test("whether it can be merged is waited for, and not for ever", async () => {
  const { ended, asked } = await visit({ live: { mergeable: null }, memo: { reads: 19 } });
  expect([ended, asked]).toMatchObject([{ again_s: 1, memo: { reads: 20 } }, []]);
  expect((await visit({ live: { mergeable: null }, memo: { reads: 20 } })).merge?.state).toBe("merged");
});

test("another project's merge is waited for, and not for ever", async () => {
  const busy = { has: { takeLane: async () => false } };
  expect((await visit({ ...busy, memo: { waits: 199 } })).ended).toMatchObject({
    again_s: 3,
    memo: { waits: 200 },
  });
  const { merge, codes, all } = await visit({ ...busy, memo: { waits: 200 } });
  expect([merge?.state, merge?.again_s, codes, all]).toEqual(["blocked", 60, ["lane_busy"], []]);
});

test.each<[string, Given, string[]]>([
  ["as it was tested", { tested_base_sha: TIP }, []],
  [
    "as something else",
    { tested_base_sha: TIP, has: { tested: async () => ({ tree_sha: "other" }) } },
    ["landed_untested"],
  ],
  [
    "as what nobody laid",
    { tested_base_sha: TIP, has: { tested: async () => ({ tree_sha: null }) } },
    ["landed_untested"],
  ],
  ["alone, which may give anything", { has: { tested: async () => ({ tree_sha: "other" }) } }, []],
  ["on another base", { after: { base_ref: "next" } }, ["landed_elsewhere"]],
  ["where it is not shown any more", { after: null }, []],
  ["unread", { has: { commit: async () => Promise.reject(new Error("502")) } }, ["landed_unread"]],
])("it landed %s", async (_, given, expected) => {
  const { merge, codes } = await visit(given);
  expect([merge?.state, merge?.commit_sha, codes]).toEqual(["merged", LANDED, expected]);
});

test("that what landed could not be asked for yet is no answer", async () => {
  const none = new NotSent(new Error("no token"));
  const { ended } = await visit({ has: { commit: async () => Promise.reject(none) } });
  expect(ended).toEqual({ error: none });
});

test("a request that surely never left is not counted; of another nobody knows", async () => {
  const none = new NotSent(new Error("no token"));
  const unsent = await visit({ answer: none });
  expect(unsent.ended).toEqual({ error: none });
  expect(unsent.written).toMatchObject([
    { requests: 1, tip: TIP },
    { requests: 0, tip: null },
  ]);
  const lost = await visit({ answer: new Error("socket hang up") });
  expect(lost.written).toMatchObject([{ requests: 1, tip: TIP }]);
});

const refused = (status: number | null, message = "no"): MergeAnswer => ({
  status,
  message,
  commit_sha: null,
});
const BASE_MODIFIED = refused(405, "Base branch was modified. Review and try the merge again.");

test.each<[string, MergeAnswer, string, string]>([
  ["405", refused(405), "blocked", "not_mergeable"],
  ["409", refused(409), "rejected", "head_modified"],
  ["403", refused(403), "blocked", "refused_by_github"],
  ["404", refused(404), "blocked", "refused_by_github"],
  ["422", refused(422), "blocked", "refused_by_github"],
])("refused with %s it is not merged", async (_, answer, state, code) => {
  const { merge, codes, ended } = await visit({ answer });
  expect([merge?.state, codes, merge?.again_s]).toEqual([state, [code], null]);
  expect(ended).toMatchObject({ proof: { merge_request: { sha: OPEN.head_sha, status: answer.status } } });
});

test("after `Base branch was modified` it is asked twice more, later and later", async () => {
  for (const [requests, again_s] of [
    [0, 4],
    [1, 8],
  ] as const) {
    const { ended } = await visit({ answer: BASE_MODIFIED, memo: { requests } });
    expect(ended).toMatchObject({ again_s, memo: { requests: requests + 1, tip: null, asked_at: null } });
  }
  expect(await visit({ answer: BASE_MODIFIED, memo: { requests: 2 } })).toMatchObject({
    codes: ["not_mergeable"],
  });
});

test.each<[string, Given, string | null]>([
  ["and nothing shows: it is asked once more", {}, null],
  ["twice, and nothing shows", { memo: { requests: 1, tip: TIP } }, "unknown"],
  ["and the pull request is gone", { after: null }, "unknown"],
  ["and the base moved", { tips: [TIP, MOVED] }, "unknown"],
  ["and the base has it", { has: { contains: async () => true } }, "unknown"],
  ["and it is merged", { after: { merged: true, merge_commit_sha: LANDED } }, "merged"],
])("without an answer, %s", async (_, given, state) => {
  for (const status of [null, 500, 502]) {
    const { merge, ended } = await visit({
      ...given,
      tips: [...(given.tips ?? [TIP])],
      answer: refused(status),
    });
    expect(merge?.state ?? null).toBe(state);
    if (state === null) expect(ended).toMatchObject({ again_s: 2, memo: { requests: 1, tip: TIP } });
    else if (state === "unknown") expect(merge?.reasons).toMatchObject([{ code: "ambiguous_merge" }]);
  }
});
