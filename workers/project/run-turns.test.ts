/** How runs go on when their steps are heard of. */
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../models/fact.ts";
import { ordered } from "./decide.fixture.ts";
import {
  ASKED,
  BRANCH,
  BROKEN,
  commitOf,
  DONE,
  FOREIGN,
  failure,
  MADE,
  NO_GOOD,
  planOf,
  pushedTo,
  RUN,
  type RunProject,
  runProject,
  TOO_LONG,
} from "./run.fixture.ts";
import {
  adopting,
  asking,
  atGate,
  diagnosing,
  executing,
  fail,
  pass,
  pushing,
  repair,
  repairing,
  stuck,
} from "./run-stages.fixture.ts";
import { branchOf } from "./run-turns.ts";

describe("a run", () => {
  test("goes from its goal over plan, change, push and validation to its merge", () => {
    const project = runProject();
    expect(ordered(project.start())).toEqual(["turn 1.1"]);
    expect(ordered(project.ends(planOf()))).toEqual(["tidy 1"]);
    expect(ordered(project.confirm())).toEqual(["turn 2.1"]);
    expect(ordered(project.ends(commitOf(MADE[0])))).toEqual(["tidy 2", "push 1"]);
    expect(project.run()).toMatchObject({ phase: "pushing", heads: [MADE[0]], branch: BRANCH });
    expect(ordered(project.ends(pushedTo(MADE[0])))).toEqual(["observe"]);
    expect(project.run()).toMatchObject({ phase: "validating", pr_number: 7 });
    project.sees(MADE[0]);
    expect(project.newest()).toMatchObject({ head_sha: MADE[0], agent_run_id: RUN });
    pass(project);
    expect(project.run()).toMatchObject({ phase: "validating", status: "running" });
    const merge = { state: "merged" as const, reasons: [], commit_sha: "f".repeat(40), again_s: null };
    const merged = project.end(project.newest().id, "merge", { ...DONE, merge });
    expect(merged.events.map(({ type }) => type)).toContain("agent.run.completed");
    expect(project.run()).toMatchObject({ phase: "completed", status: "completed", reason: null });
  });

  test("repairs what failed on the branch where it stands, as often as it may", () => {
    const project = atGate();
    fail(project);
    expect(project.run().phase).toBe("diagnosing");
    expect(ordered(project.ends(failure("f1")))).toEqual(["turn 3.1"]);
    expect(project.run()).toMatchObject({ phase: "repairing", attempts: 1, fingerprints: ["f1"] });
    expect(ordered(project.ends(commitOf(MADE[1])))).toEqual(["tidy 3", "push 4"]);
    expect(project.run()).toMatchObject({ heads: [MADE[0], MADE[1]], branch: BRANCH });
    project.ends(pushedTo(MADE[1]));
    project.sees(MADE[1]);
    expect(project.run()).toMatchObject({ phase: "validating", heads: [MADE[1]] });
    pass(project);
    expect(project.newest()).toMatchObject({ head_sha: MADE[1], merge_state: "pending", hold: null });
  });

  test("pushes to the branch of the pull request that it took over", () => {
    const project = adopting();
    fail(project);
    project.ends(failure("f1"));
    project.ends(commitOf(MADE[0]));
    expect(project.run().branch).toBe(BRANCH);
    expect(project.run().heads.at(-1)).toBe(MADE[0]);
  });

  test("asks a person after as many repairs as it may make", () => {
    const project = repairing({ limits: { max_attempts: 2 } });
    repair(project, MADE[1]);
    fail(project);
    project.ends(failure("f2"));
    repair(project, MADE[2]);
    fail(project);
    expect(project.run()).toMatchObject({ phase: "needs_human", attempts: 2, status: "waiting_for_input" });
    expect(project.run().reason).toEqual({
      code: "max_attempts",
      message: "It still fails after 2 repairs: exit 1",
    });
  });

  test("that may not repair asks at the first failure", () => {
    const project = atGate({ limits: { max_attempts: 0 } });
    fail(project);
    expect(project.run().reason?.message).toBe("It still fails after 0 repairs: exit 1");
  });

  test.each([
    ["at once", ["f1", "f1"]],
    ["after another one", ["f1", "f2", "f1"]],
  ])("asks a person when the same failure comes again %s", (_, fingerprints) => {
    const project = atGate();
    for (const [at, fingerprint] of fingerprints.entries()) {
      fail(project);
      project.ends(failure(fingerprint));
      if (at < fingerprints.length - 1) repair(project, MADE[at + 1] ?? "");
    }
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "same_failure" } });
    expect(project.run()).toMatchObject({ fingerprints, attempts: fingerprints.length - 1 });
  });

  test.each<[string, () => RunProject]>([
    ["a first change", () => executing()],
    ["a repair", () => repairing()],
  ])("asks a person when %s changes nothing", (_, at) => {
    const project = at();
    const tidied = project.run().turns;
    expect(ordered(project.ends(commitOf(null)))).toContain(`tidy ${tidied}`);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "no_diff" } });
  });

  test.each<[string, () => RunProject, RunOutcome, string]>([
    ["its agent fails", () => executing(), NO_GOOD, "agent_failed"],
    ["its agent takes too long", () => executing(), TOO_LONG, "turn_timeout"],
    ["its agent gives no plan", () => replanning(), DONE, "agent_failed"],
    ["its push is refused", () => pushing(), { ...NO_GOOD, reason: REFUSED }, "push_refused"],
    ["its push makes no pull request", () => pushing(), DONE, "agent_failed"],
    ["what failed cannot be read", () => diagnosing(), NO_GOOD, "agent_failed"],
  ])("asks a person when %s", (_, at, outcome, code) => {
    const project = at();
    project.ends(outcome);
    expect(project.run()).toMatchObject({ phase: "needs_human", current: null, reason: { code } });
    expect(project.last().events.at(-1)).toMatchObject({ type: "notification.new", run_id: RUN });
  });

  test("names what failed itself where its step gives no reason", () => {
    const project = executing();
    project.ends({ state: "timed_out", reason: null });
    expect(project.run().reason).toEqual({ code: "turn_timeout", message: "The turn step timed out" });
  });

  test("tells people once where its change is", () => {
    const project = repairing();
    expect(ordered(project.ends(NO_GOOD))).toEqual(["tidy 3", "summarize 4"]);
    const without = executing();
    expect(ordered(without.ends(NO_GOOD))).toEqual(["tidy 2"]);
  });
});

describe("machinery that fails", () => {
  test.each<[string, () => RunProject, string[][]]>([
    ["under a turn", () => executing(), [["tidy 2", "turn 3.1"], ["tidy 3", "turn 4.1"], ["tidy 4"]]],
    [
      "under a repair",
      () => repairing(),
      [
        ["tidy 3", "turn 4.1"],
        ["tidy 4", "turn 5.1"],
        ["tidy 5", "summarize 4"],
      ],
    ],
    ["under a push", () => pushing(), [["push 2"], ["push 3"], []]],
    ["under a diagnosis", () => diagnosing(), [["diagnose 4"], ["diagnose 5"], ["summarize 6"]]],
  ])("%s is tried twice again, and then a person is asked", (_, at, steps) => {
    const project = at();
    const { attempts, phase } = project.run();
    for (const [nth, expected] of steps.entries()) {
      expect(project.run().phase).toBe(phase);
      expect(ordered(project.ends(BROKEN))).toEqual(expected);
      expect(project.run().current?.errors ?? 3).toBe(nth + 1);
    }
    expect(project.run()).toMatchObject({
      phase: "needs_human",
      attempts,
      reason: { code: "infrastructure" },
    });
  });

  test("is given a while before it is tried again", () => {
    const project = executing();
    const pauses = [0, 1].map(() => project.ends(BROKEN).steps.at(-1));
    expect(pauses).toMatchObject([{ delay_s: 5 }, { delay_s: 30 }]);
    const { began_at, look_at, deadline_at } = project.run().current ?? {};
    expect(began_at).toBe(project.now() + 30_000);
    expect(look_at).toBeGreaterThan(project.now() + 30_000);
    expect(deadline_at).toBeGreaterThan(look_at ?? 0);
  });

  test("is forgotten when the next turn begins", () => {
    const project = executing();
    project.ends(BROKEN);
    project.ends(commitOf(MADE[0]));
    expect(project.run().current).toMatchObject({ kind: "push", errors: 0 });
  });
});

describe("an end that is not awaited", () => {
  test.each<[string, () => RunProject, { kind?: "turn" | "push" | "diagnose" | "tidy"; nth?: number }]>([
    ["of an earlier turn", () => executing(), { nth: 1 }],
    ["of a later turn", () => executing(), { nth: 3 }],
    ["of another kind", () => executing(), { kind: "push" }],
    ["of what awaits nothing", () => repairing(), { kind: "tidy", nth: 3 }],
    ["of a plan that was written", () => asking(), { kind: "turn", nth: 1 }],
    ["of a push that was heard of", () => atGate(), { kind: "push", nth: 1 }],
    ["of a run that asks a person", () => stuck(), { kind: "turn", nth: 2 }],
    ["of a run that is over", () => stopped(), { kind: "turn", nth: 2 }],
  ])("%s changes nothing", (_, at, about) => {
    const project = at();
    const state = project.state();
    const late = project.ends(
      { ...commitOf(FOREIGN), plan: "late", pr_number: 9, fingerprint: "late" },
      about,
    );
    expect(late).toMatchObject({ steps: [], events: [] });
    expect(project.state()).toBe(state);
  });

  test("of a run that nobody knows changes nothing", () => {
    const project = runProject();
    const state = project.state();
    const fact = {
      type: "run.step.ended",
      id: "late",
      run_id: "run_9",
      kind: "push",
      nth: 1,
      outcome: DONE,
    } as const;
    expect(project.tell(fact).steps).toEqual([]);
    expect(project.state()).toBe(state);
  });
});

describe("a branch", () => {
  test.each<[string, string]>([
    ["Sell milk", "tidegate/sell-milk-12345678"],
    ["  Größe & Preis!\nmore", "tidegate/gro-e-preis-more-12345678"],
    ["牛乳を売る", "tidegate/run-12345678"],
    ["a".repeat(60), `tidegate/${"a".repeat(40)}-12345678`],
    [`${"a".repeat(39)} b`, `tidegate/${"a".repeat(39)}-12345678`],
  ])("for %j is %s", (target_text, branch) => {
    expect(branchOf({ id: RUN, target_text })).toBe(branch);
  });

  test("belongs to one run", () => {
    expect(branchOf({ ...ASKED, id: "run_2" })).not.toBe(branchOf({ ...ASKED, id: "run_3" }));
  });
});

const REFUSED = { code: "push_refused", message: "no" };

function replanning(): RunProject {
  const project = asking();
  project.answer({ answer: "again", version: 1, feedback: "" });
  return project;
}

function stopped(): RunProject {
  const project = executing();
  project.stop();
  return project;
}
