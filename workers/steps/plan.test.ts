/** What a project demands is read where the change cannot reach it, and what cannot be read is refused in words. */
import { beforeEach, expect, test, vi } from "vitest";
import { readPlan, readPlanOfBranch } from "./plan.ts";
import type { Work } from "./visit.ts";

const github = vi.hoisted(() => ({ branchTip: vi.fn(), readFileAt: vi.fn() }));
vi.mock("../providers/github/index.ts", () => github);

const FILE = "setup: none\ntest: npm test\n";
const work = (project: object = {}) =>
  ({
    vars: {},
    repo: {},
    project: { config: null, path: "", setup_commands: [], ...project },
  }) as unknown as Work;

beforeEach(() => {
  vi.resetAllMocks();
  github.branchTip.mockResolvedValue("tip");
  github.readFileAt.mockResolvedValue({ text: FILE });
});

test.each([
  ["the whole repository", {}, ".tidegate.yml"],
  ["a folder", { path: "apps/shop" }, "apps/shop/.tidegate.yml"],
])("the plan of %s is in its file on the base", async (_, project, path) => {
  const found = await readPlanOfBranch(work(project), "main");
  expect(found).toMatchObject({ plan: { setup: "none" }, source: `${path} of main`, instructions: "" });
  expect(github.readFileAt.mock.lastCall?.slice(2)).toEqual([path, "tip"]);
  expect(github.branchTip.mock.lastCall?.[2]).toBe("main");
});

test("of a commit that is named no branch is asked", async () => {
  await readPlan(work(), "c1");
  expect(github.readFileAt.mock.lastCall?.[3]).toBe("c1");
  expect(github.branchTip).not.toHaveBeenCalled();
});

test("the project's own configuration comes first", async () => {
  const config = "setup: npm ci\ntest: make check\nagent:\n  instructions: Be brief\n";
  const found = await readPlanOfBranch(work({ config }), "main");
  expect(found).toMatchObject({ plan: { setup: ["npm ci"] }, source: "the project's settings" });
  expect(found).toHaveProperty("instructions", "Be brief");
  expect(github.readFileAt).not.toHaveBeenCalled();
});

test("two plans that differ have two digests, and one has one", async () => {
  const digest = async (text: string) => {
    github.readFileAt.mockResolvedValue({ text });
    const found = await readPlanOfBranch(work(), "main");
    return "digest" in found ? found.digest : null;
  };
  expect(await digest(FILE)).toMatch(/^[0-9a-f]{64}$/);
  expect(await digest(`# words\n${FILE}`)).toBe(await digest(FILE));
  expect(await digest(FILE.replace("npm test", "true"))).not.toBe(await digest(FILE));
});

test.each<[string, object | null, string, RegExp]>([
  ["no file", null, "no_config", /main has no \.tidegate\.yml/],
  ["a link", { not_a_file: "a symbolic link" }, "invalid_config", /is a symbolic link: put a regular file/],
  ["a misspelt key", { text: `${FILE}tests: x\n` }, "invalid_config", /cannot be used: .*tests/],
  ["no set-up", { text: "test: npm test\n" }, "no_setup", /does not say how to set up/],
])("%s is no plan", async (_, file, code, message) => {
  github.readFileAt.mockResolvedValue(file);
  const reason = { code, message: expect.stringMatching(message) };
  expect(await readPlanOfBranch(work(), "main")).toEqual({ reason });
});

test("a branch that is gone has no plan, and no other commit is read for it", async () => {
  github.branchTip.mockResolvedValue(null);
  expect(await readPlanOfBranch(work(), "main")).toMatchObject({ reason: { code: "no_config" } });
  expect(github.readFileAt).not.toHaveBeenCalled();
});
