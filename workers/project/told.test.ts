/** What the dashboard shows of a pull request is heard whatever changed it, not only a look at GitHub. */
import { expect, test } from "vitest";
import { PASSED, passGate, projectAt } from "./decide.fixture.ts";
import type { Decision } from "./decision.ts";

/** What is told of pull requests. */
const told = ({ events }: Decision) =>
  events.flatMap((event) => (event.type === "pr.updated" ? [event.pull] : []));

test("who holds it is told to who looks at it, and so is its release", () => {
  const project = projectAt();
  project.see();
  expect(told(project.queue("hold"))).toMatchObject([{ number: 7, held_by: "mira" }]);
  expect(told(project.queue("jump"))).toEqual([]);
  expect(told(project.queue("release"))).toMatchObject([{ number: 7, held_by: null }]);
});

test("that a fork may run is told: what kept it out is over", () => {
  const project = projectAt();
  const seen = project.see({ head_repo_id: 2 });
  expect(seen.events.findLast((event) => "pull" in event)).toMatchObject({
    pull: { blocked: "fork_needs_approval" },
  });
  expect(told(project.approve(project.newest().id))).toMatchObject([{ number: 7, blocked: null }]);
});

test("that it came into the merge queue is told, also where nothing follows because it is held", () => {
  const project = projectAt();
  project.see();
  project.queue("hold");
  const { id } = project.newest();
  const heard: Decision[] = [];
  passGate(project, id);
  for (let nth = 1; project.newest().merge_state !== "queued" && nth < 5; nth++)
    heard.push(project.end(id, "report", PASSED, nth));
  expect(heard.at(-1)?.events).toMatchObject([{ validation: { merge_state: "queued" } }]);
});

test("a look that shows nothing new tells nothing", () => {
  const project = projectAt();
  project.see();
  project.wait(60_000);
  expect(told(project.see())).toEqual([]);
});
