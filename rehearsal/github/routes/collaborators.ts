/** Who may do what: the permission API is the only honest source of rights. */
import { memberEvent } from "../acts/installations.ts";
import { actorOf } from "../auth.ts";
import { type Repository, ROLES, type Role, type User } from "../nouns.ts";
import { invalid, notFound } from "../problems.ts";
import { atLeast, roleOf } from "../rights.ts";
import { userShape } from "../shapes/user.ts";
import { findUser, type World } from "../world.ts";
import { type Api, bodyOf, type Ctx, repositoryIn, stringIn } from "./api.ts";
import { paged } from "./pages.ts";

/** People need push access to ask; Apps may read it with metadata. */
const READ = { permission: "metadata", role: "write" } as const;
const WRITE = { permission: "administration", level: "write" } as const;

export function collaborators(api: Api): void {
  const one = "/repos/:owner/:repo/collaborators/:login";
  api.get(`${one}/permission`, (c) => {
    const repository = repositoryIn(c, READ);
    const user = userIn(c);
    const role = roleOf(repository, user);
    return c.json({
      permission: coarse(role),
      role_name: role,
      user: collaboratorShape(c.env.world, repository, user),
    });
  });
  api.get("/repos/:owner/:repo/collaborators", (c) => {
    const repository = repositoryIn(c, READ);
    const people = [...repository.collaborators.keys()].flatMap(
      (login) => findUser(c.env.world, login) ?? [],
    );
    const all = repository.owner.type === "User" ? [repository.owner, ...people] : people;
    return c.json(paged(c, all).map((user) => collaboratorShape(c.env.world, repository, user)));
  });
  api.get(one, (c) => {
    const repository = repositoryIn(c, READ);
    const user = userIn(c);
    if (user !== repository.owner && !repository.collaborators.has(user.login.toLowerCase()))
      throw notFound();
    return c.body(null, 204);
  });
  api.put(one, async (c) => {
    const repository = repositoryIn(c, WRITE);
    const user = userIn(c);
    const permission = stringIn(await bodyOf(c), "permission") ?? "push";
    const role = roleNamed(permission);
    if (role === undefined) throw invalid("RepositoryInvitation", "permission", "invalid");
    const key = user.login.toLowerCase();
    const action = repository.collaborators.has(key) ? "edited" : "added";
    repository.collaborators.set(key, role);
    memberEvent(c.env.world, repository, user, action, actorOf(c.get("viewer")));
    return c.body(null, 204);
  });
  api.delete(one, (c) => {
    const repository = repositoryIn(c, WRITE);
    const user = userIn(c);
    if (!repository.collaborators.delete(user.login.toLowerCase())) return c.body(null, 204);
    memberEvent(c.env.world, repository, user, "removed", actorOf(c.get("viewer")));
    return c.body(null, 204);
  });
}

/** GitHub's requests say pull and push where its roles say read and write. */
function roleNamed(permission: string): Role | undefined {
  const name = permission === "pull" ? "read" : permission === "push" ? "write" : permission;
  return ROLES.find((role) => role === name && role !== "none");
}

/** The old four words: maintain counts as write, triage as read. */
function coarse(role: Role): string {
  if (role === "maintain") return "write";
  return role === "triage" ? "read" : role;
}

function userIn(c: Ctx): User {
  const user = findUser(c.env.world, c.req.param("login") ?? "");
  if (user === undefined) throw notFound();
  return user;
}

function collaboratorShape(world: World, repository: Repository, user: User) {
  const role = roleOf(repository, user);
  const permissions = {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write"),
    triage: atLeast(role, "triage"),
    pull: atLeast(role, "read"),
  };
  return { ...userShape(world, user), permissions, role_name: role };
}
