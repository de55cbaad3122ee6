/** How runs begin, what people say to their plans, and when they are refused. */
import { describe, expect, test } from "vitest";
import type { PlanAnswer } from "../../models/run.ts";
import { A, ordered, spoken } from "./decide.fixture.ts";
import { newRun } from "./new-run.ts";
import {
  ASKED,
  commitOf,
  FOREIGN,
  MADE,
  planOf,
  RUN,
  type RunProject,
  runProject,
  SETTINGS,
} from "./run.fixture.ts";
import { asking, atGate, executing, fail, planning, pushing, repairing } from "./run-stages.fixture.ts";
import { MOST_AT_WORK } from "./runs.ts";

describe("a run that begins", () => {
  test("takes what nobody said from its project", () => {
    const project = { ...SETTINGS, auto_confirm_plans: true };
    const run = newRun(project, { ...ASKED, limits: { max_attempts: 1 } }, RUN, 5);
    expect(run).toMatchObject({ agent: "custom", auto_confirm: true, phase: "planning", status: "pending" });
    expect(run.limits).toEqual({ max_attempts: 1, max_cost_usd: null, max_minutes: 120 });
    expect(newRun({ ...project, agent: "" }, ASKED, RUN, 5).agent).toBeNull();
  });

  test("only follows somebody's pull request, unless an agent is asked for", () => {
    const followed = { ...ASKED, pr_number: 7 };
    expect(newRun(SETTINGS, followed, RUN, 5)).toMatchObject({ agent: null, phase: "validating" });
    expect(newRun(SETTINGS, { ...followed, agent: "claude" }, RUN, 5).agent).toBe("claude");
  });

  test("has its agent write a plan", () => {
    const project = runProject();
    const started = project.start();
    expect(ordered(started)).toEqual(["turn 1.1"]);
    expect(spoken(started)).toEqual(["agent.run.started", "project.status.updated"]);
    expect(project.run()).toMatchObject({ phase: "planning", status: "pending", started_at: null });
    project.waits(5);
    expect(project.run()).toMatchObject({ status: "running", started_at: project.now() });
  });

  test("twice under one id is one run", () => {
    const project = asking();
    const state = project.state();
    expect(project.start()).toMatchObject({ steps: [], events: [] });
    expect(project.state()).toBe(state);
  });

  test("at a pull request has that looked at, and waits for what is seen then", () => {
    const project = runProject();
    project.sees(A);
    fail(project);
    expect(ordered(project.start({ pr_number: 7, agent: "custom" }))).toEqual(["observe"]);
    expect(project.run()).toMatchObject({ phase: "validating", status: "running", heads: [] });
    expect(ordered(project.sees(A))).toEqual(["diagnose 2"]);
    expect(project.newest().agent_run_id).toBe(RUN);
  });

  test("at a pull request that moved unseen looks after the head that is there", () => {
    const project = runProject();
    project.sees(A);
    fail(project);
    project.start({ pr_number: 7, agent: "custom" });
    project.sees(FOREIGN);
    expect(project.run()).toMatchObject({ phase: "validating", heads: [FOREIGN] });
    expect(project.newest().agent_run_id).toBe(RUN);
  });

  test.each<[string, (project: RunProject) => unknown]>([
    ["no agent is chosen", (project) => project.start({}, "run_2", { agent: null })],
    [
      "another one is at work on its pull request",
      (project) => [project.start({ pr_number: 7 }, "run_1"), project.start({ pr_number: 7 }, "run_2")],
    ],
    [
      "its pull request is closed",
      (project) => [project.see({ state: "closed" }), project.start({ pr_number: 7 })],
    ],
    [
      "as many agents are at work as a project may have",
      (project) => Array.from({ length: MOST_AT_WORK + 1 }, (_, nth) => project.start({}, `run_${nth}`)),
    ],
    [
      "a comment on the same issue asked for one a moment before",
      (project) => ["run_1", "run_2"].map((id) => project.start({ source: "comment", issue: 5 }, id)),
    ],
    ["its project was removed", (project) => [project.remove(), project.start()]],
  ])("is refused when %s", (_, ask) => {
    const project = runProject();
    ask(project);
    expect(project.last()).toMatchObject({ refused: { code: "conflict" }, steps: [], events: [] });
  });

  test("is refused at a pull request that another run opened and was not told of yet", () => {
    const project = pushing();
    project.sees(MADE[0]);
    expect(project.start({ pr_number: 7 }, "run_2").refused?.message).toContain(
      `run "${RUN}" is at work on #7`,
    );
  });

  test("is welcome at a pull request whose run is over", () => {
    const project = atGate();
    project.stop();
    expect(project.start({ pr_number: 7 }, "run_2").refused).toBeUndefined();
  });
});

describe("a plan", () => {
  test("waits for a person, and no time runs meanwhile", () => {
    const project = runProject();
    project.start();
    project.wait(60_000);
    const planned = project.ends(planOf());
    expect(ordered(planned)).toEqual(["tidy 1"]);
    expect(spoken(planned)).toEqual(["project.status.updated", "notification.new"]);
    expect(project.run()).toMatchObject({ phase: "awaiting_confirmation", status: "waiting_for_input" });
    expect(project.run()).toMatchObject({ ran_ms: 60_000, active_since: null, plan_version: null });
    expect(project.run().plans).toEqual([{ version: 1, text: "Buy a cow", by: "agent", at: project.now() }]);
  });

  test("is announced on the issue where it was asked for", () => {
    const project = runProject();
    project.start({ issue: 5 });
    expect(ordered(project.ends(planOf()))).toEqual(["tidy 1", "summarize 1"]);
  });

  test("is carried out when it is confirmed", () => {
    const project = asking();
    expect(ordered(project.confirm())).toEqual(["turn 2.1"]);
    expect(project.run()).toMatchObject({ phase: "executing", plan_version: 1, status: "running" });
  });

  test("is carried out at once where nobody wants to be asked", () => {
    const project = runProject();
    project.start({ auto_confirm: true });
    expect(ordered(project.ends(planOf()))).toEqual(["tidy 1", "turn 2.1"]);
    expect(project.run()).toMatchObject({ phase: "executing", plan_version: 1 });
  });

  test("is carried out once, however often it is confirmed", () => {
    const project = executing();
    const state = project.state();
    expect(project.confirm()).toMatchObject({ steps: [], events: [] });
    expect(project.last().refused).toBeUndefined();
    expect(project.state()).toBe(state);
    project.ends(commitOf(MADE[0]));
    expect(project.confirm().steps).toEqual([]);
  });

  test("that was edited is the next version, and still waits", () => {
    const project = asking();
    expect(ordered(project.answer({ answer: "edit", version: 1, text: "Buy two" }))).toEqual([]);
    expect(project.run().plans.at(-1)).toEqual({
      version: 2,
      text: "Buy two",
      by: "mira",
      at: project.now(),
    });
    expect(project.run()).toMatchObject({ phase: "awaiting_confirmation", plan_version: null });
    project.confirm(2);
    expect(project.run()).toMatchObject({ phase: "executing", plan_version: 2 });
  });

  test("that is asked for again knows what it is to heed, until it is there", () => {
    const project = asking();
    const asked = project.answer({ answer: "again", version: 1, feedback: "shorter" });
    expect(ordered(asked)).toEqual(["turn 2.1"]);
    expect(project.run()).toMatchObject({ phase: "planning", feedback: "shorter" });
    project.ends(planOf("Milk"));
    expect(project.run()).toMatchObject({ phase: "awaiting_confirmation", feedback: null });
    expect(project.run().plans.map(({ version, text }) => [version, text])).toEqual([
      [1, "Buy a cow"],
      [2, "Milk"],
    ]);
  });

  test("that is rejected ends the run", () => {
    const project = asking();
    const rejected = project.answer({ answer: "reject", version: 1 });
    expect(spoken(rejected)).toEqual(["project.status.updated", "agent.run.completed"]);
    expect(project.run()).toMatchObject({ phase: "cancelled", reason: { code: "plan_rejected" } });
    expect(project.run().completed_at).toBe(project.now());
  });

  test("longer than may be kept is cut", () => {
    const project = runProject();
    project.start();
    project.ends(planOf("x".repeat(50_000)));
    expect(project.run().plans[0]?.text).toHaveLength(40_000);
  });

  test.each<[string, PlanAnswer]>([
    ["confirmed", { answer: "confirm", version: 1 }],
    ["edited", { answer: "edit", version: 1, text: "no" }],
    ["asked for again", { answer: "again", version: 1, feedback: "" }],
    ["rejected", { answer: "reject", version: 1 }],
  ])("of which a newer version is there is not %s", (_, answer) => {
    const project = asking();
    project.answer({ answer: "edit", version: 1, text: "Buy two" });
    const state = project.state();
    expect(project.answer(answer).refused).toMatchObject({ code: "conflict" });
    expect(project.last().refused?.message).toContain("version 2 is the newest, not 1");
    expect(project.state()).toBe(state);
  });

  test("has twenty versions at most", () => {
    const project = asking();
    for (let version = 1; version < 20; version++) project.answer({ answer: "edit", version, text: "more" });
    expect(project.answer({ answer: "edit", version: 20, text: "more" }).refused?.code).toBe("conflict");
    expect(project.answer({ answer: "again", version: 20, feedback: "" }).refused?.code).toBe("conflict");
    project.confirm(20);
    expect(project.run().phase).toBe("executing");
  });

  test.each<[string, () => RunProject, string]>([
    ["while it is being written", () => planning(), "the run is planning"],
    ["after the run ended", () => once(asking(), (project) => project.stop()), "the run is cancelled"],
    ["after another answer began a turn", () => repairing(), "the run is repairing"],
  ])("is not answered %s", (_, at, why) => {
    const project = at();
    expect(project.answer({ answer: "edit", version: 1, text: "no" }).refused?.message).toContain(why);
  });

  test("of a run that nobody knows is not answered", () => {
    const answer = { answer: "confirm", version: 1 } as const;
    expect(runProject().answer(answer, "run_2").refused?.code).toBe("not_found");
  });
});

function once(project: RunProject, happens: (project: RunProject) => unknown): RunProject {
  happens(project);
  return project;
}
