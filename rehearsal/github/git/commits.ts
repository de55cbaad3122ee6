/** Reading commits. */
import { gitBytes } from "./run.ts";

export type Signature = { name: string; email: string; date: string };
export type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
};

const FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%aI", "%cn", "%ce", "%cI", "%B"];
const FORMAT = `--format=${FIELDS.join("%x00")}%x1e`;

/** Commits in `range` (`sha`, `a..b`), newest first as git lists them. */
export async function log(dir: string, range: string, options: readonly string[] = []): Promise<Commit[]> {
  const [revisions, paths] = split(options);
  const args = ["log", FORMAT, "--date=iso-strict", ...revisions, "--end-of-options", range, "--", ...paths];
  const text = (await gitBytes(dir, args)).toString();
  return text
    .split("\x1e\n")
    .filter((entry) => entry.trim() !== "")
    .map(parse);
}

/** Options before `--`, paths after it. */
function split(options: readonly string[]): [readonly string[], readonly string[]] {
  const at = options.indexOf("--");
  return at === -1 ? [options, []] : [options.slice(0, at), options.slice(at + 1)];
}

/** One commit by its hash. */
export async function readCommit(dir: string, sha: string): Promise<Commit> {
  const [commit] = await log(dir, sha, ["-1"]);
  if (commit === undefined) throw new Error(`Cannot read commit "${sha}": git lists none`);
  return commit;
}

function parse(entry: string): Commit {
  const [
    sha = "",
    tree = "",
    parents = "",
    an = "",
    ae = "",
    aI = "",
    cn = "",
    ce = "",
    cI = "",
    message = "",
  ] = entry.replace(/^\n/, "").split("\0");
  return {
    sha,
    tree,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    author: { name: an, email: ae, date: utc(aI) },
    committer: { name: cn, email: ce, date: utc(cI) },
    message: message.replace(/\n+$/, ""),
  };
}

/** GitHub gives commit times in UTC, without milliseconds. */
function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d{3}Z$/, "Z");
}
