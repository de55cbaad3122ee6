/** What happened to issues and pull requests, kept in order. */
import type { Issue, IssueEvent, Pull } from "../nouns.ts";
import { nextId, type World } from "../world.ts";

type Happened = Pick<IssueEvent, "event" | "actor"> & Partial<Pick<IssueEvent, "app" | "label" | "commitId">>;

/** Writes down what somebody did. */
export function record(world: World, issue: Issue | Pull, happened: Happened): void {
  issue.events.push({
    id: nextId(world),
    app: null,
    label: null,
    commitId: null,
    ...happened,
    createdAt: world.now(),
  });
}

/** Everything that happened in a repository, oldest first. */
export function eventsOf(issues: Iterable<Issue | Pull>): { issue: Issue | Pull; event: IssueEvent }[] {
  const all = [...issues].flatMap((issue) => issue.events.map((event) => ({ issue, event })));
  return all.sort((a, b) => a.event.id - b.event.id);
}
