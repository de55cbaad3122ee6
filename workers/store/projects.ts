/** Repositories under Tidegate's care. */
import { asc, eq } from "drizzle-orm";
import { type Project, ProjectSettings } from "../../models/project.ts";
import { db } from "./db.ts";
import { projects } from "./schema.ts";

type Row = typeof projects.$inferSelect;
export type StoredProject = Omit<Project, "webhook_url">;

function fromRow({ settings, ...row }: Row): StoredProject {
  // Parsed again, so that a setting that is newer than the row has its default.
  return { ...row, ...ProjectSettings.parse(settings) };
}

function toRow(project: StoredProject): Row {
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

/** @returns false when the id is taken */
export async function insertProject(d1: D1Database, project: StoredProject): Promise<boolean> {
  const { meta } = await db(d1).insert(projects).values(toRow(project)).onConflictDoNothing().run();
  return meta.changes > 0;
}

export async function updateProject(d1: D1Database, project: StoredProject): Promise<void> {
  await db(d1).update(projects).set(toRow(project)).where(eq(projects.id, project.id));
}

export async function deleteProject(d1: D1Database, id: string): Promise<void> {
  await db(d1).delete(projects).where(eq(projects.id, id));
}

export async function findProject(d1: D1Database, id: string): Promise<StoredProject | null> {
  const row = await db(d1).select().from(projects).where(eq(projects.id, id)).get();
  return row === undefined ? null : fromRow(row);
}

export async function listProjects(d1: D1Database): Promise<StoredProject[]> {
  return (await db(d1).select().from(projects).orderBy(asc(projects.name))).map(fromRow);
}

/** Every project that pins this repository. The id counts, not the name: names change hands. */
export async function projectsOfRepo(d1: D1Database, repoId: number): Promise<StoredProject[]> {
  return (await db(d1).select().from(projects).where(eq(projects.repo_id, repoId))).map(fromRow);
}
