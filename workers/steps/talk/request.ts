/** Something that a person who may asks for on an issue or a pull request, and our words about it. */
import type { Cause } from "../../project/index.ts";
import type { Command } from "./command-text.ts";

export type Request = {
  command: Command;
  login: string;
  /** The issue or pull request. */
  number: number;
  comment_id: number | null;
  /** When it was written, ms since 1970; null: it is no comment. */
  written_at: number | null;
  /** Tells it apart from all others: `c` and the comment, or `l` and the event of the label. */
  key: string;
  delivery_id: string;
};

/** Begins every comment of ours, so that we never take our own words for somebody's. */
export const OURS = "<!-- tidegate:";

/** Our answer to a request is found by this. */
export function markerOf({ comment_id, key }: Request): string {
  return comment_id === null ? `${OURS}label:${key} -->` : `${OURS}command:${comment_id} -->`;
}

/** Who asked, and where, for the audit. */
export function causeOf(
  { login, delivery_id, number, key }: Request,
  { full_name }: { full_name: string },
): Cause {
  return { actor: `github:${login}`, delivery_id, detail: `${full_name}#${number} ${key}` };
}

export const HELP = [
  "I did not understand that. On a line of its own I know:",
  "",
  "- `/tidegate run` and a goal: an agent writes a change for it and opens a pull request. Without a goal the issue is the goal; on a pull request it mends what fails there",
  "- `/tidegate approve`: lets the code of a fork run, or merges what is held; the commit may stand behind it, and only that one is meant",
  "- `/tidegate retry`: another go at what stopped, here",
  "- `/tidegate stop`: stops what runs, here",
  "",
  "A plan is not answered here, where nobody sees which version is meant: confirm, edit or reject it on the page of its run, or in a terminal with `tidegate runs plan`.",
].join("\n");
