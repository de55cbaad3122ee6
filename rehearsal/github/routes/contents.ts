/** Files and folders by path. */
import { posix } from "node:path";
import { observed } from "../acts/push.ts";
import { requirementsFor } from "../acts/requirements.ts";
import { actorOf } from "../auth.ts";
import { readCommit } from "../git/commits.ts";
import { branchTip, moveRef, resolveCommit, ZERO } from "../git/refs.ts";
import { git, gitBytes } from "../git/run.ts";
import { type Author, writeCommit, writeTree } from "../git/write.ts";
import type { Repository } from "../nouns.ts";
import { conflict, notFound, unprocessable } from "../problems.ts";
import { demandWorkflows } from "../rights.ts";
import { emailOf, gitCommitShape } from "../shapes/commit.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import type { Json } from "../shapes/user.ts";
import { exclusive, fullName, type World } from "../world.ts";
import { type Api, type Body, bodyOf, type Ctx, objectIn, repositoryIn, required, stringIn } from "./api.ts";

type Entry = { mode: string; type: string; sha: string; size: number; path: string };

const PATHS = ["/repos/:owner/:repo/contents", "/repos/:owner/:repo/contents/:path{.*}"];

export function contents(api: Api): void {
  api.on("GET", PATHS, (c: Ctx) => read(c));
  api.on("PUT", PATHS, (c: Ctx) => write(c, true));
  api.on("DELETE", PATHS, (c: Ctx) => write(c, false));
  api.get("/repos/:owner/:repo/readme", (c) => read(c, "README.md"));
}

/** A path inside the tree; what climbs out of it is refused. */
function pathIn(c: Ctx): string {
  const path = posix.normalize((c.req.param("path") ?? "").replace(/^\/+|\/+$/g, "") || ".");
  if (path.startsWith("..") || path.split("/").includes(".git"))
    throw unprocessable("path contains a malformed path component");
  return path === "." ? "" : path;
}

async function read(c: Ctx, path = pathIn(c)): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, { permission: "contents" });
  const ref = c.req.query("ref") ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.dir, ref);
  if (commit === null) throw notFound();
  if (path === "")
    return c.json((await list(repository, commit, "")).map((one) => shape(world, repository, one, ref)));
  const entry = await entryAt(repository, commit, path);
  if (entry === undefined) throw notFound();
  if (entry.type === "tree") {
    const inside = await list(repository, commit, `${path}/`);
    return c.json(inside.map((one) => shape(world, repository, one, ref)));
  }
  const bytes = await gitBytes(repository.dir, ["cat-file", "blob", entry.sha]);
  if (/vnd\.github\.(v3\.)?raw/.test(c.req.header("accept") ?? "")) return c.body(new Uint8Array(bytes));
  const content = `${bytes.toString("base64").replace(/.{60}/g, "$&\n")}\n`;
  return c.json({ ...shape(world, repository, entry, ref), content, encoding: "base64" });
}

/** What stands at a path. As GitHub does, a link that leads to a file of the repository is answered with that file. */
async function entryAt(repository: Repository, commit: string, path: string): Promise<Entry | undefined> {
  const find = async (name: string) =>
    (await list(repository, commit, name)).find((one) => one.path === name);
  const entry = await find(path);
  if (entry?.mode !== "120000") return entry;
  const target = (await gitBytes(repository.dir, ["cat-file", "blob", entry.sha])).toString();
  const led = posix.isAbsolute(target) ? undefined : await find(posix.join(posix.dirname(path), target));
  return led?.type === "blob" && led.mode !== "120000" ? { ...led, path } : entry;
}

async function list(repository: Repository, commit: string, path: string): Promise<Entry[]> {
  const paths = path === "" ? [] : [path];
  const options = ["--literal-pathspecs", "ls-tree", "-z", "--long", commit, "--", ...paths];
  const text = await git(repository.dir, options);
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf("\t");
      const [mode = "", type = "", sha = "", size = ""] = line.slice(0, at).split(/\s+/);
      return { mode, type, sha, size: Number(size) || 0, path: line.slice(at + 1) };
    });
}

function shape(world: World, repository: Repository, entry: Entry, ref: string): Json {
  const api = repositoryUrl(world, repository);
  const url = `${api}/contents/${encodeURI(entry.path)}?ref=${encodeURIComponent(ref)}`;
  const isFile = entry.type === "blob";
  const html = `${world.url}/${fullName(repository)}/${isFile ? "blob" : "tree"}/${ref}/${encodeURI(entry.path)}`;
  const git_url = `${api}/git/${entry.type}s/${entry.sha}`;
  return {
    name: posix.basename(entry.path),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url,
    html_url: html,
    git_url,
    download_url: isFile ? html.replace("/blob/", "/raw/") : null,
    type:
      entry.mode === "120000" ? "symlink" : entry.type === "commit" ? "submodule" : isFile ? "file" : "dir",
    _links: { self: url, git: git_url, html },
  };
}

/** One commit that sets or removes one file. */
async function write(c: Ctx, keep: boolean): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, { permission: "contents", level: "write" });
  const path = pathIn(c);
  demandWorkflows(c.get("viewer"), [path]);
  const body = await bodyOf(c);
  const branch = stringIn(body, "branch") ?? repository.defaultBranch;
  const content = keep ? Buffer.from(required(body, "Contents", "content"), "base64") : null;
  const rules = requirementsFor(repository, branch);
  if (rules?.throughPull || (rules?.checks.length ?? 0) > 0)
    throw conflict("Changes must be made through a pull request.");
  const actor = actorOf(c.get("viewer"));
  const message = required(body, "Contents", "message");
  const author = personIn(body, "author") ?? { name: actor.name ?? actor.login, email: emailOf(actor) };
  return exclusive(world, () =>
    observed(world, repository, actor, async () => {
      const tip = await branchTip(repository.dir, branch);
      const existing =
        tip === null ? undefined : (await list(repository, tip, path)).find((one) => one.path === path);
      checkBlob(path, existing, stringIn(body, "sha"), keep);
      const tree = await writeTree(repository.dir, tip, [
        { path, content, ...(existing && { mode: existing.mode }) },
      ]);
      const parents = tip === null ? [] : [tip];
      const sha = await writeCommit(repository.dir, { tree, parents, message, author, now: world.now() });
      await moveRef(repository.dir, { ref: `refs/heads/${branch}`, before: tip ?? ZERO, after: sha });
      const commit = gitCommitShape(world, repository, await readCommit(repository.dir, sha));
      const [entry] = keep ? await list(repository, sha, path) : [];
      const made = existing === undefined && keep ? 201 : 200;
      return c.json({ content: entry ? shape(world, repository, entry, branch) : null, commit }, made);
    }),
  );
}

/** The caller must name the blob it replaces, so that nobody's change is lost. */
function checkBlob(path: string, existing: Entry | undefined, sha: string | null, keep: boolean): void {
  if (existing === undefined && !keep) throw notFound();
  if (existing === undefined) return;
  if (sha === null) throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
  if (sha !== existing.sha) throw conflict(`${path} does not match ${sha}`);
}

function personIn(body: Body, name: string): Author | null {
  const person = objectIn(body, name);
  return person === null
    ? null
    : { name: required(person, "Contents", "name"), email: required(person, "Contents", "email") };
}
