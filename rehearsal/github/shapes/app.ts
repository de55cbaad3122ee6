/** Apps, installations and tokens in GitHub's shape. */
import type { App, Installation, Token } from "../nouns.ts";
import type { World } from "../world.ts";
import { repositoryShape } from "./repository.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

/** What an App hears when its settings say nothing else. */
export const APP_EVENTS = [
  "check_run",
  "check_suite",
  "create",
  "delete",
  "issue_comment",
  "issues",
  "member",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "repository",
  "status",
];

export function appShape(world: World, app: App): Json {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    client_id: app.clientId,
    owner: userShape(world, app.owner),
    name: app.name,
    description: null,
    external_url: world.url,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: iso(app.createdAt),
    updated_at: iso(app.createdAt),
    permissions: app.permissions,
    events: app.hook.events,
  };
}

export function installationShape(world: World, installation: Installation): Json {
  const { app, account } = installation;
  const url = `${world.apiUrl}/app/installations/${installation.id}`;
  return {
    id: installation.id,
    client_id: app.clientId,
    account: userShape(world, account),
    repository_selection: installation.selection,
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: app.hook.events,
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : userShape(world, account),
    suspended_at: isoOrNull(installation.suspendedAt),
  };
}

export function tokenShape(world: World, token: Token & { kind: "installation" }): Json {
  const { repositoryIds } = token;
  const named = [...world.repositories.values()].filter((repository) => repositoryIds?.has(repository.id));
  return {
    token: token.value,
    expires_at: isoOrNull(token.expiresAt),
    permissions: token.permissions,
    repository_selection: repositoryIds === null ? token.installation.selection : "selected",
    ...(repositoryIds !== null && {
      repositories: named.map((repository) => repositoryShape(world, repository)),
    }),
  };
}
