/** Installation tokens: minted, used to list what they reach, revoked. */
import { mintToken } from "../acts/tokens.ts";
import type { Installation, Level, Permissions } from "../nouns.ts";
import { forbidden, notFound, unprocessable } from "../problems.ts";
import { repositoriesOf } from "../rights.ts";
import { tokenShape } from "../shapes/app.ts";
import { fullRepositoryShape } from "../shapes/repository.ts";
import { covers, type World } from "../world.ts";
import { type Api, type Body, bodyOf, objectIn, stringsIn } from "./api.ts";
import { installationIn } from "./apps.ts";
import { paged } from "./pages.ts";

export function tokens(api: Api): void {
  api.post("/app/installations/:id/access_tokens", async (c) => {
    const installation = installationIn(c);
    if (installation.suspendedAt !== null) throw forbidden("This installation has been suspended");
    const body = await bodyOf(c);
    const repositoryIds = narrowed(c.env.world, installation, body);
    const permissions = narrowedPermissions(installation, objectIn(body, "permissions"));
    const token = mintToken(c.env.world, installation, { repositoryIds, permissions });
    return c.json(tokenShape(c.env.world, token), 201);
  });
  api.get("/installation/repositories", (c) => {
    const viewer = c.get("viewer");
    if (viewer.kind !== "installation") throw forbidden("Resource not accessible by this token");
    const all = repositoriesOf(c.env.world, viewer);
    const repositories = paged(c, all).map((one) => fullRepositoryShape(c.env.world, one, viewer));
    return c.json({
      total_count: all.length,
      repository_selection: viewer.installation.selection,
      repositories,
    });
  });
  api.delete("/installation/token", (c) => {
    const viewer = c.get("viewer");
    if (viewer.kind !== "installation") throw notFound();
    c.env.world.tokens.delete(viewer.token.value);
    return c.body(null, 204);
  });
}

/** The repositories a token is narrowed to; null: all of the installation's. */
function narrowed(world: World, installation: Installation, body: Body): Set<number> | null {
  const names = stringsIn(body, "repositories");
  const ids = body.repository_ids;
  if (names === null && !Array.isArray(ids)) return null;
  const covered = [...world.repositories.values()].filter((one) => covers(installation, one));
  const wanted = new Set<number>(Array.isArray(ids) ? ids : []);
  for (const name of names ?? []) wanted.add(covered.find((one) => one.name === name)?.id ?? -1);
  if (![...wanted].every((id) => covered.some((one) => one.id === id))) {
    throw unprocessable(
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  return wanted;
}

const LEVELS: readonly Level[] = ["read", "write", "admin"];

function narrowedPermissions(installation: Installation, wanted: Body | null): Permissions {
  if (wanted === null) return { ...installation.permissions };
  const permissions: Permissions = { metadata: "read" };
  for (const [name, value] of Object.entries(wanted)) {
    const level = LEVELS.find((one) => one === value);
    const held = installation.permissions[name];
    if (level === undefined || held === undefined || LEVELS.indexOf(level) > LEVELS.indexOf(held)) {
      throw unprocessable("The permissions requested are not granted to this installation.");
    }
    permissions[name] = level;
  }
  return permissions;
}
