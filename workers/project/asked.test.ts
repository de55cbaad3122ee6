/** What people ask of a validation, and when they are refused. */
import { describe, expect, test } from "vitest";
import { B, FAILED, ordered, type Project, passGate, projectAt, running } from "./decide.fixture.ts";

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
