/** What must hold at the moment of the merge, and what is said when it does not. */
import { describe, expect, test } from "vitest";
import type { Pull } from "../../models/pull.ts";
import type { Validation } from "../../models/validation.ts";
import { B, merging, pullAt } from "../project/decide.fixture.ts";
import type { OtherCheck, RequiredCheck } from "../providers/github/index.ts";
import { checkConditions, headConditions } from "./conditions.ts";

const passed = (): Validation => {
  const { project, id } = merging();
  return project.validation(id);
};
const ON = { auto_merge_enabled: true, paused_by: null };

describe("headConditions()", () => {
  test("has nothing against the validated head of a ready pull request", () => {
    expect(headConditions(pullAt(), passed(), ON, {})).toBeNull();
    expect(headConditions(pullAt(), passed(), ON, undefined)).toBeNull();
    expect(headConditions(pullAt({ base_sha: B }), passed(), ON, { auto: true })).toBeNull();
  });

  test.each<[string, string, string[], Partial<Pull> & { mergeable?: boolean | null }]>([
    ["another head", "rejected", ["head_modified"], { head_sha: B }],
    ["a closed pull request", "rejected", ["pull_closed"], { state: "closed" }],
    ["another base", "rejected", ["base_changed"], { base_ref: "next" }],
    ["a draft", "blocked", ["draft"], { draft: true }],
    ["a fork", "blocked", ["fork"], { head_repo_id: 2 }],
    ["a fork that is gone", "blocked", ["fork"], { head_repo_id: null }],
    ["conflicts", "blocked", ["conflicts"], { mergeable: false }],
    [
      "all of it at once",
      "rejected",
      ["head_modified", "pull_closed", "base_changed", "draft", "fork", "conflicts"],
      {
        ...{ head_sha: B, state: "closed", base_ref: "next", draft: true, head_repo_id: 2 },
        mergeable: false,
      },
    ],
  ])("objects to %s", (_, state, codes, changes) => {
    const against = headConditions({ ...pullAt(), ...changes }, passed(), ON, {});
    expect(against).toMatchObject({ state, commit_sha: null, again_s: null });
    expect(against?.reasons.map(({ code }) => code)).toEqual(codes);
  });

  test("does not object to what GitHub has not worked out yet", () => {
    expect(headConditions({ ...pullAt(), mergeable: null }, passed(), ON, {})).toBeNull();
    expect(headConditions({ ...pullAt(), mergeable: true }, passed(), ON, {})).toBeNull();
  });

  test("waits with whoever may pass the base's protection for what that asks for", () => {
    const blocked = headConditions({ ...pullAt(), rules_unmet: true }, passed(), ON, {});
    expect(blocked).toMatchObject({ state: "blocked", reasons: [{ code: "rules_unmet" }], again_s: 60 });
  });

  test("lets a fork be merged by a person's word, and says once that one is asked", () => {
    const hold = { code: "fork", message: "It comes from a fork" };
    const fork = pullAt({ head_repo_id: 2 });
    expect(headConditions(fork, { ...passed(), hold }, ON, {})?.reasons).toEqual([hold]);
    expect(headConditions(fork, { ...passed(), hold, approved_by: "mira" }, ON, {})).toBeNull();
    expect(headConditions(fork, { ...passed(), approved_by: "mira" }, ON, {})).toBeNull();
  });

  test("merges what is flaky by a person's word alone", () => {
    const flaky: Validation = { ...passed(), state: "passed_flaky" };
    expect(headConditions(pullAt(), flaky, ON, {})).toMatchObject({
      state: "blocked",
      reasons: [{ code: "flaky" }],
    });
    expect(headConditions(pullAt(), { ...flaky, approved_by: "mira" }, ON, {})).toBeNull();
  });

  test("says everything that a person must do, with every hold and wish", () => {
    const hold = { code: "risk_asks", message: "The risk is high" };
    const twin = { code: "twin_held", message: "#8 is the same commit" };
    const against = headConditions(
      pullAt({ draft: true }),
      { ...passed(), hold, twin },
      { ...ON, auto_merge_enabled: false },
      { auto: false },
    );
    expect(against?.reasons.map(({ code }) => code)).toEqual([
      ...["risk_asks", "twin_held", "draft", "auto_merge_disabled", "auto_merge_never"],
    ]);
  });

  test("asks a person again when nobody decided", () => {
    const hold = { code: "risk_asks", message: "The risk is high" };
    const reply = headConditions(pullAt(), { ...passed(), hold }, ON, {});
    expect(reply).toMatchObject({ state: "blocked", reasons: [hold], again_s: null });
    expect(headConditions(pullAt(), { ...passed(), hold, approved_by: "mira" }, ON, {})).toBeNull();
  });

  test("waits with the same commit elsewhere, whoever approved this one", () => {
    const twin = { code: "twin_held", message: "#8 is the same commit" };
    expect(headConditions(pullAt(), { ...passed(), twin }, ON, {})).toMatchObject({
      state: "blocked",
      reasons: [twin],
      again_s: null,
    });
  });

  test.each(["queued", "running", "failed", "errored", "timed_out", "superseded", "cancelled"] as const)(
    "objects to a validation that is %s",
    (state) => {
      expect(headConditions(pullAt(), { ...passed(), state }, ON, {})).toMatchObject({
        state: "rejected",
        reasons: [{ code: "not_passed" }],
      });
    },
  );

  test.each([
    ["the project", { ...ON, auto_merge_enabled: false }, { auto: true }, "auto_merge_disabled"],
    ["the base's configuration", ON, { auto: false }, "auto_merge_never"],
  ])("objects when %s does not want auto-merge", (_, settings, merge, code) => {
    expect(headConditions(pullAt(), passed(), settings, merge)).toMatchObject({
      state: "blocked",
      reasons: [{ code }],
    });
  });
});

test("a project that was paused while its merge was under way does not merge, and looks again", () => {
  expect(headConditions(pullAt(), passed(), { ...ON, paused_by: "mira" }, {})).toMatchObject({
    state: "blocked",
    reasons: [{ code: "paused", message: "mira paused the project" }],
    again_s: 60,
  });
});

describe("checkConditions()", () => {
  const OURS = { name: "tidegate", app: "77" };
  const LAX = { name: "tidegate (lax)", app: "77" };
  const check = (name: string, app: number | null, state: OtherCheck["state"] = "passed"): OtherCheck => ({
    name,
    app,
    state,
  });
  const need = (name: string, app: number | null = null): RequiredCheck => ({ name, app });

  test.each<[string, RequiredCheck[], OtherCheck[]]>([
    ["nothing is required and nothing said", [], []],
    ["what is not required passed", [], [check("lint", 5)]],
    ["what is required passed", [need("lint")], [check("lint", 5)]],
    ["what is required of an App passed there", [need("lint", 5)], [check("lint", 5)]],
    ["it passed at another App as well", [need("lint", 5)], [check("lint", 6), check("lint", 5)]],
    ["a required status passed", [need("ci/old")], [check("ci/old", null)]],
    ["only our own check is required", [need("tidegate"), need("tidegate", 77)], []],
  ])("has nothing against it when %s", (_, required, others) => {
    expect(checkConditions(required, others, OURS)).toBeNull();
  });

  test.each<[string, string[], RequiredCheck[], OtherCheck[]]>([
    ["a required one is missing", ["missing_checks"], [need("lint")], [check("types", 5)]],
    [
      "a required one comes from another App",
      ["untrusted_check_source"],
      [need("lint", 5)],
      [check("lint", 6)],
    ],
    ["a status stands in for an App's", ["untrusted_check_source"], [need("lint", 5)], [check("lint", null)]],
    ["a required one failed", ["failed_check"], [need("lint")], [check("lint", 5, "failed")]],
    ["one that is not required failed", ["failed_check"], [], [check("lint", 5, "failed")]],
    ["a required one runs", ["pending_checks"], [need("lint")], [check("lint", 5, "pending")]],
    ["one that is not required runs", ["pending_checks"], [], [check("lint", 5, "pending")]],
    [
      "it failed at one App and passed at the other",
      ["failed_check"],
      [need("lint")],
      [check("lint", 5), check("lint", 6, "failed")],
    ],
    [
      "of six two are there, one failed",
      ["missing_checks", "missing_checks", "missing_checks", "missing_checks", "failed_check"],
      ["a", "b", "c", "d", "e", "f"].map((name) => need(name)),
      [check("a", 5), check("b", 5, "failed")],
    ],
    ["another App's check bears our name", ["missing_checks"], [need("tidegate", 5)], []],
  ])("holds the merge back for a while when %s", (_, codes, required, others) => {
    const against = checkConditions(required, others, OURS);
    expect(against).toMatchObject({ state: "blocked", commit_sha: null, again_s: 60 });
    expect(against?.reasons.map(({ code }) => code)).toEqual(codes);
  });

  test("without an App of our own takes an App's check of our name for somebody else's", () => {
    expect(checkConditions([need("tidegate", 77)], [], { ...OURS, app: null })).toMatchObject({
      reasons: [{ code: "missing_checks" }],
    });
    expect(checkConditions([need("tidegate")], [], { ...OURS, app: null })).toBeNull();
  });

  test("takes our check of another base neither for its own nor for somebody else's", () => {
    for (const [own, other] of [
      [OURS, LAX],
      [LAX, OURS],
    ] as const) {
      expect(checkConditions([need(own.name), need(own.name, 77)], [], own)).toBeNull();
      expect(checkConditions([need(other.name), need(own.name)], [], own)).toMatchObject({
        state: "blocked",
        reasons: [{ code: "missing_checks", message: expect.stringContaining(`"${own.name}"`) }],
      });
    }
  });

  test("waits for the check of another project of the repository as for anybody's", () => {
    const own = { name: "tidegate/shop-2", app: "77", scope: "shop-2" };
    const required = [need("tidegate", 77), need("tidegate/shop-2", 77)];
    expect(checkConditions(required, [check("tidegate", 77)], own)).toBeNull();
    expect(checkConditions(required, [], own)?.reasons).toMatchObject([{ code: "missing_checks" }]);
    expect(checkConditions(required, [check("tidegate", 77, "failed")], own)?.reasons).toMatchObject([
      { code: "failed_check" },
    ]);
    // And the first of them for those of the others.
    expect(checkConditions([need("tidegate/shop-2", 77)], [], OURS)?.reasons).toMatchObject([
      { code: "missing_checks", message: expect.stringContaining("was not reported") },
    ]);
  });

  test("waits for what the configuration names, as for what GitHub requires", () => {
    const wait = (others: OtherCheck[], required: RequiredCheck[] = []) =>
      checkConditions(required, others, OURS, ["lint", "types", "tidegate"])?.reasons.map(
        ({ code }) => code,
      ) ?? [];
    expect(wait([])).toEqual(["missing_checks", "missing_checks"]);
    expect(wait([check("lint", 5), check("types", 5)])).toEqual([]);
    expect(wait([check("lint", 5), check("size", 5)], [need("size")])).toEqual(["missing_checks"]);
    expect(wait([check("lint", 5, "failed"), check("types", 5, "pending")])).toEqual([
      "failed_check",
      "pending_checks",
    ]);
    // What GitHub requires of an App is said once, and the name alone does not do instead.
    expect(wait([check("lint", 6), check("types", 5)], [need("lint", 5)])).toEqual([
      "untrusted_check_source",
    ]);
  });

  test("says once what failed twice", () => {
    const twice = [check("lint", 5, "failed"), check("lint", 6, "failed")];
    expect(checkConditions([], twice, OURS)?.reasons).toEqual([
      { code: "failed_check", message: '"lint" failed' },
    ]);
  });

  test("names each check it waits for, and why it may never come", () => {
    const [reason] = checkConditions([need("lint")], [], OURS)?.reasons ?? [];
    expect(reason?.message).toMatch(/"lint".*filtered by path/);
  });
});
