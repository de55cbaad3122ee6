/** Who may do what, who set a label, and one comment of ours however many write it. */
import { Octokit } from "@octokit/core";
import { beforeEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { canWrite, labelledBy, permissionOf, react, readComment, upsertComment } from "./comments.ts";

const clientOf = vi.hoisted(() => vi.fn());
vi.mock("./client.ts", async (original) => ({ ...(await original<object>()), clientOf }));

const APP = { GITHUB_TOKEN: null, GITHUB_APP_ID: "7" } as Vars;
const PERSON = { GITHUB_TOKEN: "t" } as Vars;
const repo = { full_name: "a/b", installation_id: 1 };
const MARKER = "<!-- tidegate:mark -->";

type Asked = { does: string; body: unknown };
type Answer = { status?: number; data?: unknown; link?: string };
let asked: Asked[] = [];
let answer: (does: string, page: number) => Answer = () => ({});

beforeEach(() => {
  asked = [];
  const fetch = async (text: string, { method = "GET", body }: { method?: string; body?: string }) => {
    const url = new URL(text);
    const does = `${method} ${url.pathname.replace("/repos/a/b", "")}`;
    asked.push({ does, body: body === undefined ? null : JSON.parse(body) });
    const { status = 200, data = {}, link } = answer(does, Number(url.searchParams.get("page") ?? "1"));
    return Response.json(data, { status, headers: link === undefined ? {} : { link } });
  };
  const octokit = new Octokit({ baseUrl: "https://github.test", request: { fetch } });
  clientOf.mockResolvedValue({ octokit, at: { owner: "a", repo: "b" } });
});

test.each<[Answer, string, boolean]>([
  [{ data: { role_name: "admin", permission: "admin" } }, "admin", true],
  [{ data: { role_name: "maintain", permission: "write" } }, "maintain", true],
  [{ data: { role_name: "write", permission: "write" } }, "write", true],
  [{ data: { role_name: "triage", permission: "read" } }, "triage", false],
  [{ data: { role_name: "read", permission: "read" } }, "read", false],
  [{ data: { role_name: "none", permission: "none" } }, "none", false],
  [{ data: { role_name: "release crew", permission: "write" } }, "write", true],
  [{ data: { role_name: "release crew", permission: "read" } }, "read", false],
  [{ data: { role_name: "release crew", permission: "other" } }, "none", false],
  [{ data: {} }, "none", false],
  [{ status: 404 }, "none", false],
])("of whom GitHub says %j: %s, may write: %s", async (said, permission, may) => {
  answer = () => said;
  const found = await permissionOf(APP, repo, "mira");
  expect([found, canWrite(found)]).toEqual([permission, may]);
  expect(asked[0]?.does).toBe("GET /collaborators/mira/permission");
});

test("that rights could not be read is no right", async () => {
  answer = () => ({ status: 500 });
  await expect(permissionOf(APP, repo, "mira")).rejects.toThrow();
});

const ours = (id: number, body = `${MARKER}\nold`) => ({
  ...{ id, body, user: { id: 1 } },
  performed_via_github_app: { id: 7 },
});
const write = (vars = APP) => upsertComment(vars, repo, { number: 3, marker: MARKER, body: "new" });
const TEXT = `${MARKER}\nnew`;
const does = () => asked.map((one) => one.does).filter((one) => !one.startsWith("GET"));

test.each<[string, object[], string[]]>([
  ["there is one", [ours(5)], ["PATCH /issues/comments/5"]],
  ["there is one that says it", [ours(5, TEXT)], []],
  ["there are two, to the first", [ours(9), ours(5)], ["PATCH /issues/comments/5"]],
  ["ours only quotes the marker", [ours(5, `> ${MARKER}`)], ["POST /issues/3/comments"]],
  ["another App wrote the marker", [{ ...ours(5), performed_via_github_app: { id: 8 } }], ["POST"]],
  ["a person wrote the marker", [{ ...ours(5), performed_via_github_app: null }], ["POST"]],
])("a comment is written where %s", async (_, there, expected) => {
  const list = [...there];
  answer = (what) => {
    if (what.startsWith("POST")) list.push(ours(50, TEXT));
    return { data: what.startsWith("GET") ? list : { id: 50 } };
  };
  expect(await write()).toBe(expected[0]?.startsWith("POST") ? 50 : 5);
  expect(does()).toEqual(expected.map((one) => (one === "POST" ? "POST /issues/3/comments" : one)));
  const sent = asked.find((one) => !one.does.startsWith("GET"))?.body;
  if (sent !== undefined) expect(sent).toEqual({ body: TEXT });
});

test("of two that were written at once the first stays", async () => {
  const list: object[] = [];
  answer = (what) => {
    if (what.startsWith("POST")) list.push(ours(51), ours(50));
    return { data: what.startsWith("GET") ? list : { id: 51 } };
  };
  expect(await write()).toBe(50);
  expect(does()).toEqual(["POST /issues/3/comments", "DELETE /issues/comments/51"]);
});

test("a comment that the list does not show yet is there all the same", async () => {
  answer = (what) => ({ data: what.startsWith("GET") ? [] : { id: 50 } });
  expect(await write()).toBe(50);
  expect(does()).toEqual(["POST /issues/3/comments"]);
});

test("with a personal token our comments are that person's", async () => {
  const list = [ours(5), { ...ours(6), user: { id: 2 } }];
  answer = (what) => ({ data: what === "GET /user" ? { id: 2 } : list });
  expect(await write(PERSON)).toBe(6);
});

test("a comment that GitHub refuses is refused in its words", async () => {
  answer = (what) => (what.startsWith("POST") ? { status: 403, data: { message: "locked" } } : { data: [] });
  await expect(write()).rejects.toThrow("Cannot comment on #3: GitHub answered 403: locked");
});

test("a comment is read with who wrote it, where and when", async () => {
  const at = {
    issue_url: "https://g.test/issues/3",
    html_url: "https://g.test/a/b/pull/3#c",
    created_at: "t",
  };
  const user = { login: "mira", type: "Bot" };
  answer = () => ({ data: { body: "hi", user, performed_via_github_app: { id: 8 }, ...at } });
  const read = { body: "hi", login: "mira", user_type: "Bot", app_id: 8, number: 3, is_pull: true };
  expect(await readComment(APP, repo, 5)).toEqual({ ...read, created_at: "t" });
  answer = () => ({ data: { ...at, html_url: "https://g.test/a/b/issues/3#c", user: null } });
  const bare = { body: "", login: "ghost", user_type: "User", app_id: null, is_pull: false };
  expect(await readComment(APP, repo, 5)).toMatchObject(bare);
  answer = () => ({ status: 404 });
  expect(await readComment(APP, repo, 5)).toBeNull();
});

test("a sign that cannot be given is nobody's error", async () => {
  answer = () => ({ status: 500 });
  await react(APP, repo, 5, "eyes");
  expect(asked[0]).toEqual({ does: "POST /issues/comments/5/reactions", body: { content: "eyes" } });
});

const event = (id: number, what: string, name: string, login = "mira") => ({
  ...{ id, event: what, actor: { login } },
  ...(name !== "" && { label: { name } }),
});
const LAST =
  '<https://g.test/?per_page=100&page=2>; rel="next", <https://g.test/?per_page=100&page=2>; rel="last"';

test.each<[string, object[][], object | null]>([
  ["set", [[event(1, "labeled", "tidegate")]], { login: "mira", event_id: 1 }],
  ["set in capitals", [[event(1, "labeled", "Tidegate")]], { event_id: 1 }],
  ["set and taken off", [[event(1, "labeled", "tidegate"), event(2, "unlabeled", "tidegate")]], null],
  [
    "set twice",
    [[event(1, "labeled", "tidegate"), event(2, "labeled", "tidegate", "zoe")]],
    { login: "zoe" },
  ],
  ["another", [[event(1, "labeled", "bug"), event(2, "closed", "")]], null],
  [
    "taken off on a later page",
    [[event(1, "labeled", "tidegate")], [event(2, "unlabeled", "tidegate")]],
    null,
  ],
  [
    "set on the first of two pages",
    [[event(1, "labeled", "tidegate")], [event(2, "closed", "")]],
    { event_id: 1 },
  ],
])("a label that is %s", async (_, pages, set) => {
  answer = (_does, page) => ({ data: pages[page - 1], ...(pages.length > 1 && { link: LAST }) });
  const found = await labelledBy(APP, repo, 3, "tidegate");
  if (set === null) expect(found).toBeNull();
  else expect(found).toMatchObject(set);
});
