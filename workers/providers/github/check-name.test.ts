/** Names of checks: one for each base, and none that two bases share. */
import { expect, test } from "vitest";
import { checkName, isNameOfAny, isOurName } from "./check-name.ts";

const LONG = `feature/${"a".repeat(240)}`;

test.each([
  ["the default branch", "main", "main", /^tidegate$/],
  ["a default branch of another name", "Trunk", "Trunk", /^tidegate$/],
  ["another branch", "lax", "main", /^tidegate \(lax\)$/],
  ["what was the default branch", "main", "trunk", /^tidegate \(main\)$/],
  ["one that may be the default branch", "main", null, /^tidegate \(main\)$/],
  ["a branch with a path", "release/1.x", "main", /^tidegate \(release\/1\.x\)$/],
  ["the longest that is plain", "b".repeat(80), "main", /^tidegate \(b{80}\)$/],
  ["one longer", "b".repeat(81), "main", /^tidegate \(b{40} #[0-9a-f]{32}\)$/],
  ["one with capitals", "Lax", "main", /^tidegate \(lax #[0-9a-f]{32}\)$/],
  ["one like the default branch", "MAIN", "main", /^tidegate \(main #[0-9a-f]{32}\)$/],
  ["one of other letters", "größe\u202e", "main", /^tidegate \(gr--e- #[0-9a-f]{32}\)$/],
  ["one that closes the bracket", "x)", "main", /^tidegate \(x- #[0-9a-f]{32}\)$/],
  ["one called as our check", "tidegate", "main", /^tidegate \(tidegate\)$/],
])("of %s", async (_, base, usual, name) => {
  expect(await checkName(base, usual)).toMatch(name);
  expect(isOurName(await checkName(base, usual))).toBe(true);
});

test("no two bases share one, capitals or not, and none is longer than GitHub takes", async () => {
  const few = ["main", "lax", "Lax", "LAX", "l-x", "l(x", "l)x", "größe", "grösse", LONG, `${LONG}a`];
  const name = (base: string) => checkName(base, "main");
  // Nor is a branch called like a name that was made for another.
  const within = (await Promise.all(few.slice(2).map(name))).map((made) =>
    made.slice("tidegate (".length, -1),
  );
  const bases = new Set([...few, ...within]);
  const names = await Promise.all([...bases].map(name));
  expect(new Set(names.map((made) => made.toLowerCase())).size).toBe(bases.size);
  expect(Math.max(...names.map((made) => made.length))).toBeLessThanOrEqual(100);
});

test("a name of any project is known as ours", () => {
  for (const name of ["tidegate", "tidegate (lax)", "tidegate/shop-2", "tidegate/shop-2 (lax)"])
    expect(isNameOfAny(name)).toBe(true);
  for (const name of ["tidegate-lint", "tidegate/", "tidegate/Shop", "tidegate/a/b", "ci / tidegate", "lint"])
    expect(isNameOfAny(name)).toBe(false);
});

test.each(["tidegate-lint", "tidegated", "Tidegate", "ci / tidegate (lax)", "tidegate/lax", "lint"])(
  '"%s" is somebody else\'s',
  (name) => {
    expect(isOurName(name)).toBe(false);
  },
);

test("projects of one repository have names of their own, and none takes another's for its own", async () => {
  const scopes = [null, "shop", "shop-2"];
  const names = await Promise.all(
    scopes.flatMap((scope) => ["main", "lax", "Lax"].map((base) => checkName(base, "main", scope))),
  );
  expect(names.slice(0, 5)).toEqual([
    "tidegate",
    "tidegate (lax)",
    names[2],
    "tidegate/shop",
    "tidegate/shop (lax)",
  ]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(9);
  for (const [nth, scope] of scopes.entries())
    expect(names.filter((name) => isOurName(name, scope))).toEqual(names.slice(nth * 3, nth * 3 + 3));
});
