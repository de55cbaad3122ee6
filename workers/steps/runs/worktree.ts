/**
 * The working copy of an agent's turn. Git inside the sandbox remembers where the agent began, so that its diff is
 * what it changed and not what set-up made. The agent may do to that repository what it likes: only the commit by
 * which the diff is taken is remembered, and it is remembered here.
 */
import type { Sandbox } from "../../providers/sandbox/index.ts";

/** Longest one of these may take, in ms: large repositories are hashed as a whole. */
const GIT_MS = 5 * 60_000;
/** Characters of a diff that are kept for people. */
const MOST_DIFF = 400_000;
const MOST_FILES = 2_000;

/** What tests and tools leave behind in every repository, whether or not it says so. */
const LEFTOVERS = [
  "node_modules/",
  "__pycache__/",
  "*.pyc",
  ".pytest_cache/",
  ".venv/",
  ".DS_Store",
  "coverage/.tmp/",
];

const GIT =
  "git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.quotePath=false -c gc.auto=0 -c user.name=tidegate -c user.email=tidegate@localhost -c commit.gpgsign=false";
/** A list of its own: the agent's git must not find ours locked. */
const OWN_INDEX = 'GIT_INDEX_FILE="$HOME/.tidegate-index"';

/** The working copy as it is now, in our list: begun from where the agent began, or files that .gitignore names would be gone. */
function look(since: string): string {
  const begun = `{ [ -f "$HOME/.tidegate-index" ] || ${OWN_INDEX} git read-tree ${since}; }`;
  return `${begun} && ${OWN_INDEX} ${GIT} add -A . >/dev/null`;
}

/** What differs from where the agent began; a repository inside the repository is none of it. */
function differ(how: string, since: string): string {
  return `${OWN_INDEX} git diff --cached --no-renames --ignore-submodules=all ${how} ${since}`;
}

export type Shell = { exit_code: number | null; output: string; end: string };

/** Runs a short command to its end. A repeat finds it by its key instead of running it again. */
export async function shell(sandbox: Sandbox, key: string, command: string): Promise<Shell> {
  await sandbox.startExec(key, { command, timeout_ms: GIT_MS, network: "none" });
  let output = "";
  for (let from = 0; ; ) {
    const chunk = await sandbox.readExec(key, from, 1_000);
    output += chunk.output;
    from = chunk.next;
    if (chunk.end !== null && chunk.next >= chunk.total)
      return { exit_code: chunk.exit_code, output, end: chunk.end };
  }
}

/** A working copy that cannot be kept track of; the message says why. */
export class WorktreeError extends Error {}

/** Remembers the source as it was laid, before anything runs in it. */
export async function beginWorktree(sandbox: Sandbox, branch: string): Promise<void> {
  const exclude = LEFTOVERS.map((pattern) => `'${pattern}'`).join(" ");
  await must(
    sandbox,
    "git.begin",
    // Forced: a repository may hold files that its own .gitignore names.
    `git init -q . && ${GIT} add -A -f && ${GIT} commit -q --allow-empty -m start && ${GIT} branch -q -M '${branch}' && printf '%s\\n' ${exclude} >> .git/info/exclude`,
  );
}

/** After set-up: what it made is none of the agent's. @returns the commit from which the agent begins */
export async function markSetUp(sandbox: Sandbox): Promise<string> {
  const made = `${GIT} ls-files --others --exclude-standard --directory | sed 's/[][*?\\\\!#]/\\\\&/g; s|^|/|' >> .git/info/exclude`;
  const kept = `${GIT} add -u && ${GIT} commit -q --allow-empty -m 'after set-up'`;
  const output = await must(sandbox, "git.set-up", `${made}; ${kept} && git rev-parse HEAD`);
  const sha = output.trim().split("\n").at(-1) ?? "";
  if (!/^[0-9a-f]{40,64}$/.test(sha)) throw new WorktreeError(`git named no commit: ${output.slice(0, 300)}`);
  return sha;
}

async function must(sandbox: Sandbox, key: string, command: string): Promise<string> {
  const { exit_code, output, end } = await shell(sandbox, key, command);
  if (end === "lost" || end === "destroyed") throw new WorktreeError("the sandbox was lost");
  if (exit_code === 127) throw new WorktreeError("git is not installed on the sandbox host");
  if (exit_code !== 0) throw new WorktreeError(`git failed: ${output.trim().slice(-500)}`);
  return output;
}

/** A generator may have begun a repository of its own inside: its files are files of this one. */
export async function joinInner(sandbox: Sandbox): Promise<void> {
  await shell(sandbox, "git.join", "find . -mindepth 2 -name .git -prune -exec rm -rf {} +");
}

export type Stat = { files: number; added: number; removed: number };

/** How far the working copy is from where the agent began; null when it cannot be told just now. */
export async function statOf(sandbox: Sandbox, key: string, since: string): Promise<Stat | null> {
  const { exit_code, output } = await shell(
    sandbox,
    key,
    `{ ${look(since)}; } 2>/dev/null; ${differ("--numstat", since)}`,
  );
  if (exit_code !== 0) return null;
  return statIn(output);
}

/** Reads what `git diff --numstat` prints; a binary file counts no lines. */
export function statIn(numstat: string): Stat {
  const stat: Stat = { files: 0, added: 0, removed: 0 };
  for (const line of numstat.split("\n")) {
    const [added, removed, path] = line.split("\t");
    if (path === undefined) continue;
    stat.files += 1;
    stat.added += Number(added) || 0;
    stat.removed += Number(removed) || 0;
  }
  return stat;
}

/** The diff for people, cut where it is longer than anybody reads. */
export async function diffOf(sandbox: Sandbox, key: string, since: string): Promise<string> {
  const command = differ("--no-color --no-ext-diff --no-textconv", since);
  return (await shell(sandbox, key, `${command} | head -c ${MOST_DIFF}`)).output;
}

/** One file of a change. `sha`: git's id of its new content; null: the file is gone. */
export type Touched = { path: string; mode: Mode; sha: string | null };
type Mode = "100644" | "100755" | "120000";

/**
 * Every file that differs from where the agent began.
 *
 * @throws WorktreeError when git cannot tell, or when there are too many
 */
export async function changedFiles(sandbox: Sandbox, since: string): Promise<Touched[]> {
  const list = `${differ("--raw -z --abbrev=64", since)} | tr '\\0' '\\n'`;
  const output = await must(sandbox, "git.changes", `git cat-file -e ${since} && ${look(since)} && ${list}`);
  const files = changesIn(output);
  if (files.length > MOST_FILES)
    throw new WorktreeError(
      `it touches ${files.length} files, and ${MOST_FILES} are the most that are taken`,
    );
  return files;
}

const RAW = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])$/;
const GITLINK = "160000";

/** Reads what `git diff --raw` prints, a field a line. A repository inside the repository is no file. */
export function changesIn(raw: string): Touched[] {
  const files: Touched[] = [];
  const lines = raw.split("\n");
  for (let at = 0; at + 1 < lines.length; at++) {
    const match = RAW.exec(lines[at] ?? "");
    if (match === null) continue;
    const path = lines[++at] ?? "";
    const [, , mode, , sha = "", status] = match;
    if (path === "" || mode === GITLINK) continue;
    if (status === "D") files.push({ path, mode: "100644", sha: null });
    else if (mode === "100644" || mode === "100755" || mode === "120000") files.push({ path, mode, sha });
  }
  return files;
}

/** Content of a blob in the sandbox's repository, as base64: of a link it is where it leads. */
export async function blobOf(sandbox: Sandbox, sha: string): Promise<Uint8Array> {
  const base64 = await must(sandbox, `git.blob.${sha}`, `git cat-file blob ${sha} | base64 -w 0`);
  return Uint8Array.from(atob(base64.trim()), (char) => char.charCodeAt(0));
}
