/** Who is waited for, on a real D1. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { unstable_splitSqlQuery } from "wrangler";
import type { PullSummary } from "../../models/pull.ts";
import { RUN_PHASES, type Run, type RunPhase } from "../../models/run.ts";
import type { Validation } from "../../models/validation.ts";
import { savePull } from "./pulls.ts";
import { saveRun } from "./runs.ts";
import { saveValidation } from "./validations.ts";
import { countWaiting } from "./waiting.ts";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");
const HOLD = { code: "gate_changed", message: "An agent changed the gate" };

vi.setConfig({ testTimeout: 30_000 });

let miniflare: Miniflare;
let db: D1Database;
let nth = 0;

beforeAll(async () => {
  const worker = { name: "store", modules: true, script: "export default {}", d1Databases: ["DB"] };
  const workers = [{ ...worker, compatibilityDate: "2026-11-01" }];
  miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers } as never));
  db = (await miniflare.getD1Database("DB", "store")) as unknown as D1Database;
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  const text = files.map((name) => readFileSync(join(MIGRATIONS, name), "utf8")).join("\n");
  await db.batch(unstable_splitSqlQuery(text).map((statement) => db.prepare(statement)));
}, 60_000);
afterAll(() => miniflare.dispose());

const run = (project_id: string, phase: RunPhase, pr_number: number | null = null) =>
  saveRun(db, { id: `run ${++nth}`, project_id, issue: null, created_at: 1, phase, pr_number } as Run, 1);

const pull = (project_id: string, state: "open" | "closed", head_sha: string) =>
  savePull(db, project_id, {
    ...{ number: 7, title: "", author: "", html_url: "", state, merged: false, draft: false, head_ref: "x" },
    ...{ head_sha, head_repo_id: 1, base_ref: "main", base_sha: "b", base_repo_id: 1, read_at: 1 },
    ...{ validation_id: null, blocked: null },
  } satisfies Omit<PullSummary, "project_id">);

const gate = (project_id: string, changes: Partial<Validation> = {}) =>
  saveValidation(
    db,
    {
      ...{ id: `gate ${++nth}`, project_id, pr_number: 7, head_sha: "a", attempt: 1, created_at: 1 },
      ...{ state: "passed", merge_state: "blocked", hold: HOLD, approved_by: null },
      ...changes,
    } as Validation,
    1,
  );

test("runs whose plan or whose end a person decides about are counted, of this project alone", async () => {
  for (const phase of RUN_PHASES) await run("phases", phase);
  expect(await countWaiting(db, "phases")).toEqual({ runs: 2, merges: 0 });
  expect(await countWaiting(db, "nobody's")).toEqual({ runs: 0, merges: 0 });
});

test("a held merge is counted once: with its run where that waits, else by itself", async () => {
  await pull("held", "open", "a");
  await gate("held");
  expect(await countWaiting(db, "held")).toEqual({ runs: 0, merges: 1 });
  await run("held", "cancelled", 7);
  expect(await countWaiting(db, "held")).toEqual({ runs: 0, merges: 1 });
  await run("held", "needs_human", 7);
  expect(await countWaiting(db, "held")).toEqual({ runs: 1, merges: 0 });
});

test.each<[string, "open" | "closed", string, Partial<Validation>[]]>([
  ["nothing holds", "open", "a", [{ hold: null }]],
  ["somebody approved", "open", "a", [{ approved_by: "ada" }]],
  ["failed", "open", "a", [{ state: "failed" }]],
  ["was closed", "closed", "a", [{}]],
  ["has another head by now", "open", "c", [{}]],
  ["is validated again", "open", "a", [{}, { attempt: 2, state: "running", hold: null }]],
])("nobody is asked about what %s", async (name, state, head, gates) => {
  await pull(name, state, head);
  for (const changes of gates) await gate(name, changes);
  expect(await countWaiting(db, name)).toEqual({ runs: 0, merges: 0 });
});
