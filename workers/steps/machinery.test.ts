/** Nothing ran is not green, and what the machinery lacks is not the change's failure: sandbox, browser and storage. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../models/read-config.ts";
import { SandboxError } from "../providers/sandbox/index.ts";
import { browse } from "./browse.ts";
import { countJunit } from "./count-junit.ts";
import { planAndPlace } from "./place.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  findPlan: vi.fn(),
  findStep: vi.fn(),
  savePreview: vi.fn(),
  launch: vi.fn(),
  walk: vi.fn(),
}));
vi.mock("@cloudflare/puppeteer", () => ({ default: { launch: found.launch } }));
vi.mock("../providers/browser/walk.ts", () => ({ walk: found.walk }));
vi.mock("../store/steps.ts", async (original) => ({ ...(await original<object>()), ...found }));
vi.mock("../store/previews.ts", () => found);
vi.mock("./forks.ts", async (original) => ({ ...(await original<object>()), secretsFor: async () => ({}) }));
vi.mock("./live-log.ts", () => ({
  liveLog: async () => ({
    say: async () => {},
    add: async () => 0,
    at: () => 0,
    forms: [],
  }),
}));
vi.mock("./preview.ts", () => ({
  previewLabel: async () => "label",
  previewOrigin: () => "https://app.test",
}));

const PLAN = { serve: { run: "npm start", port: 3000, ready: "/", ready_timeout_ms: 1_000 }, ui: "none" };
const MADE = { state: "passed", evidence: { duration_ms: 1, container_id: "box", snapshot_id: "s" } };
const WALKED = {
  ...{ failure: null, errors: [], failed: [], console: [], network: [], actions: 1, duration_ms: 1 },
  screenshot: new Uint8Array(1),
};
const sandbox = { info: vi.fn(), startService: vi.fn(), readService: vi.fn(), id: "v.1" };
const put = vi.fn();
const context = () =>
  ({
    ...{ env: { ARTIFACTS: { put } }, vars: {}, sandbox, memo: {}, started_at: Date.now() },
    ...{
      order: { kind: "browse", try: 1, validation_id: "v" },
      validation: { id: "v" },
      project: { id: "p" },
    },
  }) as unknown as Context;

beforeEach(() => {
  vi.resetAllMocks();
  found.findPlan.mockResolvedValue({ plan: PLAN });
  found.findStep.mockResolvedValue(MADE);
  found.walk.mockResolvedValue(WALKED);
  found.launch.mockResolvedValue({ version: async () => "Chrome/1", close: async () => {} });
  sandbox.info.mockResolvedValue({ instance: "box", isolation: "none" });
  sandbox.readService.mockResolvedValue({ state: "ready", output: "" });
});

const lost = { lost: { code: "sandbox_lost" } };
test.each<[string, () => void, object]>([
  ["is there", () => undefined, { plan: PLAN, evidence: { container_id: "box" } }],
  ["was replaced", () => sandbox.info.mockResolvedValue({ instance: "other" }), lost],
  ["is gone", () => sandbox.info.mockRejectedValue(new SandboxError("gone", "destroyed")), lost],
  ["was never there", () => sandbox.info.mockRejectedValue(new SandboxError("not_found", "none")), lost],
  ["was never made", () => found.findStep.mockResolvedValue(null), lost],
  ["could not be made", () => found.findStep.mockResolvedValue({ ...MADE, state: "failed" }), lost],
])("planAndPlace() of a sandbox that %s", async (_, happens, wanted) => {
  happens();
  expect(await planAndPlace(context())).toMatchObject(wanted);
});

test("a sandbox host that answers 503 is asked again by the queue: no step ends", async () => {
  sandbox.info.mockRejectedValue(new SandboxError("internal", "The sandbox host answered 503"));
  await expect(planAndPlace(context())).rejects.toThrow("answered 503");
});

describe("a browser", () => {
  test("that walked all is evidence", async () => {
    expect(await browse(context())).toMatchObject({
      outcome: { state: "passed" },
      evidence: { browser: "Chrome/1" },
    });
  });

  test.each(["429 Too Many Requests", "Unable to create new browser: code: 503"])(
    "that is refused with %s is the machinery's error",
    async (message) => {
      found.launch.mockRejectedValue(new Error(message));
      const visit = await browse(context());
      expect(visit).toMatchObject({
        outcome: {
          state: "errored",
          reason: { code: "no_browser", message: expect.stringContaining(message) },
        },
      });
      expect(visit).not.toHaveProperty("evidence.flows");
    },
  );

  test("whose picture of a flow that passed cannot be kept ends nothing", async () => {
    found.walk.mockResolvedValue(WALKED);
    put.mockRejectedValue(new Error("R2 is away"));
    await expect(browse(context())).rejects.toThrow("R2 is away");
  });

  test("whose picture of a flow that failed cannot be kept says that it failed: walked again it might pass", async () => {
    found.walk.mockResolvedValue({ ...WALKED, failure: "action 1, go /: 500" });
    put.mockRejectedValue(new Error("R2 is away"));
    expect(await browse(context())).toMatchObject({
      outcome: { state: "failed", reason: { code: "flow_failed" } },
      evidence: { flows: [{ passed: false, screenshots: [] }] },
    });
  });

  test("that dies in the middle of a flow ends nothing", async () => {
    found.walk.mockRejectedValue(new Error("Protocol error: Target closed"));
    await expect(browse(context())).rejects.toThrow("Target closed");
  });
});

test.each([
  "",
  "not xml",
  "<testsuite",
  '{"tests": 3}',
  "<testsuite tests='3' failures='0'/>",
  "\u0000\u0001",
])("a report that says %j counts no test", (report) => {
  expect(countJunit(report)).toMatchObject({ run: 0 });
});

test("a set-up without a command is a mistake in the configuration, not a set-up", () => {
  expect(readConfig("setup: []\ntest: x\n")).toHaveProperty("problems");
  expect(readConfig("setup: ['  ']\ntest: x\n")).toHaveProperty("problems");
});
