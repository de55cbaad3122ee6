import { expect, test } from "vitest";
import type { AuditRow } from "../models/audit.ts";
import { auditPath, filterIn, PIECE, withNewest, withOlder } from "./audit-rows.ts";

/** Rows of these places, newest first. */
const rows = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, nth) => ({ id: from - nth })) as AuditRow[];
const ids = (all: readonly AuditRow[]) => all.map(({ id }) => id);

test("an address says which rows are meant, and what cannot be read in it leaves none out", () => {
  const filter = { kind: "agent", action: "merge.asked", pull: 7 } as const;
  const path = auditPath("shop", filter);
  expect(path).toBe("/projects/shop/audit?kind=agent&action=merge.asked&pull=7");
  expect(filterIn(Object.fromEntries(new URL(path, "http://x").searchParams))).toEqual(filter);
  expect(filterIn({ kind: "nobody", action: "DROP TABLE", pull: "-1" })).toEqual({});
  expect(auditPath("shop", filterIn({}))).toBe("/projects/shop/audit");
});

test("pieces become one list in which no row stands twice, whichever came first", () => {
  expect(ids(withOlder(rows(9, 5), rows(4, 2)))).toEqual(ids(rows(9, 2)));
  expect(ids(withOlder(rows(9, 3), rows(4, 2)))).toEqual(ids(rows(9, 2)));
  expect(ids(withNewest(rows(12, 8), rows(9, 2)))).toEqual(ids(rows(12, 2)));
  expect(withOlder([], [])).toEqual([]);
});

test("where more came than one piece holds, nothing is shown as if nothing were missing", () => {
  const newest = rows(500 + PIECE, 501);
  expect(ids(withNewest(newest, rows(400, 1)))).toEqual(ids(newest));
  expect(withNewest(newest, rows(501, 1))).toHaveLength(500 + PIECE);
});
