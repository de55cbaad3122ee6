/** Commits, and what lies between two of them. */
import { log, readCommit } from "../git/commits.ts";
import { diff, EMPTY_TREE, type FileChange } from "../git/diff.ts";
import { mergeBase, resolveCommit } from "../git/refs.ts";
import { git, gitBytes } from "../git/run.ts";
import type { Pull, Repository } from "../nouns.ts";
import { conflict, notFound, unprocessable } from "../problems.ts";
import { canSee } from "../rights.ts";
import { commitShape, fileShape } from "../shapes/commit.ts";
import { isPull } from "../shapes/issue.ts";
import { pullShape } from "../shapes/pull.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { findRepository, fullName, type World } from "../world.ts";
import { type Api, type Ctx, repositoryIn } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "contents" } as const;

export function commits(api: Api): void {
  api.get("/repos/:owner/:repo/commits", async (c) => {
    const repository = repositoryIn(c, READ);
    const ref = c.req.query("sha") ?? repository.defaultBranch;
    const sha = await resolveCommit(repository.dir, ref);
    if (sha === null)
      throw c.req.query("sha") === undefined ? conflict("Git Repository is empty.") : notFound();
    const { author, since, until, path } = c.req.query();
    const options = [
      ...(author ? [`--author=${author}`, "--fixed-strings"] : []),
      ...(since ? [`--since=${since}`] : []),
      ...(until ? [`--until=${until}`] : []),
      ...(path ? ["--", path] : []),
    ];
    const found = await log(repository.dir, sha, options);
    return c.json(paged(c, found).map((commit) => commitShape(c.env.world, repository, commit)));
  });
  api.get("/repos/:owner/:repo/commits/:ref/pulls", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, { permission: "pull_requests" });
    const sha = await commitIn(c, repository);
    const found = [...repository.issues.values()]
      .filter((issue): issue is Pull => isPull(issue))
      .filter((pull) => pull.headSha === sha || pull.mergeCommitSha === sha);
    return c.json(paged(c, found).map((pull) => pullShape(world, repository, pull)));
  });
  api.get("/repos/:owner/:repo/compare/:basehead{.+}", (c) => compare(c));
  api.get("/repos/:owner/:repo/commits/:ref{.+}", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, READ);
    const sha = await commitIn(c, repository);
    if (c.req.header("accept")?.includes("vnd.github.sha")) return c.text(sha);
    const commit = await readCommit(repository.dir, sha);
    const parent = commit.parents[0] ?? EMPTY_TREE;
    if (/vnd\.github\.(v3\.)?diff/.test(c.req.header("accept") ?? "")) {
      return c.body((await gitBytes(repository.dir, ["diff", parent, sha])).toString());
    }
    const files = await diff(repository.dir, parent, sha);
    return c.json({
      ...commitShape(world, repository, commit),
      stats: stats(files),
      files: shapes(c, repository, files, sha),
    });
  });
}

/** The commit that `:ref` names; 422 where GitHub says so. */
export async function commitIn(c: Ctx, repository: Repository): Promise<string> {
  const ref = c.req.param("ref") ?? "";
  const sha = await resolveCommit(repository.dir, ref);
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

function stats(files: readonly FileChange[]) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { total: additions + deletions, additions, deletions };
}

function shapes(c: Ctx, repository: Repository, files: readonly FileChange[], ref: string) {
  return files.map((file) => fileShape(c.env.world, repository, file, ref));
}

/** `base...head`, from the point where they parted; a side may name another owner: `owner:branch`. */
async function compare(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, READ);
  const [baseName = "", headName = ""] = (c.req.param("basehead") ?? "").split("...");
  const base = await side(c, world, repository, baseName);
  const head = await side(c, world, repository, headName);
  const start = await mergeBase(repository.dir, base, head);
  if (start === null) throw notFound();
  const ahead = await log(repository.dir, `${base}..${head}`, ["--reverse"]);
  const behind = Number(await git(repository.dir, ["rev-list", "--count", `${head}..${base}`]));
  const files = await diff(repository.dir, start, head);
  const status =
    behind > 0 ? (ahead.length > 0 ? "diverged" : "behind") : ahead.length > 0 ? "ahead" : "identical";
  const name = `${baseName}...${headName}`;
  return c.json({
    url: `${repositoryUrl(world, repository)}/compare/${name}`,
    html_url: `${world.url}/${fullName(repository)}/compare/${name}`,
    base_commit: commitShape(world, repository, await readCommit(repository.dir, base)),
    merge_base_commit: commitShape(world, repository, await readCommit(repository.dir, start)),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: paged(c, ahead).map((commit) => commitShape(world, repository, commit)),
    files: shapes(c, repository, files, head),
  });
}

async function side(c: Ctx, world: World, repository: Repository, name: string): Promise<string> {
  const [owner, branch] = name.includes(":") ? name.split(":", 2) : [undefined, name];
  const relatives = [...world.repositories.values()].filter(
    (one) => one.parentId === repository.id || one.id === repository.parentId,
  );
  const elsewhere = relatives.find((one) => one.owner.login.toLowerCase() === owner?.toLowerCase());
  const place =
    owner === undefined || owner === repository.owner.login
      ? repository
      : (elsewhere ?? findRepository(world, owner, repository.name));
  if (place === undefined || !canSee(c.get("viewer"), place)) throw notFound();
  const sha = await resolveCommit(place.dir, branch ?? "");
  if (sha === null) throw notFound();
  // Forks share objects on GitHub: bring the other side's commits here.
  if (place !== repository)
    await git(repository.dir, ["fetch", "--quiet", "--no-write-fetch-head", place.dir, sha]);
  return sha;
}
