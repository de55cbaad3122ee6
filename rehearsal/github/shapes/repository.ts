/** Repositories in GitHub's shape. */
import type { Viewer } from "../auth.ts";
import type { Repository } from "../nouns.ts";
import { atLeast, roleOf } from "../rights.ts";
import { fullName, type World } from "../world.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.apiUrl}/repos/${fullName(repository)}`;
}

/** The shape of lists and webhooks. */
export function repositoryShape(world: World, repository: Repository): Json {
  const url = repositoryUrl(world, repository);
  const html = `${world.url}/${fullName(repository)}`;
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: userShape(world, repository.owner),
    html_url: html,
    description: repository.description,
    fork: repository.parentId !== null,
    url,
    ...urls(url),
    created_at: iso(repository.createdAt),
    updated_at: iso(repository.updatedAt),
    pushed_at: isoOrNull(repository.pushedAt),
    git_url: `${html.replace(/^http/, "git")}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    forks_count: [...world.repositories.values()].filter((r) => r.parentId === repository.id).length,
    archived: repository.archived,
    disabled: false,
    open_issues_count: [...repository.issues.values()].filter((issue) => issue.state === "open").length,
    license: null,
    topics: [],
    visibility: repository.private ? "private" : "public",
    default_branch: repository.defaultBranch,
  };
}

function urls(url: string): Json {
  return {
    archive_url: `${url}/{archive_format}{/ref}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues{/number}`,
    labels_url: `${url}/labels{/name}`,
    pulls_url: `${url}/pulls{/number}`,
    statuses_url: `${url}/statuses/{sha}`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}

/** The longer shape of one repository, with what the caller may do. */
export function fullRepositoryShape(world: World, repository: Repository, viewer: Viewer): Json {
  const parent = repository.parentId === null ? undefined : world.repositories.get(repository.parentId);
  return {
    ...repositoryShape(world, repository),
    ...(parent && { parent: repositoryShape(world, parent), source: repositoryShape(world, parent) }),
    permissions: permissionsShape(repository, viewer),
    allow_merge_commit: repository.merge.merge,
    allow_squash_merge: repository.merge.squash,
    allow_rebase_merge: repository.merge.rebase,
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: repository.merge.deleteBranch,
    squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
    squash_merge_commit_message: "COMMIT_MESSAGES",
    merge_commit_title: "MERGE_MESSAGE",
    merge_commit_message: "PR_TITLE",
    ...(repository.owner.type === "Organization" && { organization: userShape(world, repository.owner) }),
  };
}

export function permissionsShape(repository: Repository, viewer: Viewer): Json {
  const role = viewer.kind === "user" ? roleOf(repository, viewer.user) : "read";
  const pushes = viewer.kind === "installation" && viewer.token.permissions.contents === "write";
  return {
    admin: atLeast(role, "admin"),
    maintain: atLeast(role, "maintain"),
    push: atLeast(role, "write") || pushes,
    triage: atLeast(role, "triage") || pushes,
    pull: true,
  };
}
