/** A hosted run is resumed once although requests get lost, and is stopped although nobody learned its id. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Asked, Ear, VendorMemo } from "./contract.ts";
import { hostedAgent } from "./hosted.ts";

const TURN = "run_1.turn.2";
const agent = hostedAgent({ url: "https://codegen.test", token: "t", organization: 1, repository: null });
const ear: Ear = { output: async () => 0, items: async () => {} };

/** What the vendor has, and what it was asked to change. */
let vendor: { status: string; log: number; runs: object[]; asked: string[]; refuses: boolean };

beforeEach(() => {
  vendor = { status: "COMPLETE", log: 2, runs: [], asked: [], refuses: false };
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    if (method === "POST") {
      vendor.asked.push(url.pathname.replace("/v1/organizations/1/agent/run", ""));
      if (vendor.refuses && !url.pathname.endsWith("/unban")) return new Response("busy", { status: 503 });
    }
    if (url.pathname.endsWith("/runs")) return Response.json({ items: vendor.runs });
    if (url.pathname.endsWith("/logs")) {
      const left = Math.max(0, vendor.log - Number(url.searchParams.get("skip")));
      return Response.json({ logs: Array.from({ length: left }, () => ({ message_type: "ACTION" })) });
    }
    return Response.json({ id: 41, status: vendor.status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A look at a turn that goes on with run 41; returns what is remembered of it. */
async function look(memo: VendorMemo): Promise<VendorMemo> {
  const asked: Asked = {
    ...{ turn: TURN, purpose: "repair", prompt: "mend it", images: [], full_name: "shop/shop" },
    ...{ ref: "41", env: {}, timeout_ms: 60_000, began_at: Date.now() },
  };
  const { memo: next } = await agent.look(asked, memo, ear, async () => {});
  return next;
}

describe("a run that is to go on", () => {
  /** The request to resume it was answered by an error. */
  async function refused(): Promise<VendorMemo> {
    vendor.refuses = true;
    const memo = await look({});
    vendor.refuses = false;
    expect(vendor.asked).toEqual(["/unban", "/resume"]);
    return memo;
  }

  test("is asked again when the first request took no effect", async () => {
    const memo = await refused();
    expect(await look(memo)).toMatchObject({ run: 41, resumed_at: 2 });
    expect(vendor.asked).toEqual(["/unban", "/resume", "/unban", "/resume"]);
  });

  test.each([
    ["it is at work", { status: "RUNNING" }],
    ["it has said more since", { log: 3 }],
  ])("is not asked again when %s", async (_, changes) => {
    const memo = await refused();
    Object.assign(vendor, changes);
    expect(await look(memo)).toMatchObject({ run: 41 });
    expect(vendor.asked).toEqual(["/unban", "/resume"]);
  });
});

describe("a turn that is stopped", () => {
  const stop = (ref: string | null, memo: VendorMemo) => agent.stop({ turn: TURN, ref }, memo);

  test.each<[string, string | null, VendorMemo]>([
    ["by the id that the turn learned", null, { run: 41 }],
    ["by the id that the project heard of", "41", {}],
    ["by its turn when nobody learned an id", null, { beginning: true }],
  ])("is found %s", async (_, ref, memo) => {
    vendor.runs = [{ id: 41, metadata: { tidegate_turn: TURN } }];
    await stop(ref, memo);
    expect(vendor.asked).toEqual(["/ban"]);
  });

  test("may still be on its way: it is looked for again", async () => {
    await expect(stop(null, { beginning: true })).rejects.toMatchObject({ kind: "retry" });
  });

  test("says when the vendor cannot be reached, so that it is asked again", async () => {
    vendor.refuses = true;
    await expect(stop("41", {})).rejects.toMatchObject({ kind: "retry" });
  });

  test("has nothing to stop before it began", async () => {
    await stop(null, {});
    expect(vendor.asked).toEqual([]);
  });
});
