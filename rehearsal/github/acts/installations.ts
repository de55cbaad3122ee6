/** Installing an App, changing what it covers, taking it away. */
import type { App, Installation, Repository, User } from "../nouns.ts";
import { nodeId, userShape } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { covers, fullName, nextId, type World } from "../world.ts";

type Action = "created" | "deleted" | "suspend" | "unsuspend";

export function installationEvent(
  world: World,
  installation: Installation,
  action: Action,
  actor: User,
): void {
  const covered = [...world.repositories.values()].filter((one) => covers(installation, one));
  const repositories = covered.map(reference);
  const payload = { action, repositories, requester: null };
  emit(world, { event: "installation", actor, installation, payload });
}

function reference(repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}

/** Installs an App on one repository, adding to the account's installation when there is one. */
export function install(world: World, app: App, repository: Repository): Installation {
  const existing = [...world.installations.values()].find(
    (one) => one.app === app && one.account.id === repository.owner.id,
  );
  if (existing !== undefined) {
    cover(world, existing, repository, "added");
    return existing;
  }
  const installation: Installation = {
    id: nextId(world),
    app,
    account: repository.owner,
    selection: "selected",
    repositoryIds: new Set([repository.id]),
    permissions: { ...app.permissions },
    suspendedAt: null,
    createdAt: world.now(),
  };
  world.installations.set(installation.id, installation);
  installationEvent(world, installation, "created", repository.owner);
  return installation;
}

/** Adds a repository to an installation, or removes it. */
export function cover(
  world: World,
  installation: Installation,
  repository: Repository,
  action: "added" | "removed",
): void {
  if (covers(installation, repository) === (action === "added")) return;
  if (action === "added") installation.repositoryIds.add(repository.id);
  else installation.repositoryIds.delete(repository.id);
  const payload = {
    action,
    repository_selection: installation.selection,
    repositories_added: action === "added" ? [reference(repository)] : [],
    repositories_removed: action === "removed" ? [reference(repository)] : [],
    requester: null,
  };
  emit(world, { event: "installation_repositories", actor: installation.account, installation, payload });
}

/** Removes an installation: its tokens die with it. */
export function uninstall(world: World, installation: Installation): void {
  world.installations.delete(installation.id);
  installationEvent(world, installation, "deleted", installation.account);
}

/** A person became a collaborator, or is one no longer. */
export function memberEvent(
  world: World,
  repository: Repository,
  member: User,
  action: "added" | "removed" | "edited",
  actor: User,
): void {
  emit(world, { event: "member", actor, repository, payload: { action, member: userShape(world, member) } });
}
