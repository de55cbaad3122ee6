/** Trees made through GitHub's API: text goes into them as it is, what is no text as blobs of its own. */
import { toBase64 } from "../../base64.ts";
import type { Client } from "./client.ts";
import { refusing } from "./refusal.ts";

export type ChangedFile = {
  path: string;
  /** Of a symbolic link the content is where it leads. */
  mode: "100644" | "100755" | "120000";
  /** Null: it is deleted. */
  content: Uint8Array | null;
};

type Entry = { path: string; mode: ChangedFile["mode"]; type: "blob" } & (
  | { sha: string | null }
  | { content: string }
);

/** GitHub asks not to be written to by many requests at once. */
const BLOBS_AT_ONCE = 4;
/** GitHub gives up on a tree that takes it more than some seconds: so many entries and bytes it makes in time. */
const MOST_ENTRIES = 100;
const MOST_BYTES = 1024 * 1024;
const WORKFLOWS = ".github/workflows/";

/** The tree `base` with these files changed, in as many requests as its size takes. @returns the id of the new one */
export async function writeTrees(
  client: Client,
  base: string,
  files: readonly ChangedFile[],
): Promise<string> {
  const isEmpty = files.some(({ content }) => content?.length === 0);
  const empty = isEmpty ? await writeBlob(client, "an empty file", new Uint8Array()) : null;
  let tree = base;
  for (const part of inParts(inOrder(files)))
    tree = await writeTree(client, tree, await entriesOf(client, part, empty));
  return tree;
}

/**
 * Where a file becomes a folder, or a folder a file, what goes is gone before the other comes. Else what comes is there
 * first: GitHub makes no tree without an entry.
 */
function inOrder(files: readonly ChangedFile[]): ChangedFile[][] {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const gone = files.filter(({ content }) => content === null);
  const there = files.filter(({ content }) => content !== null);
  return files.some(({ path }) => folders.has(path)) ? [gone, there] : [[...there, ...gone]];
}

function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, nth) => names.slice(0, nth + 1).join("/"));
}

function inParts(lists: readonly ChangedFile[][]): ChangedFile[][] {
  return lists.flatMap((list) => {
    const parts: ChangedFile[][] = [];
    let bytes = 0;
    for (const file of list) {
      const size = file.content?.length ?? 0;
      const part = parts.at(-1);
      if (part === undefined || part.length === MOST_ENTRIES || bytes + size > MOST_BYTES) {
        parts.push([file]);
        bytes = size;
      } else {
        part.push(file);
        bytes += size;
      }
    }
    return parts;
  });
}

async function entriesOf(
  client: Client,
  files: readonly ChangedFile[],
  empty: string | null,
): Promise<Entry[]> {
  const blobs: (() => Promise<Entry>)[] = [];
  const entries: Entry[] = [];
  for (const { path, mode, content } of files) {
    const at = { path, mode, type: "blob" as const };
    const text = content === null ? null : textOf(content);
    if (content === null) entries.push({ ...at, sha: null });
    // GitHub's own words do not say whether an empty text is one.
    else if (content.length === 0) entries.push({ ...at, sha: empty });
    else if (text !== null) entries.push({ ...at, content: text });
    else blobs.push(async () => ({ ...at, sha: await writeBlob(client, `"${path}"`, content) }));
  }
  for (let from = 0; from < blobs.length; from += BLOBS_AT_ONCE) {
    const some = blobs.slice(from, from + BLOBS_AT_ONCE);
    entries.push(...(await Promise.all(some.map((write) => write()))));
  }
  return entries;
}

/** The text that these very bytes are; null where they are none, or more than goes into a tree. */
function textOf(content: Uint8Array): string | null {
  if (content.length > MOST_BYTES || content.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}

async function writeBlob({ octokit, at }: Client, what: string, content: Uint8Array): Promise<string> {
  const written = octokit.request("POST /repos/{owner}/{repo}/git/blobs", {
    ...at,
    content: toBase64(content),
    encoding: "base64",
  });
  return (await refusing(`write ${what}`, written)).data.sha;
}

async function writeTree({ octokit, at }: Client, base_tree: string, tree: Entry[]): Promise<string> {
  const workflow = tree.find(({ path }) => path.startsWith(WORKFLOWS))?.path;
  // GitHub answers as if the repository were not there, and does not name the permission.
  const what =
    workflow === undefined
      ? "make the commit's tree"
      : `change "${workflow}", which takes the permission to write workflows`;
  const made = octokit.request("POST /repos/{owner}/{repo}/git/trees", { ...at, base_tree, tree });
  return (await refusing(what, made)).data.sha;
}
