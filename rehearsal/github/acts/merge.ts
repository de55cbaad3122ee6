/** The merge button: refusals first, then real objects, then one guarded move of the base. */
import { type Commit, log } from "../git/commits.ts";
import { mergeTrees, rebase } from "../git/merge.ts";
import { branchTip, isAncestor, moveRef, ZERO } from "../git/refs.ts";
import { writeCommit } from "../git/write.ts";
import type { Pull, Repository, User } from "../nouns.ts";
import { conflict, Problem, Unmodelled } from "../problems.ts";
import { roleOf } from "../rights.ts";
import { emailOf } from "../shapes/commit.ts";
import type { World } from "../world.ts";
import { obstacles } from "./obstacles.ts";
import { markMerged } from "./pulls.ts";
import { refsMoved } from "./push.ts";
import { requirementsFor } from "./requirements.ts";

export type MergeMethod = "merge" | "squash" | "rebase";
export type MergeRequest = {
  method: MergeMethod;
  title: string | null;
  message: string | null;
  /** The head that the caller looked at; null: whatever it is now. */
  sha: string | null;
  actor: User;
};

const COMMITTER = { name: "GitHub", email: "noreply@github.com" };

/** Merges and returns the commit that the base points at afterwards. Call inside `exclusive`. */
export async function merge(
  world: World,
  repository: Repository,
  pull: Pull,
  request: MergeRequest,
): Promise<string> {
  refuseState(pull, request);
  // Read once: a push during the merge must not change what is merged.
  const head = pull.headSha;
  const base = await branchTip(repository.dir, pull.baseRef);
  if (base === null) throw notAllowed("Pull Request is not mergeable");
  refuseMethod(repository, pull, request.method);
  await refuseProtected(repository, pull, base, request.actor);
  const sha = await build(world, repository, pull, request, base, head);
  if (sha === null) throw notAllowed("Pull Request is not mergeable");
  const change = { ref: `refs/heads/${pull.baseRef}`, before: base, after: sha };
  if (!(await moveRef(repository.dir, change))) {
    throw notAllowed("Base branch was modified. Review and try the merge again.");
  }
  pull.baseSha = base;
  await markMerged(world, repository, pull, { sha, actor: request.actor });
  await refsMoved(world, repository, [change], request.actor);
  await deleteHead(world, repository, pull, request.actor);
  return sha;
}

function notAllowed(message: string): Problem {
  return new Problem(405, message);
}

function refuseState(pull: Pull, { sha }: MergeRequest): void {
  if (pull.state === "closed") throw notAllowed("Pull Request is not mergeable");
  if (pull.draft) throw notAllowed("Pull Request is still a draft");
  if (sha !== null && sha !== pull.headSha) {
    throw conflict("Head branch was modified. Review and try the merge again.");
  }
}

const METHODS: Record<MergeMethod, string> = {
  merge: "Merge commits are not allowed on this repository.",
  squash: "Squash merges are not allowed on this repository.",
  rebase: "Rebase merges are not allowed on this repository.",
};

function refuseMethod(repository: Repository, pull: Pull, method: MergeMethod): void {
  const linear = requirementsFor(repository, pull.baseRef)?.linearHistory ?? false;
  if (!repository.merge[method] || (linear && method === "merge")) throw notAllowed(METHODS[method]);
}

async function refuseProtected(repository: Repository, pull: Pull, base: string, actor: User): Promise<void> {
  const requirements = requirementsFor(repository, pull.baseRef);
  if (requirements === null) return;
  if (!mayPush(requirements.restrictions, actor)) {
    throw new Problem(403, `You're not authorized to push to this branch. Visit the repository's settings.`);
  }
  if (requirements.adminsPass && roleOf(repository, actor) === "admin") return;
  const isBehind = !(await isAncestor(repository.dir, base, pull.headSha));
  const unmet = obstacles(repository, pull, requirements, isBehind);
  if (unmet.length > 0) throw notAllowed(unmet.join(" "));
}

function mayPush(restrictions: { users: string[]; apps: string[] } | null, actor: User): boolean {
  if (restrictions === null) return true;
  return (
    restrictions.users.includes(actor.login) || restrictions.apps.includes(actor.login.replace("[bot]", ""))
  );
}

/** The commit to put on the base; null on a conflict. */
async function build(
  world: World,
  repository: Repository,
  pull: Pull,
  request: MergeRequest,
  base: string,
  head: string,
): Promise<string | null> {
  const { dir } = repository;
  const now = world.now();
  if (request.method === "rebase") {
    const tip = await rebase(dir, { base, head, committer: COMMITTER, now });
    if (tip === null) throw notAllowed("This branch can't be rebased");
    return tip;
  }
  const tree = await mergeTrees(dir, base, head);
  if (tree === null) return null;
  const author = { name: request.actor.name ?? request.actor.login, email: emailOf(request.actor) };
  const squash = request.method === "squash";
  const commits = squash ? await log(dir, `${base}..${head}`, ["--reverse", "--no-merges"]) : [];
  const words = squash ? squashWords(pull, commits) : mergeWords(pull);
  const title = request.title ?? words.title;
  const body = request.message ?? words.body;
  const message = body === "" ? title : `${title}\n\n${body}`;
  const parents = squash ? [base] : [base, head];
  return writeCommit(dir, { tree, parents, message, author, committer: COMMITTER, now });
}

function mergeWords(pull: Pull): { title: string; body: string } {
  const from = pull.headLabel.replace(":", "/");
  return { title: `Merge pull request #${pull.number} from ${from}`, body: pull.title };
}

/** One commit keeps its own words; several are listed under the pull request's title. */
function squashWords(pull: Pull, commits: readonly Commit[]): { title: string; body: string } {
  const [first, ...rest] = commits;
  if (first !== undefined && rest.length === 0) {
    const [subject = "", ...lines] = first.message.split("\n");
    return { title: `${subject} (#${pull.number})`, body: lines.join("\n").trim() };
  }
  const body = commits.map((commit) => `* ${commit.message}`).join("\n\n");
  return { title: `${pull.title} (#${pull.number})`, body };
}

async function deleteHead(world: World, repository: Repository, pull: Pull, actor: User): Promise<void> {
  if (!repository.merge.deleteBranch || pull.headRepositoryId !== repository.id) return;
  const change = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after: ZERO };
  if (await moveRef(repository.dir, change)) await refsMoved(world, repository, [change], actor);
}

/** Merges the base into the head, as the "Update branch" button does. Call inside `exclusive`. */
export async function updateBranch(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: User,
): Promise<void> {
  const head = pull.headRepositoryId === null ? undefined : world.repositories.get(pull.headRepositoryId);
  const base = await branchTip(repository.dir, pull.baseRef);
  if (head === undefined || base === null) throw new Problem(422, "head repository is not available");
  if (head.id !== repository.id) throw new Unmodelled("update-branch of a fork's branch");
  if (await isAncestor(repository.dir, base, pull.headSha)) {
    throw new Problem(422, "There are no new commits on the base branch.");
  }
  const tree = await mergeTrees(repository.dir, base, pull.headSha);
  if (tree === null) throw new Problem(422, "merge conflict between base and head");
  const author = { name: actor.name ?? actor.login, email: emailOf(actor) };
  const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
  const parents = [pull.headSha, base];
  const sha = await writeCommit(repository.dir, {
    tree,
    parents,
    message,
    author,
    committer: COMMITTER,
    now: world.now(),
  });
  const change = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after: sha };
  if (!(await moveRef(head.dir, change)))
    throw new Problem(422, "expected head sha didn't match current head ref.");
  await refsMoved(world, head, [change], actor);
}
