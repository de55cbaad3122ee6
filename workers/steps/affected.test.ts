/** Which changes leave a project of a folder alone. */
import { describe, expect, test, vi } from "vitest";
import type { Plan } from "../../models/config.ts";
import { A, B, C, projectAt } from "../project/decide.fixture.ts";
import { concerns, matches, notAffected, untouchedBy, verdictOfUntouched } from "./affected.ts";
import type { Context } from "./visit.ts";

const github = vi.hoisted(() => ({ compareCommits: vi.fn(), branchTip: vi.fn() }));
vi.mock("../providers/github/index.ts", async (original) => ({ ...(await original<object>()), ...github }));

test.each<[string, string, boolean]>([
  ["package.json", "package.json", true],
  ["package.json", "apps/package.json", false],
  ["libs", "libs/a/b.ts", true],
  ["libs/", "libs/a/b.ts", true],
  ["libs", "libs-old/a.ts", false],
  ["libs/*", "libs/a.ts", true],
  ["libs/*", "libs/a/b.ts", true],
  ["libs/*.ts", "libs/a.ts", true],
  ["libs/*.ts", "libs/a.js", false],
  ["libs/*.ts", "libs/a/b.ts", false],
  ["libs/**", "libs/a/b.ts", true],
  ["libs/**", "libs", true],
  ["**/*.proto", "a.proto", true],
  ["**/*.proto", "a/b/c.proto", true],
  ["**/*.proto", "a/b/c.proto.md", false],
  ["a/**/z", "a/z", true],
  ["a/**/z", "a/b/c/z/d", true],
  ["a/**/z", "a/b/c/zz", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["a?c", "a/c", false],
  ["*a*b*c*", "xxaxxbxxcxx", true],
  ["*a*b*c*", "xxaxxcxxbxx", false],
  ["[ab].ts", "[ab].ts", true],
  ["[ab].ts", "a.ts", false],
  ["a.b", "axb", false],
  ["*", ".github/workflows/ci.yml", true],
])("matches(%j, %j) is %s", (glob, file, wanted) => {
  expect(matches(glob, file)).toBe(wanted);
});

test("matches() takes no longer for a pattern that nearly fits in many ways", () => {
  const glob = Array.from({ length: 40 }, () => "**/*a*").join("/");
  const file = Array.from({ length: 200 }, () => "a".repeat(19)).join("/");
  expect(matches(`${glob}/b`, file)).toBe(false);
});

const SHOP = { path: "apps/shop", also: ["package.json", "libs/**"] };

test.each<[string, string[], boolean]>([
  ["a file of its own", ["apps/other/a.ts", "apps/shop/a.ts"], true],
  ["the folder itself", ["apps/shop"], true],
  ["a file that it names", ["libs/deep/a.ts"], true],
  ["files of another", ["apps/other/a.ts", "README.md"], false],
  ["one that begins alike", ["apps/shop-2/a.ts", "apps/shop.ts"], false],
  ["one of that name elsewhere", ["old/apps/shop/a.ts"], false],
  ["its name in capitals", ["apps/Shop/a.ts"], false],
  ["nothing", [], true],
])("concerns() says of %s", (_, files, wanted) => {
  expect(concerns(SHOP, files)).toBe(wanted);
  // A project of the whole repository is concerned by everything.
  expect(concerns({}, files)).toBe(true);
});

test("concerns() takes a folder's name for a name", () => {
  expect(concerns({ path: "a*" }, ["ab/c"])).toBe(false);
  expect(concerns({ path: "a*" }, ["a*/c"])).toBe(true);
});

const H = "c".repeat(40);
const S = "d".repeat(40);

test("notAffected() proves what it says, and says nothing of a list that was cut", () => {
  const paths = ["README.md"];
  expect(notAffected(SHOP, H, { paths, cut: false, start_sha: S })).toEqual({
    ...{ path: "apps/shop", files: paths, compared: { start_sha: S, head_sha: H } },
  });
  expect(notAffected(SHOP, H, { paths, cut: true, start_sha: S })).toBeNull();
  expect(notAffected(SHOP, H, { paths: ["apps/shop/a"], cut: false, start_sha: S })).toBeNull();
  expect(notAffected({}, H, { paths, cut: false, start_sha: S })).toBeNull();
});

describe("verdictOfUntouched()", () => {
  const proof = { path: "apps/shop", files: ["README.md"], compared: { start_sha: S, head_sha: H } };
  const verdict = (changes: object, head_sha = H) =>
    verdictOfUntouched(
      { duration_ms: 1, head_sha, not_affected: { ...proof, ...changes } },
      SHOP as unknown as Plan,
      { head_sha: H },
    );
  test.each<[string, string, string]>([
    ["the whole proof", verdict({}), "not_affected"],
    ["another head", verdict({}, S), "is not of this head"],
    [
      "a comparison with another head",
      verdict({ compared: { start_sha: H, head_sha: S } }),
      "is not of this head",
    ],
    ["a file of the project", verdict({ files: ["README.md", "apps/shop/a"] }), "concerns this project"],
    ["no files", verdict({ files: [] }), "concerns this project"],
    ["another folder", verdict({ path: "apps" }), "concerns this project"],
  ])("of %s", (_, found, wanted) => {
    expect(found).toBe(wanted);
  });
  test("of nothing", () => {
    expect(
      verdictOfUntouched({ duration_ms: 1, head_sha: H }, SHOP as unknown as Plan, { head_sha: H }),
    ).toBe("left no evidence");
  });
});

/** What came into the base after the last push is taken back by the head: since then it changes the project. */
test.each<[string, { sha: string; base_sha: string | null }, [base: string, tested: string]]>([
  ["the head alone", { sha: A, base_sha: null }, [B, A]],
  ["its merge with the tip", { sha: C, base_sha: B }, [B, C]],
])("what lands is held against the base as it is: %s", async (_, target, [base, tested]) => {
  const project = projectAt();
  project.see();
  const validation = project.newest();
  github.branchTip.mockResolvedValue(B);
  github.compareCommits.mockImplementation(async (_vars, _repo, from: string, to: string) => ({
    paths: from === base && to === tested ? ["apps/shop/a.ts", "README.md"] : ["README.md"],
    ...{ cut: false, start_sha: from },
  }));
  const context = { vars: {}, repo: {}, validation } as unknown as Context;
  expect(await untouchedBy(context, SHOP as unknown as Plan, target)).toBeNull();
});

test("of the whole repository nothing is asked", async () => {
  github.compareCommits.mockReset();
  const context = { vars: {}, repo: {}, validation: {} } as unknown as Context;
  for (const path of [undefined, ""])
    expect(
      await untouchedBy(context, { ...SHOP, path } as unknown as Plan, { sha: A, base_sha: B }),
    ).toBeNull();
  expect(github.compareCommits).not.toHaveBeenCalled();
});

test("what leaves the folder alone is proven, of the head that is validated", async () => {
  github.compareCommits.mockResolvedValue({ paths: ["README.md"], cut: false, start_sha: S });
  const context = { vars: {}, repo: {}, validation: { head_sha: A } } as unknown as Context;
  const proof = { path: "apps/shop", files: ["README.md"], compared: { start_sha: S, head_sha: A } };
  expect(await untouchedBy(context, SHOP as unknown as Plan, { sha: C, base_sha: B })).toEqual(proof);
});

test.each([
  [404, true],
  [422, false],
  [500, false],
])(
  "what GitHub answers with %s concerns the project: %s; else it is asked again",
  async (status, concerned) => {
    github.compareCommits.mockRejectedValue(Object.assign(new Error("no"), { status, response: {} }));
    const context = { vars: {}, repo: {}, validation: { head_sha: A } } as unknown as Context;
    const asked = untouchedBy(context, SHOP as unknown as Plan, { sha: C, base_sha: B });
    if (concerned) expect(await asked).toBeNull();
    else await expect(asked).rejects.toThrow("no");
  },
);
