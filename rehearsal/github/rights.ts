/** What a caller may see and do in a repository. */
import type { Viewer } from "./auth.ts";
import type { Level, Repository, Role, User } from "./nouns.ts";
import { ROLES } from "./nouns.ts";
import { badCredentials, forbidden, notFound, requiresAuthentication } from "./problems.ts";
import { covers, type World } from "./world.ts";

/** A right that a route asks for. Apps need the permission (one of them), people the role. */
export type Need = {
  permission: string | readonly string[];
  level?: Level;
  /** Default: `read` to read, `write` to write, `admin` for administration. */
  role?: Role;
};

const LEVELS: readonly Level[] = ["read", "write", "admin"];
const NOT_FOR_APPS = "Resource not accessible by integration";

/** A person's role in a repository. */
export function roleOf(repository: Repository, user: User): Role {
  if (repository.owner.id === user.id) return "admin";
  return repository.collaborators.get(user.login.toLowerCase()) ?? (repository.private ? "none" : "read");
}

export function atLeast(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** True when the token reaches this repository: covered by the installation and not narrowed away. */
function reaches(viewer: Viewer & { kind: "installation" }, repository: Repository): boolean {
  const { installation, token } = viewer;
  return covers(installation, repository) && (token.repositoryIds?.has(repository.id) ?? true);
}

export function canSee(viewer: Viewer, repository: Repository): boolean {
  if (!repository.private) return true;
  if (viewer.kind === "user") return roleOf(repository, viewer.user) !== "none";
  return viewer.kind === "installation" && reaches(viewer, repository);
}

/** Throws GitHub's refusal unless `viewer` may do what `need` says. */
export function demand(viewer: Viewer, repository: Repository, need: Need): void {
  if (viewer.kind === "app") throw badCredentials();
  if (!canSee(viewer, repository)) throw notFound();
  const level = need.level ?? "read";
  if (level !== "read" && repository.archived) throw forbidden("Repository was archived so is read-only.");
  if (viewer.kind === "anonymous") demandNothing(level, need);
  else if (viewer.kind === "installation") demandPermission(viewer, repository, need, level);
  else demandRole(viewer.user, repository, need, level);
}

function demandNothing(level: Level, need: Need): void {
  if (level !== "read" || need.role !== undefined) throw requiresAuthentication();
}

function demandPermission(
  viewer: Viewer & { kind: "installation" },
  repository: Repository,
  need: Need,
  level: Level,
): void {
  const wanted = typeof need.permission === "string" ? [need.permission] : need.permission;
  const has = (name: string) => {
    const held = viewer.token.permissions[name];
    return held !== undefined && LEVELS.indexOf(held) >= LEVELS.indexOf(level);
  };
  // What everybody may read, an App may read without being installed.
  if (level === "read" && !repository.private && !wanted.includes("administration")) return;
  if (!reaches(viewer, repository) || !wanted.some(has)) throw forbidden(NOT_FOR_APPS);
}

function demandRole(user: User, repository: Repository, need: Need, level: Level): void {
  const administrative = need.permission === "administration" || need.permission === "repository_hooks";
  const role = need.role ?? (administrative ? "admin" : level === "read" ? "read" : "write");
  if (atLeast(roleOf(repository, user), role)) return;
  throw forbidden(
    role === "admin" ? "Must have admin rights to Repository." : "Must have push access to repository",
  );
}

/**
 * Throws unless the caller may write below .github/workflows: that takes a right of its own. GitHub names it neither to
 * an App nor to a person.
 */
export function demandWorkflows(viewer: Viewer, paths: readonly string[]): void {
  if (!paths.some((path) => path.startsWith(".github/workflows/"))) return;
  if (viewer.kind === "installation" && viewer.token.permissions.workflows !== "write")
    throw forbidden(NOT_FOR_APPS);
  if (viewer.kind === "user" && viewer.token.app === null && !viewer.token.scopes.includes("workflow"))
    throw notFound();
}

/** True when the caller may push to the repository. */
export function canPush(viewer: Viewer, repository: Repository): boolean {
  if (repository.archived) return false;
  if (viewer.kind === "user") return atLeast(roleOf(repository, viewer.user), "write");
  if (viewer.kind !== "installation") return false;
  return reaches(viewer, repository) && viewer.token.permissions.contents === "write";
}

/** The repositories a caller may list as its own. */
export function repositoriesOf(world: World, viewer: Viewer): Repository[] {
  const all = [...world.repositories.values()];
  if (viewer.kind === "installation") return all.filter((repository) => reaches(viewer, repository));
  if (viewer.kind !== "user") return [];
  const { user } = viewer;
  return all.filter(
    (repository) => repository.owner.id === user.id || repository.collaborators.has(user.login.toLowerCase()),
  );
}
