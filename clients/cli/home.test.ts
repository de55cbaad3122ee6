import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryGraphs } from "../../graph/memory.ts";
import { findGraph, graphId, homeOf } from "./home.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "tidegate-home-")));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const store = memoryGraphs();
const save = (id: string, path: string, created_at: string, sha?: string) =>
  store.save(
    {
      id,
      repository: { path, name: path.split("/").at(-1) ?? "" },
      ...(sha && { sha }),
      status: "ready",
      created_at,
    },
    [],
  );
beforeAll(async () => {
  mkdirSync(join(base, "outer/inner/src"), { recursive: true });
  await save("g_aaaaaaaaaaa1", join(base, "outer"), "2026-01-01T00:00:00Z", "1234567890abcdef");
  await save("g_aaaaaaaaaaa2", join(base, "outer"), "2026-01-02T00:00:00Z");
  await save("g_bbbbbbbbbbb1", join(base, "outer/inner"), "2025-01-01T00:00:00Z");
});
const find = async (asked: string | undefined, folder = base) => (await findGraph(store, asked, folder)).id;

test("without a name: the newest of the innermost repository around", async () => {
  expect(await find(undefined, join(base, "outer"))).toBe("g_aaaaaaaaaaa2");
  expect(await find(undefined, join(base, "outer/inner/src"))).toBe("g_bbbbbbbbbbb1");
  await expect(find(undefined, tmpdir())).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("by id, its beginning, folder, name and commit", async () => {
  expect(await find("g_aaaaaaaaaaa1")).toBe("g_aaaaaaaaaaa1");
  expect(await find("g_b")).toBe("g_bbbbbbbbbbb1");
  expect(await find("outer/inner")).toBe("g_bbbbbbbbbbb1");
  expect(await find("outer")).toBe("g_aaaaaaaaaaa2");
  expect(await find("inner", "/")).toBe("g_bbbbbbbbbbb1");
  expect(await find("12345678")).toBe("g_aaaaaaaaaaa1");
  await expect(find("g_a")).rejects.toMatchObject({
    code: "AMBIGUOUS",
    suggestions: ["g_aaaaaaaaaaa2", "g_aaaaaaaaaaa1"],
  });
  await expect(find("nothing")).rejects.toThrow("tidegate list");
});

test("a folder whose name only begins alike is another", async () => {
  mkdirSync(join(base, "outer-two"), { recursive: true });
  await expect(find(undefined, join(base, "outer-two"))).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the home is where the environment says", () => {
  expect(homeOf({ TIDEGATE_HOME: "/t", XDG_DATA_HOME: "/x", HOME: "/h" })).toBe("/t");
  expect(homeOf({ XDG_DATA_HOME: "/x", HOME: "/h" })).toBe("/x/tidegate");
  expect(homeOf({ HOME: "/h" })).toBe("/h/.local/share/tidegate");
});

test("the same state has the same id", () => {
  expect(graphId("/a", "1")).toBe(graphId("/a", "1"));
  expect(graphId("/a", "1")).not.toBe(graphId("/a", "2"));
  expect(graphId("/a", "1")).toMatch(/^g_[0-9a-f]{12}$/);
});
