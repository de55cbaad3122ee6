/** A script of this machine as an agent: a sandbox does not see it where it lies, so that its text travels with the command. */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, normalize, resolve } from "node:path";

const MOST_CHARACTERS = 80_000;
/** What every sandbox sees of the machine. */
const SYSTEM = /^\/(usr|bin|sbin|lib|lib64|opt)\//;
const SAMPLE = join(import.meta.dirname, "..", "sample");
/** The first word, quoted or not, and the rest as it is. */
const FIRST = /^\s*(?:'([^']*)'|"([^"$`\\]*)"|([^\s'"\\$`;&|<>()]+))(?=\s|$)(.*)$/s;

/**
 * The command as a sandbox can run it, with the file that its first word names: one of the folder in which it was
 * written, else one that the repository has committed.
 *
 * @param folder of the shell in which the command was written
 * @param repo the repository that the sandbox holds anyway; null: the sample's
 * @throws when the file cannot be taken along, or there is none
 */
export function withFile(command: string, folder: string, repo: string | null): string {
  const found = FIRST.exec(command);
  const word = found?.[1] ?? found?.[2] ?? found?.[3] ?? "";
  const path = resolve(folder, word);
  if (!word.includes("/") || SYSTEM.test(path)) return command;
  const copied = isCopied(word, repo);
  if (copied && (!isFile(path) || path === join(repo ?? SAMPLE, word))) return command;
  if (!isFile(path)) throw new Error(missing(word, folder));
  const text = textOf(path, word);
  let end = "END_OF_AGENT";
  while (text.includes(end)) end += "_";
  return [
    `cat > "$HOME/.tidegate-agent" <<'${end}'`,
    `${text}${text.endsWith("\n") ? "" : "\n"}${end}`,
    'chmod +x "$HOME/.tidegate-agent"',
    `"$HOME/.tidegate-agent"${found?.[4] ?? ""}`,
  ].join("\n");
}

/** Whether the working copy that the command is started in has this file. */
function isCopied(word: string, repo: string | null): boolean {
  if (isAbsolute(word)) return false;
  if (repo === null) return isFile(join(SAMPLE, word));
  return spawnSync("git", ["-C", repo, "cat-file", "-e", `HEAD:${normalize(word)}`]).status === 0;
}

/** Without it every run would end with 127, minutes later. */
function missing(word: string, folder: string): string {
  return `Cannot start: --agent-command names "${word}", which is neither a file in ${folder} nor committed in the repository. A relative path is looked for in the folder in which you start, then in the working copy. If set-up makes it there, write "exec ${word}"`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function textOf(path: string, word: string): string {
  const refuse = (why: string) =>
    new Error(
      `Cannot start: --agent-command names "${word}", ${why}; put it into the repository, or call it from a script`,
    );
  // What is no text is full of what no text holds.
  const text = readFileSync(path, "utf8");
  if (/[\0\uFFFD]/.test(text))
    throw refuse("which is no text: the sandbox does not see it, and only a script can be taken along");
  if (text.length > MOST_CHARACTERS)
    throw refuse(`which has ${text.length} characters: ${MOST_CHARACTERS} at most can be taken along`);
  return text;
}
