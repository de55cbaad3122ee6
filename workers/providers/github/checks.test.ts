/** Our check run: made once, found again by our id, and never anything that GitHub takes for green without being it. */
import { Octokit } from "@octokit/core";
import { beforeEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { type CheckReport, writeCheck } from "./checks.ts";

const clientOf = vi.hoisted(() => vi.fn());
vi.mock("./client.ts", async (original) => ({ ...(await original<object>()), clientOf }));

const APP = { GITHUB_TOKEN: null, GITHUB_APP_ID: "7" } as Vars;
const PERSON = { GITHUB_TOKEN: "t" } as Vars;
const repo = { full_name: "a/b", installation_id: 1 };
const CHECK: CheckReport = {
  ...{ name: "tidegate", head_sha: "s1", external_id: "v.1", status: "completed", conclusion: "success" },
  ...{ title: "passed", summary: "all", text: "none", annotations: [], details_url: "https://t.test/1" },
};
const remark = (start_line: number, message = "bad") => ({
  ...{ path: "a.py", start_line, end_line: start_line, title: "rule", message },
  annotation_level: "warning" as const,
});

type Sent = { does: string; body: Record<string, unknown> };
let sent: Sent[] = [];
let runs: { id: number; external_id: string }[][] = [[]];
let annotations: object[] = [];
let asked: URLSearchParams[] = [];

async function answer(text: string, { method = "GET", body }: { method?: string; body?: string }) {
  const url = new URL(text);
  if (method !== "GET") {
    sent.push({ does: `${method} ${url.pathname}`, body: JSON.parse(body ?? "{}") });
    return Response.json({ id: 50 });
  }
  if (url.pathname.endsWith("/annotations")) return Response.json(annotations);
  asked.push(url.searchParams);
  return Response.json({ check_runs: runs[Number(url.searchParams.get("page")) - 1] ?? [] });
}

beforeEach(() => {
  [sent, runs, annotations, asked] = [[], [[]], [], []];
  const octokit = new Octokit({ baseUrl: "https://github.test", request: { fetch: answer } });
  clientOf.mockResolvedValue({ octokit, at: { owner: "a", repo: "b" } });
});

test("the first report makes the check run, on its head, with our id", async () => {
  expect(await writeCheck(APP, repo, CHECK, null)).toBe(50);
  expect(sent.map(({ does }) => does)).toEqual(["POST /repos/a/b/check-runs"]);
  expect(sent[0]?.body).toMatchObject({
    ...{ name: "tidegate", head_sha: "s1", external_id: "v.1", status: "completed", conclusion: "success" },
    ...{ details_url: "https://t.test/1", output: { title: "passed", summary: "all", text: "none" } },
  });
});

test("a report of what goes on has no conclusion", async () => {
  await writeCheck(APP, repo, { ...CHECK, status: "in_progress", conclusion: null }, null);
  expect(sent[0]?.body).toMatchObject({ status: "in_progress" });
  expect(sent[0]?.body).not.toHaveProperty("conclusion");
});

test("one that is known is written anew, without a look", async () => {
  expect(await writeCheck(APP, repo, CHECK, 12)).toBe(12);
  expect(sent.map(({ does }) => does)).toEqual(["PATCH /repos/a/b/check-runs/12"]);
  expect(sent[0]?.body).toMatchObject({ conclusion: "success", external_id: "v.1" });
  expect(asked).toEqual([]);
});

test("one that was made and not heard of is found by our id, whatever stands before it", async () => {
  const others = Array.from({ length: 100 }, (_, id) => ({ id, external_id: `other ${id}` }));
  runs = [others, [{ id: 12, external_id: "v.1" }]];
  expect(await writeCheck(APP, repo, CHECK, null)).toBe(12);
  expect(sent.map(({ does }) => does)).toEqual(["PATCH /repos/a/b/check-runs/12"]);
  // Also what a newer one of the same name hides, and of our App alone: anybody may give a check our id.
  expect(asked[0]?.get("filter")).toBe("all");
  expect(asked[0]?.get("app_id")).toBe("7");
});

test("another attempt's check run on the same head is not taken for this one's", async () => {
  runs = [[{ id: 12, external_id: "v.2" }]];
  expect(await writeCheck(APP, repo, CHECK, null)).toBe(50);
});

test.each([null, 12])("remarks are added once, fifty at a time (known: %s)", async (known) => {
  annotations = [remark(1), remark(2, "else")];
  const wanted = Array.from({ length: 60 }, (_, nth) => remark(nth + 1));
  await writeCheck(APP, repo, { ...CHECK, annotations: wanted }, known);
  const added = sent.slice(1).map(({ body }) => (body.output as { annotations: object[] }).annotations);
  expect(added.map((some) => some.length)).toEqual([50, 9]);
  // Line 1 is there; of line 2 something else is.
  expect(added.flat()[0]).toEqual(remark(2));
  expect(new Set(added.flat().map((one) => JSON.stringify(one))).size).toBe(59);
});

test.each([
  [null, "pending"],
  ["action_required", "pending"],
  ["success", "success"],
  ["failure", "failure"],
  ["timed_out", "failure"],
  ["cancelled", "error"],
] as const)("with a personal token a status says %s as %s", async (conclusion, state) => {
  expect(await writeCheck(PERSON, repo, { ...CHECK, conclusion, title: "x".repeat(200) }, null)).toBeNull();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    does: "POST /repos/a/b/statuses/s1",
    body: { state, context: "tidegate", description: "x".repeat(140), target_url: "https://t.test/1" },
  });
});
