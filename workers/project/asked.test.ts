/** What people ask of a validation, and when they are refused. */
import { describe, expect, test } from "vitest";
import {
  B,
  FAILED,
  HOLD,
  held,
  ordered,
  PASSED,
  type Project,
  passGate,
  projectAt,
  running,
  writeReports,
} from "./decide.fixture.ts";
import { MERGE_DEADLINE_MS } from "./state.ts";

const CLOSED = { state: "closed" } as const;
const DRAFT = { draft: true };

describe("retry", () => {
  test("is another attempt at the same head; the old one stays as it was", () => {
    const { project, id } = running();
    project.end(id, "setup", FAILED);
    const before = project.validation(id);
    expect(ordered(project.retry(id))).toEqual(["snapshot 1", "report 1"]);
    expect(project.newest()).toMatchObject({ attempt: 2, state: "queued", delivery_id: null });
    expect(project.validation(id)).toEqual(before);
  });

  test.each<[string, string, (project: Project, id: string) => void]>([
    ["runs", "conflict", () => undefined],
    ["was superseded", "superseded", (project) => project.see({ head_sha: B })],
    ["was retried already", "superseded", (project, id) => void [project.cancel(id), project.retry(id)]],
    ["is of a closed pull request", "conflict", (project) => project.see(CLOSED)],
    ["is of a draft", "conflict", (project, id) => void [project.cancel(id), project.see(DRAFT)]],
    ["is of a removed project", "conflict", (project) => project.remove()],
    ["waits for its merge", "conflict", (project, id) => passGate(project, id)],
  ])("is refused while the validation %s", (_, code, before) => {
    const { project, id } = running();
    before(project, id);
    const state = project.state();
    expect(project.retry(id).refused?.code).toBe(code);
    expect(project.last().steps).toEqual([]);
    expect(project.state()).toBe(state);
  });

  test("is refused for what nobody knows", () => {
    expect(projectAt().retry("shop.1.a.1").refused?.code).toBe("not_found");
    expect(projectAt().cancel("shop.1.a.1").refused?.code).toBe("not_found");
  });
});

test("cancel ends a running validation, releases its sandbox and is refused afterwards", () => {
  const { project, id } = running();
  expect(ordered(project.cancel(id))).toEqual(["release 1"]);
  expect(project.validation(id)).toMatchObject({ state: "cancelled", reason: { code: "cancelled" } });
  expect(project.cancel(id).refused?.code).toBe("conflict");
});

describe("approve", () => {
  test("turns the check run green first, and then merges", () => {
    const { project, id } = held();
    expect(project.validation(id)).toMatchObject({
      merge_state: "blocked",
      merge_reasons: [HOLD],
      hold: HOLD,
    });
    writeReports(project, id);
    expect(project.validation(id).merge_tries).toBe(0);
    expect(ordered(project.approve(id))).toEqual([`report ${project.validation(id).reports}`]);
    expect(project.validation(id)).toMatchObject({
      merge_state: "pending",
      merge_reasons: [],
      approved_by: "mira",
    });
    const { reporting } = project.validation(id);
    expect(ordered(project.end(id, "report", PASSED, reporting ?? 0))).toEqual(["merge 1"]);
  });

  test("while a report is under way waits for the one after it", () => {
    const { project, id } = held();
    expect(project.validation(id).reporting).toBe(1);
    expect(ordered(project.approve(id))).toEqual([]);
    expect(ordered(project.end(id, "report", PASSED, 1))).toEqual(["report 3"]);
    expect(ordered(project.end(id, "report", PASSED, 3))).toEqual(["merge 1"]);
  });

  test("nothing but a decision merges what is held", () => {
    const { project, id } = held();
    writeReports(project, id);
    project.see();
    project.tick(24 * 60 * 60_000);
    project.set(true);
    expect(project.validation(id)).toMatchObject({ merge_state: "blocked", merge_tries: 0 });
  });

  test("without auto-merge it is written down, and nothing is merged", () => {
    const { project, id } = held();
    project.set(false);
    writeReports(project, id);
    project.approve(id);
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({
      approved_by: "mira",
      merge_state: "none",
      merge_tries: 0,
    });
  });

  test("days after it passed, it is merged all the same", () => {
    const { project, id } = held();
    writeReports(project, id);
    project.wait(3 * MERGE_DEADLINE_MS);
    project.approve(id);
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });

  test("with an auto-merge that was turned on since, it is merged", () => {
    const { project, id } = held(false);
    project.set(true);
    project.approve(id);
    writeReports(project, id);
    expect(project.validation(id)).toMatchObject({ merge_state: "pending", merge_tries: 1 });
  });

  test.each<[string, string, (project: Project, id: string) => void]>([
    ["was approved already", "conflict", (project, id) => void project.approve(id)],
    ["was superseded", "superseded", (project) => project.see({ head_sha: B })],
    ["was retried", "superseded", (project, id) => void project.retry(id)],
    ["is of a closed pull request", "conflict", (project) => project.see({ state: "closed" })],
  ])("is refused when the validation %s", (_, code, before) => {
    const { project, id } = held();
    before(project, id);
    const state = project.state();
    expect(project.approve(id).refused?.code).toBe(code);
    expect(project.state()).toBe(state);
  });

  test("is refused while it runs, when nobody was asked, and for what nobody knows", () => {
    const { project, id } = running();
    expect(project.approve(id).refused?.code).toBe("conflict");
    passGate(project, id);
    expect(project.approve(id).refused?.code).toBe("conflict");
    expect(projectAt().approve("shop.1.a.1").refused?.code).toBe("not_found");
  });
});
