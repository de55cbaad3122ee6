/** Labels of a repository, and on its issues and pull requests. */
import { setLabels } from "../acts/labels.ts";
import type { Label } from "../nouns.ts";
import { invalid, notFound } from "../problems.ts";
import { labelShape } from "../shapes/issue.ts";
import { nextId } from "../world.ts";
import {
  type Api,
  bodyOf,
  byOf,
  type Ctx,
  issueIn,
  repositoryIn,
  required,
  stringIn,
  stringsIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;
const WRITE = { permission: ["issues", "pull_requests"], level: "write", role: "triage" } as const;

export function labels(api: Api): void {
  api.get("/repos/:owner/:repo/labels", (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(paged(c, repository.labels).map((label) => labelShape(c.env.world, repository, label)));
  });
  api.post("/repos/:owner/:repo/labels", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, { ...WRITE, role: "write" });
    const body = await bodyOf(c);
    const name = required(body, "Label", "name");
    if (repository.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())) {
      throw invalid("Label", "name", "already_exists");
    }
    const label: Label = {
      id: nextId(world),
      name,
      color: stringIn(body, "color") ?? "ededed",
      description: stringIn(body, "description"),
    };
    repository.labels.push(label);
    return c.json(labelShape(world, repository, label), 201);
  });
  api.get("/repos/:owner/:repo/labels/:name", (c) => {
    const repository = repositoryIn(c, READ);
    const label = repository.labels.find((one) => one.name === c.req.param("name"));
    if (label === undefined) throw notFound();
    return c.json(labelShape(c.env.world, repository, label));
  });
  onIssues(api);
}

function onIssues(api: Api): void {
  const path = "/repos/:owner/:repo/issues/:number/labels";
  api.get(path, (c) => {
    const repository = repositoryIn(c, READ);
    const found = paged(c, issueIn(c, repository).labels);
    return c.json(found.map((label) => labelShape(c.env.world, repository, label)));
  });
  api.on(["POST", "PUT"], path, async (c: Ctx) => {
    const wanted = stringsIn(await bodyOf(c), "labels") ?? [];
    return change(c, (held) => (c.req.method === "PUT" ? wanted : [...held, ...wanted]));
  });
  api.delete(path, async (c) => {
    await change(c, () => []);
    return c.body(null, 204);
  });
  api.delete(`${path}/:name`, (c) => {
    const name = c.req.param("name").toLowerCase();
    const repository = repositoryIn(c, WRITE);
    if (!issueIn(c, repository).labels.some((label) => label.name.toLowerCase() === name)) {
      throw notFound();
    }
    return change(c, (held) => held.filter((one) => one.toLowerCase() !== name));
  });
}

/** Sets the labels to what `next` makes of the present ones. */
async function change(c: Ctx, next: (held: string[]) => string[]): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, WRITE);
  const issue = issueIn(c, repository);
  await setLabels(world, repository, issue, next(issue.labels.map((label) => label.name)), byOf(c));
  return c.json(issue.labels.map((label) => labelShape(world, repository, label)));
}
