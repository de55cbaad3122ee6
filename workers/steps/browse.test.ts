/** A flow that failed is not walked once more because something else went wrong after it. */
import { beforeEach, expect, test, vi } from "vitest";
import { browse } from "./browse.ts";
import type { Context } from "./visit.ts";

const found = vi.hoisted(() => ({
  planAndPlace: vi.fn(),
  liveLog: async () => ({ forms: [], say: async () => undefined, add: async () => 0, at: () => 0 }),
  savePreview: async () => undefined,
  walk: vi.fn(),
  withBrowser: async (_: unknown, use: (open: object) => unknown) => use({ version: async () => "Chrome" }),
  BrowserError: class extends Error {},
}));
vi.mock("./place.ts", () => found);
vi.mock("./live-log.ts", () => found);
vi.mock("../store/previews.ts", () => found);
vi.mock("../providers/browser/walk.ts", () => found);
vi.mock("../providers/browser/index.ts", () => found);

const GOOD = { failure: null, actions: 1, duration_ms: 1, errors: [], failed: [], console: [], network: [] };
const SEEN = { screenshot: new Uint8Array(1) };
const FAILS = { ...GOOD, ...SEEN, failure: "no milk" };
const flow = (name: string) => ({ name, steps: [{ go: "/" }] });

beforeEach(() => {
  found.walk.mockReset();
  const serve = { run: "serve", port: 1, ready: "/", ready_timeout_ms: 1 };
  found.planAndPlace.mockResolvedValue({ plan: { serve, ui: [flow("one"), flow("two")] }, evidence: {} });
});

/** How a visit ended; `put` is what storage does. */
async function visited(put: () => Promise<void> = async () => undefined) {
  const sandbox = {
    id: "box",
    startService: async () => undefined,
    readService: async () => ({ state: "ready", output: "", end: null }),
  };
  const context = {
    env: { ARTIFACTS: { put } },
    vars: { SESSION_SECRET: "s".repeat(32), PREVIEW_ORIGIN: "http://preview.test" },
    ...{ sandbox, memo: {}, started_at: 0, validation: { from_fork: true } },
    order: { validation_id: "v", kind: "browse", try: 1 },
  };
  const visit = await browse(context as unknown as Context);
  return "outcome" in visit ? visit.outcome : null;
}
const broken = async () => {
  throw new Error("storage is away");
};

test("the browser is lost in the flow after it", async () => {
  found.walk.mockResolvedValueOnce(FAILS).mockRejectedValueOnce(new Error("Target closed"));
  expect(await visited()).toMatchObject({ state: "failed", reason: { message: '"one": no milk' } });
});

test("its pictures, or those of another, cannot be kept", async () => {
  found.walk.mockResolvedValueOnce(FAILS).mockResolvedValueOnce({ ...GOOD, ...SEEN });
  expect(await visited(broken)).toMatchObject({ state: "failed", reason: { message: '"one": no milk' } });
});

test("what passed has no evidence without its pictures, and nobody knows of what was not walked", async () => {
  found.walk.mockResolvedValue({ ...GOOD, ...SEEN });
  await expect(visited(broken)).rejects.toThrow("storage is away");
  found.walk.mockReset().mockRejectedValue(new Error("Target closed"));
  await expect(visited()).rejects.toThrow("Target closed");
});
