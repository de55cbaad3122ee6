/** What the code graph may do to a merge; what did not run has not passed. */
import { describe, expect, test } from "vitest";
import type { Analysis } from "../../models/analysis.ts";
import type { Policy } from "../../models/config.ts";
import type { StepRecord } from "../../models/step.ts";
import { analysis } from "./analysis.fixture.ts";
import { failureOf, gateHoldOf, holdOf } from "./policy.ts";

const policy = (changes: Partial<Policy>): Policy => ({
  fail_on: "none",
  ask_a_person_at: "none",
  ...changes,
});
const finding = (severity: "error" | "warning" | "note") => ({
  rule: `security/${severity}`,
  severity,
  message: "Bad",
  path: "a.js",
  lines: [3, 4] as [number, number],
});
const risky = (level: "critical" | "high" | "medium" | "low"): Partial<Analysis> => ({
  risk: {
    score: 50,
    level,
    reasons: ["It reaches 7 other files", "No test is known to reach it"],
    parts: {},
  },
});
const ran = (changes: Partial<Analysis>) => ({
  state: "passed" as const,
  reason: null,
  evidence: { duration_ms: 1, analysis: analysis(changes) },
});

describe("failureOf()", () => {
  test.each<[Policy["fail_on"], ("error" | "warning" | "note")[], boolean]>([
    ["none", ["error", "warning"], false],
    ["error", [], false],
    ["error", ["warning", "note"], false],
    ["error", ["error"], true],
    ["warning", ["note"], false],
    ["warning", ["warning"], true],
    ["warning", ["error"], true],
  ])("fail_on %s and new %j: fails %s", (fail_on, severities, fails) => {
    const findings = severities.map(finding);
    const count = (severity: string) => findings.filter((one) => one.severity === severity).length;
    const found = analysis({
      findings,
      severities: { error: count("error"), warning: count("warning"), note: count("note") },
    });
    expect(failureOf(policy({ fail_on }), found)?.code).toBe(fails ? "new_findings" : undefined);
  });

  test("counts what is beyond the list, and names the first that counts", () => {
    const found = analysis({
      findings: [finding("note"), finding("error")],
      severities: { error: 400, warning: 0, note: 1 },
    });
    const message = failureOf(policy({ fail_on: "error" }), found)?.message;
    expect(message).toContain("security/error in a.js:3 and 399 more");
  });
});

describe("holdOf()", () => {
  test.each<[Policy["ask_a_person_at"], "critical" | "high" | "medium" | "low", boolean]>([
    ["none", "critical", false],
    ["critical", "critical", true],
    ["critical", "high", false],
    ["high", "critical", true],
    ["high", "high", true],
    ["high", "medium", false],
    ["medium", "medium", true],
    ["medium", "low", false],
  ])("ask_a_person_at %s and a risk that is %s: holds %s", (ask_a_person_at, level, holds) => {
    const hold = holdOf(policy({ ask_a_person_at, fail_on: "error" }), ran(risky(level)));
    expect(hold?.code).toBe(holds ? "risk_asks" : undefined);
    if (holds) expect(hold?.message).toContain(`${level} (50 of 100): It reaches 7 other files; No test`);
  });

  const lost: [string, Pick<StepRecord, "state" | "reason" | "evidence"> | undefined][] = [
    ["did not run", undefined],
    ["errored", { state: "errored", reason: "D1 said no", evidence: null }],
    ["timed out", { state: "timed_out", reason: null, evidence: null }],
    ["still runs", { state: "running", reason: null, evidence: null }],
    ["was cancelled", { state: "cancelled", reason: null, evidence: null }],
    ["passed without evidence", { state: "passed", reason: null, evidence: null }],
  ];
  test.each(lost)("an analysis that %s holds under a policy and under none does not", (_, record) => {
    for (const some of [policy({ fail_on: "error" }), policy({ ask_a_person_at: "critical" })])
      expect(holdOf(some, record)?.code).toBe("analysis_missing");
    expect(holdOf(policy({}), record)).toBeNull();
  });

  test("a risk that nobody can judge asks a person where the risk matters", () => {
    expect(holdOf(policy({ ask_a_person_at: "critical" }), ran({ risk: null }))?.code).toBe("risk_unknown");
    expect(holdOf(policy({ fail_on: "error" }), ran({ risk: null }))).toBeNull();
  });
});

describe("gateHoldOf", () => {
  test("asks a person about what steers the gate or agents, names it, and lets all else be", () => {
    const hold = gateHoldOf({ paths: ["src/a.js", "packages/shop/.claude/settings.json"], cut: false });
    expect(hold?.code).toBe("gate_changed");
    expect(hold?.message).toContain("go by: packages/shop/.claude/settings.json. A person");
    expect(gateHoldOf({ paths: ["src/a.js"], cut: false })).toBeNull();
  });

  test("asks about the configuration of a project of a folder as well", () => {
    const paths = ["apps/shop/.Tidegate.yml"];
    expect(gateHoldOf({ paths, cut: false }, "apps/shop/.tidegate.yml")?.code).toBe("gate_changed");
    expect(gateHoldOf({ paths, cut: false })).toBeNull();
  });

  test("takes a list that is cut for one that holds such a file", () => {
    expect(gateHoldOf({ paths: ["src/a.js"], cut: true })).toMatchObject({ code: "gate_changed" });
  });

  test("names a few of many", () => {
    const paths = Array.from({ length: 7 }, (_, nth) => `.github/workflows/${nth}.yml`);
    expect(gateHoldOf({ paths, cut: false })?.message).toContain("4.yml and 2 more");
  });
});
