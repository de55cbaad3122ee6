/** What runs may use of money and time, and when their turns are looked at. */
import { describe, expect, test } from "vitest";
import { ordered } from "./decide.fixture.ts";
import { BROKEN, commitOf, cost, MADE, planOf, pushedTo, runProject, TOO_LONG } from "./run.fixture.ts";
import { asking, executing, fail } from "./run-stages.fixture.ts";

describe("money and time", () => {
  test("a turn that used up the money is the last one", () => {
    const project = runProject();
    project.start({ limits: { max_cost_usd: 5 }, auto_confirm: true });
    expect(ordered(project.ends({ ...planOf(), spent: cost(5) }))).toEqual(["tidy 1"]);
    expect(project.run().reason).toEqual({ code: "cost_limit", message: "The run's $5 are used up ($5.00)" });
    expect(project.run()).toMatchObject({ plan_version: 1, spent: { cost_usd: 5, tokens: 10 } });
  });

  test("what it made is pushed all the same", () => {
    const project = executing({ limits: { max_cost_usd: 5 } });
    expect(ordered(project.ends({ ...commitOf(MADE[0]), spent: cost(6) }))).toEqual(["tidy 2", "push 1"]);
    project.ends(pushedTo(MADE[0]));
    project.sees(MADE[0]);
    fail(project);
    expect(project.run()).toMatchObject({
      phase: "needs_human",
      reason: { code: "cost_limit" },
      attempts: 0,
    });
  });

  test("a turn that uses more than there is ends at the look that says so", () => {
    const project = executing({ limits: { max_cost_usd: 5 } });
    project.waits(5, cost(4.99));
    expect(project.run().phase).toBe("executing");
    expect(ordered(project.waits(5, cost(5)))).toEqual(["tidy 2"]);
    expect(project.run()).toMatchObject({ reason: { code: "cost_limit" }, spent: { cost_usd: 5 } });
  });

  test("the cost of several turns is the cost of all", () => {
    const project = asking();
    project.answer({ answer: "again", version: 1, feedback: "" });
    project.waits(5, cost(1));
    project.waits(5, cost(2));
    project.ends({ ...BROKEN, spent: cost(3) });
    project.ends({ ...planOf(), spent: cost(4) });
    expect(project.run().spent).toEqual({ cost_usd: 7, tokens: 20, agent_ms: 2_000 });
  });

  test("an agent that does not say what it costs is never too dear", () => {
    const project = executing({ limits: { max_cost_usd: 0.01 } });
    project.waits(5, { cost_usd: null, tokens: null, agent_ms: 1 });
    project.ends(commitOf(MADE[0]));
    expect(project.run()).toMatchObject({ phase: "pushing", spent: { cost_usd: null, tokens: null } });
  });

  test("time runs while the run is at work, and stands while a person is waited for", () => {
    const project = asking({ limits: { max_minutes: 10 } });
    project.wait(60 * 60_000);
    project.confirm();
    expect(project.run().phase).toBe("executing");
    project.wait(9 * 60_000);
    project.ends(BROKEN);
    expect(project.run().phase).toBe("executing");
    project.wait(60_000);
    project.ends(BROKEN);
    expect(project.run()).toMatchObject({ phase: "needs_human", ran_ms: 10 * 60_000, active_since: null });
    expect(project.run().reason).toEqual({ code: "time_limit", message: "The run's 10 minutes are used up" });
  });

  test("one minute is said to be one", () => {
    const project = asking({ limits: { max_minutes: 1 } });
    project.wait(1);
    project.confirm();
    project.wait(60_000);
    project.ends(BROKEN);
    expect(project.run().reason?.message).toBe("The run's one minute is used up");
  });

  test("a turn gets no more time than its run has left", () => {
    const project = executing({ limits: { max_minutes: 10 } });
    expect(project.run().current?.deadline_at).toBe(project.now() + 15 * 60_000);
    project.wait(10 * 60_000);
    project.ends(TOO_LONG);
    expect(project.run().reason?.code).toBe("time_limit");
    const long = executing({ limits: { max_minutes: 600 } });
    expect(long.run().current?.deadline_at).toBe(long.now() + 65 * 60_000);
  });

  test("another plan is not written when the time is up", () => {
    const project = asking({ limits: { max_cost_usd: 1 } });
    project.answer({ answer: "again", version: 1, feedback: "" });
    project.ends({ ...planOf(), spent: cost(2) });
    expect(project.answer({ answer: "again", version: 2, feedback: "" }).steps).toEqual([]);
    expect(project.run()).toMatchObject({ phase: "needs_human", reason: { code: "cost_limit" } });
  });
});

describe("looks at a turn", () => {
  test("come when it is worth looking again", () => {
    const project = executing();
    expect(ordered(project.waits(30, cost(1)))).toEqual([]);
    expect(project.run().current).toMatchObject({ visit: 1, look_at: project.now() + 30_000 });
    expect(ordered(project.tick(29_999))).toEqual([]);
    expect(ordered(project.tick(1))).toEqual(["turn 2.2"]);
  });

  test("come at once when it is worth it at once", () => {
    const project = executing();
    expect(ordered(project.waits(0.5))).toEqual(["turn 2.2"]);
    expect(ordered(project.waits(0))).toEqual(["turn 2.3"]);
    expect(project.run().current?.visit).toBe(3);
  });

  test("that are older than the newest say nothing", () => {
    const project = executing();
    project.waits(0);
    const state = project.state();
    expect(project.waits(0, cost(9), { visit: 1 })).toMatchObject({ steps: [], events: [] });
    expect(project.waits(0, cost(9), { nth: 1 })).toMatchObject({ steps: [], events: [] });
    expect(project.state()).toBe(state);
  });

  test("are told to the dashboard when they bring news", () => {
    const project = executing();
    expect(project.waits(5, cost(1)).events).toHaveLength(1);
    expect(project.waits(5, cost(1)).events).toHaveLength(0);
    expect(project.waits(5, cost(2)).events).toMatchObject([{ run: { spent: { cost_usd: 2 } } }]);
  });
});
