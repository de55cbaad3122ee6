/** What Tidegate itself is worried about. A row stands as long as the worry. */
import { asc, eq, isNull } from "drizzle-orm";
import type { Alert } from "../../models/api.ts";
import { db } from "./db.ts";
import { alerts, projects } from "./schema.ts";

/** @returns true for the one caller who raised it */
export async function raiseAlert(d1: D1Database, alert: Alert): Promise<boolean> {
  const { meta } = await db(d1).insert(alerts).values(alert).onConflictDoNothing().run();
  return meta.changes > 0;
}

/** What is to be worried about now, the oldest first. */
export async function listAlerts(d1: D1Database): Promise<Alert[]> {
  const { project_id, kind, message, since } = alerts;
  return db(d1)
    .select({ project_id, kind, message, since })
    .from(alerts)
    .innerJoin(projects, eq(projects.id, project_id))
    .where(isNull(projects.removed_at))
    .orderBy(asc(since));
}
