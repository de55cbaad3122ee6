/** GitHub lets us in no more: what runs ends, what is over stays, and what was stopped begins anew when it is seen. */
import { expect, test } from "vitest";
import { A, B, passGate, projectAt, pullAt } from "./decide.fixture.ts";

const reason = { code: "disconnected", message: "The installation is suspended" };
const lost = (project: ReturnType<typeof projectAt>, id = "lost") =>
  project.tell({ type: "project.disconnected", id, reason });

test("what runs is cancelled, released and reported; people are told once", () => {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  const { steps, events } = lost(project);
  expect(project.validation(id)).toMatchObject({ state: "cancelled", reason });
  expect(steps.filter(({ kind }) => kind === "release")).toMatchObject([{ validation_id: id }]);
  const notices = events.filter(({ type }) => type === "notification.new");
  expect(notices).toContainEqual(
    expect.objectContaining({ level: "error", pr_number: null, message: reason.message }),
  );
  const again = lost(project, "once more");
  expect(again.steps.filter(({ kind }) => kind === "release")).toEqual([]);
});

test("what passed stays as it is", () => {
  const project = projectAt({ auto_merge: false });
  project.see();
  const { id } = project.newest();
  passGate(project, id);
  lost(project);
  expect(project.validation(id)).toMatchObject({ state: "passed", reason: null });
});

test("the same head begins anew when it is seen again; what a person cancelled does not", () => {
  const project = projectAt();
  project.see();
  project.see({ ...pullAt(), number: 8, head_sha: B, head_ref: "bread", read_at: project.now() });
  project.cancel(project.newest(8).id);
  lost(project);
  project.wait(60_000);
  project.see();
  project.see({ number: 8, head_sha: B, head_ref: "bread" });
  expect(project.newest(7)).toMatchObject({ head_sha: A, attempt: 2, state: "queued" });
  expect(project.newest(8)).toMatchObject({ head_sha: B, attempt: 1, state: "cancelled" });
});
