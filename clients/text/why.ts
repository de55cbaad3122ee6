/** Why a pull request is not merged, in words. */
import type { Unmet, Why } from "../../models/why.ts";
import { wordsAndTodo } from "../../models/why-words.ts";
import { type Paint, shown } from "./paint.ts";

const TURNS: Record<Unmet["owner"], string> = {
  tidegate: "Tidegate",
  author: "the author",
  maintainer: "a maintainer",
  agent: "its agent",
  github: "GitHub",
};

/** The answer, and below it each condition with what to do, whose turn it is, and until when. */
export function whyAnswer(why: Why, now: number, paint: Paint): string {
  const head = `${paint.bold(`#${why.pr_number}`)} ${why.merged ? paint.green(why.summary) : why.summary}`;
  return [head, ...why.unmet.map((one) => unmetText(one, now, paint))].join("\n");
}

function unmetText(unmet: Unmet, now: number, paint: Paint): string {
  const { words, todo } = wordsAndTodo(unmet.message);
  const byItself = unmet.owner === "tidegate" || unmet.owner === "github";
  const owner = byItself ? paint.cyan(TURNS[unmet.owner]) : paint.yellow(TURNS[unmet.owner]);
  const what = `  ${shown(words)} ${paint.dim(unmet.code)}`;
  return `${what}\n    ${owner}${untilText(unmet, now)}${todo === "" ? "" : `: ${todo}`}`;
}

function untilText({ deadline_at, again_at }: Unmet, now: number): string {
  const times = [
    ...(again_at === null ? [] : [`again ${fromNow(again_at, now)}`]),
    ...(deadline_at === null ? [] : [`given up ${fromNow(deadline_at, now)}`]),
  ];
  return times.length === 0 ? "" : ` (${times.join(", ")})`;
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** `in 2 hours`; what is due by now is. */
function fromNow(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return "now";
  const [name, ms] = UNITS.find(([, size]) => left >= size) ?? ["second", 1_000];
  const number = Math.max(1, Math.round(left / ms));
  return `in ${number} ${name}${number === 1 ? "" : "s"}`;
}
