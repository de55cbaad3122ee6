/** A repository of GitHub as a folder for as long as it is read. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createTarDecoder } from "modern-tar";
import { Failure } from "./failure.ts";

export interface Fetched {
  folder: string;
  /** `owner/name` */
  name: string;
  /** Where people find it. */
  url: string;
  sha: string;
  remove(): Promise<void>;
}

const NAMED = /^([\w.-]+\/[\w.-]+)(?:@(.+))?$/;
/** Far more than source has, far less than a gzip bomb. */
const MOST_BYTES = 2_000_000_000;

/** Whether `text` can be a repository's name, with or without `@branch`, `@tag` or `@commit`. */
export function isRepositoryName(text: string): boolean {
  return NAMED.test(text) && !/^\.{1,2}\//.test(text);
}

/**
 * Fetches the commit that `text` names.
 *
 * @throws {Failure} when it is not there, or GitHub does not answer
 */
export async function fetchRepository(text: string): Promise<Fetched> {
  const [, name = "", ref = "HEAD"] = NAMED.exec(text) ?? [];
  const api = (process.env.GITHUB_API_URL || "https://api.github.com").replace(/\/+$/, "");
  const commit = await get(
    `${api}/repos/${name}/commits/${encodeURIComponent(ref)}`,
    text,
    "application/vnd.github.sha",
  );
  const sha = (await commit.text()).trim();
  if (!/^[0-9a-f]{40,64}$/.test(sha))
    throw new Failure("failed", `Cannot analyze ${text}: ${api} did not answer with a commit`);
  const archive = await get(`${api}/repos/${name}/tarball/${sha}`, text, "application/vnd.github+json");
  const folder = await mkdtemp(join(tmpdir(), "tidegate-fetched-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    if (archive.body === null) throw new Error("it is empty");
    await unpack(archive.body as ReadableStream<Uint8Array>, folder);
  } catch (error) {
    await remove();
    throw new Failure("failed", `Cannot read the archive of ${text}: ${(error as Error).message}`, error);
  }
  return { folder, name, url: `https://github.com/${name}`, sha, remove };
}

async function get(url: string, text: string, accept: string): Promise<Response> {
  const token = process.env.GITHUB_TOKEN;
  const headers = { accept, "user-agent": "tidegate", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { headers }).catch((error: Error) => {
    throw new Failure("failed", `Cannot reach ${new URL(url).host} for ${text}: ${error.message}`, error);
  });
  if (response.ok) return response;
  if (response.status === 404 || response.status === 422)
    throw new Failure(
      "not_found",
      `Cannot find ${text}: it is neither a folder here nor on GitHub${token ? "" : "; for a private repository set GITHUB_TOKEN"}`,
    );
  throw new Failure(
    "failed",
    `Cannot fetch ${text}: ${new URL(url).host} answered ${response.status}${token ? "" : "; with GITHUB_TOKEN set, more requests are allowed"}`,
  );
}

/** Lays the files of the archive; links and whatever would lie outside of the folder are left out. */
async function unpack(archive: ReadableStream<Uint8Array>, folder: string): Promise<void> {
  const tar = archive
    .pipeThrough(new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>)
    .pipeThrough(limited())
    .pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of tar) {
    // GitHub puts everything into one folder named after the commit.
    const path = header.name.split("/").slice(1).join("/");
    if (header.type !== "file" || !isInside(path)) {
      await body.cancel();
      continue;
    }
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), body, { flag: "wx" });
  }
}

function isInside(path: string): boolean {
  return (
    path !== "" &&
    !path.includes("\0") &&
    path.split(/[\\/]/).every((part) => part !== "" && part !== ".." && part !== ".")
  );
}

function limited(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(piece, controller) {
      bytes += piece.length;
      if (bytes > MOST_BYTES) controller.error(new Error(`it unpacks to more than ${MOST_BYTES} bytes`));
      else controller.enqueue(piece);
    },
  });
}
