/** Takes what an agent changed out of its sandbox, looks whether it may be taken, and makes it a commit. */
import type { Run } from "../../../models/run.ts";
import type { Reason } from "../../../models/validation.ts";
import { type ChangedFile, makeCommit } from "../../providers/github/index.ts";
import { redact } from "../redact.ts";
import type { Work } from "../visit.ts";
import { blobOf, changedFiles, type Touched } from "./worktree.ts";

/** All files of a change together, in bytes. */
const MOST_BYTES = 40 * 1024 * 1024;
/** These decide what runs on GitHub's own machines, with the repository's rights: only a person may change them. */
const WORKFLOWS = /^\.github\/(?:workflows|actions)\//i;

/** The files of the change. */
export async function takeChange(
  work: Work,
  since: string,
  forms: readonly string[],
): Promise<{ files: ChangedFile[] } | { refused: Reason }> {
  const changed = await changedFiles(work.sandbox, since);
  const workflow = changed.find(({ path }) => WORKFLOWS.test(path));
  if (workflow !== undefined) {
    const message = `The agent changed ${workflow.path}: only a person may change what runs on GitHub itself`;
    return { refused: { code: "workflow_changed", message } };
  }
  const files: ChangedFile[] = [];
  let bytes = 0;
  for (const file of changed) {
    const content = file.sha === null ? null : await contentOf(work, file);
    bytes += content?.length ?? 0;
    if (bytes > MOST_BYTES) {
      const message = `The agent's change is larger than ${MOST_BYTES / 1024 / 1024} MB`;
      return { refused: { code: "agent_failed", message } };
    }
    if (content !== null && holdsSecret(content, forms)) {
      const message = `The agent wrote a secret of the project into ${file.path}: nothing was pushed`;
      return { refused: { code: "secret_in_change", message } };
    }
    files.push({ path: file.path, mode: file.mode, content });
  }
  return { files };
}

async function contentOf({ sandbox }: Work, { path, mode, sha }: Touched): Promise<Uint8Array> {
  // A link is not where it leads; all others are taken as they lie, not as git would have them.
  const bytes = mode === "120000" ? null : await sandbox.readBytes(path);
  return bytes ?? blobOf(sandbox, sha ?? "");
}

/** Read byte by byte as characters: a secret in the middle of a binary file is one too. */
function holdsSecret(content: Uint8Array, forms: readonly string[]): boolean {
  if (forms.length === 0) return false;
  const text = new TextDecoder("utf-8").decode(content);
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
    author: { name: `${author.agent} (Tidegate)`, email: `agent@${author.host}`, date },
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
