/** Repositories under Tidegate's care. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { type Project, ProjectSettings } from "../../models/project.ts";
import { db } from "./db.ts";
import { projects } from "./schema.ts";

type Row = typeof projects.$inferSelect;
export type StoredProject = Omit<Project, "webhook_url">;
type NewRow = Omit<StoredProject, "check_scope">;

function fromRow({ settings, removed_at: _, ...row }: Row): StoredProject {
  // Parsed again, so that a setting that is newer than the row has its default.
  return { ...row, ...ProjectSettings.parse(settings) };
}

function toRow(project: NewRow): Omit<Row, "removed_at" | "check_scope"> {
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

export async function updateProject(d1: D1Database, project: StoredProject): Promise<void> {
  await db(d1).update(projects).set(toRow(project)).where(eq(projects.id, project.id));
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
