/** A comment approves the commit that its writer saw, and no other. */
import { beforeEach, expect, test, vi } from "vitest";
import type { Validation } from "../../../models/validation.ts";
import { approve } from "./approve.ts";
import type { Projects } from "./obey.ts";
import type { Request } from "./request.ts";

const found = vi.hoisted(() => ({ readPull: vi.fn(), listValidations: vi.fn(), told: vi.fn() }));
vi.mock("../../providers/github/index.ts", () => found);
vi.mock("../../store/validations.ts", () => found);
vi.mock("../runs/asking.ts", () => found);
vi.mock("../../vars.ts", () => ({ varsOf: () => ({}) }));

const HEAD = "a".repeat(40);
const OTHER = "b".repeat(40);
const WRITTEN_AT = 100_000;
const HOLD = { code: "risk", message: "Risky" };
const PROJECTS = [{ id: "p", full_name: "a/b" }] as unknown as Projects;

const of = (changes: Partial<Validation> = {}) => ({
  ...{ id: "v", project_id: "p", head_sha: HEAD, created_at: 1_000, waits: null, hold: HOLD },
  ...{ finished_at: 50_000, ...changes },
});
const WAITS = { waits: { code: "fork_needs_approval", message: "no" }, hold: null, finished_at: null };

const ask = (sha: string | null = null, projects = PROJECTS, written_at: number | null = WRITTEN_AT) => {
  const request = { number: 7, login: "mira", key: "c1", written_at, delivery_id: "d" };
  return approve({} as Env, request as unknown as Request, sha, projects);
};

beforeEach(() => {
  vi.resetAllMocks();
  found.readPull.mockResolvedValue({ head_sha: HEAD });
  found.listValidations.mockResolvedValue([of()]);
  found.told.mockResolvedValue({ refused: null });
});

test.each([null, HEAD])("what is held is let go, by whoever asked, once (named: %s)", async (sha) => {
  const { sign, words } = await ask(sha);
  expect([sign, words]).toEqual(["+1", expect.stringContaining(`exactly \`${HEAD}\` may be merged`)]);
  const fact = { type: "approve.asked", id: "comment.c1.approve", validation_id: "v", by: "mira" };
  const cause = { actor: "github:mira", delivery_id: "d", detail: "a/b#7 c1" };
  expect(found.told.mock.calls).toEqual([[{}, "p", fact, cause]]);
});

test("what waits for its run may run", async () => {
  found.listValidations.mockResolvedValue([of(WAITS)]);
  expect((await ask()).words).toContain("may run");
});

/** A second is as exact as GitHub is. */
const SECOND_AFTER = WRITTEN_AT + 1_000;

test.each<[string, string | null, Partial<Validation>[] | null, RegExp]>([
  ["of a pull request that is gone", null, null, /no pull request/],
  ["by a short name", HEAD.slice(0, 12), [{}], /short name/],
  ["by a short name of another", OTHER.slice(0, 12), [{}], /short name/],
  ["of another commit", OTHER, [{}], /Its head is/],
  ["of a head that nobody looked at yet", null, [], /not known here yet/],
  ["of a head that is not the newest", null, [{}, { head_sha: OTHER, created_at: 2_000 }], /not known/],
  ["of what was pushed after it was written", null, [{ created_at: SECOND_AFTER }], /came after/],
  ["of a fork's push after it was written", null, [{ ...WAITS, created_at: SECOND_AFTER }], /came after/],
  ["of what still runs", null, [{ finished_at: null }], /not validated yet/],
  ["of what still runs, by name", HEAD, [{ finished_at: null }], /not validated yet/],
  ["of what ended after it was written", HEAD, [{ finished_at: SECOND_AFTER }], /not validated yet/],
])("nothing is approved %s", async (_, sha, list, words) => {
  if (list === null) found.readPull.mockResolvedValue(null);
  found.listValidations.mockResolvedValue((list ?? []).map(of));
  const answer = await ask(sha);
  expect(answer).toEqual({ sign: null, words: expect.stringMatching(words) });
  expect(found.told).not.toHaveBeenCalled();
});

test.each<[string, string | null, Partial<Validation>]>([
  ["was pushed in the second of the comment", null, { created_at: SECOND_AFTER - 1, ...WAITS }],
  ["came after, and is named in full", HEAD, { created_at: SECOND_AFTER, ...WAITS }],
  ["ended in the second of the comment", null, { finished_at: SECOND_AFTER - 1 }],
  ["ended later, with nothing to see", null, { hold: null, finished_at: SECOND_AFTER }],
])("what %s is approved", async (_, sha, changes) => {
  found.listValidations.mockResolvedValue([of(changes)]);
  expect((await ask(sha)).sign).toBe("+1");
});

test("a label has no time: nothing was seen, unless it waits and is named", async () => {
  expect((await ask(null, PROJECTS, null)).words).toContain("came after");
  expect((await ask(HEAD, PROJECTS, null)).words).toContain("not validated yet");
  expect(found.told).not.toHaveBeenCalled();
});

test("of several projects each is told, and one that may is enough for a sign", async () => {
  const projects = [...PROJECTS, { id: "q", full_name: "a/b" }] as unknown as Projects;
  found.listValidations.mockImplementation(async (_, id: string) => [of({ id: `${id}.v`, project_id: id })]);
  found.told.mockResolvedValueOnce({ refused: "It is merged" });
  const { sign } = await ask(null, projects);
  expect(found.told.mock.calls.map(([, project]) => project)).toEqual(["p", "q"]);
  expect(sign).toBe("+1");
  found.told.mockResolvedValue({ refused: "It is merged" });
  expect(await ask(null, projects)).toEqual({ sign: null, words: "It is merged." });
});

test("one project that has not seen it as it is keeps the word from all", async () => {
  const projects = [...PROJECTS, { id: "q", full_name: "a/b" }] as unknown as Projects;
  found.listValidations.mockImplementation(async (_, id: string) => [
    of({ project_id: id, finished_at: id === "q" ? null : 50_000 }),
  ]);
  expect((await ask(null, projects)).words).toContain("not validated yet");
  expect(found.told).not.toHaveBeenCalled();
});
