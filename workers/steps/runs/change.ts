/** Takes what an agent changed out of its sandbox, looks whether it may be taken, and makes it a commit. */
import { authorFor } from "../../../models/agent.ts";
import type { Run } from "../../../models/run.ts";
import type { Reason } from "../../../models/validation.ts";
import { type ChangedFile, makeCommit } from "../../providers/github/index.ts";
import { type Sandbox, SandboxError } from "../../providers/sandbox/index.ts";
import { redact } from "../redact.ts";
import type { Work } from "../visit.ts";
import type { TurnWork } from "./turn-work.ts";
import { blobOf, blobsOf, ChangeRefused, changedFiles, leftOut, settle, type Touched } from "./worktree.ts";

/** All files of a change together, in bytes; the sandbox host has a limit of its own for each. */
const MOST_BYTES = 40 * 1024 * 1024;
/** These decide what runs on GitHub's own machines, with the repository's rights: only a person may change them. */
const WORKFLOWS = /^\.github\/(?:workflows|actions)\//i;
/** Files whose content is asked for at once. */
const READ_AT_ONCE = 500;
/** Names of files that were left out, in the log. */
const MOST_NAMES = 5;

type Source = Pick<TurnWork, "sandbox" | "log">;

/** The files of the change, or why it is not taken. */
export async function takeChange(
  { sandbox, log }: Source,
  since: string,
  forms: readonly string[],
): Promise<{ files: ChangedFile[] } | { refused: Reason }> {
  const clean = (text: string) => redact(forms, text, true).clean;
  try {
    const files = await filesOf(sandbox, since, forms);
    const left = await leftOut(sandbox);
    const more = left.length > MOST_NAMES ? ` and ${left.length - MOST_NAMES} more` : "";
    const names = left.slice(0, MOST_NAMES).join(", ");
    if (left.length > 0) await log.say(clean(`# left out of the change: ${names}${more}`));
    return { files };
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    return { refused: { code: error.code, message: clean(error.message) } };
  }
}

async function filesOf(sandbox: Sandbox, since: string, forms: readonly string[]): Promise<ChangedFile[]> {
  const odd = new Set(await settle(sandbox, since));
  const changed = await changedFiles(sandbox, since);
  const pipe = changed.find(({ path, sha }) => sha === null && odd.has(path));
  if (pipe !== undefined)
    throw new ChangeRefused(
      `The agent's change is not taken: ${pipe.path} is no file, folder or link any more`,
    );
  const workflow = changed.find(({ path }) => WORKFLOWS.test(path));
  if (workflow !== undefined) {
    const message = `The agent changed ${workflow.path}: only a person may change what runs on GitHub itself`;
    throw new ChangeRefused(message, "workflow_changed");
  }
  const files: ChangedFile[] = [];
  let bytes = 0;
  for await (const file of withContent(sandbox, changed)) {
    const { path, content } = file;
    bytes += content?.length ?? 0;
    if (bytes > MOST_BYTES)
      throw new ChangeRefused(`The agent's change is larger than ${MOST_BYTES / 1024 / 1024} MB`);
    if (content !== null && (holdsSecret(content, forms) || hasSecret(path, forms))) {
      const message = `The agent wrote a secret of the project into ${path}: nothing was pushed`;
      throw new ChangeRefused(message, "secret_in_change");
    }
    files.push(file);
  }
  return files;
}

/** Many at once where they are small: to ask the sandbox for each of two thousand files takes minutes. */
async function* withContent(sandbox: Sandbox, changed: readonly Touched[]): AsyncGenerator<ChangedFile> {
  const there = changed.filter(isThere);
  for (let at = 0; at < there.length; ) {
    const some = there.slice(at, at + READ_AT_ONCE);
    const contents = await blobsOf(
      sandbox,
      at,
      some.map(({ sha }) => sha),
    );
    const [first] = some;
    // Larger than what is printed at once.
    if (contents.length === 0 && first !== undefined) contents.push(await contentOf(sandbox, first));
    for (const [nth, { path, mode, sha }] of some.slice(0, contents.length).entries()) {
      const content = contents[nth] ?? new Uint8Array();
      // The bytes that git saw, and no others: something of the agent's may still write.
      if ((await shaOf(content)) !== sha)
        throw new ChangeRefused(`The agent's change is not taken: ${path} changed while it was read`);
      yield { path, mode, content };
    }
    at += contents.length;
  }
  for (const { path, mode, sha } of changed) if (sha === null) yield { path, mode, content: null };
}

function isThere(file: Touched): file is Touched & { sha: string } {
  return file.sha !== null;
}

/** A link is not where it leads. */
async function contentOf(
  sandbox: Sandbox,
  { path, mode, sha }: Touched & { sha: string },
): Promise<Uint8Array> {
  const bytes = mode === "120000" ? null : await bytesAt(sandbox, path);
  return bytes ?? blobOf(sandbox, sha);
}

async function bytesAt(sandbox: Sandbox, path: string): Promise<Uint8Array | null> {
  try {
    return await sandbox.readBytes(path);
  } catch (error) {
    if (!(error instanceof SandboxError && error.code === "too_large")) throw error;
    throw new ChangeRefused(`The agent's change is not taken: ${error.message}`);
  }
}

/** Git's id of a file with this content. */
async function shaOf(content: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(`blob ${content.length}\0`);
  const whole = new Uint8Array(head.length + content.length);
  whole.set(head);
  whole.set(content, head.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", whole));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Read byte by byte as characters: a secret in the middle of a binary file is one too. */
function holdsSecret(content: Uint8Array, forms: readonly string[]): boolean {
  return forms.length > 0 && hasSecret(new TextDecoder("utf-8").decode(content), forms);
}

function hasSecret(text: string, forms: readonly string[]): boolean {
  return redact(forms, text, true).clean !== text;
}

export type NewChange = {
  run: Run;
  /** The commit that was laid, and its tree. */
  parent: string;
  tree: string;
  files: readonly ChangedFile[];
  author: Author;
  at: number;
};
export type Author = { agent: string; by: string; host: string };

/** Makes the commit on GitHub; no branch names it yet. `at`, its date in ms, makes a repeat the very same commit. */
export function commitChange(
  { vars, repo }: Work,
  { run, parent, tree, files, author, at }: NewChange,
): Promise<string> {
  const date = new Date(Math.floor(at / 1000) * 1000).toISOString();
  return makeCommit(vars, repo, {
    parent_sha: parent,
    tree_sha: tree,
    files,
    message: messageOf(run, author),
    author: { ...authorFor(author.agent, author.host), date },
  });
}

/** First line, what it is for, and who is to be named beside the agent. */
export function messageOf(run: Pick<Run, "target_text" | "attempts" | "id">, { by, host }: Author): string {
  const title = titleOf(run.target_text);
  const first = run.attempts === 0 ? title : `Repair ${run.attempts}: ${title}`.slice(0, 72);
  return `${first}\n\nFor run ${run.id}.\n\nCo-authored-by: ${nameOf(by)} <${emailOf(by, host)}>\n`;
}

/** The first line of a goal, as a title. */
export function titleOf(goal: string): string {
  const line = (goal.trim().split("\n")[0] ?? "")
    .replace(/\s+/g, " ")
    .replace(/^#+\s*/, "")
    .trim();
  return line.length <= 72 ? line : `${line.slice(0, 71)}…`;
}

/** A login or a seat; nothing that could end the line or the address. */
function nameOf(by: string): string {
  return by.replace(/[^\w .@-]/g, "").slice(0, 60) || "somebody";
}

function emailOf(by: string, host: string): string {
  return `${by.replace(/[^\w.-]/g, "").slice(0, 60) || "somebody"}@users.noreply.${host}`;
}
