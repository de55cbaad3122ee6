/** A project is held against GitHub: what no webhook told is looked at, and who is not let in is told why. */
import { beforeEach, expect, test, vi } from "vitest";
import type { DeliveryRow } from "../../store/deliveries.ts";
import { isAboutPlaces, observePlaces } from "./hinted.ts";
import { byOf, orderLooks } from "./orders.ts";
import { reconcileProject } from "./project.ts";

const found = vi.hoisted(() => ({
  ...{ noteTo: vi.fn(), projectOf: vi.fn(), listOpenPulls: vi.fn(), standingOf: vi.fn() },
  ...{ pullsStoppedBy: vi.fn(), disconnectProject: vi.fn(), findLiveProject: vi.fn(), moveProject: vi.fn() },
  ...{ storedOpenPulls: vi.fn(), count: vi.fn(), projectsOfInstallation: vi.fn(), projectsOfRepo: vi.fn() },
}));
vi.mock("../../project/index.ts", () => found);
vi.mock("../../providers/github/index.ts", () => found);
vi.mock("../../store/overdue.ts", () => found);
vi.mock("../../store/projects.ts", () => found);
vi.mock("../../store/pulls.ts", () => found);
vi.mock("../../store/counters.ts", () => found);
vi.mock("../../vars.ts", () => ({ varsOf: () => ({}) }));
vi.mock("./differences.ts", () => ({
  differences: (stored: number[], listed: number[]) => [...stored, ...listed],
}));

const object = { wake: vi.fn(), tell: vi.fn(), say: vi.fn() };
const sendBatch = vi.fn();
const env = { DB: "db", HINTS: { sendBatch } } as unknown as Env;
const PROJECT = {
  ...{ id: "p", name: "a/b", full_name: "a/b", installation_id: 1, default_branch: "main", repo_id: 9 },
  ...{ github_url: "u", disconnected: null },
};
const HERE = { full_name: "a/b", installation_id: 1, default_branch: "main", html_url: "u" };

beforeEach(() => {
  vi.resetAllMocks();
  found.projectOf.mockReturnValue(object);
  found.findLiveProject.mockResolvedValue(PROJECT);
  found.standingOf.mockResolvedValue({ repository: HERE });
  found.listOpenPulls.mockResolvedValue({ pulls: [], whole: true });
  found.storedOpenPulls.mockResolvedValue([]);
  found.pullsStoppedBy.mockResolvedValue([]);
  found.disconnectProject.mockResolvedValue(false);
});

const looks = () =>
  sendBatch.mock.calls.flatMap(([bodies]) => bodies.map(({ body }: { body: unknown }) => body));

test("nothing differs: its alarm is woken, and nothing is looked at", async () => {
  await reconcileProject(env, "clock", "p");
  expect(object.wake).toHaveBeenCalledWith("p");
  expect(found.standingOf.mock.lastCall?.[1]).toBe(9);
  expect([found.moveProject.mock.calls, found.noteTo.mock.calls, looks()]).toEqual([[], [], []]);
});

test("what differs, and what was stopped while we were kept out, is looked at once", async () => {
  found.storedOpenPulls.mockResolvedValue([3]);
  found.listOpenPulls.mockResolvedValue({ pulls: [4], whole: true });
  found.pullsStoppedBy.mockResolvedValue([4, 5]);
  await reconcileProject(env, "clock", "p");
  expect(found.pullsStoppedBy).toHaveBeenCalledWith("db", "p", "disconnected");
  const body = (pr_number: number) => ({
    ...{ kind: "observe", delivery_id: null, project_id: "p", pr_number },
    id: expect.stringMatching(new RegExp(`^clock\\.p\\.${pr_number}\\.\\d+$`)),
  });
  expect(looks()).toEqual([3, 4, 5].map(body));
});

test("a project that is gone is left alone", async () => {
  found.findLiveProject.mockResolvedValue(null);
  await reconcileProject(env, "clock", "p");
  expect([found.standingOf.mock.calls, found.projectOf.mock.calls]).toEqual([[], []]);
});

const AWAY = { code: "not_installed", message: "Not installed" };

test.each([true, false])("who is not let in any more hears why (newly so: %s)", async (newly) => {
  found.standingOf.mockResolvedValue({ away: AWAY });
  found.disconnectProject.mockResolvedValue(newly);
  const first = { ...PROJECT, disconnected: newly ? null : { ...AWAY, message: "Suspended", since: 5 } };
  found.findLiveProject.mockResolvedValue(first);
  await reconcileProject(env, "clock", "p");
  expect(found.disconnectProject.mock.lastCall).toMatchObject(["db", "p", AWAY]);
  // Who wrote it down first may have died before telling: its words and its moment are told again.
  const message = newly ? "Not installed" : "Suspended";
  const id = newly ? expect.stringMatching(/^disconnected\.\d+$/) : "disconnected.5";
  const fact = { type: "project.disconnected", id, reason: { code: "disconnected", message } };
  expect(object.tell.mock.calls).toEqual([["p", fact]]);
  expect(found.count.mock.calls).toEqual(newly ? [["db", "webhook_reconciled_total", "repository"]] : []);
  expect(found.listOpenPulls).not.toHaveBeenCalled();
});

test.each([
  ["another name, which its own follows", { full_name: "c/d" }, "a/b", "c/d"],
  ["another name, which its own does not", { full_name: "c/d" }, "Shop", "Shop"],
  ["another installation", { installation_id: 2 }, "a/b", "a/b"],
  ["another default branch", { default_branch: "trunk" }, "a/b", "a/b"],
])("a repository with %s is followed there", async (_, changes, name, becomes) => {
  found.findLiveProject.mockResolvedValue({ ...PROJECT, name });
  found.standingOf.mockResolvedValue({ repository: { ...HERE, ...changes } });
  await reconcileProject(env, "hint", "p");
  const { html_url: github_url, ...rest } = { ...HERE, ...changes };
  const place = { ...rest, name: becomes, github_url };
  expect(found.moveProject.mock.lastCall).toEqual(["db", "p", place]);
  expect(found.listOpenPulls.mock.lastCall?.[1]).toEqual(place);
  expect(found.noteTo.mock.lastCall?.[2]).toMatchObject({
    actor: "github",
    action: "project.move",
    after: place,
  });
  // A webhook told of it: it is nothing that was found.
  expect(found.count).not.toHaveBeenCalled();
});

test("who is let in again is told so", async () => {
  found.disconnectProject.mockResolvedValue(true);
  await reconcileProject(env, "clock", "p");
  expect(found.disconnectProject.mock.lastCall).toEqual(["db", "p", null]);
  expect(found.noteTo.mock.lastCall?.[2]).toMatchObject({ actor: "tidegate", action: "project.connect" });
  expect(object.say.mock.lastCall?.[1]).toMatchObject({ message: "Connected again" });
  expect(found.moveProject).not.toHaveBeenCalled();
});

const hint = (event: string, changes: object = {}) =>
  ({ event, repo_id: 9, installation_id: 1, ...changes }) as DeliveryRow;

test.each<[string, DeliveryRow, string[]]>([
  ["an installation", hint("installation"), ["of 1"]],
  ["repositories of an installation", hint("installation_repositories"), ["of 1"]],
  ["an installation that is not named", hint("installation", { installation_id: null }), []],
  ["a repository", hint("repository"), ["on 9"]],
  ["a repository that is not named", hint("repository", { repo_id: null }), []],
])("a hint about %s has its projects held against GitHub", async (_, delivery, ids) => {
  found.projectsOfInstallation.mockImplementation(async (_db, id) => [`of ${id}`]);
  found.projectsOfRepo.mockImplementation(async (_db, id) => [{ id: `on ${id}` }]);
  const end = await observePlaces(env, delivery);
  const none = { state: "ignored", reason: "no_project" };
  expect(end).toEqual(ids.length === 0 ? none : { state: "done", reason: null });
  expect(looks()).toMatchObject(ids.map((project_id) => ({ kind: "reconcile", of: "project", project_id })));
  expect(isAboutPlaces(delivery)).toBe(true);
  expect(isAboutPlaces(hint("pull_request"))).toBe(false);
});

test("a queue takes a hundred at once, and all of them are sent", async () => {
  await orderLooks(env, "clock", "p", [...Array(205).keys()]);
  expect(sendBatch.mock.calls.map(([bodies]) => bodies.length)).toEqual([100, 100, 5]);
  expect(new Set(looks().map(({ pr_number }: { pr_number: number }) => pr_number)).size).toBe(205);
});

test.each([
  ["clock.p.1", "clock"],
  ["hint.p.1", "hint"],
  ["delivery.d", null],
])("%s was ordered by %s", (id, by) => {
  expect(byOf(id)).toBe(by);
});
