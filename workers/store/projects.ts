/** Repositories under Tidegate's care. */
import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { type Disconnected, type Project, ProjectSettings } from "../../models/project.ts";
import { db } from "./db.ts";
import { projects, validations } from "./schema.ts";

type Row = typeof projects.$inferSelect;
export type StoredProject = Omit<Project, "webhook_url">;
/** What comes to a project after it was pinned. */
type Later = "check_scope" | "disconnected" | "pinned_branch";
type NewRow = Omit<StoredProject, Later>;
/** What GitHub may change about a repository while its id stays. */
export type Place = Pick<
  StoredProject,
  "name" | "full_name" | "installation_id" | "default_branch" | "github_url"
>;

/** How often a project is compared with GitHub, in ms: less than five ticks of the clock, so that the fifth takes it. */
const RECONCILE_EVERY_MS = 4.5 * 60_000;
/** The same where GitHub does not let us in: that it does again is told by a webhook, which may be lost. */
const KNOCK_EVERY_MS = 60 * 60_000;

function fromRow({ settings, removed_at: _, reconciled_at: __, ...row }: Row): StoredProject {
  // Parsed again, so that a setting that is newer than the row has its default.
  return { ...row, ...ProjectSettings.parse(settings) };
}

function toRow(project: NewRow): Omit<Row, Later | "removed_at" | "reconciled_at"> {
  const {
    id,
    name,
    repo_id,
    full_name,
    installation_id,
    default_branch,
    github_url,
    created_at,
    updated_at,
  } = project;
  const settings = ProjectSettings.parse(project);
  return {
    id,
    name,
    repo_id,
    full_name,
    installation_id,
    default_branch,
    github_url,
    created_at,
    updated_at,
    settings,
  };
}

/**
 * Keeps a new project. Where another one has the repository already its checks are told apart by its id: asked and
 * written as one, or two that are pinned at a time would both have the plain name.
 *
 * @returns null when the id is taken
 */
export async function insertProject(d1: D1Database, project: NewRow): Promise<StoredProject | null> {
  const { repo_id, id } = project;
  const check_scope = sql`(SELECT ${id} WHERE EXISTS
    (SELECT 1 FROM projects WHERE repo_id = ${repo_id} AND removed_at IS NULL))`;
  const [row] = await db(d1)
    .insert(projects)
    .values({ ...toRow(project), check_scope })
    .onConflictDoNothing()
    .returning();
  return row === undefined ? null : fromRow(row);
}

/** Keeps new settings. Where the repository is stays as it is: it may have moved since this project was read. */
export async function updateProject(d1: D1Database, project: StoredProject): Promise<void> {
  const { id, updated_at } = project;
  const settings = ProjectSettings.parse(project);
  await db(d1).update(projects).set({ settings, updated_at }).where(eq(projects.id, id));
}

/** The repository has another name, owner or default branch now; its id stayed. */
export async function moveProject(d1: D1Database, id: string, place: Place): Promise<void> {
  const { name, full_name, installation_id, default_branch, github_url } = place;
  const pinned_branch = sql`CASE WHEN default_branch = ${default_branch} THEN pinned_branch
    ELSE coalesce(pinned_branch, default_branch) END`;
  await db(d1)
    .update(projects)
    .set({ name, full_name, installation_id, default_branch, github_url, pinned_branch })
    .where(eq(projects.id, id));
}

/**
 * Writes down that GitHub does not let us in, which is asked again in an hour; or, with null, that it does.
 *
 * @returns true for the one caller that changed it
 */
export async function disconnectProject(
  d1: D1Database,
  id: string,
  disconnected: Disconnected | null,
): Promise<boolean> {
  const other = disconnected === null ? isNotNull(projects.disconnected) : isNull(projects.disconnected);
  const { meta } = await db(d1)
    .update(projects)
    .set({ disconnected, ...(disconnected !== null && { reconciled_at: disconnected.since }) })
    .where(and(eq(projects.id, id), other))
    .run();
  return meta.changes > 0;
}

/** Ids of projects that are due to be compared with GitHub, the longest waiting first; each is given to one caller. */
export async function claimDueProjects(d1: D1Database, now: number, limit: number): Promise<string[]> {
  const every = sql`CASE WHEN disconnected IS NULL THEN ${RECONCILE_EVERY_MS} ELSE ${KNOCK_EVERY_MS} END`;
  const due = sql`removed_at IS NULL AND reconciled_at <= ${now} - ${every}`;
  const rows = await db(d1)
    .update(projects)
    .set({ reconciled_at: now })
    .where(sql`id IN (SELECT id FROM projects WHERE ${due} ORDER BY reconciled_at LIMIT ${limit}) AND ${due}`)
    .returning({ id: projects.id });
  return rows.map(({ id }) => id);
}

/** Projects that an installation looks after, and those that may wait for one. */
export async function projectsOfInstallation(d1: D1Database, installationId: number): Promise<string[]> {
  const waits = isNotNull(projects.disconnected);
  const rows = await db(d1)
    .select({ id: projects.id })
    .from(projects)
    .where(and(isNull(projects.removed_at), or(eq(projects.installation_id, installationId), waits)));
  return rows.map(({ id }) => id);
}

/** Projects for which something runs by leave of an installation. */
export async function projectsAtWork(
  d1: D1Database,
): Promise<{ id: string; installation_id: number | null }[]> {
  const working = db(d1)
    .select({ id: validations.project_id })
    .from(validations)
    .where(inArray(validations.state, ["queued", "running"]));
  return db(d1)
    .select({ id: projects.id, installation_id: projects.installation_id })
    .from(projects)
    .where(
      and(
        isNull(projects.removed_at),
        isNull(projects.disconnected),
        isNotNull(projects.installation_id),
        inArray(projects.id, working),
      ),
    );
}

/** Takes a project out of every list; its row stays for the history. */
export async function removeProject(d1: D1Database, id: string): Promise<void> {
  await db(d1).update(projects).set({ removed_at: Date.now() }).where(eq(projects.id, id));
}

/** A project that people may use. */
export async function findLiveProject(d1: D1Database, id: string): Promise<StoredProject | null> {
  const row = await db(d1)
    .select()
    .from(projects)
    .where(and(eq(projects.id, id), isNull(projects.removed_at)))
    .get();
  return row === undefined ? null : fromRow(row);
}

/** A project, removed or not: for the work that is still to be finished for it. */
export async function findProject(d1: D1Database, id: string): Promise<StoredProject | null> {
  const row = await db(d1).select().from(projects).where(eq(projects.id, id)).get();
  return row === undefined ? null : fromRow(row);
}

export async function listProjects(d1: D1Database): Promise<StoredProject[]> {
  return (
    await db(d1).select().from(projects).where(isNull(projects.removed_at)).orderBy(asc(projects.name))
  ).map(fromRow);
}

/** Every project that pins this repository. The id counts, not the name: names change hands. */
export async function projectsOfRepo(d1: D1Database, repoId: number): Promise<StoredProject[]> {
  return (
    await db(d1)
      .select()
      .from(projects)
      .where(and(eq(projects.repo_id, repoId), isNull(projects.removed_at)))
  ).map(fromRow);
}

/** A project that pins the repository of this name. */
export async function projectNamed(d1: D1Database, fullName: string): Promise<StoredProject | null> {
  const row = await db(d1)
    .select()
    .from(projects)
    .where(and(sql`lower(${projects.full_name}) = ${fullName.toLowerCase()}`, isNull(projects.removed_at)))
    .get();
  return row === undefined ? null : fromRow(row);
}

/** Ids of all repositories that are pinned. */
export async function pinnedRepositories(d1: D1Database): Promise<Set<number>> {
  const rows = await db(d1)
    .selectDistinct({ repo_id: projects.repo_id })
    .from(projects)
    .where(isNull(projects.removed_at));
  return new Set(rows.map(({ repo_id }) => repo_id));
}
