/** What a run's words mean, and which pull request is its own. */
import { describe, expect, test } from "vitest";
import { CodegenRun, pullOf, stateOf } from "./codegen-run.ts";

describe("stateOf", () => {
  test.each([
    [
      "working",
      ["ACTIVE", "RUNNING", "PENDING", "EVALUATION", "queued", "in_progress", "In Progress", "in-progress"],
    ],
    ["done", ["COMPLETE", "completed", "Complete", " COMPLETED\n"]],
    [
      "failed",
      ["ERROR", "failed", "TIMEOUT", "MAX_ITERATIONS_REACHED", "max iterations reached", "OUT_OF_TOKENS"],
    ],
    ["stopped", ["CANCELLED", "canceled", "STOPPED"]],
    ["paused", ["PAUSED", "paused"]],
  ])("is %s for %j", (state, words) => {
    expect(words.map(stateOf)).toEqual(words.map(() => state));
  });

  test("takes what it does not know for work: our own deadline ends it", () => {
    const odd = [null, undefined, "", "REFLECTING", "completely", "constructor", "__proto__"];
    expect(odd.map(stateOf)).toEqual(odd.map(() => "working"));
  });
});

describe("pullOf", () => {
  const pulls = (...urls: string[]) => ({
    pulls: urls.map((url) => ({ url, head_branch_name: `to ${url}` })),
  });
  const number = (...urls: string[]) => pullOf(pulls(...urls), "Alice/shop")?.number ?? null;

  test("reads the number from the url, whatever the host", () => {
    expect(number("https://github.com/Alice/shop/pull/7")).toBe(7);
    expect(number("https://github.example.com:8443/alice/SHOP/pull/12/files?w=1#diff")).toBe(12);
    expect(number("http://127.0.0.1:3000/Alice/shop/pull/1234567/")).toBe(1_234_567);
  });

  test("gives the branch with it, and the newest of several", () => {
    const urls = [9, 31, 30].map((nth) => `https://github.com/alice/shop/pull/${nth}`);
    expect(pullOf(pulls(...urls), "alice/shop")).toEqual({ number: 31, branch: `to ${urls[1]}` });
  });

  test.each([
    "https://github.com/alice/shop2/pull/7",
    "https://github.com/malice/shop/pull/7",
    "https://github.com/x/alice/shop/pull/7",
    "https://github.com/alice/shop/pull/7x",
    "https://github.com/alice/shop/pull/0",
    "https://github.com/alice/shop/pull/-1",
    "https://github.com/alice/shop/pull/",
    "https://github.com/alice/shop/issues/7",
    "https://github.com/mallory/repo/pull/8?next=/alice/shop/pull/7",
    "https://github.com/mallory/repo/pull/8#/alice/shop/pull/7",
    "alice/shop/pull/7",
    "",
  ])("does not take %j for one of the repository", (url) => {
    expect(number(url)).toBeNull();
    expect(number(url, "https://github.com/alice/shop/pull/3")).toBe(3);
  });
});

describe("CodegenRun", () => {
  const bare = { status: null, web_url: null, result: null, summary: null, pulls: [], turn: null };

  test("needs an id and nothing else", () => {
    expect(CodegenRun.parse({ id: 1 })).toEqual({ id: 1, ...bare });
    expect([{}, { id: "x" }, null, []].map((value) => CodegenRun.safeParse(value).success)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("keeps what it can read of odd fields, and ignores what it does not know", () => {
    const odd = {
      id: 1,
      status: 3,
      result: { text: "x" },
      summary: "s",
      cost: 12,
      metadata: "turn",
      github_pull_requests: [
        null,
        { id: 4 },
        { url: "u", head_branch_name: 5 },
        { url: "v", head_branch_name: "b", state: "open" },
      ],
    };
    expect(CodegenRun.parse(odd)).toEqual({
      id: 1,
      ...bare,
      summary: "s",
      pulls: [
        { url: "u", head_branch_name: null },
        { url: "v", head_branch_name: "b" },
      ],
    });
    expect(CodegenRun.parse({ id: 1, github_pull_requests: "none" }).pulls).toEqual([]);
  });

  test("shows a link only where it leads to a page", () => {
    const link = (web_url: string) => CodegenRun.parse({ id: 1, web_url }).web_url;
    expect(link("https://codegen.com/agent/trace/1")).toBe("https://codegen.com/agent/trace/1");
    expect(["javascript:alert(1)", "data:text/html,x", "/agent/1", ""].map(link)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("knows its turn by our name in the metadata alone", () => {
    const turn = (metadata: unknown) => CodegenRun.parse({ id: 1, metadata }).turn;
    expect(turn({ tidegate_turn: "r1.turn.2", other: 1 })).toBe("r1.turn.2");
    expect([{ turn: "r1" }, { tidegate_turn: 2 }, {}, null].map(turn)).toEqual([null, null, null, null]);
  });
});
