/** The agents that a project could use, and the prompt that one would get. */
import { createRoute, z } from "@hono/zod-openapi";
import { AgentOffer } from "../../models/agent.ts";
import { NewRun, PromptPreview } from "../../models/run.ts";
import { newRun } from "../project/new-run.ts";
import { offersOf } from "../steps/runs/agents.ts";
import { previewOf } from "../steps/runs/preview.ts";
import { answers, json, ProjectParam, part } from "./app.ts";
import { need } from "./projects.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/agents",
  summary: "Agents, and what each still lacks in this project",
  request: { params: ProjectParam },
  responses: answers("Agents", z.array(AgentOffer)),
});
const prompt = createRoute({
  method: "post",
  path: "/api/v1/projects/{id}/prompt",
  summary: "The prompt that a run would begin with, in full; nothing is started",
  request: { params: ProjectParam, body: json(NewRun) },
  responses: answers("The prompt", PromptPreview),
});

export const agents = part()
  .openapi(list, async (c) => c.json(await offersOf(c.env, await need(c.env, c.req.valid("param").id)), 200))
  .openapi(prompt, async (c) => {
    const project = await need(c.env, c.req.valid("param").id);
    const { images = [], source = "api", ...rest } = c.req.valid("json");
    const names = images.map((_, nth) => `image-${nth + 1}`);
    const asked = { ...rest, images: names, source, by: c.var.owner, issue: null };
    const run = newRun(project, asked, "run_preview", Date.now());
    return c.json(await previewOf(c.env, project, run), 200);
  });
