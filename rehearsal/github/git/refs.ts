/** Names to commits, and the moves of names. */
import { attempt, git } from "./run.ts";

export const ZERO = "0".repeat(40);

/** One name that moved; `ZERO` stands for "was not" and "is no more". */
export type RefChange = { ref: string; before: string; after: string };

/** True for a name that git would take as a branch and never as an option or an expression. */
export function isRefName(name: string): boolean {
  if (name === "" || name.startsWith("-") || name.startsWith("/") || name.endsWith("/")) return false;
  if (name.endsWith(".lock") || name.endsWith(".") || name.includes("..") || name.includes("//"))
    return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids exactly these
  return !/[\x00-\x20\x7f~^:?*[\\]|@\{/.test(name) && !/(^|\/)\./.test(name);
}

/** The commit that a branch, tag, `heads/x`, full ref or (shortened) hash names; null when none. */
export async function resolveCommit(dir: string, ref: string): Promise<string | null> {
  if (!isRefName(ref)) return null;
  const isHash = /^[0-9a-f]{7,40}$/.test(ref);
  const names = ref.startsWith("refs/") ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
  const candidates = /^[0-9a-f]{40}$/.test(ref) ? [ref] : isHash ? [...names, ref] : names;
  if (ref === "HEAD") candidates.unshift("HEAD");
  for (const name of candidates) {
    const found = await attempt(dir, [
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${name}^{commit}`,
    ]);
    if (found.code === 0) return found.stdout.toString().trim();
  }
  return null;
}

/** The object a full ref points at; null when there is no such ref. */
export async function readRef(dir: string, ref: string): Promise<string | null> {
  if (!isRefName(ref)) return null;
  const found = await attempt(dir, ["rev-parse", "--verify", "--quiet", "--end-of-options", ref]);
  return found.code === 0 ? found.stdout.toString().trim() : null;
}

/** The tip of a branch; null when there is no such branch. */
export function branchTip(dir: string, branch: string): Promise<string | null> {
  return readRef(dir, `refs/heads/${branch}`);
}

/** All refs below `prefix` with what they point at. */
export async function readRefs(dir: string, prefix = "refs/"): Promise<Map<string, string>> {
  const listing = await git(dir, ["for-each-ref", "--format=%(refname) %(objectname)", prefix]);
  const lines = listing.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
}

/** Moves a ref only if it still is where `before` says; false when someone else moved it. */
export async function moveRef(dir: string, { ref, before, after }: RefChange): Promise<boolean> {
  const args = after === ZERO ? ["update-ref", "-d", ref, before] : ["update-ref", ref, after, before];
  return (await attempt(dir, args)).code === 0;
}

/** Sets or removes a ref wherever it was. */
export async function setRef(dir: string, ref: string, sha: string | null): Promise<void> {
  await git(dir, sha === null ? ["update-ref", "-d", ref] : ["update-ref", ref, sha]);
}

/** What moved between two readings of the refs. */
export function refChanges(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO, after: after.get(ref) ?? ZERO }))
    .filter((change) => change.before !== change.after);
}

/** True when every commit of `ancestor` is also in `descendant`. */
export async function isAncestor(dir: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await attempt(dir, ["merge-base", "--is-ancestor", ancestor, descendant])).code === 0;
}

/** The best common ancestor; null for unrelated histories. */
export async function mergeBase(dir: string, one: string, other: string): Promise<string | null> {
  const found = await attempt(dir, ["merge-base", one, other]);
  return found.code === 0 ? found.stdout.toString().trim() : null;
}
