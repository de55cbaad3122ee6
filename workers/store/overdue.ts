/** What should have gone on by now and did not: found from what is stored, whoever forgot it. */
import { sql } from "drizzle-orm";
import { db } from "./db.ts";

/** Projects in which something was due before `before` and still stands: their own alarm was lost. */
export async function overdueProjects(d1: D1Database, before: number, limit: number): Promise<string[]> {
  const rows = await db(d1).all<{ project_id: string }>(
    sql`SELECT DISTINCT project_id FROM validations WHERE state IN ('queued', 'running')
      AND min(data ->> 'deadline_at', coalesce(data ->> '$.current.deadline_at', data ->> 'deadline_at')) < ${before}
      LIMIT ${limit}`,
  );
  return rows.map(({ project_id }) => project_id);
}

/** A sandbox that may still be there although nobody needs it. */
export type LeftSandbox = {
  project_id: string;
  validation_id: string;
  try: number;
  /** How often its release was begun, and when last; null: never. */
  releases: number;
  released_at: number | null;
};

/** Sandboxes of the last day whose validation ended, or began anew, before `before`, and whose release never passed. */
export async function leftSandboxes(d1: D1Database, before: number, limit: number): Promise<LeftSandbox[]> {
  const since = before - 24 * 60 * 60_000;
  return db(d1).all<LeftSandbox>(
    sql`SELECT v.project_id, s.validation_id, s.try, count(r.id) AS releases, max(r.started_at) AS released_at
      FROM steps AS s JOIN validations AS v ON v.id = s.validation_id
      LEFT JOIN steps AS r ON r.validation_id = s.validation_id AND r.kind = 'release' AND r.try = s.try
      WHERE s.kind = 'snapshot' AND s.started_at > ${since} AND s.started_at < ${before}
      AND (v.data ->> 'finished_at' < ${before}
        OR v.data ->> '$.current.try' > s.try AND v.data ->> '$.current.ordered_at' < ${before})
      GROUP BY s.id HAVING coalesce(max(r.state = 'passed'), 0) = 0 LIMIT ${limit}`,
  );
}

/** Open pull requests whose newest validation was stopped for this reason, and waits for somebody to look again. */
export async function pullsStoppedBy(d1: D1Database, projectId: string, code: string): Promise<number[]> {
  const rows = await db(d1).all<{ number: number }>(
    sql`SELECT p.number FROM pulls AS p JOIN validations AS v ON v.id = p.data ->> 'validation_id'
      WHERE p.project_id = ${projectId} AND p.state = 'open'
      AND v.state = 'cancelled' AND v.data ->> '$.reason.code' = ${code}`,
  );
  return rows.map(({ number }) => number);
}

/** When a delivery of a project's repository was heard last. */
export type LastHeard = { id: string; repo_id: number; last: number };

/** Projects whose repository was heard of before, but not after `before`, and of whose silence nobody was told. */
export async function silentProjects(d1: D1Database, before: number): Promise<LastHeard[]> {
  return db(d1).all<LastHeard>(
    sql`SELECT * FROM (SELECT id, repo_id, (SELECT max(received_at) FROM deliveries
        WHERE deliveries.repo_id = projects.repo_id) AS last
      FROM projects WHERE removed_at IS NULL AND disconnected IS NULL) WHERE last < ${before}
      AND NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.project_id = id AND kind = 'webhooks_silent')`,
  );
}

/** Takes alerts back of projects whose repository was heard of since. */
export async function clearSilence(d1: D1Database): Promise<void> {
  await db(d1).run(
    sql`DELETE FROM alerts WHERE kind = 'webhooks_silent' AND since < (SELECT max(d.received_at)
      FROM deliveries AS d JOIN projects AS p ON p.repo_id = d.repo_id WHERE p.id = alerts.project_id)`,
  );
}
