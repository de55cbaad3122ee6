/** Commits, files and branches in GitHub's shape. */
import type { Commit } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import type { Repository, User } from "../nouns.ts";
import { fullName, type World } from "../world.ts";
import { repositoryUrl } from "./repository.ts";
import { type Json, nodeId, userShape } from "./user.ts";

/** The person whose e-mail a commit carries, if GitHub knows them. */
function userByEmail(world: World, email: string): User | null {
  const wanted = email.toLowerCase();
  return [...world.users.values()].find((user) => emailOf(user).toLowerCase() === wanted) ?? null;
}

/** The address that GitHub writes into commits made on a person's behalf. */
export function emailOf(user: User): string {
  return user.email ?? `${user.id}+${user.login}@users.noreply.github.com`;
}

/** The data of a commit object, as `/git/commits` gives it. */
export function gitCommitShape(world: World, repository: Repository, commit: Commit): Json {
  const url = `${repositoryUrl(world, repository)}/git`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", repository.id),
    url: `${url}/commits/${commit.sha}`,
    html_url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${world.url}/${fullName(repository)}/commit/${sha}`,
    })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

/** A commit in lists: who, what, parents. */
export function commitShape(world: World, repository: Repository, commit: Commit): Json {
  const url = repositoryUrl(world, repository);
  const html = `${world.url}/${fullName(repository)}/commit`;
  const author = userByEmail(world, commit.author.email);
  const committer = userByEmail(world, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId("C", repository.id),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: author && userShape(world, author),
    committer: committer && userShape(world, committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}

export function fileShape(world: World, repository: Repository, file: FileChange, ref: string): Json {
  const html = `${world.url}/${fullName(repository)}`;
  const path = encodeURI(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${ref}/${path}`,
    raw_url: `${html}/raw/${ref}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${ref}`,
    ...(file.patch !== null && { patch: file.patch }),
    ...(file.previous !== null && { previous_filename: file.previous }),
  };
}

/** A commit as the `push` event tells it. */
export function pushedCommitShape(
  world: World,
  repository: Repository,
  commit: Commit,
  files: FileChange[],
): Json {
  const named = (status: FileChange["status"][]) =>
    files.filter((file) => status.includes(file.status)).map((file) => file.filename);
  const person = ({ name, email }: Commit["author"]) => {
    const user = userByEmail(world, email);
    return { name, email, ...(user && { username: user.login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: named(["added", "copied"]),
    removed: named(["removed"]),
    modified: named(["modified", "renamed", "changed"]),
  };
}
