/** The short name of our check is given to the one branch that may have it, and to no other. */
import { expect, test, vi } from "vitest";
import { ownCheckName } from "./own-check.ts";

const defaultBranchOf = vi.hoisted(() => vi.fn());
vi.mock("../providers/github/index.ts", async () => ({
  ...(await vi.importActual<object>("../providers/github/check-name.ts")),
  defaultBranchOf,
}));

test.each([
  // base, default when pinned, default as it is known, default as GitHub says, name
  ["main", "main", "main", "main", "tidegate"],
  ["main", null, "main", "main", "tidegate"],
  ["lax", "main", "main", "main", "tidegate (lax)"],
  // Renamed: anybody may make a branch of the old name, and the new one was never pinned.
  ["main", "main", "trunk", "trunk", "tidegate (main)"],
  ["trunk", "main", "trunk", "trunk", "tidegate (trunk)"],
  ["main", "main", "main", "trunk", "tidegate (main)"],
])("into %s, pinned with %s, known with %s, live %s: %s", async (base, pinned_branch, known, live, name) => {
  defaultBranchOf.mockResolvedValue(live);
  const project = { pinned_branch, default_branch: known, check_scope: null };
  const work = { vars: {}, repo: {}, project } as unknown as Parameters<typeof ownCheckName>[0];
  expect(await ownCheckName(work, base)).toBe(name);
});

test("a project that shares its repository has names of its own", async () => {
  defaultBranchOf.mockResolvedValue("main");
  const project = { pinned_branch: "main", default_branch: "main", check_scope: "shop" };
  const work = { vars: {}, repo: {}, project } as unknown as Parameters<typeof ownCheckName>[0];
  expect(await ownCheckName(work, "main")).toBe("tidegate/shop");
  expect(await ownCheckName(work, "lax")).toBe("tidegate/shop (lax)");
});
