/** Git objects: blobs, trees, commits, annotated tags. */
import { actorOf } from "../auth.ts";
import { readCommit } from "../git/commits.ts";
import { isRefName, resolveCommit } from "../git/refs.ts";
import { attempt, GitError, git, gitBytes } from "../git/run.ts";
import { type Author, type TreeEntry, writeBlob, writeCommit, writeTree } from "../git/write.ts";
import type { Repository } from "../nouns.ts";
import { invalid, notFound, unprocessable } from "../problems.ts";
import { demandWorkflows } from "../rights.ts";
import { emailOf, gitCommitShape } from "../shapes/commit.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { type Json, nodeId } from "../shapes/user.ts";
import type { World } from "../world.ts";
import {
  type Api,
  type Body,
  bodyOf,
  type Ctx,
  objectIn,
  objectsIn,
  repositoryIn,
  required,
  stringIn,
  stringsIn,
} from "./api.ts";

const READ = { permission: "contents" } as const;
const WRITE = { permission: "contents", level: "write" } as const;
const HASH = /^[0-9a-f]{40}$/;

export function objects(api: Api): void {
  blobs(api);
  trees(api);
  commitObjects(api);
  api.get("/repos/:owner/:repo/git/tags/:sha", async (c) => {
    const repository = repositoryIn(c, READ);
    const sha = await shaOf(c, repository, "tag");
    const text = await git(repository.dir, ["cat-file", "tag", sha]);
    const [, object = "", type = "commit", tag = ""] =
      /^object (\w+)\ntype (\w+)\ntag (.+)$/m.exec(text) ?? [];
    const url = `${repositoryUrl(c.env.world, repository)}/git`;
    const message = text.slice(text.indexOf("\n\n") + 2);
    return c.json({
      sha,
      tag,
      message,
      url: `${url}/tags/${sha}`,
      object: { sha: object, type, url: `${url}/${type}s/${object}` },
    });
  });
}

/** The object `:sha` names, if it is of that type. */
async function shaOf(c: Ctx, repository: Repository, type: string): Promise<string> {
  const sha = c.req.param("sha") ?? "";
  if (!HASH.test(sha))
    throw unprocessable("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
  const found = await attempt(repository.dir, ["cat-file", "-t", sha]);
  if (found.code !== 0 || found.stdout.toString().trim() !== type) throw notFound();
  return sha;
}

function blobs(api: Api): void {
  api.get("/repos/:owner/:repo/git/blobs/:sha", async (c) => {
    const repository = repositoryIn(c, READ);
    const sha = await shaOf(c, repository, "blob");
    const bytes = await gitBytes(repository.dir, ["cat-file", "blob", sha]);
    if (/vnd\.github\.(v3\.)?raw/.test(c.req.header("accept") ?? "")) return c.body(new Uint8Array(bytes));
    const content = bytes.toString("base64").replace(/.{60}/g, "$&\n");
    const url = `${repositoryUrl(c.env.world, repository)}/git/blobs/${sha}`;
    return c.json({
      sha,
      node_id: nodeId("B", repository.id),
      size: bytes.length,
      url,
      content,
      encoding: "base64",
    });
  });
  api.post("/repos/:owner/:repo/git/blobs", async (c) => {
    const repository = repositoryIn(c, WRITE);
    const body = await bodyOf(c);
    const encoding = stringIn(body, "encoding") === "base64" ? "base64" : "utf-8";
    const sha = await writeBlob(repository.dir, Buffer.from(stringIn(body, "content") ?? "", encoding));
    return c.json({ sha, url: `${repositoryUrl(c.env.world, repository)}/git/blobs/${sha}` }, 201);
  });
}

function trees(api: Api): void {
  api.get("/repos/:owner/:repo/git/trees/:sha{.+}", async (c) => {
    const repository = repositoryIn(c, READ);
    const name = c.req.param("sha");
    const commit = await resolveCommit(repository.dir, name);
    const tree = commit ?? (HASH.test(name) ? await shaOf(c, repository, "tree") : null);
    if (tree === null) throw notFound();
    const recursive = c.req.query("recursive");
    return c.json(await treeShape(c.env.world, repository, tree, recursive !== undefined));
  });
  api.post("/repos/:owner/:repo/git/trees", async (c) => {
    const repository = repositoryIn(c, WRITE);
    const body = await bodyOf(c);
    const entries = (objectsIn(body, "tree") ?? []).map(entryIn);
    const base = stringIn(body, "base_tree");
    demandWorkflows(
      c.get("viewer"),
      entries.map((entry) => entry.path),
    );
    try {
      await demandPresent(repository, base, entries);
      const sha = await writeTree(repository.dir, base, entries);
      return c.json(await treeShape(c.env.world, repository, sha, false), 201);
    } catch (error) {
      if (error instanceof GitError) throw unprocessable("GitRPC::BadObjectState");
      throw error;
    }
  });
}

/** What is not there cannot be deleted. */
async function demandPresent(
  repository: Repository,
  base: string | null,
  entries: readonly TreeEntry[],
): Promise<void> {
  const gone = entries.filter(({ content }) => content === null).map(({ path }) => path);
  if (gone.length === 0) return;
  const listing =
    base === null ? "" : await git(repository.dir, ["ls-tree", "-r", "-t", "-z", "--name-only", base]);
  const there = new Set(listing.split("\0"));
  if (!gone.every((path) => there.has(path))) throw unprocessable("GitRPC::BadObjectState");
}

function entryIn(entry: Body): TreeEntry {
  const path = required(entry, "Tree", "path");
  const mode = stringIn(entry, "mode") ?? "100644";
  const content = stringIn(entry, "content");
  // A `sha` of null is one: it deletes.
  if ("sha" in entry === (content !== null))
    throw unprocessable(
      "Must supply either tree.sha or tree.content. Request will be rejected if both are present.",
    );
  if (content !== null) return { path, mode, content };
  const sha = stringIn(entry, "sha");
  if (sha !== null && !HASH.test(sha)) throw invalid("Tree", "sha", "invalid");
  return { path, mode, content: sha === null ? null : { sha } };
}

async function treeShape(
  world: World,
  repository: Repository,
  tree: string,
  recursive: boolean,
): Promise<Json> {
  const { dir } = repository;
  const url = `${repositoryUrl(world, repository)}/git`;
  const sha = await git(dir, ["rev-parse", "--verify", `${tree}^{tree}`]);
  const options = recursive ? ["-r", "-t"] : [];
  const listing = await git(dir, ["ls-tree", "-z", "--long", ...options, sha]);
  const entries = listing.split("\0").filter((line) => line !== "");
  return {
    sha,
    url: `${url}/trees/${sha}`,
    tree: entries.map((line) => {
      const at = line.indexOf("\t");
      const [mode = "", type = "", id = "", size = ""] = line.slice(0, at).split(/\s+/);
      const path = line.slice(at + 1);
      return {
        path,
        mode,
        type,
        sha: id,
        ...(type === "blob" && { size: Number(size) }),
        url: `${url}/${type}s/${id}`,
      };
    }),
    truncated: false,
  };
}

function commitObjects(api: Api): void {
  api.get("/repos/:owner/:repo/git/commits/:sha", async (c) => {
    const repository = repositoryIn(c, READ);
    const sha = await shaOf(c, repository, "commit");
    return c.json(gitCommitShape(c.env.world, repository, await readCommit(repository.dir, sha)));
  });
  api.post("/repos/:owner/:repo/git/commits", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const body = await bodyOf(c);
    const user = actorOf(c.get("viewer"));
    const self = { name: user.name ?? user.login, email: emailOf(user) };
    const author = personOf(objectIn(body, "author")) ?? self;
    const committer = personOf(objectIn(body, "committer")) ?? author;
    const tree = required(body, "Commit", "tree");
    const parents = stringsIn(body, "parents") ?? [];
    if (![tree, ...parents].every((sha) => HASH.test(sha) && isRefName(sha)))
      throw invalid("Commit", "tree", "invalid");
    const message = required(body, "Commit", "message");
    const made = writeCommit(repository.dir, { tree, parents, message, author, committer, now: world.now() });
    const sha = await made.catch(() => Promise.reject(unprocessable("Tree SHA does not exist")));
    return c.json(gitCommitShape(world, repository, await readCommit(repository.dir, sha)), 201);
  });
}

function personOf(body: Body | null): (Author & { at?: string }) | null {
  if (body === null) return null;
  const date = stringIn(body, "date");
  const person = { name: required(body, "Commit", "name"), email: required(body, "Commit", "email") };
  return date === null ? person : { ...person, at: date };
}
