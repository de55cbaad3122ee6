import { describe, expect, test } from "vitest";
import { differingOf, hear, type LivePull, lostOf, missedBy, newEar, spreadOf, surplusOf } from "./counts.ts";

describe("spreadOf()", () => {
  test("takes the nearest rank, whatever the order", () => {
    const values = Array.from({ length: 200 }, (_, nth) => 200 - nth);
    expect(spreadOf(values)).toEqual({ count: 200, median: 100, p95: 190, p99: 198, worst: 200 });
  });

  test("of one value is that value, and of none is no number", () => {
    expect(spreadOf([7])).toEqual({ count: 1, median: 7, p95: 7, p99: 7, worst: 7 });
    expect(spreadOf([]).worst).toBeNaN();
  });
});

test("lostOf() names what was accepted and is not over, or was never written down, once", () => {
  const rows = [
    { id: "a", state: "done" },
    { id: "b", state: "ignored" },
    { id: "c", state: "processing" },
    { id: "d", state: "dead" },
    { id: "e", state: "received" },
  ];
  expect(lostOf(["a", "b", "c", "c", "d", "f"], rows)).toEqual(["c", "d", "f"]);
});

describe("differingOf()", () => {
  const one: LivePull = {
    project_id: "shop",
    number: 1,
    title: "Milk",
    state: "open",
    merged: false,
    draft: false,
    head_ref: "milk",
    head_sha: "a".repeat(40),
    base_ref: "main",
  };

  test("names none when all is as it is at GitHub", () => {
    expect(differingOf([one], [{ ...one, seq: 3 } as LivePull])).toEqual([]);
  });

  test.each<[string, Partial<LivePull>]>([
    ["another head", { head_sha: "b".repeat(40) }],
    ["closed", { state: "closed" }],
    ["merged", { merged: true }],
    ["another title", { title: "Bread" }],
    ["another base", { base_ref: "trunk" }],
    ["a draft", { draft: true }],
  ])("names one that is stored as %s", (_, stored) => {
    expect(differingOf([one], [{ ...one, ...stored }])).toEqual(["shop#1"]);
  });

  test("tells projects apart, and names what only one side has", () => {
    const other = { ...one, project_id: "barn" };
    expect(differingOf([one, other], [one])).toEqual(["barn#1"]);
    expect(differingOf([one], [one, other])).toEqual(["barn#1"]);
  });
});

test("surplusOf() counts each time after the first", () => {
  expect(surplusOf(["a", "b", "a", "a", "c"])).toEqual(["a", "a"]);
  expect(surplusOf(["a", "b"])).toEqual([]);
});

describe("an ear", () => {
  const earAfter = (from: number, ...numbers: number[]) => {
    const ear = newEar(from);
    for (const seq of numbers) hear(ear, seq);
    return ear;
  };

  test("that heard all of them missed none", () => {
    const ear = earAfter(4, 5, 6, 7);
    expect([ear.heard, ear.again, missedBy(ear, 7)]).toEqual([3, 0, 0]);
  });

  test("misses the one before its first, one in between, and those after its last", () => {
    expect(missedBy(earAfter(4, 6, 8), 10)).toBe(4);
  });

  test("that heard nothing missed all", () => {
    expect(missedBy(newEar(4), 9)).toBe(5);
  });

  test("notices what comes twice, or late", () => {
    expect(earAfter(0, 1, 1, 3, 2)).toEqual({ last: 3, heard: 4, missed: 1, again: 2 });
  });
});
