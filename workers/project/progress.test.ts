/** Tables of how a validation goes from step to step, and of what is overdue. */
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../models/fact.ts";
import type { StepKind } from "../../models/step.ts";
import {
  B,
  ERRORED,
  FAILED,
  ordered,
  PASSED,
  PLANNED,
  type Project,
  passGate,
  projectAt,
  TIMED_OUT,
  writeReports,
} from "./decide.fixture.ts";
import { nextDue, STEP_DEADLINE_MS, VALIDATION_DEADLINE_MS } from "./state.ts";

const GATE: StepKind[] = ["snapshot", "setup", "test", "browse", "judge"];
const ALL: Outcome = { ...PASSED, required: ["snapshot", "setup", "test", "browse"] };

function started(): { project: Project; id: string } {
  const project = projectAt();
  project.see();
  return { project, id: project.newest().id };
}

/** A validation that waits for the end of this step. */
function waitingFor(kind: StepKind): { project: Project; id: string } {
  const { project, id } = started();
  for (const before of GATE.slice(0, GATE.indexOf(kind))) {
    project.end(id, before, before === "snapshot" ? ALL : PASSED);
  }
  expect(project.newest().current?.kind).toBe(kind);
  return { project, id };
}

test.each<[string, StepKind[]]>([
  ["everything", ["snapshot", "setup", "test", "browse"]],
  ["no set-up", ["snapshot", "test", "browse"]],
  ["no browser", ["snapshot", "setup", "test"]],
  ["only tests", ["snapshot", "test"]],
])("a plan with %s runs just its steps, in order, then the judge", (_, required) => {
  const { project, id } = started();
  const seen: string[] = [];
  for (let kind = project.newest().current?.kind; kind; kind = project.newest().current?.kind) {
    seen.push(kind);
    project.end(id, kind, kind === "snapshot" ? { ...PASSED, required } : PASSED);
  }
  expect(seen).toEqual([...required, "judge"]);
  expect(project.newest()).toMatchObject({ state: "passed", reason: null, current: null, required });
});

test("a validation is queued until its first step ended, then running until its last", () => {
  const { project, id } = started();
  expect(project.newest()).toMatchObject({ state: "queued", started_at: null });
  project.wait(10);
  project.end(id, "snapshot", PLANNED);
  expect(project.newest()).toMatchObject({
    state: "running",
    started_at: project.now(),
    config_digest: "d1",
    current: { kind: "setup", try: 1, ordered_at: project.now() },
  });
});

test.each([
  ["does not say what must run", PASSED],
  ["says that nothing must run", { ...PASSED, required: [] }],
])("a snapshot that %s is the machinery's failure, never a pass", (_, outcome) => {
  const { project, id } = started();
  project.end(id, "snapshot", outcome);
  expect(project.newest()).toMatchObject({ state: "errored", reason: { code: "no_plan" } });
});

test("no later step shortens what the snapshot said must run", () => {
  const { project, id } = started();
  project.end(id, "snapshot", ALL);
  project.end(id, "setup", { ...PASSED, required: ["snapshot", "setup"] });
  expect(project.newest()).toMatchObject({ required: ALL.required, current: { kind: "test" } });
});

describe.each(GATE)("the end of %s", (kind) => {
  test.each([
    ["failed", FAILED],
    ["timed_out", TIMED_OUT],
  ])("%s ends the validation at once, with its reason", (state, outcome) => {
    const { project, id } = waitingFor(kind);
    expect(ordered(project.end(id, kind, outcome))).toEqual(["release 1"]);
    expect(project.newest()).toMatchObject({
      state,
      reason: outcome.reason,
      current: null,
      finished_at: project.now(),
      merge_state: "none",
    });
  });

  test("errored begins anew in a fresh sandbox after a pause, twice, and is final then", () => {
    const { project, id } = waitingFor(kind);
    for (const [nth, pause] of [
      [1, 5],
      [2, 30],
    ] as const) {
      project.end(id, project.newest().current?.kind ?? kind, ERRORED, nth);
      expect(ordered(project.last())).toEqual([`release ${nth}`, `snapshot ${nth + 1}`]);
      expect(project.last().steps[1]).toMatchObject({ delay_s: pause });
      expect(project.newest()).toMatchObject({
        state: "running",
        current: { kind: "snapshot", try: nth + 1 },
      });
    }
    expect(ordered(project.end(id, "snapshot", ERRORED, 3))).toEqual(["release 3"]);
    expect(project.newest()).toMatchObject({ state: "errored", reason: ERRORED.reason });
  });

  test("changes nothing when it comes twice, of another try or after the end", () => {
    const { project, id } = waitingFor(kind);
    project.end(id, kind, ERRORED);
    const before = project.state();
    project.end(id, kind, PASSED);
    project.end(id, kind, FAILED, 3);
    expect(project.state()).toBe(before);
    project.see({ head_sha: B });
    const superseded = project.validation(id);
    for (const outcome of [PASSED, FAILED, ERRORED]) {
      expect(project.end(id, kind, outcome, 2).steps).toEqual([]);
      expect(project.validation(id)).toBe(superseded);
    }
  });
});

test.each(GATE.filter((kind) => kind !== "test"))("%s says nothing while the tests run", (kind) => {
  const { project, id } = waitingFor("test");
  const before = project.state();
  for (const outcome of [PASSED, FAILED, ERRORED, TIMED_OUT]) project.end(id, kind, outcome);
  expect(project.state()).toBe(before);
});

test("a step of a validation that nobody knows changes nothing", () => {
  const { project } = started();
  const before = project.state();
  expect(project.end("shop.9.ffff.1", "test", PASSED).steps).toEqual([]);
  expect(project.state()).toBe(before);
});

test("a restarted validation passes on the steps of its last try alone", () => {
  const { project, id } = started();
  project.end(id, "snapshot", PLANNED);
  project.end(id, "setup", PASSED);
  project.end(id, "test", ERRORED);
  project.end(id, "setup", PASSED, 1);
  project.end(id, "judge", PASSED, 1);
  expect(project.newest().state).toBe("running");
  passGate(project, id, 2);
  expect(project.newest().state).toBe("passed");
});

describe("time", () => {
  test("ends nothing before it is due", () => {
    const { project } = started();
    const before = project.state();
    project.tick(STEP_DEADLINE_MS.snapshot - 1);
    expect(project.state()).toBe(before);
    expect(nextDue(before)).toBe(project.now() + 1);
  });

  test("takes a step that was not heard of for lost, and begins anew until it gives up", () => {
    const { project, id } = started();
    writeReports(project, id);
    for (const nth of [2, 3]) {
      project.tick((project.newest().current?.deadline_at ?? 0) - project.now());
      expect(project.newest().current).toMatchObject({ kind: "snapshot", try: nth });
    }
    project.tick((project.newest().current?.deadline_at ?? 0) - project.now());
    expect(project.newest()).toMatchObject({ state: "errored", reason: { code: "step_lost" } });
  });

  test("counts a restart's pause before its deadline", () => {
    const { project, id } = started();
    project.end(id, "snapshot", ERRORED);
    const deadline = project.now() + 5_000 + STEP_DEADLINE_MS.snapshot;
    expect(project.newest().current?.deadline_at).toBe(deadline);
  });

  test("ends a validation at its own deadline, whatever its step is at", () => {
    const { project, id } = started();
    project.end(id, "report", PASSED);
    project.end(id, "snapshot", ALL);
    project.wait(STEP_DEADLINE_MS.setup - 1);
    project.end(id, "setup", PASSED);
    project.wait(STEP_DEADLINE_MS.test - 1);
    project.end(id, "test", ERRORED);
    project.end(id, "snapshot", ALL, 2);
    expect(ordered(project.tick(project.newest().deadline_at - project.now()))).toEqual([
      "release 2",
      "report 2",
    ]);
    expect(project.newest()).toMatchObject({
      state: "timed_out",
      reason: { code: "deadline" },
      finished_at: project.newest().created_at + VALIDATION_DEADLINE_MS,
    });
  });

  test("ends all that is overdue in one go", () => {
    const project = projectAt();
    project.see({ number: 7 });
    project.see({ number: 8 });
    for (const number of [7, 8]) writeReports(project, project.newest(number).id);
    const ends = ["release 1", "report 2", "release 1", "report 2"];
    expect(ordered(project.tick(VALIDATION_DEADLINE_MS))).toEqual(ends);
    expect([project.newest(7).state, project.newest(8).state]).toEqual(["timed_out", "timed_out"]);
  });
});

test("a credential that GitHub takes no more ends a validation at once: only a person can change it", () => {
  const { project, id } = started();
  const revoked = { code: "auth_revoked", message: "Installation 7 is suspended" };
  project.end(id, "snapshot", { state: "errored", reason: revoked });
  expect(project.newest()).toMatchObject({ state: "errored", reason: revoked });
});
