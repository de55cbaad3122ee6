/** What the project object keeps on its own disk: facts heard, state, events spoken, effects still owed, live logs. */
import type { AuditHead, AuditRow } from "../../models/audit.ts";
import type { Event, EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Run } from "../../models/run.ts";
import type { StepOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { type Audited, noted } from "./audit.ts";
import type { Note } from "./audit-cause.ts";
import { chainOf } from "./audit-chain.ts";
import { logsOf } from "./logs.ts";
import { type EarlyHold, EMPTY, isUnsettled, type PullState, type State } from "./state.ts";

/** How many events a client that was away can catch up on. */
const KEPT_EVENTS = 2000;
/** How long a fact's id is remembered, in ms: longer than GitHub or a queue would repeat it. */
const KEPT_FACTS_MS = 7 * 24 * 60 * 60_000;

/** An effect that is owed to the world: an order for a queue, or a row of D1. */
export type Owed =
  | { kind: "step"; step: StepOrder }
  | { kind: "pull"; pull: PullState }
  | { kind: "run"; run: Run; revision: number }
  | { kind: "audit"; row: AuditRow }
  | { kind: "validation"; validation: Validation; revision: number };

/** What was stored by an older version of this code has what is newer: a deployment may fall into the middle of a merge. */
function withDefaults(stored: Validation): Validation {
  const { merge_state, merge_tries } = stored;
  const merging = merge_state === "pending" && merge_tries > 0 ? merge_tries : null;
  return { ...NEWER, ...{ merging }, ...stored };
}

const NEWER = {
  ...{ waits: null, stalled: null, from_fork: false, allowed_by: null, tested_base_sha: null },
  ...{ flaky: null, queued_at: null, requeues: 0, reported_at: null, green: false },
  ...{ nudges: 0, wanted_at: null },
};

export function memoryOf(storage: DurableObjectStorage) {
  const { sql } = storage;
  for (const table of [
    "facts (id TEXT PRIMARY KEY, at INTEGER NOT NULL)",
    "pulls (number INTEGER PRIMARY KEY, open INTEGER NOT NULL, data TEXT NOT NULL)",
    "validations (id TEXT PRIMARY KEY, data TEXT NOT NULL)",
    "runs (id TEXT PRIMARY KEY, data TEXT NOT NULL)",
    "holds (run_id TEXT PRIMARY KEY, data TEXT NOT NULL)",
    "settings (one INTEGER PRIMARY KEY, data TEXT NOT NULL)",
    "events (seq INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT NOT NULL)",
    "outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT NOT NULL)",
  ]) {
    sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
  }
  const chain = chainOf(sql);
  const rows = <T>(query: string, ...values: SqlStorageValue[]): T[] =>
    sql
      .exec<{ data: string }>(query, ...values)
      .toArray()
      .map((row) => JSON.parse(row.data) as T);

  return {
    logs: logsOf(sql),
    heard: (id: string): boolean => sql.exec("SELECT 1 FROM facts WHERE id = ?", id).toArray().length > 0,
    hear: (id: string, at: number): void => void sql.exec("INSERT INTO facts VALUES (?, ?)", id, at),

    /**
     * The state with all open pull requests, those of which something is still to come, and the one that a fact is about:
     * years of closed ones stay on disk.
     */
    state(number: number | null): State {
      const validations = rows<Validation>("SELECT data FROM validations").map(withDefaults);
      const unsettled = validations.filter(isUnsettled).map(({ pr_number }) => pr_number);
      const pulls = rows<PullState>(
        "SELECT data FROM pulls WHERE open = 1 OR number = ? OR number IN (SELECT value FROM json_each(?))",
        number,
        JSON.stringify(unsettled),
      );
      return {
        settings: rows<NonNullable<State["settings"]>>("SELECT data FROM settings")[0] ?? EMPTY.settings,
        pulls: Object.fromEntries(pulls.map((pull) => [pull.number, pull])),
        validations: Object.fromEntries(validations.map((validation) => [validation.id, validation])),
        runs: Object.fromEntries(rows<Run>("SELECT data FROM runs").map((run) => [run.id, run])),
        holds: Object.fromEntries(
          sql
            .exec<{ run_id: string; data: string }>("SELECT run_id, data FROM holds")
            .toArray()
            .map(({ run_id, data }) => [run_id, JSON.parse(data) as EarlyHold]),
        ),
      };
    },

    /** The pull request a fact is about; null when it is about none, or about all. */
    pullOf(fact: Fact): number | null {
      switch (fact.type) {
        case "pull.observed":
          return fact.pull.number;
        case "pull.gone":
          return fact.pr_number;
        case "queue.asked":
        case "mark.ended":
          return fact.pr_number;
        case "step.ended":
        case "step.waits":
        case "merge.asks":
        case "retry.asked":
        case "cancel.asked":
        case "approve.asked": {
          const [validation] = rows<Validation>(
            "SELECT data FROM validations WHERE id = ?",
            fact.validation_id,
          );
          return validation?.pr_number ?? null;
        }
        case "run.asked":
          return fact.run.pr_number;
        case "run.step.ended":
        case "plan.answered":
        case "turn.waits":
        case "run.step.waits":
        case "run.retry.asked":
        case "run.stop.asked":
          // Who made or found a pull request names it, and it may be closed already.
          if (fact.type === "turn.waits" && fact.pr_number !== undefined) return fact.pr_number;
          if (fact.type === "run.step.ended" && fact.outcome.pr_number !== undefined)
            return fact.outcome.pr_number;
          return rows<Run>("SELECT data FROM runs WHERE id = ?", fact.run_id)[0]?.pr_number ?? null;
        case "project.set":
        case "project.removed":
        case "project.disconnected":
        case "time.passed":
          return null;
      }
    },

    /** Writes what changed between two states, and owes the same rows to D1. */
    save(before: State, after: State, now: number): void {
      if (after.holds !== before.holds) {
        sql.exec("DELETE FROM holds");
        for (const [run_id, hold] of Object.entries(after.holds))
          sql.exec("INSERT INTO holds VALUES (?, ?)", run_id, JSON.stringify(hold));
      }
      if (after.settings !== before.settings) {
        sql.exec("INSERT OR REPLACE INTO settings VALUES (1, ?)", JSON.stringify(after.settings));
      }
      for (const pull of Object.values(after.pulls)) {
        if (before.pulls[pull.number] === pull) continue;
        // Its comment has its last word still to say: time must find it.
        const open = pull.state === "open" || pull.mark?.under_way ? 1 : 0;
        sql.exec("INSERT OR REPLACE INTO pulls VALUES (?, ?, ?)", pull.number, open, JSON.stringify(pull));
        this.owe({ kind: "pull", pull });
      }
      for (const validation of Object.values(after.validations)) {
        if (before.validations[validation.id] === validation) continue;
        sql.exec(
          "INSERT OR REPLACE INTO validations VALUES (?, ?)",
          validation.id,
          JSON.stringify(validation),
        );
        this.owe({ kind: "validation", validation, revision: now });
      }
      for (const run of Object.values(after.runs)) {
        if (before.runs[run.id] === run) continue;
        sql.exec("INSERT OR REPLACE INTO runs VALUES (?, ?)", run.id, JSON.stringify(run));
        this.owe({ kind: "run", run, revision: now });
      }
      for (const id of Object.keys(before.runs)) {
        if (after.runs[id] === undefined) sql.exec("DELETE FROM runs WHERE id = ?", id);
      }
      for (const id of Object.keys(before.validations)) {
        if (after.validations[id] === undefined) sql.exec("DELETE FROM validations WHERE id = ?", id);
      }
    },

    /** Adds a row to the audit's chain, and owes it to D1. */
    audit(projectId: string, said: Audited, at: number): void {
      this.owe({ kind: "audit", row: chain.add(projectId, said, at) });
    },
    note(projectId: string, note: Note, at: number): void {
      if (this.heard(note.fact)) return;
      this.hear(note.fact, at);
      this.audit(projectId, noted(note), at);
    },
    /** Where the audit ends. */
    auditHead: (projectId: string): AuditHead => ({ project_id: projectId, ...chain.end() }),

    owe: (owed: Owed): void => void sql.exec("INSERT INTO outbox (data) VALUES (?)", JSON.stringify(owed)),
    owed: () =>
      sql
        .exec<{ id: number; data: string }>("SELECT id, data FROM outbox ORDER BY id LIMIT 100")
        .toArray()
        .map(({ id, data }) => ({ id, owed: JSON.parse(data) as Owed })),
    settle: (id: number): void => void sql.exec("DELETE FROM outbox WHERE id = ?", id),

    /** Gives events their numbers and keeps the newest of them. */
    speak(projectId: string, bodies: readonly EventBody[], at: number): Event[] {
      const spoken = bodies.map((body) => {
        const [row] = sql
          .exec<{ seq: number }>("INSERT INTO events (data) VALUES ('') RETURNING seq")
          .toArray();
        const event: Event = { seq: row?.seq ?? 0, project_id: projectId, at, ...body };
        sql.exec("UPDATE events SET data = ? WHERE seq = ?", JSON.stringify(event), event.seq);
        return event;
      });
      const last = spoken.at(-1)?.seq;
      if (last !== undefined) sql.exec("DELETE FROM events WHERE seq <= ?", last - KEPT_EVENTS);
      return spoken;
    },
    lastSeq: (): number =>
      sql.exec<{ seq: number }>("SELECT COALESCE(MAX(seq), 0) AS seq FROM events").one().seq,
    /** Events after `seq`; null when some of them are no longer kept. */
    eventsAfter(seq: number): Event[] | null {
      const { first, last } = sql
        .exec<{ first: number; last: number }>(
          "SELECT COALESCE(MIN(seq), 1) AS first, COALESCE(MAX(seq), 0) AS last FROM events",
        )
        .one();
      if (seq + 1 < first || seq > last) return null;
      return rows<Event>("SELECT data FROM events WHERE seq > ? ORDER BY seq", seq);
    },

    /** Forgets facts so old that nobody repeats them. */
    prune: (now: number): void => void sql.exec("DELETE FROM facts WHERE at < ?", now - KEPT_FACTS_MS),
  };
}

export type Memory = ReturnType<typeof memoryOf>;
