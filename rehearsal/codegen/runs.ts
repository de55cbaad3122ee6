/** Runs: begun, listed, looked at, resumed, stopped. */
import { z } from "zod";
import { type Api, bodyOf, type Ctx, numberIn, organizationFor, PAGE, queryOf, runOf } from "./api.ts";
import { spend } from "./knobs.ts";
import { count } from "./limits.ts";
import type { Run } from "./nouns.ts";
import { noRepository, noRun, planLimit, Unmodelled } from "./problems.ts";
import { logsShape, paged, runShape } from "./shapes.ts";
import { addRun, begin, end, look, wordsOf } from "./work.ts";

const RunsQuery = z.strictObject({
  ...PAGE,
  user_id: z.coerce.number().int().optional(),
  source_type: z.string().optional(),
});
const LogsQuery = z.strictObject({ ...PAGE, reverse: z.stringbool().default(false) });

const images = z.array(z.string().startsWith("data:")).nullish();
const NewRun = z.strictObject({
  prompt: z.string(),
  images,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  repo_id: z.number().int().nullish(),
  model: z.string().nullish(),
  agent_type: z.enum(["codegen", "claude_code"]).nullish(),
});
const Resume = z.strictObject({ agent_run_id: z.number().int(), prompt: z.string(), images });
const Stop = z.strictObject({ agent_run_id: z.number().int() });
const Ban = z.strictObject({
  agent_run_id: z.number().int(),
  before_card_order_id: z.string().nullish(),
  after_card_order_id: z.string().nullish(),
});

export function runs(api: Api): void {
  const one = "/v1/organizations/:organization/agent/run";
  api.post(one, create);
  api.get("/v1/organizations/:organization/agent/runs", list);
  api.get(`${one}/:id`, read);
  api.get("/v1/alpha/organizations/:organization/agent/run/:id/logs", logs);
  api.post(`${one}/resume`, resume);
  api.post(`${one}/ban`, async (c) => {
    const run = await namedIn(c, Ban);
    run.banned = true;
    end(run, wordsOf(run).cancelled);
    return c.json(null);
  });
  api.post(`${one}/unban`, async (c) => {
    (await namedIn(c, Ban)).banned = false;
    return c.json(null);
  });
  api.post("/v1/beta/organizations/:organization/agent/run/stop", async (c) => {
    const run = await namedIn(c, Stop);
    end(run, wordsOf(run).stopped);
    return c.json(runShape(c.env.world, run));
  });
  api.get("/agent/trace/:id", trace);
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const { id: organization, repositories } = organizationFor(c);
  count(world, "create");
  const { prompt, images, metadata = null, repo_id, model = null } = await bodyOf(c, NewRun);
  const repository = repo_id ?? null;
  const isThere = repositories.some(({ id }) => repository === null || id === repository);
  if (!isThere) throw noRepository();
  if (!spend(world.knobs, "runsLeft")) throw planLimit();
  const run = addRun(world, organization, { repository, model, metadata });
  begin(world, run, { prompt, images: images ?? [] });
  return c.json(runShape(world, run));
}

function list(c: Ctx): Response {
  const { world } = c.env;
  const { id } = organizationFor(c);
  count(world, "runs");
  const { user_id, source_type, ...page } = queryOf(c, RunsQuery);
  const found = world.runs
    .filter((run) => run.organization === id)
    .filter((run) => user_id === undefined || run.user === user_id)
    .filter((run) => source_type === undefined || run.source === source_type)
    .reverse();
  const shapes = found.map((run) => runShape(world, run));
  return c.json(paged(shapes, page));
}

function read(c: Ctx): Response {
  const { world } = c.env;
  const organization = organizationFor(c);
  count(world, "run");
  const run = runOf(world, organization, numberIn(c, "id"));
  look(world, run);
  const [word = run.status] = world.knobs.words.splice(0, 1);
  return c.json(runShape(world, run, word));
}

function logs(c: Ctx): Response {
  const { world } = c.env;
  const organization = organizationFor(c);
  count(world, "logs");
  const { reverse, ...page } = queryOf(c, LogsQuery);
  const run = runOf(world, organization, numberIn(c, "id"));
  return c.json(logsShape(world, run, page, reverse));
}

async function resume(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const organization = organizationFor(c);
  const { agent_run_id, prompt, images } = await bodyOf(c, Resume);
  const run = runOf(world, organization, agent_run_id);
  // Nothing is published about either; a client that gets here has not looked first.
  if (run.working) throw new Unmodelled("resuming a run that is at work");
  if (run.banned) throw new Unmodelled("resuming a run that was banned");
  begin(world, run, { prompt, images: images ?? [] });
  return c.json(runShape(world, run));
}

/** The run that a body names. */
async function namedIn(c: Ctx, schema: z.ZodType<{ agent_run_id: number }>): Promise<Run> {
  const organization = organizationFor(c);
  const { agent_run_id } = await bodyOf(c, schema);
  return runOf(c.env.world, organization, agent_run_id);
}

/** The page for people behind `web_url`. */
function trace(c: Ctx): Response {
  const id = numberIn(c, "id");
  const run = c.env.world.runs.find((one) => one.id === id);
  if (run === undefined) throw noRun();
  const lines = run.log.map(({ created_at, ...entry }) => `${created_at} ${JSON.stringify(entry)}`);
  return c.text(`A rehearsal of Codegen, run ${run.id}: ${run.status}\n\n${lines.join("\n")}\n`);
}
