/** Two projects of one repository: each is told everything once, speaks under a name of its own, and may be a folder. */
import { describe, expect, test } from "vitest";
import {
  type App,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const BY_HAND = { auto_merge_enabled: false };
const FAILS = "setup: none\ntest: 'echo \"2 passed, 1 failed\"; exit 1'\n";

type Settings = Parameters<App["api"]["saveProject"]>[1];

/** The same repository under care once more. */
async function twice({ api }: App, { full_name }: Project, settings: Settings = BY_HAND): Promise<Project> {
  const { id, check_scope } = await api.pin({ full_name, ...settings });
  expect(check_scope).toBe(id);
  return { id, full_name };
}

function said(app: App, one: Project, sha: string): Record<string, string | null> {
  return Object.fromEntries(ourChecks(app, one, sha).map(({ name, conclusion }) => [name, conclusion]));
}

describe("one pull request, two projects", () => {
  test("each validates it once, under a check of its own, and both are waited for", async () => {
    const { app } = stage;
    const one = await project(app, "shared", {}, BY_HAND);
    const two = await twice(app, one);
    const checks = ["tidegate", `tidegate/${two.id}`].map((context) => ({
      context,
      appId: app.github.app.id,
    }));
    app.github.protect(one.full_name, "main", { checks: { strict: false, checks }, enforceAdmins: true });
    const { number, head } = await open(app, one, "change");
    await Promise.all([settled(app, one, number), settled(app, two, number)]);
    // The same event once more, and another after it, so that it was heard.
    const opened = app.github.world.deliveries.findLast(({ event }) => event === "pull_request");
    if (opened === undefined) throw new Error("Nothing was delivered");
    app.github.redeliver(opened);
    const other = await open(app, one, "other");
    await Promise.all([settled(app, one, other.number), settled(app, two, other.number)]);
    for (const { id } of [one, two])
      expect((await app.api.pull(id, number)).validations.map(({ attempt }) => attempt)).toEqual([1]);
    expect(
      ourChecks(app, one, head)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["tidegate", `tidegate/${two.id}`]);
    expect(said(app, one, head)).toEqual({ tidegate: "success", [`tidegate/${two.id}`]: "success" });
    await app.api.saveProject(two.id, { auto_merge_enabled: true });
    await validationWhere(app, two, number, (it) => it.merge_state === "merged");
    expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
  });

  test("what one of them refuses is not merged by the other", async () => {
    const { app } = stage;
    const one = await project(app, "at-odds", {}, BY_HAND);
    const two = await twice(app, one, { ...BY_HAND, config: FAILS });
    const { number, head } = await open(app, one, "change");
    await Promise.all([settled(app, one, number), settled(app, two, number)]);
    expect(said(app, one, head)).toEqual({ tidegate: "success", [`tidegate/${two.id}`]: "failure" });
    await app.api.saveProject(one.id, { auto_merge_enabled: true });
    const { merge_reasons } = await validationWhere(app, one, number, (it) => it.merge_state === "blocked");
    expect(merge_reasons).toEqual([{ code: "failed_check", message: `"tidegate/${two.id}" failed` }]);
    expect(merges(app, one, number)).toEqual([]);
  });
});

describe("projects of folders", () => {
  const SHOP = {
    "apps/shop/.tidegate.yml": "setup: touch made-here\ntest: sh test.sh\nalso: [libs]\n",
    "apps/shop/test.sh": 'test -e made-here && echo "in $(basename "$PWD")" && echo "1 passed, 0 failed"\n',
    "apps/blog/.tidegate.yml": "setup: none\ntest: echo '1 passed, 0 failed'\n",
    ".tidegate.yml": null,
  };

  test("a change in one folder runs there, and leaves the other alone with proof", async () => {
    const { app } = stage;
    const shop = await project(app, "mono", SHOP, { ...BY_HAND, path: "apps/shop" });
    const blog = await twice(app, shop, { ...BY_HAND, path: "apps/blog" });
    const files = { "apps/shop/new.txt": "new\n", "README.md": "# Both\n" };
    const { number, head } = await open(app, shop, "change", files);
    const [its, other] = await Promise.all([settled(app, shop, number), settled(app, blog, number)]);
    expect(its).toMatchObject({ state: "passed", required: ["snapshot", "setup", "test"] });
    const log = await app.api.log(its.steps.find(({ kind }) => kind === "test")?.id ?? "", its.id, 0);
    expect(log.text).toContain("in shop\n");
    expect(its.steps.find(({ kind }) => kind === "snapshot")?.evidence?.config_source).toBe(
      "apps/shop/.tidegate.yml of main",
    );
    expect(other).toMatchObject({ state: "passed", required: ["snapshot"] });
    expect(other.steps.map(({ kind, state }) => `${kind} ${state}`)).toContain("test not_required");
    const proof = other.steps.find(({ kind }) => kind === "snapshot")?.evidence?.not_affected;
    const start_sha = await app.github.head(shop.full_name, "main");
    expect(proof).toEqual({
      ...{ path: "apps/blog", files: expect.arrayContaining(Object.keys(files)) },
      compared: { start_sha, head_sha: head },
    });
    const judged = other.steps.find(({ kind }) => kind === "judge")?.evidence?.judged;
    expect(judged).toEqual([{ kind: "snapshot", state: "passed", verdict: "not_affected" }]);
    const check = ourChecks(app, blog, head).find(({ name }) => name === `tidegate/${blog.id}`);
    expect(check).toMatchObject({ conclusion: "success", output: { title: "not affected" } });
    await app.api.saveProject(blog.id, { auto_merge_enabled: true });
    await validationWhere(app, blog, number, (it) => it.merge_state === "merged");
    expect(merges(app, blog, number)).toEqual([{ sha: head, status: 200 }]);
  });

  test("what the base names beside the folder concerns it", async () => {
    const { app } = stage;
    const shop = await project(app, "mono-also", SHOP, { ...BY_HAND, path: "apps/shop" });
    const { number } = await open(app, shop, "change", { "libs/deep/a.txt": "a\n" });
    expect((await settled(app, shop, number)).required).toContain("test");
  });

  test("a folder without a configuration is told which file is missing", async () => {
    const { app } = stage;
    const one = await project(app, "mono-bare", {}, { ...BY_HAND, path: "apps/none" });
    const { number } = await open(app, one, "change");
    expect(await settled(app, one, number)).toMatchObject({
      state: "failed",
      reason: { code: "no_config", message: expect.stringContaining("main has no apps/none/.tidegate.yml") },
    });
    await expect(app.api.saveProject(one.id, { path: "../x" })).rejects.toMatchObject({
      problem: { status: 422 },
    });
  });
});
