/** Projects: pin a repository, read it, change its settings, unpin it. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ProjectCard, ProjectDetail } from "../../models/api.ts";
import type { Fact } from "../../models/fact.ts";
import { NewProject, Project, ProjectChanges, ProjectId, ProjectSettings } from "../../models/project.ts";
import { problemText, readConfig } from "../../models/read-config.ts";
import { AppError } from "../errors.ts";
import { type Cause, projectOf } from "../project/index.ts";
import { findRepository, openPulls } from "../providers/github/index.ts";
import {
  findLiveProject,
  insertProject,
  listProjects,
  removeProject,
  type StoredProject,
  updateProject,
} from "../store/projects.ts";
import { countOpenPulls } from "../store/pulls.ts";
import { countRunning, recentValidations } from "../store/validations.ts";
import { countWaiting } from "../store/waiting.ts";
import { varsOf } from "../vars.ts";
import { type App, answers, json, ProjectParam, part } from "./app.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/projects",
  summary: "List projects, or the one of this id",
  request: { query: z.object({ id: z.string().optional() }) },
  responses: answers("The projects", z.array(ProjectCard)),
});
const create = createRoute({
  method: "post",
  path: "/api/v1/projects",
  summary: "Pin a repository",
  request: { body: json(NewProject) },
  responses: answers("The project", Project, 201),
});
const read = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}",
  summary: "Read a project",
  request: { params: ProjectParam },
  responses: answers("The project", ProjectDetail),
});
const update = createRoute({
  method: "put",
  path: "/api/v1/projects/{id}",
  summary: "Change a project's settings",
  request: { params: ProjectParam, body: json(ProjectChanges) },
  responses: answers("The project", Project),
});
const remove = createRoute({
  method: "delete",
  path: "/api/v1/projects/{id}",
  summary: "Unpin: everything that runs for it is stopped",
  request: { params: ProjectParam },
  responses: { 204: { description: "Unpinned" } },
});

export const projects = part()
  .openapi(list, async (c) => {
    const found = await findProjects(c.env, c.req.valid("query").id);
    return c.json(await Promise.all(found.map((one) => cardOf(c.env, one))), 200);
  })
  .openapi(create, async (c) => {
    const project = await pin(c.env, c.req.valid("json"));
    const said = { action: "project.pin", detail: project.full_name };
    await tellSettings(c, project, null, said);
    await lookAtOpenPulls(c.env, project);
    return c.json(shown(c.env, project), 201);
  })
  .openapi(read, async (c) => c.json(await detailOf(c.env, await need(c.env, c.req.valid("param").id)), 200))
  .openapi(update, async (c) => {
    const before = await need(c.env, c.req.valid("param").id);
    // Only what was sent is changed: defaults of the schema must not overwrite the rest.
    const sent = Object.keys((await c.req.json()) as object);
    const changes = Object.fromEntries(
      Object.entries(c.req.valid("json")).filter(([key]) => sent.includes(key)),
    );
    const project = { ...before, ...changes, updated_at: Date.now() };
    assertConfig(project.config);
    await updateProject(c.env.DB, project);
    await tellSettings(c, project, before, { action: "project.change", detail: sent.join(", ") });
    // What was pushed while validation was off sends no webhook again.
    if (project.validation_enabled && !before.validation_enabled) await lookAtOpenPulls(c.env, project);
    return c.json(shown(c.env, project), 200);
  })
  .openapi(remove, async (c) => {
    const { id } = await need(c.env, c.req.valid("param").id);
    const { owner: actor, request_id } = c.var;
    const removed = { type: "project.removed", id: `removed.${request_id}` } as const;
    await projectOf(c.env, id).tell(id, removed, { actor, request_id });
    await removeProject(c.env.DB, id);
    return c.body(null, 204);
  });

/** The project of this id, or 404. */
export async function need(env: Env, id: string): Promise<StoredProject> {
  const project = await findLiveProject(env.DB, id);
  if (project === null) throw new AppError("not_found", `Cannot find project "${id}"`);
  return project;
}

async function pin(env: Env, wanted: z.infer<typeof NewProject>): Promise<StoredProject> {
  const found = await findRepository(varsOf(env), wanted.full_name);
  if (found === null) {
    throw new AppError(
      "not_found",
      `Cannot find repository "${wanted.full_name}": is the GitHub App installed on it?`,
    );
  }
  const settings = ProjectSettings.parse(wanted);
  assertConfig(settings.config);
  const now = Date.now();
  const { html_url: github_url, private: _, ...repository } = found;
  // Two projects of one repository are told apart by their folders.
  const name = wanted.name ?? [found.full_name, settings.path].filter((part) => part !== "").join("/");
  for (let nth = 1; nth <= 100; nth++) {
    const id = ProjectId.parse(`${slug(found.full_name)}${nth === 1 ? "" : `-${nth}`}`);
    const project = { id, name, github_url, ...repository, ...settings, created_at: now, updated_at: now };
    const kept = await insertProject(env.DB, project);
    if (kept !== null) return kept;
  }
  throw new AppError("conflict", `Cannot pin "${found.full_name}": it is pinned a hundred times`);
}

function slug(fullName: string): string {
  const letters = fullName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return letters.slice(0, 50) || "project";
}

/** A configuration that cannot be read is refused when it is set, not when it is needed. */
function assertConfig(config: string | null): void {
  const read = config === null ? null : readConfig(config);
  if (read === null || "config" in read) return;
  const fields = read.problems.map((problem) => ({
    field: `config:${problem.line}`,
    message: problemText(problem),
  }));
  throw new AppError(
    "invalid",
    `Cannot use the configuration: ${fields.map((field) => field.message).join("; ")}`,
    fields,
  );
}

/** Tells a project its settings, and its audit what became of them; `before`: null for one that is new. */
export async function tellSettings(
  c: Context<App>,
  project: StoredProject,
  before: StoredProject | null,
  said: Pick<Cause, "action" | "detail">,
): Promise<void> {
  const { owner: by, request_id } = c.var;
  const fact: Fact = {
    type: "project.set",
    id: `set.${request_id}`,
    auto_merge: project.auto_merge_enabled,
    validation: project.validation_enabled,
    paused: project.paused_by !== null,
    by,
    at: project.updated_at,
  };
  const standing = {
    before: before === null ? null : ProjectSettings.parse(before),
    after: ProjectSettings.parse(project),
  };
  await projectOf(c.env, project.id).tell(project.id, fact, { ...said, request_id, ...standing });
}

/** Pull requests that were open before the project was pinned send no webhook for that. */
async function lookAtOpenPulls(env: Env, { id, full_name, installation_id }: StoredProject): Promise<void> {
  const numbers = await openPulls(varsOf(env), { full_name, installation_id });
  const orders = numbers.map((pr_number) => ({
    body: { kind: "observe", id: `pin.${id}.${pr_number}`, delivery_id: null, project_id: id, pr_number },
  }));
  if (orders.length > 0) await env.HINTS.sendBatch(orders);
}

export function shown(env: Env, project: StoredProject): Project {
  return { ...project, webhook_url: `${varsOf(env).PUBLIC_URL}/api/v1/webhooks/github` };
}

async function findProjects(env: Env, id: string | undefined): Promise<StoredProject[]> {
  if (id === undefined) return listProjects(env.DB);
  const project = await findLiveProject(env.DB, id);
  return project === null ? [] : [project];
}

async function cardOf(env: Env, project: StoredProject): Promise<ProjectCard> {
  return ProjectCard.parse(await detailOf(env, project));
}

async function detailOf(env: Env, project: StoredProject): Promise<ProjectDetail> {
  // The number first: what is read after it may be newer, and hearing it again does no harm.
  const seq = await projectOf(env, project.id).seq();
  const [open_pulls, running, waiting, [last]] = await Promise.all([
    countOpenPulls(env.DB, project.id),
    countRunning(env.DB, project.id),
    countWaiting(env.DB, project.id),
    recentValidations(env.DB, project.id, 1),
  ]);
  return { ...shown(env, project), open_pulls, running, waiting, last_validation: last ?? null, seq };
}
