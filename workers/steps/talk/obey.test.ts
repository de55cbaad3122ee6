/** What a comment asks of what was there when it was written, however late it is heard. */
import { beforeEach, expect, test, vi } from "vitest";
import { obey, type Projects } from "./obey.ts";
import type { Request } from "./request.ts";

const found = vi.hoisted(() => ({
  ...{ findRunOf: vi.fn(), listValidations: vi.fn(), told: vi.fn(), stopRun: vi.fn(), retryRun: vi.fn() },
  ...{ react: vi.fn(), upsertComment: vi.fn(), readIssue: vi.fn(), startRun: vi.fn() },
}));
vi.mock("../../providers/github/index.ts", () => found);
vi.mock("../../store/validations.ts", () => found);
vi.mock("../../store/runs.ts", () => found);
vi.mock("../runs/asking.ts", () => found);
vi.mock("./approve.ts", () => ({}));
vi.mock("../../vars.ts", () => ({ varsOf: () => ({}) }));

const WRITTEN_AT = 100_000;
const BEFORE = { id: "before", project_id: "p", created_at: WRITTEN_AT };
const BEHIND = { id: "behind", project_id: "p", created_at: WRITTEN_AT + 1_000 };

async function hear(verb: "stop" | "retry"): Promise<void> {
  const about = {
    number: 7,
    login: "mira",
    comment_id: 1,
    written_at: WRITTEN_AT,
    key: "c1",
    delivery_id: "d",
  };
  const projects = [{ id: "p", full_name: "a/b" }] as unknown as Projects;
  await obey({} as Env, { ...about, command: { verb } } as Request, projects);
}

beforeEach(() => {
  vi.resetAllMocks();
  found.findRunOf.mockResolvedValue(null);
  found.listValidations.mockResolvedValue([BEHIND, BEFORE]);
  for (const asked of [found.told, found.stopRun, found.retryRun]) asked.mockResolvedValue({ refused: null });
});

test.each(["stop", "retry"] as const)("%s means the validation that was there", async (verb) => {
  await hear(verb);
  expect(found.told.mock.calls.map(([, , fact]) => fact.validation_id)).toEqual(["before"]);
});

test("a run that began behind it is left alone", async () => {
  found.findRunOf.mockResolvedValue(BEHIND);
  found.listValidations.mockResolvedValue([BEHIND]);
  await hear("stop");
  expect([found.stopRun.mock.calls, found.told.mock.calls]).toEqual([[], []]);
  expect(found.upsertComment.mock.calls[0]?.[2].body).toBe("There is nothing here to stop.");
});

test("a run that was there is meant before its validation", async () => {
  found.findRunOf.mockResolvedValue(BEFORE);
  await hear("stop");
  expect(found.stopRun).toHaveBeenCalledOnce();
  expect(found.told).not.toHaveBeenCalled();
});
