/**
 * The working copy of an agent's turn. A repository of ours, outside the workspace, remembers where the agent began,
 * so that its diff is what it changed and not what set-up made. Beside it the agent has an ordinary one in the
 * workspace, with which it may do what it likes. What is taken is what lies there, byte by byte.
 */

import type { Reason } from "../../../models/validation.ts";
import { fromBase64 } from "../../base64.ts";
import type { Sandbox } from "../../providers/sandbox/index.ts";
import { bytesOf, GIT, MOST_PRINTED, must, OURS, shell, WorktreeError } from "./git.ts";

/** Characters of a diff that are kept for people. */
const MOST_DIFF = 400_000;
const MOST_FILES = 2_000;
/** Bytes of the names of what is no file. */
const MOST_ODD = 100_000;

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

/** The agent's own; named, or where it is gone git would take one of a folder above. */
const THEIRS = `${GIT} --git-dir=.git --work-tree=.`;
/** What ours knows beside its commits: with the agent's own, which holds those too, ours can be made anew. */
const SPARE = ".git/tidegate";
/** Bytes as they lie: no line ends, keywords or filters of a .gitattributes, neither in nor out. */
const AS_IT_LIES = "* -text -ident -filter !eol !working-tree-encoding";

/** What is no file, folder or link. */
const ODD = "! -type f ! -type d ! -type l";
/** Nor leads to one; a link that leads nowhere does not hold anybody up. */
const ODD_BEHIND = "! -xtype f ! -xtype d ! -xtype l";
/** Git reads these wherever they lie, and would wait for what a pipe in their place says: not even looked at. */
const NO_PIPES = `pipe=$(find . -path ./.git -prune -o \\( \\( -name .gitignore -o -name .gitattributes \\) ${ODD} -o \\( -path ./.gitmodules -o -path '*/.git/*' \\) ${ODD_BEHIND} \\) -print -quit 2>/dev/null); [ -z "$pipe" ] || { echo "$pipe is no file"; exit 1; }`;

/** The working copy as it is now, begun from where the agent began, or files that .gitignore names would be gone. */
function look(since: string): string {
  return `${NO_PIPES}; { [ -f "$GIT_DIR/index" ] || ${GIT} read-tree ${since}; } && ${GIT} add -A . >/dev/null`;
}

/** What differs from where the agent began; a repository inside the repository is none of it. */
function differ(how: string, since: string): string {
  return `${GIT} diff --cached --no-renames --ignore-submodules=all ${how} ${since}`;
}

/** What git would take if only the repository itself said what is ignored. */
const UNTAKEN = `${GIT} ls-files --others --exclude-per-directory=.gitignore --directory --no-empty-directory`;

/** A change that cannot be taken as it is; the message is a sentence for people. */
export class ChangeRefused extends Error {
  readonly code: Reason["code"];
  constructor(message: string, code: Reason["code"] = "agent_failed") {
    super(message);
    this.name = "ChangeRefused";
    this.code = code;
  }
}

/** Remembers the source as it was laid, before anything runs in it. */
export async function beginWorktree(sandbox: Sandbox): Promise<void> {
  const exclude = LEFTOVERS.map((pattern) => `'${pattern}'`).join(" ");
  // The archive leaves the folders of submodules empty: what an agent lays there belongs to another repository.
  const submodules = `git config -z -f .gitmodules --get-regexp '\\.path$' 2>/dev/null | sed -z 's/^[^\\n]*\\n//' | ${AS_PATTERNS}`;
  await must(
    sandbox,
    { key: "git.begin", to: "remember the source as it was laid" },
    [
      "git init -q .",
      `{ printf '%s\\n' ${exclude}; ${submodules}; } >> .git/info/exclude`,
      `echo '${AS_IT_LIES}' > .git/info/attributes`,
      // Forced: a repository may hold files that its own .gitignore names.
      `${GIT} add -A -f && ${GIT} commit -q --allow-empty -m start && ${GIT} branch -q -M work`,
      'rm -rf "$HOME/.tidegate-git" && cp -R .git "$HOME/.tidegate-git"',
    ].join(" && "),
  );
}

/** Names that end in NUL, as lines of an exclude file that mean these very names. */
const AS_PATTERNS = "sed -z 's/[][*?\\\\!#]/\\\\&/g; s/ $/\\\\ /; s/\\n/?/g; s|^|/|' | tr '\\0' '\\n'";

/** After set-up: what it made is none of the agent's. @returns the commit from which the agent begins */
export async function markSetUp(sandbox: Sandbox): Promise<string> {
  const made = `${GIT} ls-files -z --others --exclude-standard --directory | ${AS_PATTERNS} >> "$GIT_DIR/info/exclude"`;
  const kept = `${GIT} add -u && ${GIT} commit -q --allow-empty -m 'after set-up'`;
  const taken = `${THEIRS} fetch -q "$GIT_DIR" HEAD && ${THEIRS} reset FETCH_HEAD`;
  // Set-up may have done to that one what it liked: no harm when this fails.
  const theirs = `{ cp "$GIT_DIR/info/exclude" .git/info/exclude; mkdir ${SPARE}; cp -R "$GIT_DIR/info" "$GIT_DIR/untaken" ${SPARE}; ${taken}; } >/dev/null 2>&1`;
  const output = await must(
    sandbox,
    { key: "git.set-up", to: "remember what set-up made" },
    `${OURS}${NO_PIPES}; ${made}; ${UNTAKEN} > "$GIT_DIR/untaken"; ${kept} && { ${theirs}; ${GIT} rev-parse HEAD; }`,
  );
  const sha = output.trim().split("\n").at(-1) ?? "";
  if (!/^[0-9a-f]{40,64}$/.test(sha)) throw new WorktreeError("git named no commit");
  return sha;
}

/**
 * Before the last look: a generator may have begun a repository of its own inside, its files are files of this one;
 * and what its owner may not read could not be taken. The list begins anew, it may know the inner one as such.
 * An agent that tidied its home up may have taken our repository away: then it comes from the agent's own.
 *
 * @returns paths of what was no file, folder or link: it is gone, git would wait for it or fail
 */
export async function settle(sandbox: Sandbox, since: string): Promise<string[]> {
  const readable =
    "find . -path ./.git -prune -o -type d ! -perm -700 -exec chmod u+rwx {} \\; -o -type f ! -perm -400 -exec chmod u+r {} +";
  const odd = `find . \\( ${ODD} -o -path ./.gitmodules ${ODD_BEHIND} \\)`;
  // Printed first and deleted then: who prints more than is read is ended in the middle.
  const removed = `printf odd:; ${odd} -printf '%P\\0' 2>/dev/null | head -c ${MOST_ODD} | base64 -w 0; echo; ${odd} -delete 2>/dev/null`;
  const joined = "find . -mindepth 2 -name .git -prune -exec rm -rf {} +";
  const there = `${GIT} cat-file -e ${since} 2>/dev/null`;
  const renewed = `{ rm -rf "$GIT_DIR"; cp -R .git "$GIT_DIR"; cp -R ${SPARE}/. "$GIT_DIR"; }`;
  const { output } = await shell(
    sandbox,
    { key: "git.settle", to: "make the working copy ready to be read" },
    `${OURS}{ ${readable}; } >/dev/null 2>&1; ${removed}; { ${joined}; ${there} || ${renewed}; rm -f "$GIT_DIR/index"; } >/dev/null 2>&1`,
  );
  const names = fromBase64(/^odd:(.*)$/m.exec(output)?.[1] ?? "");
  return fieldsIn(names).map((name) => new TextDecoder().decode(name));
}

export type Stat = { files: number; added: number; removed: number };

/** How far the working copy is from where the agent began; null when it cannot be told just now. */
export async function statOf(sandbox: Sandbox, key: string, since: string): Promise<Stat | null> {
  const { exit_code, output } = await shell(
    sandbox,
    { key, to: "count what the agent changed" },
    `${OURS}{ ${look(since)}; } 2>/dev/null; ${differ("--numstat", since)}`,
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
  const told = { key, to: "compare what the agent changed" };
  return (await shell(sandbox, told, `${OURS}${command} | head -c ${MOST_DIFF}`)).output;
}

/** One file of a change. `sha`: git's id of its new content; null: the file is gone. */
export type Touched = { path: string; mode: Mode; sha: string | null };
type Mode = "100644" | "100755" | "120000";

/**
 * Every file that differs from where the agent began.
 *
 * @throws WorktreeError when git cannot tell
 * @throws ChangeRefused when there are too many, or one whose name cannot be committed
 */
export async function changedFiles(sandbox: Sandbox, since: string): Promise<Touched[]> {
  const to = "list what the agent changed";
  await must(sandbox, { key: "git.look", to }, `${OURS}${GIT} cat-file -e ${since} && ${look(since)}`);
  const list = `${differ("--raw -z --abbrev=64", since)} > "$GIT_DIR/changes"`;
  const raw = await bytesOf(sandbox, { key: "git.changes", to }, list, 'cat "$GIT_DIR/changes"');
  const files = changesIn(raw);
  // A list that fills what may be printed was cut.
  if (files.length > MOST_FILES || raw.length === MOST_PRINTED)
    throw new ChangeRefused(
      `The agent's change touches more than ${MOST_FILES} files: so many are not taken`,
    );
  return files;
}

const RAW = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])$/;

/** Reads what `git diff --raw -z` prints: fields that end in NUL, by turns what became of a file and its name. */
export function changesIn(raw: Uint8Array): Touched[] {
  const files: Touched[] = [];
  const fields = fieldsIn(raw);
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const match = RAW.exec(new TextDecoder().decode(fields[at]));
    if (match === null) throw new WorktreeError("git lists changes in a form that is not known");
    const path = nameIn(fields[at + 1] ?? new Uint8Array());
    const [, , mode, , sha = "", status] = match;
    if (status === "D") files.push({ path, mode: "100644", sha: null });
    else if (mode === "100644" || mode === "100755" || mode === "120000") files.push({ path, mode, sha });
  }
  return files;
}

function fieldsIn(raw: Uint8Array): Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (let from = 0, to = raw.indexOf(0); to !== -1; from = to + 1, to = raw.indexOf(0, from))
    fields.push(raw.subarray(from, to));
  return fields;
}

/** A name that GitHub takes as it is, and that people can read. */
function nameIn(bytes: Uint8Array): string {
  const name = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);
  // What is no UTF-8 was replaced: back in bytes it is another name.
  const same = new TextEncoder().encode(name).every((byte, at) => byte === bytes[at]);
  if (same && !/\p{Cc}/u.test(name)) return name;
  const why = same ? "holds control characters" : "is not UTF-8";
  throw new ChangeRefused(`The agent's change is not taken: the file name ${JSON.stringify(name)} ${why}`);
}

/** What came into being since set-up and is left out though the repository does not ignore it; for people. */
export async function leftOut(sandbox: Sandbox): Promise<string[]> {
  const { output } = await shell(
    sandbox,
    { key: "git.left-out", to: "list what is left out" },
    `${OURS}${UNTAKEN} 2>/dev/null | grep -svxF -f "$GIT_DIR/untaken"`,
  );
  return output.split("\n").filter((line) => line !== "");
}

/** Content of a blob in our repository: of a link it is where it leads. */
export function blobOf(sandbox: Sandbox, sha: string): Promise<Uint8Array> {
  const told = { key: `git.blob.${sha}`, to: `read ${sha}` };
  return bytesOf(sandbox, told, `${GIT} cat-file -e ${sha}`, `${GIT} cat-file blob ${sha}`);
}

/** Contents of many blobs in one go, in their order, as far as they are there and may be printed at once. */
export async function blobsOf(sandbox: Sandbox, nth: number, shas: readonly string[]): Promise<Uint8Array[]> {
  const told = { key: `git.blobs.${nth}`, to: "read what the agent wrote" };
  const print = `printf '%s\\n' ${shas.join(" ")} | ${GIT} cat-file --batch`;
  const printed = await bytesOf(sandbox, told, ":", print);
  const contents: Uint8Array[] = [];
  for (let at = 0; contents.length < shas.length; ) {
    const end = printed.indexOf(10, at);
    const [, type, size] = new TextDecoder().decode(printed.subarray(at, Math.max(at, end))).split(" ");
    const to = end + 1 + Number(size);
    if (type !== "blob" || !(to < printed.length)) break;
    contents.push(printed.subarray(end + 1, to));
    at = to + 1;
  }
  return contents;
}
