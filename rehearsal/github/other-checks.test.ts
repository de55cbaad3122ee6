/** What a merge waits for (workers/providers/github/other-checks.ts), as this GitHub tells it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { otherChecks, requiredChecks } from "../../workers/providers/github/other-checks.ts";
import type { Vars } from "../../workers/vars.ts";
import { client, type Shop, startShop } from "./github.fixture.ts";

const SHOP = "alice/shop";

let shop: Shop;
let installation_id: number;
let sha: string;
beforeEach(async () => {
  shop = await startShop();
  // The App signs in with the time of this machine.
  shop.clock.ms = Date.now();
  installation_id = shop.github.install(SHOP).id;
  sha = await shop.github.pushCommit(SHOP, "feature", { "a.txt": "a\n" }, "Add a");
});
afterEach(async () => {
  expect(shop.github.unmodelled).toEqual([]);
  await shop.close();
});

const vars = (): Vars =>
  ({
    GITHUB_API_URL: shop.github.apiUrl,
    GITHUB_TOKEN: null,
    GITHUB_APP_ID: String(shop.github.app.id),
    GITHUB_APP_PRIVATE_KEY: shop.github.app.privateKey,
  }) as Vars;
const repo = () => ({ full_name: SHOP, installation_id });
const required = (branch = "main") => requiredChecks(vars(), repo(), branch);

describe("requiredChecks()", () => {
  const rule = (checks: { context: string; integration_id?: number }[]) => ({
    type: "required_status_checks",
    parameters: { strict_required_status_checks_policy: false, required_status_checks: checks },
  });
  const ruleset = (include: string, rules: ReturnType<typeof rule>[]) =>
    shop.github.addRuleset(SHOP, { name: include, include: [include], rules });
  const refuse = (match: string, status: number) =>
    shop.github.faults.add({ match, before: async () => Response.json({ message: "No" }, { status }) });

  test("are none without any protection", async () => {
    expect(await required()).toEqual([]);
  });

  test("come from protection and from rulesets, each once, also of a branch with a slash", async () => {
    await shop.github.pushCommit(SHOP, "release/1", { "b.txt": "b\n" }, "Add b");
    const checks = ["lint", "types"].map((context) => ({ context, appId: null }));
    for (const branch of ["main", "release/1"])
      shop.github.protect(SHOP, branch, { checks: { strict: false, checks } });
    ruleset("~ALL", [rule([{ context: "types" }, { context: "deploy", integration_id: 5 }])]);
    ruleset("refs/heads/main", [rule([{ context: "only main" }])]);
    const both = [
      { name: "lint", app: null },
      { name: "types", app: null },
      { name: "deploy", app: 5 },
    ];
    expect(await required("release/1")).toEqual(both);
    expect(await required()).toEqual([...both, { name: "only main", app: null }]);
  });

  test("of a hundred rules and one the last counts too", async () => {
    const rules = Array.from({ length: 101 }, (_, nth) => rule([{ context: `check ${nth}` }]));
    ruleset("~ALL", rules);
    expect((await required()).map(({ name }) => name)).toContain("check 100");
    expect(await required()).toHaveLength(101);
  });

  test.each([403, 404])("what may not be read (%i) hides nothing of the other", async (status) => {
    const checks = [{ context: "lint", appId: null }];
    shop.github.protect(SHOP, "main", { checks: { strict: false, checks } });
    ruleset("~ALL", [rule([{ context: "types" }])]);
    refuse("GET /repos/*/*/branches/*/protection/required_status_checks", status);
    expect(await required()).toEqual([{ name: "types", app: null }]);
    refuse("GET /repos/*/*/rules/branches/*", status);
    expect(await required()).toEqual([]);
  });

  test("that cannot be read are not none", async () => {
    refuse("GET /repos/*/*/rules/branches/*", 500);
    await expect(required()).rejects.toThrow();
  });
});

describe("otherChecks()", () => {
  test("tells the last of more than a hundred, runs and statuses alike", async () => {
    const permissions = { metadata: "read", checks: "write", statuses: "write" } as const;
    const ci = shop.github.createApp("ci", { permissions });
    shop.github.install(SHOP, ci);
    const as = client(shop.github, shop.github.installationToken(SHOP, ci));
    const at = { owner: "alice", repo: "shop" };
    const names = Array.from({ length: 101 }, (_, nth) => `${nth}`);
    for (const name of names) {
      const red = name === "0";
      await as.request("POST /repos/{owner}/{repo}/check-runs", {
        ...{ ...at, name, head_sha: sha, status: "completed" as const },
        conclusion: red ? ("failure" as const) : ("success" as const),
      });
      await as.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...{ ...at, sha, context: `status ${name}`, state: red ? ("error" as const) : ("success" as const) },
      });
    }
    const found = await otherChecks(vars(), repo(), sha, null);
    expect(found).toHaveLength(202);
    // GitHub lists the newest first: the oldest stand on the second page.
    const failed = found.filter(({ state }) => state === "failed").map(({ name }) => name);
    expect(failed).toEqual(["0", "status 0"]);
  });
});
