/** An exported audit is whole, or it is said where it is not. */
import { beforeAll, expect, test } from "vitest";
import { type AuditRow, auditText } from "../../../models/audit.ts";
import type { Signer } from "../../../workers/sign.ts";
import { verifyAudit } from "./audit.ts";
import { hasFailed } from "./check.ts";
import { keysIn, type PublicKey, sha256 } from "./keys.ts";
import { chain, exported, signer } from "./signed.fixture.ts";

let by: Signer;
let keys: PublicKey[];
beforeAll(async () => {
  by = await signer();
  keys = keysIn(by.public_key, "key");
});

const rows = chain("project.pin", "validation.started", "validation.passed", "merge.asked", "merge.merged");

/** Made anew as somebody would who can write the file and has no key. */
function rehashed(changed: AuditRow[]): AuditRow[] {
  let prev = changed[0]?.prev ?? "";
  return changed.map((row, nth) => {
    const open = { ...row, id: nth + 1, prev };
    prev = sha256(auditText(open));
    return { ...open, hash: prev };
  });
}

test("an export is verified; what its key cannot prove is said", async () => {
  const text = await exported(rows, by);
  expect(verifyAudit(text, keys).map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(verifyAudit(text, null).map(({ state }) => state)).toEqual(["ok", "ok", "unchecked"]);
  expect(verifyAudit(await exported(rows, null), null).map(({ state }) => state)).toEqual([
    "ok",
    "ok",
    "unchecked",
  ]);
  expect(hasFailed(verifyAudit(await exported([], by), keys))).toBe(false);
  // A part from the middle holds, and says that it is one.
  const part = verifyAudit(await exported(rows.slice(2), by), keys);
  expect(part.map(({ state }) => state)).toEqual(["ok", "unchecked", "ok", "ok", "ok", "ok"]);
});

test.each<[string, (all: AuditRow[]) => AuditRow[], string]>([
  [
    "a word changed",
    (all) => all.map((row) => (row.id === 3 ? { ...row, actor: "nobody" } : row)),
    "Line 3 .*was changed",
  ],
  [
    "a time changed",
    (all) => all.map((row) => (row.id === 2 ? { ...row, at: 5 } : row)),
    "Line 2 .*was changed",
  ],
  [
    "a hash changed",
    (all) => all.map((row) => (row.id === 2 ? { ...row, hash: "0".repeat(64) } : row)),
    "Line 2",
  ],
  [
    "the first row missing, and counted anew",
    (all) => all.slice(1).map((row, nth) => ({ ...row, id: nth + 1 })),
    "Line 1",
  ],
  ["a row missing", (all) => all.filter(({ id }) => id !== 3), "Line 3 is row 4, and row 3 is due"],
  ["two rows changed places", ([a, b, c, ...rest]) => [a, c, b, ...rest] as AuditRow[], "Line 2 is row 3"],
  ["a row twice", ([a, ...rest]) => [a, a, ...rest] as AuditRow[], "Line 2 is row 1"],
  [
    "a row of another project",
    (all) => [...all.slice(0, 2), foreign(all[2] as AuditRow), ...all.slice(3)],
    "Line 3 is of",
  ],
  ["the last row missing", (all) => all.slice(0, -1), "ends with row 5, and the file ends with 4"],
  ["all rows missing", () => [], "ends with none"],
  [
    "a row changed and all hashed anew",
    (all) => rehashed(all.map((row) => (row.id === 2 ? { ...row, actor: "nobody" } : row))),
    "ends with row 5",
  ],
])("%s", async (_, change, says) => {
  const [end] = (await exported(rows, by)).trimEnd().split("\n").slice(-1);
  const text = [...change(rows).map((row) => JSON.stringify(row)), end].join("\n");
  const wrong = verifyAudit(text, keys).filter(({ state }) => state === "failed");
  expect(wrong.map((one) => one.says).join("; ")).toMatch(new RegExp(says));
});

function foreign(row: AuditRow): AuditRow {
  const open = { ...row, project_id: "other" };
  return { ...open, hash: sha256(auditText(open)) };
}

test("an end that fits and that the key did not sign is noticed", async () => {
  const forged = rehashed(rows.map((row) => (row.id === 2 ? { ...row, actor: "nobody" } : row)));
  expect(hasFailed(verifyAudit(await exported(forged, null), keys))).toBe(true);
  expect(hasFailed(verifyAudit(await exported(forged, await signer()), keys))).toBe(true);
  // The signature of another end.
  const [old] = (await exported(rows, by)).trimEnd().split("\n").slice(-1);
  const [made] = (await exported(forged, by)).trimEnd().split("\n").slice(-1);
  const end = { ...JSON.parse(made ?? ""), envelope: JSON.parse(old ?? "").envelope };
  const text = [...forged, end].map((line) => JSON.stringify(line)).join("\n");
  expect(verifyAudit(text, keys).at(-1)).toMatchObject({ state: "failed", says: "Another end was signed" });
});

test("no end line, or something behind it, is noticed", async () => {
  const lines = (await exported(rows, by)).trimEnd().split("\n");
  expect(hasFailed(verifyAudit(lines.slice(0, -1).join("\n"), keys))).toBe(true);
  expect(hasFailed(verifyAudit([...lines, lines[0]].join("\n"), keys))).toBe(true);
  expect(hasFailed(verifyAudit("", keys))).toBe(true);
});
