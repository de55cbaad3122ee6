/** What others say of a commit, and what a branch requires: nothing of it may be overlooked, and nothing taken for good. */
import { afterEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { otherChecks, requiredChecks } from "./other-checks.ts";

const vars = { GITHUB_API_URL: "https://github.test", GITHUB_TOKEN: "t", GITHUB_APP_ID: "7" } as Vars;
const repo = { full_name: "a/b", installation_id: null };
const ON = "/repos/a/b/commits/s1";
const RULES = "/repos/a/b/rules/branches/main";
const PROTECTION = "/repos/a/b/branches/main/protection/required_status_checks";

/** GitHub answers each path with these pages; a number is a status without a body. */
function answers(pages: Record<string, readonly unknown[] | number>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (text: string) => {
    const url = new URL(text);
    const path = decodeURIComponent(url.pathname);
    asked.push(path);
    const found = pages[path] ?? 404;
    if (typeof found === "number") return Response.json({ message: "no" }, { status: found });
    return Response.json(found[Number(url.searchParams.get("page") ?? "1") - 1] ?? found.at(-1));
  });
  return asked;
}

const run = (name: string, status: string, conclusion: string | null = null, id: number | null = 9) => ({
  ...{ name, status, conclusion },
  app: id === null ? null : { id },
});
const on = (runs: object[], statuses: object[] = []) =>
  answers({ [`${ON}/check-runs`]: [{ check_runs: runs }], [`${ON}/status`]: [{ statuses }] });
const others = (scope: string | null = null) => otherChecks(vars, repo, "s1", scope);

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["queued", null, "pending"],
  ["in_progress", null, "pending"],
  // A rerun keeps what it came to before until it ends.
  ["in_progress", "success", "pending"],
  ["completed", "success", "passed"],
  ["completed", "neutral", "passed"],
  ["completed", "skipped", "passed"],
  ["completed", "failure", "failed"],
  ["completed", "cancelled", "failed"],
  ["completed", "timed_out", "failed"],
  ["completed", "action_required", "failed"],
  ["completed", "stale", "failed"],
  ["completed", null, "failed"],
])("a check run that is %s with %s is %s", async (status, conclusion, state) => {
  on([run("lint", status, conclusion)]);
  expect(await others()).toEqual([{ name: "lint", app: 9, state }]);
});

test.each([
  ["success", "passed"],
  ["pending", "pending"],
  ["failure", "failed"],
  ["error", "failed"],
])("a status that is %s is %s, and no App's", async (state, means) => {
  on([], [{ context: "ci/build", state }]);
  expect(await others()).toEqual([{ name: "ci/build", app: null, state: means }]);
});

test.each([
  ["of our name and our App", "tidegate", 7, null, false],
  ["of ours for another base", "tidegate (lax)", 7, null, false],
  ["of our name and another App", "tidegate", 9, null, true],
  ["of another name and our App", "lint", 7, null, true],
  ["of another project here", "tidegate/shop", 7, null, true],
  ["of this project, which shares the repository", "tidegate/shop", 7, "shop", false],
  ["of the project that was here first", "tidegate", 7, "shop", true],
  ["of our name and no App", "tidegate", null, null, false],
])("a check %s is of others: %s", async (_, name, app, scope, listed) => {
  on([run(name, "completed", "failure", app)]);
  expect(await others(scope)).toEqual(listed ? [{ name, app, state: "failed" }] : []);
});

test("what stands on a later page counts as much", async () => {
  const many = Array.from({ length: 100 }, (_, nth) => run(`good ${nth}`, "completed", "success"));
  answers({
    [`${ON}/check-runs`]: [{ check_runs: many }, { check_runs: [run("bad", "completed", "failure")] }],
    [`${ON}/status`]: [{ statuses: [] }],
  });
  const bad = (await others()).filter(({ state }) => state !== "passed");
  expect(bad).toEqual([{ name: "bad", app: 9, state: "failed" }]);
});

test.each(["check-runs", "status"])("that %s could not be read is no answer", async (what) => {
  const there = { [`${ON}/check-runs`]: [{ check_runs: [] }], [`${ON}/status`]: [{ statuses: [] }] };
  answers({ ...there, [`${ON}/${what}`]: 403 });
  await expect(others()).rejects.toThrow();
});

const protection = { checks: [{ context: "build", app_id: 3 }, { context: "lint" }] };
const rule = (context: string, integration_id?: number) => ({
  type: "required_status_checks",
  parameters: { required_status_checks: [{ context, ...(integration_id && { integration_id }) }] },
});
const BUILD = { name: "build", app: 3 };
const LINT = { name: "lint", app: null };

test.each([
  ["protection alone", [protection], 404, [BUILD, LINT]],
  ["rules alone", 404, [[rule("build", 3)]], [BUILD]],
  ["rules, where the other may not be read", 403, [[rule("build", 3)]], [BUILD]],
  ["protection, where the other may not be read", [protection], 403, [BUILD, LINT]],
  ["both, each once", [protection], [[rule("lint"), rule("size"), { type: "deletion" }]], [BUILD, LINT]],
  ["none", 404, 404, []],
  ["rules of another kind", 404, [[{ type: "required_status_checks" }, { type: "pull_request" }]], []],
] as const)("a branch requires what is in %s", async (name, protections, rules, expected) => {
  answers({ [PROTECTION]: protections, [RULES]: rules });
  const more = name.startsWith("both") ? [{ name: "size", app: null }] : [];
  expect(await requiredChecks(vars, repo, "main")).toEqual([...expected, ...more]);
});

test("a rule on a later page counts as much", async () => {
  const first = Array.from({ length: 100 }, () => ({ type: "deletion" }));
  answers({ [PROTECTION]: 404, [RULES]: [first, [rule("build", 3)]] });
  expect(await requiredChecks(vars, repo, "main")).toEqual([BUILD]);
});

test.each([
  ["protection", PROTECTION],
  ["rules", RULES],
])("that %s could not be read is not that there is none", async (_, path) => {
  answers({ [PROTECTION]: 404, [RULES]: 404, [path]: 422 });
  await expect(requiredChecks(vars, repo, "main")).rejects.toThrow();
});
