/** Repositories that can be pinned. */
import { createRoute, z } from "@hono/zod-openapi";
import { Repository } from "../../models/api.ts";
import { listRepositories } from "../providers/github/index.ts";
import { listProjects } from "../store/projects.ts";
import { varsOf } from "../vars.ts";
import { answers, part } from "./app.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/repositories",
  summary: "Repositories that Tidegate is let into",
  responses: answers("Repositories", z.array(Repository)),
});

export const repositories = part().openapi(list, async (c) => {
  const [found, pinned] = await Promise.all([listRepositories(varsOf(c.env)), listProjects(c.env.DB)]);
  const projectOfRepo = new Map(pinned.map((project) => [project.repo_id, project.id]));
  const shown = found.map(({ installation_id: _, ...repository }) => ({
    ...repository,
    project_id: projectOfRepo.get(repository.repo_id) ?? null,
  }));
  return c.json(shown, 200);
});
