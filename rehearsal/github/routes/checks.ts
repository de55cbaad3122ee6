/** Check runs: only Apps may make them. */
import { announceRun, ensureSuite, runCompleted } from "../acts/checks.ts";
import { actorOf } from "../auth.ts";
import { resolveCommit } from "../git/refs.ts";
import { type App, CHECK_STATUSES, type CheckRun, CONCLUSIONS, type Repository } from "../nouns.ts";
import { forbidden, notFound, unprocessable } from "../problems.ts";
import { checkRunShape, latestRuns } from "../shapes/check.ts";
import { nextId } from "../world.ts";
import {
  type Api,
  type Body,
  bodyOf,
  type Ctx,
  choiceIn,
  numberIn,
  objectIn,
  objectsIn,
  repositoryIn,
  stringIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "checks" } as const;
const WRITE = { permission: "checks", level: "write" } as const;
const MAX_OUTPUT_CHARACTERS = 65_535;
const MAX_ANNOTATIONS = 50;
const ANNOTATION_LEVELS = ["notice", "warning", "failure"] as const;
const MAX_TITLE_CHARACTERS = 255;
const MAX_MESSAGE_BYTES = 64 * 1024;

export function checks(api: Api): void {
  const one = "/repos/:owner/:repo/check-runs/:id";
  api.post("/repos/:owner/:repo/check-runs", create);
  api.get(one, (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(checkRunShape(c.env.world, repository, runIn(c, repository)));
  });
  api.patch(one, update);
  api.get(`${one}/annotations`, (c) => c.json(paged(c, runIn(c, repositoryIn(c, READ)).annotations)));
  api.post(`${one}/rerequest`, (c) => {
    const repository = repositoryIn(c, WRITE);
    announceRun(c.env.world, repository, runIn(c, repository), "rerequested", actorOf(c.get("viewer")));
    return c.json({}, 201);
  });
  api.get("/repos/:owner/:repo/commits/:ref/check-runs", async (c) => {
    const repository = repositoryIn(c, READ);
    const sha = await resolveCommit(repository.dir, c.req.param("ref"));
    if (sha === null) throw unprocessable(`No commit found for SHA: ${c.req.param("ref")}`);
    return listed(
      c,
      repository,
      repository.checks.filter((run) => run.headSha === sha),
    );
  });
  api.get("/repos/:owner/:repo/check-suites/:id/check-runs", (c) => {
    const repository = repositoryIn(c, READ);
    const id = numberIn(c, "id");
    return listed(
      c,
      repository,
      repository.checks.filter((run) => run.suiteId === id),
    );
  });
}

/** Runs as the query filters them, newest first. */
function listed(c: Ctx, repository: Repository, runs: CheckRun[]): Response {
  const { check_name, status, app_id, filter = "latest" } = c.req.query();
  const found = (filter === "all" ? runs : latestRuns(runs))
    .filter((run) => check_name === undefined || run.name === check_name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => app_id === undefined || String(run.app.id) === app_id)
    .reverse();
  const check_runs = paged(c, found).map((run) => checkRunShape(c.env.world, repository, run));
  return c.json({ total_count: found.length, check_runs });
}

function runIn(c: Ctx, repository: Repository): CheckRun {
  const run = repository.checks.find((one) => one.id === numberIn(c, "id"));
  if (run === undefined) throw notFound();
  return run;
}

/** The calling App; people cannot make check runs. */
export function checkingApp(c: Ctx): App {
  const viewer = c.get("viewer");
  if (viewer.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.");
  return viewer.app;
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, WRITE);
  const app = checkingApp(c);
  const body = await bodyOf(c);
  const name = supplied(body, "name");
  const headSha = supplied(body, "head_sha");
  const known = /^[0-9a-f]{40}$/.test(headSha) && (await resolveCommit(repository.dir, headSha));
  if (known !== headSha) throw unprocessable(`No commit found for SHA: ${headSha}`);
  const run: CheckRun = {
    id: nextId(world),
    app,
    suiteId: ensureSuite(world, repository, app, headSha).id,
    headSha,
    name,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  apply(run, body, world.now());
  repository.checks.push(run);
  announceRun(world, repository, run, "created", app.bot);
  if (run.status === "completed") runCompleted(world, repository, run);
  return c.json(checkRunShape(world, repository, run), 201);
}

async function update(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, WRITE);
  const run = runIn(c, repository);
  if (checkingApp(c) !== run.app) throw forbidden("Resource not accessible by integration");
  const wasCompleted = run.status === "completed";
  apply(run, await bodyOf(c), world.now());
  if (run.status === "completed" && !wasCompleted) runCompleted(world, repository, run);
  return c.json(checkRunShape(world, repository, run));
}

function supplied(body: Body, name: string): string {
  const value = stringIn(body, name);
  if (value === null) throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

/** Brings the fields of a request into a run, with GitHub's limits. */
function apply(run: CheckRun, body: Body, now: number): void {
  const status = choiceIn(body, "status", CHECK_STATUSES);
  const conclusion = choiceIn(body, "conclusion", CONCLUSIONS);
  if (status === "completed" && conclusion === null) {
    throw unprocessable(`Invalid request.\n\n"conclusion" wasn't supplied.`);
  }
  applyOutput(run, objectIn(body, "output"));
  run.name = stringIn(body, "name") ?? run.name;
  run.externalId = stringIn(body, "external_id") ?? run.externalId;
  run.detailsUrl = stringIn(body, "details_url") ?? run.detailsUrl;
  run.actions = objectsIn(body, "actions") ?? run.actions;
  run.startedAt = timeIn(body, "started_at") ?? run.startedAt;
  if (conclusion !== null) {
    // A conclusion completes the run, whatever the status field says.
    run.status = "completed";
    run.conclusion = conclusion;
    run.completedAt = timeIn(body, "completed_at") ?? now;
  } else if (status !== null) {
    run.status = status;
    run.conclusion = null;
    run.completedAt = null;
  }
}

function applyOutput(run: CheckRun, output: Body | null): void {
  if (output === null) return;
  const texts = {
    title: stringIn(output, "title"),
    summary: stringIn(output, "summary"),
    text: stringIn(output, "text"),
  };
  if (texts.title === null || texts.summary === null) {
    throw unprocessable(
      `Invalid request.\n\n"${texts.title === null ? "title" : "summary"}" wasn't supplied.`,
    );
  }
  if (texts.summary.length > MAX_OUTPUT_CHARACTERS || (texts.text?.length ?? 0) > MAX_OUTPUT_CHARACTERS) {
    throw unprocessable(`Only ${MAX_OUTPUT_CHARACTERS} characters are allowed in output summary and text.`);
  }
  const annotations = objectsIn(output, "annotations") ?? [];
  if (annotations.length > MAX_ANNOTATIONS) {
    throw unprocessable(`Only ${MAX_ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`);
  }
  for (const annotation of annotations) checkAnnotation(annotation);
  run.output = { ...texts, text: texts.text ?? run.output.text };
  run.annotations.push(...annotations);
}

/** As GitHub documents an annotation; what it needs and what it refuses. */
function checkAnnotation(annotation: Body): void {
  const path = supplied(annotation, "path");
  supplied(annotation, "message");
  if (path === "" || path.startsWith("/") || path.split("/").includes(".."))
    throw unprocessable(`Invalid request.\n\n"${path}" is not a path relative to the repository.`);
  if (choiceIn(annotation, "annotation_level", ANNOTATION_LEVELS) === null)
    throw unprocessable(`Invalid request.\n\n"annotation_level" wasn't supplied.`);
  const lines = ["start_line", "end_line"].map((name) => Reflect.get(annotation, name));
  const [start, end] = lines;
  if (typeof start !== "number" || typeof end !== "number" || !lines.every(Number.isInteger))
    throw unprocessable(`Invalid request.\n\n"start_line" and "end_line" must be whole numbers.`);
  if (start < 1 || end < start)
    throw unprocessable("Invalid request.\n\nend_line must not be before start_line.");
  const columns = "start_column" in annotation || "end_column" in annotation;
  if (columns && start !== end)
    throw unprocessable(
      "Invalid request.\n\nColumns are only allowed when start_line and end_line are the same.",
    );
  if ((stringIn(annotation, "title") ?? "").length > MAX_TITLE_CHARACTERS)
    throw unprocessable(`Only ${MAX_TITLE_CHARACTERS} characters are allowed in the title of an annotation.`);
  if (new TextEncoder().encode(stringIn(annotation, "message") ?? "").length > MAX_MESSAGE_BYTES)
    throw unprocessable(`Only ${MAX_MESSAGE_BYTES} bytes are allowed in the message of an annotation.`);
}

function timeIn(body: Body, name: string): number | null {
  const value = stringIn(body, name);
  if (value === null) return null;
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw unprocessable(`Invalid request.\n\n${value} is not a valid date-time.`);
  return ms;
}
