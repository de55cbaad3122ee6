/** Only who may write is heard, in their own words, once. */
import { beforeEach, expect, test, vi } from "vitest";
import type { DeliveryRow } from "../../store/deliveries.ts";
import type { Projects } from "./obey.ts";
import { isTalk, observeTalk } from "./observe-talk.ts";

const found = vi.hoisted(() => ({
  noteTo: vi.fn(),
  permissionOf: vi.fn(),
  labelledBy: vi.fn(),
  react: vi.fn(),
  readComment: vi.fn(),
  commentHeard: vi.fn(),
  obey: vi.fn(),
}));
vi.mock("../../project/index.ts", () => found);
vi.mock("../../providers/github/index.ts", async () => ({
  ...(await vi.importActual<object>("../../providers/github/comments.ts")),
  ...found,
}));
vi.mock("../../store/deliveries.ts", () => ({
  ...found,
  LABELED: "labeled tidegate",
  RUN_LABEL: "tidegate",
}));
vi.mock("../../vars.ts", () => ({ varsOf: () => ({ GITHUB_APP_ID: "7" }) }));
vi.mock("./obey.ts", () => found);

const PROJECTS = [{ id: "p", full_name: "a/b" }] as unknown as Projects;
const AT = "2026-11-01T10:00:00Z";
const COMMENT = {
  ...{ body: "/tidegate approve", login: "mira", user_type: "User", app_id: null, number: 7 },
  ...{ is_pull: true, created_at: AT },
};
const delivery = (changes: object = {}) =>
  ({ id: "d", comment_id: 5, pr_number: 7, action: "created", ...changes }) as DeliveryRow;
const hear = (changes: object = {}) => observeTalk({} as Env, delivery(changes), PROJECTS);

beforeEach(() => {
  vi.resetAllMocks();
  found.readComment.mockResolvedValue(COMMENT);
  found.permissionOf.mockResolvedValue("write");
  found.labelledBy.mockResolvedValue({ login: "mira", event_id: 9 });
  found.commentHeard.mockResolvedValue(false);
});

test.each(["write", "maintain", "admin"])("who may %s is heard", async (permission) => {
  found.permissionOf.mockResolvedValue(permission);
  expect(await hear()).toEqual({ state: "done", reason: null });
  const request = {
    ...{ command: { verb: "approve", sha: null }, login: "mira", number: 7, comment_id: 5, key: "c5" },
    ...{ written_at: Date.parse(AT), delivery_id: "d" },
  };
  expect(found.obey.mock.calls).toEqual([[{}, request, PROJECTS]]);
  expect(found.permissionOf.mock.lastCall?.[2]).toBe("mira");
  expect(found.noteTo).not.toHaveBeenCalled();
});

test.each(["none", "read", "triage"])("who may only %s is refused, and that is written down", async (may) => {
  found.permissionOf.mockResolvedValue(may);
  expect(await hear()).toEqual({ state: "ignored", reason: "not_allowed" });
  expect(found.obey).not.toHaveBeenCalled();
  expect(found.react.mock.lastCall?.slice(2)).toEqual([5, "confused"]);
  const [, project, note] = found.noteTo.mock.lastCall ?? [];
  expect(project).toBe("p");
  expect(note).toEqual({
    ...{ fact: "refused.d", actor: "github:mira", action: "command.refused", target: "a/b#7" },
    ...{ detail: `approve, with permission ${may}`, delivery_id: "d" },
  });
});

test.each<[string, object | null, string]>([
  ["that is gone", null, "comment_gone"],
  ["of our App", { app_id: 7 }, "self"],
  ["of a bot", { user_type: "Bot" }, "self"],
  ["that holds words of ours", { body: "/tidegate approve\n<!-- tidegate:mark -->" }, "self"],
  ["without a command", { body: "please approve" }, "no_command"],
])("a comment %s is not heard", async (_, changes, reason) => {
  found.readComment.mockResolvedValue(changes && { ...COMMENT, ...changes });
  expect(await hear()).toEqual({ state: "ignored", reason });
  expect(found.obey).not.toHaveBeenCalled();
  expect(found.permissionOf).not.toHaveBeenCalled();
});

test("a comment that was heard before is not heard again", async () => {
  found.commentHeard.mockResolvedValue(true);
  expect(await hear()).toEqual({ state: "ignored", reason: "duplicate_comment" });
  expect(found.obey).not.toHaveBeenCalled();
});

test("another App's comment for a person is that person's", async () => {
  found.readComment.mockResolvedValue({ ...COMMENT, app_id: 8 });
  expect(await hear()).toMatchObject({ state: "done" });
});

test("a label asks for a run in the name of who set it", async () => {
  expect(await hear({ comment_id: null, action: "labeled tidegate" })).toMatchObject({ state: "done" });
  const request = {
    ...{ command: { verb: "run", goal: "" }, login: "mira", number: 7, comment_id: null, key: "l9" },
    ...{ written_at: null, delivery_id: "d" },
  };
  expect(found.obey.mock.lastCall?.[1]).toEqual(request);
  expect(found.labelledBy.mock.lastCall?.slice(2)).toEqual([7, "tidegate"]);
});

test.each([
  ["is there no more", 7, null],
  ["stands on nothing", null, { login: "mira", event_id: 9 }],
])("a label that %s asks for nothing", async (_, pr_number, set) => {
  found.labelledBy.mockResolvedValue(set);
  const end = await hear({ comment_id: null, action: "labeled tidegate", pr_number });
  expect(end).toEqual({ state: "ignored", reason: "label_gone" });
  expect(found.obey).not.toHaveBeenCalled();
});

test("a label of somebody who may not is refused without a sign", async () => {
  found.permissionOf.mockResolvedValue("triage");
  const end = await hear({ comment_id: null, action: "labeled tidegate" });
  expect([end.reason, found.react.mock.calls]).toEqual(["not_allowed", []]);
});

test.each([
  ["a comment", { comment_id: 5 }, true],
  ["our label", { comment_id: null, action: "labeled tidegate" }, true],
  ["another label", { comment_id: null, action: "labeled bug" }, false],
  ["a push", { comment_id: null, action: "synchronize" }, false],
])("%s is talk: %s", (_, changes, talk) => {
  expect(isTalk(delivery(changes))).toBe(talk);
});
