/** How a pull request stands, in the few lines of its comment. Nothing that others wrote is markup in it. */
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import type { Unmet, Why } from "../../models/why.ts";
import { wordsAndTodo } from "../../models/why-words.ts";
import { quoted } from "./markup.ts";

export type Marked = {
  why: Why;
  newest: Validation;
  /** Its page of the dashboard. */
  url: string;
  /** Where what passed is attested; null when nothing is to be said of it. */
  attestation: string | null;
};

/** The whole comment, without its marker. */
export function markText({ why, newest, url, attestation }: Marked): string {
  return [
    `**${why.summary}**`,
    ...(why.unmet.length > 0 ? [unmetLines(why.unmet).join("\n")] : []),
    // What landed may not be what was tested.
    ...(why.merged && newest.merge_reasons.length > 0 ? [reasonLines(newest.merge_reasons).join("\n")] : []),
    [testedLine(newest), ...(attestation === null ? [] : [attestation])].join("\n"),
    `[Validation of \`${newest.head_sha.slice(0, 12)}\`, attempt ${newest.attempt}, on the dashboard](${url})`,
  ].join("\n\n");
}

/** One line a condition: what is missing and what to do, whose turn it is, and until when. */
export function unmetLines(unmet: readonly Unmet[]): string[] {
  return unmet.map((one) => {
    const { words, todo } = wordsAndTodo(one.message);
    return `- \`${one.code}\` ${quoted(words.replace(/\.$/, ""))} ${todo} *${turnOf(one)}*`;
  });
}

const TURNS: Record<Unmet["owner"], string> = {
  tidegate: "Tidegate's turn",
  author: "the author's turn",
  maintainer: "a maintainer's turn",
  agent: "the agent's turn",
  github: "GitHub's turn",
};

function turnOf({ owner, deadline_at, again_at }: Unmet): string {
  if (deadline_at !== null) return `${TURNS[owner]} until ${timeOf(deadline_at)}`;
  return again_at === null ? TURNS[owner] : `${TURNS[owner]}, next at ${timeOf(again_at)}`;
}

/** To the minute: nobody waits for the second of a deadline. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Reasons without advice: of what is over. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  return reasons.map(({ code, message }) => `- \`${code}\` ${quoted(message)}`);
}

/** Whether what was tested is what a merge makes of it. */
export function testedLine(validation: Validation): string {
  const { tested_base_sha, base_ref, head_sha } = validation;
  const verb = hasPassed(validation) ? "Tested" : "Validated";
  if (tested_base_sha !== null)
    return `${verb} on its merge into ${quoted(base_ref)} at \`${tested_base_sha}\`: it is merged only while that is the tip.`;
  return `${verb} at its own head \`${head_sha}\`, not on the merge with the current ${quoted(base_ref)}.`;
}
