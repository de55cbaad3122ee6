/** What is sent again when nothing was heard of it: exactly what is waited for, under the name that it had. */
import { expect, test } from "vitest";
import {
  held,
  merging,
  PASSED,
  PLANNED,
  type Project,
  passGate,
  projectAt,
  running,
  writeReports,
} from "./decide.fixture.ts";
import { unheard } from "./unheard.ts";

const again = (project: Project, ms = 0) =>
  unheard("shop", project.state(), project.now() - ms).map((one) =>
    "try" in one ? `${one.kind} ${one.try}` : `${one.kind} ${"nth" in one ? one.nth : ""}`,
  );

test("a step under way, its analysis, its report and its comment are sent again as they were ordered", () => {
  const project = projectAt();
  project.see();
  const first = project.last().steps;
  project.end(project.newest().id, "snapshot", { ...PLANNED, analyze: true });
  project.wait(60_000);
  expect(again(project)).toEqual(["setup 1", "analyze 1", "report 1", "mark 1"]);
  const known = new Set([...first, ...project.last().steps].map(({ id }) => id));
  for (const { id } of unheard("shop", project.state(), project.now())) expect(known).toContain(id);
});

test("what was ordered a moment ago is not sent again, nor what ended", () => {
  const { project } = running();
  expect(again(project)).toEqual([]);
  project.wait(60_000);
  expect(again(project, 120_000)).toEqual([]);
  expect(again(project)).toContain("setup 1");
  project.end(project.newest().id, "setup", PASSED);
  expect(again(project)).not.toContain("setup 1");
});

test("a merge is sent again by its own number, and nothing of one that was answered", () => {
  const { project, id } = merging();
  project.wait(60_000);
  expect(again(project)).toContain("merge 1");
  project.cancel(id);
  project.end(id, "merge", {
    state: "passed",
    reason: null,
    merge: { state: "merged", reasons: [], commit_sha: "f", again_s: null },
  });
  project.wait(60_000);
  expect(again(project)).not.toContain("merge 1");
});

test("what GitHub keeps waiting is sent again when its time is over, not before", () => {
  const { project, id } = running();
  const until = project.now() + 600_000;
  const stall = { code: "github_rate_limited", message: "GitHub's limit is reached", until };
  project.tell({ type: "step.waits", id: "waits", validation_id: id, kind: "setup", try: 1, stall });
  project.wait(300_000);
  expect(again(project)).not.toContain("setup 1");
  project.wait(300_001);
  expect(again(project)).toContain("setup 1");
});

test("nothing of what waits for a person", () => {
  const { project, id } = held();
  writeReports(project, id);
  project.wait(60_000);
  expect(again(project).filter((one) => !one.startsWith("mark"))).toEqual([]);
  const fork = projectAt();
  fork.see({ head_repo_id: 2 });
  writeReports(fork, fork.newest().id);
  fork.wait(60_000);
  expect(again(fork).filter((one) => !one.startsWith("mark"))).toEqual([]);
});

test("a validation that passed and is not merged by us has nothing to be sent", () => {
  const project = projectAt({ auto_merge: false });
  project.see();
  const { id } = project.newest();
  passGate(project, id);
  writeReports(project, id);
  project.wait(60_000);
  expect(again(project).filter((one) => !one.startsWith("mark"))).toEqual([]);
});
