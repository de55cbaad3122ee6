/** Check suites: one per App and commit, made by GitHub itself. */
import { announceSuite, ensureSuite } from "../acts/checks.ts";
import { actorOf } from "../auth.ts";
import { resolveCommit } from "../git/refs.ts";
import type { CheckSuite, Repository } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { checkSuiteShape } from "../shapes/check.ts";
import { type Api, bodyOf, type Ctx, numberIn, repositoryIn, required } from "./api.ts";
import { checkingApp } from "./checks.ts";
import { paged } from "./pages.ts";

const READ = { permission: "checks" } as const;
const WRITE = { permission: "checks", level: "write" } as const;

export function suites(api: Api): void {
  api.post("/repos/:owner/:repo/check-suites", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const app = checkingApp(c);
    const sha = required(await bodyOf(c), "CheckSuite", "head_sha");
    if ((await resolveCommit(repository.dir, sha)) === null)
      throw unprocessable(`No commit found for SHA: ${sha}`);
    const before = repository.suites.length;
    const suite = ensureSuite(world, repository, app, sha);
    return c.json(checkSuiteShape(world, repository, suite), repository.suites.length > before ? 201 : 200);
  });
  api.get("/repos/:owner/:repo/check-suites/:id", (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(checkSuiteShape(c.env.world, repository, suiteIn(c, repository)));
  });
  api.post("/repos/:owner/:repo/check-suites/:id/rerequest", (c) => {
    const repository = repositoryIn(c, WRITE);
    const suite = suiteIn(c, repository);
    announceSuite(c.env.world, repository, suite, "rerequested", actorOf(c.get("viewer")), suite.app);
    return c.json({}, 201);
  });
  api.get("/repos/:owner/:repo/commits/:ref/check-suites", async (c) => {
    const repository = repositoryIn(c, READ);
    const sha = await resolveCommit(repository.dir, c.req.param("ref"));
    if (sha === null) throw unprocessable(`No commit found for SHA: ${c.req.param("ref")}`);
    const { app_id } = c.req.query();
    const found = repository.suites
      .filter((suite) => suite.headSha === sha)
      .filter((suite) => app_id === undefined || String(suite.app.id) === app_id);
    const check_suites = paged(c, found).map((suite) => checkSuiteShape(c.env.world, repository, suite));
    return c.json({ total_count: found.length, check_suites });
  });
}

function suiteIn(c: Ctx, repository: Repository): CheckSuite {
  const suite = repository.suites.find((one) => one.id === numberIn(c, "id"));
  if (suite === undefined) throw notFound();
  return suite;
}
