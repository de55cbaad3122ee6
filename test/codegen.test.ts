/** The client of Codegen against the rehearsal Codegen: a run's whole life, and all that can go wrong on the way. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Said } from "../models/said.ts";
import { type Brain, type Codegen, type LogEntry, startCodegen } from "../rehearsal/codegen/index.ts";
import {
  backoff,
  banRun,
  type CodegenAccess,
  CodegenError,
  findRun,
  pullOf,
  readLogs,
  readRun,
  resumeRun,
  startRun,
  stateOf,
  unbanRun,
} from "../workers/providers/agent/codegen.ts";

const IMAGE = "data:image/png;base64,AA==";
const LOG: LogEntry[] = [
  { message_type: "PLAN_EVALUATION", thought: "First look, then write" },
  { message_type: "ACTION", tool_name: "edit", tool_input: { path: "a.js" }, tool_output: { ok: true } },
];
const brain: Brain = async ({ prompt, resumed }) => ({
  log: LOG,
  result: `${resumed ? "again " : ""}${prompt}`,
  pull: { url: "https://github.com/alice/shop/pull/12", head_branch_name: "codegen/12", title: "Do it" },
});

const clock = { ms: Date.parse("2026-03-01T12:00:00Z") };
let codegen: Codegen;
let access: CodegenAccess;
beforeEach(async () => {
  codegen = await startCodegen({ brain, repositories: ["alice/shop"], now: () => clock.ms });
  const { url, token, organization, repositories } = codegen;
  access = { url, token, organization, repository: repositories[0]?.id ?? 0 };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await codegen.close();
  // Whatever the client asks must be in the published description.
  expect(codegen.unmodelled).toEqual([]);
});

const begin = async (turn = "r1.turn.1", images: string[] = []) => {
  const run = await startRun(access, { prompt: "raise the price", images, turn });
  await codegen.settled();
  return run;
};
const refusalOf = async (call: Promise<unknown>): Promise<CodegenError> => {
  const thrown: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof CodegenError)) throw new Error(`Expected a refusal, got ${String(thrown)}`);
  return thrown;
};

describe("a run", () => {
  test("is begun with prompt, images, repository, model and our turn, and nothing that is not needed", async () => {
    await startRun({ ...access, model: "gpt-9" }, { prompt: "do it", images: [IMAGE], turn: "r1.turn.1" });
    await startRun({ ...access, repository: null }, { prompt: "do it", images: [], turn: "r1.turn.2" });
    expect(codegen.requests.map(({ method, body }) => [method, body])).toEqual([
      [
        "POST",
        {
          prompt: "do it",
          images: [IMAGE],
          metadata: { tidegate_turn: "r1.turn.1" },
          repo_id: access.repository,
          model: "gpt-9",
        },
      ],
      ["POST", { prompt: "do it", metadata: { tidegate_turn: "r1.turn.2" } }],
    ]);
    expect(codegen.requests[0]?.headers).toMatchObject({ "user-agent": "tidegate" });
  });

  test("is looked at until it is done, whichever words it uses, and gives its pull request", async () => {
    for (const turn of ["r1.turn.1", "r1.turn.2"]) {
      const { id, status, web_url } = await begin(turn);
      expect([stateOf(status), web_url]).toEqual(["working", `${codegen.url}/agent/trace/${id}`]);
      expect(stateOf((await readRun(access, id)).status)).toBe("working");
      const end = await readRun(access, id);
      expect(end).toMatchObject({ id, turn, result: "raise the price", summary: "raise the price" });
      expect([stateOf(end.status), pullOf(end, "alice/shop")]).toEqual([
        "done",
        { number: 12, branch: "codegen/12" },
      ]);
      expect(pullOf(end, "alice/other")).toBeNull();
    }
    expect(codegen.runs.map(({ status }) => status)).toEqual(["COMPLETE", "completed"]);
  });

  test("goes on when it is resumed", async () => {
    codegen.knobs.looks = 0;
    const { id } = await begin();
    await readRun(access, id);
    const resumed = await resumeRun(access, { id, prompt: "and test it", images: [IMAGE] });
    expect([resumed.id, stateOf(resumed.status)]).toEqual([id, "working"]);
    await codegen.settled();
    expect(await readRun(access, id)).toMatchObject({ result: "again and test it", turn: "r1.turn.1" });
    expect(codegen.runs[0]?.asked.at(-1)).toMatchObject({ images: [IMAGE], resumed: true });
  });

  test("goes on after a ban was taken back", async () => {
    const { id } = await begin();
    await banRun(access, id);
    await unbanRun(access, id);
    await unbanRun(access, 1);
    const resumed = await resumeRun(access, { id, prompt: "go on", images: [] });
    expect(stateOf(resumed.status)).toBe("working");
  });

  test("is stopped by a ban, again as well, and one that is not there is stopped", async () => {
    const { id } = await begin();
    await banRun(access, id);
    await banRun(access, id);
    await banRun(access, 1);
    expect(stateOf((await readRun(access, id)).status)).toBe("stopped");
    expect(codegen.runs[0]?.banned).toBe(true);
    const refused = await refusalOf(banRun({ ...access, organization: codegen.strangers }, id));
    expect(refused.status).toBe(403);
  });

  test("without a list of pull requests has none", async () => {
    Object.assign(codegen.knobs, { looks: 0, hidePulls: true });
    const { id } = await begin();
    const run = await readRun(access, id);
    expect([stateOf(run.status), run.pulls, pullOf(run, "alice/shop")]).toEqual(["done", [], null]);
  });

  test("with an odd status, or none, or no end is at work until we end it", async () => {
    Object.assign(codegen.knobs, {
      endless: true,
      words: ["REFLECTING", null, "", "PAUSED", "OUT_OF_TOKENS"],
    });
    const { id } = await begin();
    const states: string[] = [];
    for (let nth = 0; nth < 7; nth++) states.push(stateOf((await readRun(access, id)).status));
    expect(states).toEqual(["working", "working", "working", "paused", "failed", "working", "working"]);
  });
});

describe("a turn makes one run", () => {
  test("an answer lost after its effect: the run is found again by its turn", async () => {
    expect(await findRun(access, "r1.turn.1")).toBeNull();
    codegen.knobs.lost = 1;
    const lost = await refusalOf(begin());
    expect([lost.kind, lost.status]).toEqual(["retry", 500]);
    const found = await findRun(access, "r1.turn.1");
    expect([found?.id, found?.turn]).toEqual([codegen.runs[0]?.id, "r1.turn.1"]);
    expect(await findRun(access, "r1.turn.10")).toBeNull();
    expect(await findRun(access, "r1.turn")).toBeNull();
    expect(codegen.runs.length).toBe(1);
  });

  test("it is found among the newest three hundred of a busy organization", async () => {
    const { id } = await begin();
    codegen.addRuns(299);
    expect((await findRun(access, "r1.turn.1"))?.id).toBe(id);
    codegen.addRuns(1);
    expect(await findRun(access, "r1.turn.1")).toBeNull();
  });

  test("one that cannot be read does not hide the others", async () => {
    const items = [null, { id: "x" }, { id: 5, metadata: { tidegate_turn: "r1.turn.1" }, new_field: {} }];
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(Response.json({ items }));
    expect((await findRun(access, "r1.turn.1"))?.id).toBe(5);
  });
});

describe("the log", () => {
  test("is read on from where the last look ended, and holds what the agent says", async () => {
    const { id } = await begin();
    const said: Said[] = [];
    let skip = 0;
    for (let look = 0; look < 4; look++) {
      const piece = await readLogs(access, id, skip);
      said.push(...piece.said);
      skip = piece.next;
      await readRun(access, id);
    }
    expect(said).toEqual([
      { kind: "thought", text: "First look, then write" },
      { kind: "tool", name: "edit", input: '{"path":"a.js"}' },
      { kind: "result", text: '{"ok":true}' },
      { kind: "answer", text: "raise the price" },
    ]);
    expect(await readLogs(access, id, skip)).toEqual({ said: [], next: skip, more: false });
  });

  test("comes in pages of a hundred", async () => {
    const log = Array.from({ length: 230 }, (_, nth) => ({ message_type: "ACTION", thought: `${nth}` }));
    const other = await startCodegen({ brain: async () => ({ log, result: "ok" }) });
    other.knobs.looks = 0;
    const there = {
      ...access,
      url: other.url,
      token: other.token,
      organization: other.organization,
      repository: null,
    };
    const { id } = await startRun(there, { prompt: "x", images: [], turn: "t" });
    await other.settled();
    await readRun(there, id);
    const pieces = [];
    for (const skip of [0, 100, 200]) pieces.push(await readLogs(there, id, skip));
    await other.close();
    expect(pieces.map(({ said, next, more }) => [said.length, next, more])).toEqual([
      [99, 100, true],
      [100, 200, true],
      [32, 232, false],
    ]);
  });

  test("a run that failed says why", async () => {
    const other = await startCodegen({ brain: async () => ({ fail: "MAX_ITERATIONS_REACHED" }) });
    other.knobs.looks = 0;
    const there = {
      ...access,
      url: other.url,
      token: other.token,
      organization: other.organization,
      repository: null,
    };
    const { id } = await startRun(there, { prompt: "x", images: [], turn: "t" });
    await other.settled();
    expect(stateOf((await readRun(there, id)).status)).toBe("failed");
    const { said } = await readLogs(there, id, 0);
    await other.close();
    expect(said).toEqual([{ kind: "error", text: expect.stringContaining("MAX_ITERATIONS_REACHED") }]);
  });

  test("without entries, or with some that cannot be read, goes on", async () => {
    const fetching = vi.spyOn(globalThis, "fetch");
    fetching.mockResolvedValueOnce(Response.json({ id: 5, logs: null }));
    expect(await readLogs(access, 5, 3)).toEqual({ said: [], next: 3, more: false });
    fetching.mockResolvedValueOnce(Response.json({ id: 5, logs: [null, 7, { thought: "ok" }] }));
    expect(await readLogs(access, 5, 3)).toEqual({
      said: [{ kind: "thought", text: "ok" }],
      next: 6,
      more: false,
    });
  });
});

describe("a refusal says what a person can do", () => {
  const CASES: [string, () => Promise<unknown>, "retry" | "final", number | null, RegExp][] = [
    [
      "a wrong key",
      () => readRun({ ...access, token: "wrong" }, 1),
      "final",
      401,
      /check the secret CODEGEN_API_KEY/,
    ],
    [
      "a plan that is used up",
      () => {
        codegen.knobs.runsLeft = 0;
        return begin();
      },
      "final",
      402,
      /Cannot begin a Codegen run: the limit of the Codegen plan is reached; .*"?Agent run limit reached/,
    ],
    [
      "somebody else's organization",
      () => findRun({ ...access, organization: codegen.strangers }, "t"),
      "final",
      403,
      /CODEGEN_API_KEY.*organization id \d+/,
    ],
    [
      "no such organization",
      () => findRun({ ...access, organization: 1 }, "t"),
      "final",
      404,
      /organization id 1\b/,
    ],
    [
      "no such repository",
      () => startRun({ ...access, repository: 3 }, { prompt: "x", images: [], turn: "t" }),
      "final",
      404,
      /repository id 3\b/,
    ],
    [
      "no such run",
      () => readRun(access, 1),
      "final",
      404,
      /Cannot read Codegen run 1: .*Agent run not found/,
    ],
    ["an image that is none", () => begin("t", ["AA=="]), "final", 422, /422: body\.images\.0 /],
    [
      "too many requests",
      () => {
        codegen.knobs.busy = 1;
        return readRun(access, 1);
      },
      "retry",
      429,
      /too many requests/,
    ],
    [
      "a gateway's page",
      () => {
        codegen.knobs.down = 1;
        return begin();
      },
      "retry",
      502,
      /Codegen has a fault.*\(Codegen answered 502\)$/,
    ],
    [
      "nobody there",
      () => readRun({ ...access, url: "http://127.0.0.1:1" }, 1),
      "retry",
      null,
      /Codegen at 127\.0\.0\.1:1 could not be reached/,
    ],
    ["no key", () => readRun({ ...access, token: " \n" }, 1), "final", null, /CODEGEN_API_KEY is empty/],
    [
      "a key of two lines",
      () => readRun({ ...access, token: `${access.token}\nx` }, 1),
      "final",
      null,
      /CODEGEN_API_KEY/,
    ],
  ];

  test.each(CASES)("%s", async (_, call, kind, status, message) => {
    const error = await refusalOf(call());
    expect([error.kind, error.status]).toEqual([kind, status]);
    expect(error.message).toMatch(message);
    const all = JSON.stringify([error.message, error.stack, error.cause, { ...error }, codegen.requests]);
    expect(all).not.toContain(access.token);
  });

  test("one that never answers is given up", async () => {
    const late = AbortSignal.abort(new DOMException("The operation timed out", "TimeoutError"));
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(late);
    const error = await refusalOf(readRun(access, 1));
    expect([error.kind, error.status]).toEqual(["retry", null]);
    expect(error.message).toMatch(/did not answer within 20 s/);
    expect(timeout).toHaveBeenCalledWith(20_000);
  });

  test.each([
    [
      "a page in place of an answer",
      new Response("<h1>Sign in</h1>"),
      "retry",
      /cannot be read \(the body\)$/,
    ],
    ["an answer without its id", Response.json({ status: "ACTIVE" }), "retry", /cannot be read \(id\)$/],
    [
      "a move",
      new Response(null, { status: 307, headers: { location: "https://x.test/" } }),
      "final",
      /address of the API/,
    ],
    [
      "words for people alone",
      Response.json({ detail: "Not here" }, { status: 400 }),
      "final",
      /400: Not here\)$/,
    ],
  ])("%s", async (_, answer, kind, message) => {
    const fetching = vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(answer);
    const error = await refusalOf(readRun(access, 1));
    expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(message)]);
    // Followed, a redirect would carry the key to wherever it leads.
    expect(fetching.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
  });

  test("a server that shows our request back does not make us show the key", async () => {
    const message = `bad header\n  authorization: Bearer ${access.token} ${"x".repeat(1_000)}`;
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(Response.json({ message }, { status: 400 }));
    const error = await refusalOf(readRun(access, 1));
    expect(error.message).not.toContain(access.token);
    expect(error.message).toContain("bad header authorization: Bearer [hidden] xxx");
    expect(error.message.length).toBeLessThan(450);
  });
});

describe("the pace", () => {
  test("keeps eight runs that began together within the published limits", async () => {
    codegen.knobs.endless = true;
    const ids: number[] = [];
    for (let nth = 0; nth < 8; nth++) ids.push((await begin(`r${nth}.turn.1`)).id);
    for (let looks = 0; looks < 20; looks++) {
      clock.ms += backoff(looks) * 1000;
      for (const id of ids) {
        await readRun(access, id);
        await readLogs(access, id, 0);
      }
    }
    expect(codegen.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });

  test("a 429 makes it wait until the window is over, or as long as it says", async () => {
    for (let nth = 0; nth < 10; nth++) await begin(`r${nth}.turn.1`);
    const refused = await refusalOf(begin("r10.turn.1"));
    expect([refused.status, refused.retry_after_s]).toEqual([429, null]);
    clock.ms += backoff(0, refused) * 1000;
    await begin("r10.turn.1");
    Object.assign(codegen.knobs, { busy: 1, retryAfterS: 90 });
    expect(backoff(0, await refusalOf(readRun(access, 1)))).toBe(90);
    const date = new Date(Date.now() + 120_000).toUTCString();
    const dated = Response.json({ message: "later" }, { status: 503, headers: { "retry-after": date } });
    vi.spyOn(globalThis, "fetch").mockResolvedValueOnce(dated);
    const wait = backoff(0, await refusalOf(readRun(access, 1)));
    expect([wait > 100, wait <= 120]).toEqual([true, true]);
  });
});
