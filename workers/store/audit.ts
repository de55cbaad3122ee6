/** The audit. Its one writer is the project object; rows are only ever added. */
import { and, asc, desc, eq, gt, inArray, like, lt, not, or, type SQL, sql } from "drizzle-orm";
import { ACTORS_OF, AGENT_PREFIX, type AuditFilter, type AuditRow } from "../../models/audit.ts";
import { db } from "./db.ts";
import { audit } from "./schema.ts";

/** Adds a row; one that is there already stays as it is. */
export async function addAudit(d1: D1Database, row: AuditRow): Promise<void> {
  await db(d1).insert(audit).values(row).onConflictDoNothing();
}

/** Rows that are asked for: from behind row `after` on, or up to before row `before`. */
export type AuditWish = AuditFilter & { after?: number; before?: number | undefined; newest?: boolean };

/** Rows of a chain, oldest first or newest first. */
export async function listAudit(
  d1: D1Database,
  projectId: string,
  wish: AuditWish,
  limit: number,
): Promise<AuditRow[]> {
  const { after = 0, before, newest = false } = wish;
  const mine = [eq(audit.project_id, projectId), gt(audit.id, after)];
  if (before !== undefined) mine.push(lt(audit.id, before));
  return db(d1)
    .select()
    .from(audit)
    .where(and(...mine, ofKind(wish.kind), ofAction(wish.action), ofPull(projectId, wish.pull)))
    .orderBy(newest ? desc(audit.id) : asc(audit.id))
    .limit(limit);
}

function ofKind(kind: AuditFilter["kind"]): SQL | undefined {
  const agents = like(audit.actor, `${AGENT_PREFIX}%`);
  if (kind === undefined || kind === "agent") return kind && agents;
  if (kind !== "person") return inArray(audit.actor, [...ACTORS_OF[kind]]);
  // Whoever is none of the others: names of people are not known here.
  const others = Object.values(ACTORS_OF).flatMap((names) => [...names]);
  return not(or(agents, inArray(audit.actor, others)) as SQL);
}

function ofAction(action: string | undefined): SQL | undefined {
  return action === undefined ? undefined : or(eq(audit.action, action), like(audit.action, `${action}.%`));
}

/** What is of the pull request or of a validation of it, or says that it changed one. */
function ofPull(projectId: string, number: number | undefined): SQL | undefined {
  if (number === undefined) return undefined;
  const validations = `${projectId}.${number}.`;
  return or(
    eq(audit.target, `#${number}`),
    like(audit.target, `${validations}%`),
    sql`instr(${audit.detail}, ${`#${number}:`}) > 0`,
    sql`instr(${audit.detail}, ${validations}) > 0`,
  );
}
