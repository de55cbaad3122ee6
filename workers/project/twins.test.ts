/** Pull requests of one head into one base: none is merged or green while a person is asked about another. */
import { describe, expect, test } from "vitest";
import type { Pull } from "../../models/pull.ts";
import type { Validation } from "../../models/validation.ts";
import {
  B,
  FAILED,
  HOLD,
  held,
  mergeAnswer,
  merging,
  ordered,
  type Project,
  passGate,
  writeReports,
} from "./decide.fixture.ts";

const TWIN = { code: "twin_held", message: expect.stringMatching(/^#7 .*The risk is high/) };
const WAITS = { state: "passed", hold: null, merge_state: "blocked", merge_reasons: [TWIN], twin: TWIN };

/** Another pull request beside #7, once its gate passed and its reports are written. */
function beside(project: Project, changes: Partial<Pull> = {}): Validation {
  project.see({ number: 8, head_ref: "juice", ...changes });
  const { id } = project.newest(8);
  passGate(project, id);
  writeReports(project, id);
  return project.newest(8);
}

/** #7 passed and is held, #8 is the same commit into the same base and passed. */
function twins(): { project: Project; id: string } {
  const { project, id } = held();
  writeReports(project, id);
  expect(beside(project)).toMatchObject({ ...WAITS, merge_tries: 0, merge_again_at: null });
  return { project, id };
}

test("one that still runs beside a twin that is decided runs on as it did", () => {
  const { project, id } = held();
  project.see({ number: 8, head_ref: "juice" });
  const { deadline_at } = project.newest(8);
  project.approve(id);
  expect(project.newest(8)).toMatchObject({ state: "queued", merge_state: "none", deadline_at });
});

describe("what passes beside a held twin", () => {
  test("waits with it, and is merged after it was approved", () => {
    const { project, id } = twins();
    const reports = ordered(project.approve(id));
    expect(reports).toEqual(["report 3", "report 3"]);
    writeReports(project, project.newest(8).id);
    expect(project.newest(8)).toMatchObject({ twin: null, merge_state: "pending", merge_tries: 1 });
    writeReports(project, id);
    // One merge into a base at a time.
    expect(project.newest()).toMatchObject({ merge_state: "queued", merge_tries: 0 });
    project.end(project.newest(8).id, "merge", mergeAnswer("rejected"));
    expect(project.newest()).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });

  test.each<[string, (project: Project, id: string) => unknown]>([
    ["it is closed", (project) => project.see({ state: "closed" })],
    ["it is gone", (project) => project.gone()],
    ["its head moves", (project) => project.see({ head_sha: B })],
    ["its base changes", (project) => project.see({ base_ref: "next" })],
    ["it is validated anew, and waits for nobody", (project, id) => project.retry(id)],
  ])("waits no more when %s", (_, then) => {
    const { project, id } = twins();
    then(project, id);
    writeReports(project, project.newest(8).id);
    expect(project.newest(8)).toMatchObject({ twin: null, merge_state: "pending", merge_tries: 1 });
  });

  test("wants no merge by that where nobody wants one", () => {
    const { project, id } = twins();
    project.set(false);
    project.approve(id);
    expect(project.newest(8)).toMatchObject({ twin: null, merge_state: "none", merge_reasons: [] });
  });

  test.each<[string, Partial<Pull>]>([
    ["another base", { base_ref: "next" }],
    ["another head", { head_sha: B }],
  ])("is none of its business with %s", (_, changes) => {
    const { project } = held();
    expect(beside(project, changes)).toMatchObject({ twin: null, merge_state: "pending", merge_tries: 1 });
  });

  test("and a failed twin that nobody is asked about holds nothing: it is tried again elsewhere", () => {
    const { project, id } = held();
    project.retry(id);
    project.end(project.newest().id, "snapshot", FAILED);
    expect(beside(project)).toMatchObject({ twin: null, merge_tries: 1 });
  });
});

describe("what is green already", () => {
  test("is reported anew when its twin begins to wait, and not merged later", () => {
    const { project, id } = merging();
    project.end(id, "merge", mergeAnswer("blocked", 60));
    writeReports(project, id);
    project.see({ number: 8, head_ref: "juice" });
    const twin = project.newest(8).id;
    passGate(project, twin);
    expect(project.newest()).toMatchObject({ twin: null });
    writeReports(project, twin);
    project.end(twin, "merge", mergeAnswer("blocked"));
    project.retry(twin);
    const anew = project.newest(8).id;
    for (const kind of ["snapshot", "setup", "test"] as const)
      project.end(anew, kind, { state: "passed", reason: null, required: ["snapshot", "setup", "test"] });
    const judged = project.end(anew, "judge", { state: "passed", reason: null, hold: HOLD });
    const mine = judged.steps.filter((step) => "validation_id" in step && step.validation_id === id);
    expect(mine.map(({ kind }) => kind)).toEqual(["report"]);
    expect(project.newest().twin).toMatchObject({ code: "twin_held" });
    expect(ordered(project.tick(60_000))).toEqual([]);
    expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_again_at: null, merge_tries: 1 });
  });

  test("two that are both held are both decided about", () => {
    const { project, id } = held();
    project.see({ number: 8, head_ref: "juice" });
    const other = project.newest(8).id;
    for (const kind of ["snapshot", "setup", "test"] as const)
      project.end(other, kind, { state: "passed", reason: null, required: ["snapshot", "setup", "test"] });
    project.end(other, "judge", { state: "passed", reason: null, hold: HOLD });
    project.approve(id);
    writeReports(project, id);
    expect(project.newest()).toMatchObject({ merge_state: "blocked", merge_tries: 0 });
    project.approve(other);
    for (const one of [id, other]) writeReports(project, one);
    expect([project.newest().merge_state, project.newest(8).merge_state]).toEqual(["pending", "queued"]);
  });
});
