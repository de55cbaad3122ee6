/** People, and what they own. */
import { actorOf } from "../auth.ts";
import { forbidden, notFound } from "../problems.ts";
import { canSee, repositoriesOf } from "../rights.ts";
import { installationShape } from "../shapes/app.ts";
import { fullRepositoryShape, repositoryShape } from "../shapes/repository.ts";
import { profileShape } from "../shapes/user.ts";
import { covers, findUser } from "../world.ts";
import { type Api, type Ctx, numberIn } from "./api.ts";
import { paged } from "./pages.ts";

/** The person behind a token; installations are no person. */
export function personIn(c: Ctx) {
  const viewer = c.get("viewer");
  const user = actorOf(viewer);
  if (viewer.kind !== "user") throw forbidden("Resource not accessible by integration");
  return user;
}

export function users(api: Api): void {
  api.get("/user", (c) => c.json(profileShape(c.env.world, personIn(c))));
  api.get("/user/emails", (c) => {
    const { email } = personIn(c);
    return c.json(email === null ? [] : [{ email, primary: true, verified: true, visibility: "public" }]);
  });
  api.get("/user/orgs", (c) => {
    personIn(c);
    return c.json([]);
  });
  api.get("/user/repos", (c) => {
    personIn(c);
    const viewer = c.get("viewer");
    const mine = repositoriesOf(c.env.world, viewer);
    return c.json(paged(c, mine).map((repository) => fullRepositoryShape(c.env.world, repository, viewer)));
  });
  userInstallations(api);
  api.get("/users/:login", (c) => c.json(profileShape(c.env.world, userIn(c, "login"))));
  api.get("/orgs/:login", (c) => c.json(profileShape(c.env.world, userIn(c, "login"))));
  api.on("GET", ["/users/:login/repos", "/orgs/:login/repos"], (c) => {
    const owner = userIn(c, "login");
    const viewer = c.get("viewer");
    const all = [...c.env.world.repositories.values()].filter(
      (one) => one.owner === owner && canSee(viewer, one),
    );
    return c.json(paged(c, all).map((repository) => repositoryShape(c.env.world, repository)));
  });
}

function userIn(c: Ctx, name: string) {
  const user = findUser(c.env.world, c.req.param(name) ?? "");
  if (user === undefined) throw notFound();
  return user;
}

/** What a signed-in person can reach through the App. */
function userInstallations(api: Api): void {
  api.get("/user/installations", (c) => {
    personIn(c);
    const mine = repositoriesOf(c.env.world, c.get("viewer"));
    const all = [...c.env.world.installations.values()].filter((one) =>
      mine.some((repo) => covers(one, repo)),
    );
    const installations = paged(c, all).map((one) => installationShape(c.env.world, one));
    return c.json({ total_count: all.length, installations });
  });
  api.get("/user/installations/:id/repositories", (c) => {
    personIn(c);
    const viewer = c.get("viewer");
    const installation = c.env.world.installations.get(numberIn(c, "id"));
    if (installation === undefined) throw notFound();
    const mine = repositoriesOf(c.env.world, viewer).filter((repo) => covers(installation, repo));
    const repositories = paged(c, mine).map((repo) => fullRepositoryShape(c.env.world, repo, viewer));
    return c.json({ total_count: mine.length, repository_selection: installation.selection, repositories });
  });
}
