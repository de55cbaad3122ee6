/** Tokens, pauses and turns to write, in a time of their own and against a GitHub that is a function. */
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Vars } from "../../vars.ts";
import { type Buckets, shareBuckets } from "./buckets.ts";
import { clientOf, statusOf } from "./client.ts";
import { archiveOf } from "./contents.ts";
import { requestMerge } from "./merge.ts";
import { AuthRevoked, GitHubCrowded, GitHubPaused } from "./not-asked.ts";
import { tokenFor } from "./token.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const GITHUB_APP_PRIVATE_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

type Sent = { at: number; method: string; path: string; token: string; version: string | null };
type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** What came in, what tokens there are, and how the next requests are answered. */
let sent: Sent[] = [];
let minted: { token: string; ends: number }[] = [];
let answers: ((one: Sent) => Answer | undefined)[] = [];
let vars: Vars;
let nth = 0;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date", "setTimeout", "clearTimeout"] });
  countSignatures();
  [sent, minted, answers] = [[], [], []];
  shareBuckets(null);
  // Another address for each test: what is remembered of one is nothing to the next.
  const GITHUB_API_URL = `http://github${nth++}.test`;
  vars = {
    GITHUB_API_URL,
    GITHUB_WRITES_APART_MS: 1_100,
    GITHUB_TOKEN: null,
    GITHUB_APP_ID: "7",
    GITHUB_APP_PRIVATE_KEY,
  } as Vars;
  vi.stubGlobal("fetch", (url: string | URL, init: RequestInit) => github(new URL(url), init));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function github({ pathname: path }: URL, { method = "GET", headers }: RequestInit): Promise<Response> {
  const token = new Headers(headers).get("authorization")?.replace("Bearer ", "") ?? "";
  const version = new Headers(headers).get("x-github-api-version");
  const one = { at: Date.now() - NOON, method, path, token, version };
  sent.push(one);
  for (const answer of answers) {
    const found = answer(one);
    if (found !== undefined) return Response.json(found.body ?? {}, found);
  }
  if (!path.endsWith("/access_tokens")) return Response.json({ id: 1, default_branch: "main" });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const fresh = { token: `ghs_secret${minted.length}`, ends: Date.now() + 60 * MINUTE };
  minted.push(fresh);
  return Response.json(
    { token: fresh.token, expires_at: new Date(fresh.ends).toISOString() },
    { status: 201 },
  );
}

/** Answers the next requests that fit. */
function answer(times: number, status: number, how: Omit<Answer, "status"> = {}, fits = isCall): void {
  let left = times;
  answers.push((one) => (fits(one) && left-- > 0 ? { status, ...how } : undefined));
}

const isCall = ({ path }: Sent) => !path.endsWith("/access_tokens");
const calls = () => sent.filter(isCall);
const repo = (installation_id: number | null = 17) => ({ full_name: "acme/shop", installation_id });

/** Signatures that are being made, in a thread of their own and in real time. */
let signing = 0;

function countSignatures(): void {
  const { subtle } = crypto;
  const sign = subtle.sign.bind(subtle);
  const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    signing += 1;
    return work.finally(() => {
      signing -= 1;
    });
  };
  vi.spyOn(subtle, "sign").mockImplementation((...args) => counted(sign(...args)));
  vi.spyOn(subtle, "importKey").mockImplementation((...args: unknown[]) => counted(importKey(...args)));
}

/** A promise's end. Time passes only while nothing else is under way. */
async function ended<T>(promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  for (let quiet = 0; !isOver; quiet = signing > 0 ? 0 : quiet + 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (quiet > 5) await vi.advanceTimersToNextTimerAsync();
  }
  return promise;
}

const thrown = (promise: Promise<unknown>) =>
  ended(promise).then(
    () => null,
    (error: unknown) => error,
  );

async function read(installation_id: number | null = 17): Promise<number> {
  const { octokit, at } = await clientOf(vars, repo(installation_id));
  return (await octokit.request("GET /repos/{owner}/{repo}", at)).status;
}

async function write(installation_id = 17): Promise<number> {
  const { octokit, at } = await clientOf(vars, repo(installation_id));
  const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
  return (await octokit.request(path, { ...at, issue_number: 1, body: "Hello" })).status;
}

/** Turns in a row, as the table in D1 gives them; `crowded` tells the next to come again. */
function turns(): Buckets & { crowded: number | null; paused: number } {
  let next = 0;
  const buckets = {
    crowded: null as number | null,
    paused: 0,
    pausedUntil: async () => buckets.paused,
    pause: async (_: string, until: number | null) => {
      buckets.paused = until ?? Date.now() + 5 * MINUTE;
      return buckets.paused;
    },
    claimWrite: async (_: string, { spacing_ms }: { spacing_ms: number }, now: number) => {
      if (buckets.crowded !== null) return { until: buckets.crowded };
      if (buckets.paused > now) return { until: buckets.paused };
      const at = Math.max(next, now);
      next = at + spacing_ms;
      return { at };
    },
  };
  shareBuckets(buckets);
  return buckets;
}

test("95 minutes of work: no request with less than five minutes of life, one token for each window", async () => {
  for (const minute of [0, 5, 54, 56, 58, 61, 94, 95, 112]) {
    vi.setSystemTime(NOON + minute * MINUTE);
    await ended(Promise.all(Array.from({ length: 20 }, () => read())));
  }
  expect(minted).toHaveLength(3);
  const lifeOf = ({ at, token }: Sent) => (minted.find((one) => one.token === token)?.ends ?? 0) - NOON - at;
  expect(calls()).toHaveLength(180);
  for (const one of calls()) expect(lifeOf(one)).toBeGreaterThanOrEqual(5 * MINUTE);
});

test("a token that was asked for and never came is asked for again by who waited for it", async () => {
  let isFirst = true;
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    if (!isFirst) return real(url, init);
    isFirst = false;
    // Whoever asked was cut off in the middle: his promise never ends.
    return new Promise(() => undefined);
  });
  void tokenFor(vars, 17);
  expect(await ended(Promise.all([tokenFor(vars, 17), tokenFor(vars, 17)]))).toEqual([
    "ghs_secret0",
    "ghs_secret0",
  ]);
});

test("401: one fresh token and the same request once more, for all who held the old one", async () => {
  await ended(read());
  const old = minted[0]?.token;
  answers.push(({ token }) =>
    token === old ? { status: 401, body: { message: "Bad credentials" } } : undefined,
  );
  expect(await ended(Promise.all([read(), read(), read(), write()]))).toEqual([200, 200, 200, 200]);
  expect(minted).toHaveLength(2);
  expect(calls().filter(({ method }) => method === "POST")).toHaveLength(2);
});

test("a second 401 says whom GitHub does not let in, and is not asked a third time", async () => {
  answer(9, 401, { body: { message: "Bad credentials" } });
  const error = await thrown(read());
  expect(error).toBeInstanceOf(AuthRevoked);
  expect(String(error)).toContain("installation 17");
  expect([calls().length, minted.length]).toEqual([2, 2]);
});

test.each([
  ["the installation is gone", 404, { message: "Not Found" }],
  ["it is suspended", 403, { message: "This installation has been suspended" }],
  ["the App's key is not taken", 401, { message: "A JSON web token could not be decoded" }],
])("no token because %s: AuthRevoked, and no other request", async (_, status, body) => {
  answer(9, status, { body }, (one) => !isCall(one));
  expect(await thrown(read())).toBeInstanceOf(AuthRevoked);
  expect(sent).toHaveLength(1);
});

test("suspended while a token lives: AuthRevoked", async () => {
  answer(9, 403, { body: { message: "This installation has been suspended" } });
  expect(await thrown(read())).toBeInstanceOf(AuthRevoked);
  expect(calls()).toHaveLength(1);
});

test("a personal token that is not taken: there is no other one to try", async () => {
  vars = { ...vars, GITHUB_TOKEN: "ghp_secret" };
  answer(9, 401);
  expect(await thrown(read(null))).toBeInstanceOf(AuthRevoked);
  expect(sent).toHaveLength(1);
});

test.each([
  [
    "the hour is used up",
    403,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String((NOON + 20 * MINUTE) / 1000) },
    20,
  ],
  ["429 with a time", 429, { "retry-after": "180" }, 3],
  ["403 without a time", 403, {}, 1],
])(
  "%s: nothing is asked until then, and another installation goes on",
  async (_, status, headers, minutes) => {
    await ended(read());
    answer(1, status, { headers, body: { message: "You have exceeded a secondary rate limit" } });
    const [error, later] = [await thrown(read()), await thrown(write())];
    const until = NOON + minutes * MINUTE;
    expect(error).toBeInstanceOf(GitHubPaused);
    expect((error as GitHubPaused).until - until).toBeLessThan(1_000);
    expect((later as GitHubPaused).until).toBe((error as GitHubPaused).until);
    const before = sent.length;
    vi.setSystemTime(until - 1);
    expect(await thrown(read())).toBeInstanceOf(GitHubPaused);
    expect(await thrown(archiveOf(vars, repo(), "a".repeat(40)))).toBeInstanceOf(GitHubPaused);
    expect(sent).toHaveLength(before);
    expect(await ended(read(18))).toBe(200);
    vi.setSystemTime(until + 1_000);
    expect(await ended(read())).toBe(200);
  },
);

test("the last request of the hour is answered, and the next one is not sent", async () => {
  await ended(read());
  answer(1, 200, {
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String((NOON + MINUTE) / 1000) },
  });
  expect(await ended(read())).toBe(200);
  const before = sent.length;
  expect(await thrown(read())).toBeInstanceOf(GitHubPaused);
  expect(sent).toHaveLength(before);
});

test("no token is asked for during a pause either, and a limit at that door pauses this installation alone", async () => {
  answer(1, 429, { headers: { "retry-after": "60" } }, ({ path }) => path.includes("/17/access_tokens"));
  expect(await thrown(read())).toBeInstanceOf(GitHubPaused);
  expect(await thrown(read())).toBeInstanceOf(GitHubPaused);
  expect(sent).toHaveLength(1);
  expect(await ended(read(18))).toBe(200);
});

test.each([
  ["a pause", 429, GitHubPaused],
  ["a revoked credential", 401, AuthRevoked],
])("%s is never taken for a merge whose answer was lost", async (_, status, kind) => {
  answer(9, status);
  const merge = requestMerge(vars, repo(), { number: 1, sha: "a".repeat(40), method: "merge" }, Infinity);
  const error = await thrown(merge);
  expect(error).toBeInstanceOf(kind);
  expect(() => statusOf(error)).toThrow(kind);
});

test("that no token could be had is no lost answer of a merge either", async () => {
  answer(9, 502, {}, (one) => !isCall(one));
  const merge = requestMerge(vars, repo(), { number: 1, sha: "a".repeat(40), method: "merge" }, Infinity);
  await expect(ended(merge)).rejects.toThrow("Cannot get a token for installation 17: GitHub answered 502");
});

test.each([502, 504])("a write that is answered %i is not sent again", async (status) => {
  answer(9, status);
  expect(statusOf(await thrown(write()))).toBe(status);
  expect(calls()).toHaveLength(1);
});

test("writes arrive a second apart, however long each is on its way; one that is never answered holds the row up for ten", async () => {
  turns();
  await ended(read());
  sent = [];
  const ways = [900, 0, 400, Number.POSITIVE_INFINITY, 0];
  const arrive = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const way = ways.shift() ?? 0;
    await new Promise((resolve) => {
      if (way < Number.POSITIVE_INFINITY) setTimeout(resolve, way);
    });
    return arrive(url, init);
  });
  const writes = [write(), write(), write()];
  await ended(Promise.all(writes));
  void write();
  await ended(write());
  const times = calls().map(({ at }) => at);
  const gaps = times.slice(1).map((at, nth) => at - (times[nth] ?? 0));
  expect(gaps.every((gap) => gap >= 1_000)).toBe(true);
  expect(gaps.at(-1)).toBeGreaterThanOrEqual(10_000);
  expect(calls()).toHaveLength(4);
});

test("writes are a second apart and reads are not; each bucket has turns of its own", async () => {
  turns();
  await ended(Promise.all([read(), read(18)]));
  sent = [];
  await ended(Promise.all([write(), read(), write(), read(), write(), read()]));
  const at = (method: string) => calls().flatMap((one) => (one.method === method ? [one.at] : []));
  const [first = 0, second = 0, third = 0] = at("POST");
  expect(second - first).toBeGreaterThanOrEqual(1_000);
  expect(third - second).toBeGreaterThanOrEqual(1_000);
  expect(at("GET").every((time) => time === first)).toBe(true);
});

test("a pause that begins while writes wait for their turn stops all of them", async () => {
  turns();
  answer(1, 403, { headers: { "retry-after": "60" } });
  const writes = await ended(Promise.allSettled([write(), write(), write()]));
  expect(writes.map((one) => (one.status === "rejected" ? one.reason : null))).toEqual([
    expect.any(GitHubPaused),
    expect.any(GitHubPaused),
    expect.any(GitHubPaused),
  ]);
  expect(calls()).toHaveLength(1);
});

test("a turn that is too far off is not waited for; whoever wrote already waits longer", async () => {
  const buckets = turns();
  const asked: number[] = [];
  const claim = buckets.claimWrite;
  buckets.claimWrite = (key, pace, now) => {
    asked.push(pace.patience_ms);
    return claim(key, pace, now);
  };
  const { octokit, at } = await ended(clientOf(vars, repo()));
  const comment = () =>
    octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...at,
      issue_number: 1,
      body: "",
    });
  await ended(comment());
  buckets.crowded = NOON + 3 * MINUTE;
  const error = await thrown(comment());
  expect(error).toMatchObject({ name: "GitHubPaused", until: NOON + 3 * MINUTE });
  expect(error).toBeInstanceOf(GitHubCrowded);
  expect(String(error)).toContain("2026-03-01 12:03:00 UTC");
  expect(asked).toEqual([2_000, 30_000]);
  expect(calls()).toHaveLength(1);
});

test("a pause that another isolate began is obeyed", async () => {
  const buckets = turns();
  await ended(read());
  buckets.paused = NOON + 10 * MINUTE;
  vi.setSystemTime(NOON + MINUTE);
  sent = [];
  expect(await thrown(read())).toMatchObject({ until: NOON + 10 * MINUTE });
  expect(sent).toHaveLength(0);
});

test("a pause that cannot be written down is obeyed all the same", async () => {
  const buckets = turns();
  buckets.pause = async () => {
    throw new Error("D1 is away");
  };
  answer(1, 429, { headers: { "retry-after": "120" } });
  expect(await thrown(read())).toMatchObject({ until: expect.any(Number), name: "GitHubPaused" });
  expect(await thrown(read())).toBeInstanceOf(GitHubPaused);
  expect(calls()).toHaveLength(1);
});

test("no token stands in an error, nor in the log", async () => {
  const logged: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void logged.push(line));
  const errors: unknown[] = [];
  const shown = () => `${logged.join("\n")}\n${errors.map(inWhole).join("\n")}`;
  for (const status of [401, 403, 404, 429, 500]) {
    vars = { ...vars, GITHUB_API_URL: `${vars.GITHUB_API_URL}/v${status}` };
    answers = [];
    answer(9, status, { body: { message: "Something about it" } });
    errors.push(await thrown(read()), await thrown(write()));
  }
  expect(errors.every((error) => error instanceof Error)).toBe(true);
  expect(minted.length).toBeGreaterThan(4);
  expect(logged.length).toBeGreaterThan(0);
  expect(shown()).not.toMatch(/ghs_|Bearer|eyJ/);
});

/** All that an error holds, and what it came from. */
function inWhole(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.fromEntries(Object.entries(error));
  return `${error.stack} ${JSON.stringify(own)} ${inWhole(error.cause ?? "")}`;
}

test("every request says which version of the API it speaks, the one for a token too", async () => {
  expect(await ended(read())).toBe(200);
  await ended(archiveOf(vars, repo(), "a".repeat(40)));
  expect(sent.map(({ version }) => version)).toEqual(["2022-11-28", "2022-11-28", "2022-11-28"]);
});
