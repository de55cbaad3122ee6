/** The git door: `/{owner}/{repo}.git/...` with GitHub's rules on who may fetch and push. */
import { observed } from "./acts/push.ts";
import { type Requirements, requirementsFor } from "./acts/requirements.ts";
import { actorOf, type Viewer, viewerOf } from "./auth.ts";
import { type GitRequest, type Guard, serveGit } from "./git/http.ts";
import { readRefs } from "./git/refs.ts";
import type { Repository } from "./nouns.ts";
import { Problem } from "./problems.ts";
import { canPush, canSee, roleOf } from "./rights.ts";
import { exclusive, findRepository, type World } from "./world.ts";

export const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack|HEAD)$/;

/** Answers a git client. */
export async function smartHttp(
  world: World,
  request: Request,
  body: Buffer,
  hooksDir: string,
): Promise<Response> {
  const url = new URL(request.url);
  const [, owner = "", name = "", service = ""] = GIT_PATH.exec(url.pathname) ?? [];
  const viewer = gitViewer(world, request);
  if (viewer === null) return challenge("Invalid username or token.");
  const repository = followed(world, owner, name);
  const pushes = service === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  if (repository === undefined || !canSee(viewer, repository)) {
    return viewer.kind === "anonymous"
      ? challenge("Repository not found.")
      : plain(404, "Repository not found.");
  }
  if (pushes && !canPush(viewer, repository)) {
    if (viewer.kind === "anonymous") return challenge("No anonymous write access.");
    return plain(403, `Permission to ${owner}/${name}.git denied to ${labelled(viewer)}.`);
  }
  const call: GitRequest = {
    dir: repository.dir,
    service,
    query: url.search.slice(1),
    method: request.method,
    headers: request.headers,
    body,
    user: pushes ? labelled(viewer) : null,
    hooksDir,
    guards: pushes ? await guardsFor(repository, viewer) : [],
  };
  if (service !== "git-receive-pack") return serveGit(call);
  return exclusive(world, () => observed(world, repository, actorOf(viewer), () => serveGit(call)));
}

/** git follows renames too. */
function followed(world: World, owner: string, name: string): Repository | undefined {
  const moved = world.moved.get(`${owner}/${name}`.toLowerCase());
  return (
    findRepository(world, owner, name) ?? (moved === undefined ? undefined : world.repositories.get(moved))
  );
}

function gitViewer(world: World, request: Request): Viewer | null {
  try {
    return viewerOf(world, request.headers.get("authorization") ?? undefined);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function labelled(viewer: Viewer): string {
  return viewer.kind === "user" || viewer.kind === "installation" ? viewer.user.login : "anonymous";
}

/** What this pusher may not do, branch by branch. */
async function guardsFor(repository: Repository, viewer: Viewer): Promise<Guard[]> {
  const existing = [...(await readRefs(repository.dir, "refs/heads/")).keys()];
  const names = new Set([
    ...existing.map((ref) => ref.slice("refs/heads/".length)),
    ...repository.protections.keys(),
  ]);
  const guards: Guard[] = [];
  for (const branch of names) {
    const requirements = requirementsFor(repository, branch);
    if (requirements === null) continue;
    const isAdmin = viewer.kind === "user" && roleOf(repository, viewer.user) === "admin";
    const guard = guardFor(branch, requirements, isAdmin && requirements.adminsPass, labelled(viewer));
    if (guard !== null) guards.push(guard);
  }
  return guards;
}

function guardFor(branch: string, rules: Requirements, passes: boolean, login: string): Guard | null {
  const ref = `refs/heads/${branch}`;
  const { restrictions } = rules;
  const listed =
    restrictions === null ||
    restrictions.users.includes(login) ||
    restrictions.apps.includes(login.replace("[bot]", ""));
  if (!passes && !listed) return { ref, refuse: "all", why: "You're not authorized to push to this branch." };
  if (!passes && rules.throughPull) {
    return { ref, refuse: "all", why: "Changes must be made through a pull request." };
  }
  if (!passes && rules.checks.length > 0) {
    return { ref, refuse: "all", why: `Required status check "${rules.checks[0]?.context}" is expected.` };
  }
  // Force pushes and deletions are refused to administrators as well.
  const refusals = [
    ...(rules.allowForcePushes ? [] : ["force"]),
    ...(rules.allowDeletions ? [] : ["delete"]),
  ];
  if (refusals.length === 0) return null;
  return {
    ref,
    refuse: refusals.length === 2 ? "force,delete" : refusals[0] === "force" ? "force" : "delete",
    why: "",
  };
}

function challenge(message: string): Response {
  const headers = { "www-authenticate": 'Basic realm="GitHub"', "content-type": "text/plain" };
  return new Response(`${message}\n`, { status: 401, headers });
}

function plain(status: number, message: string): Response {
  return new Response(`remote: ${message}\n`, { status, headers: { "content-type": "text/plain" } });
}
