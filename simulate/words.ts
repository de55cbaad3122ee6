/** What a simulation says when it is done. */
import { SUBJECTS, type Subject } from "./coverage.ts";
import { kindOf, WRONGS, type Wrong } from "./must.ts";
import type { Sum } from "./tally.ts";

const PLURAL: Record<Wrong, string> = {
  "false merge": "false merges",
  "lost event": "lost events",
  "duplicated effect": "duplicated effects",
  "stuck validation": "stuck validations",
  other: "other violations",
};

const number = (value: number) => value.toLocaleString("en");

export function progressLine(sum: Sum, took_ms: number): string {
  const pace = Math.round(sum.runs / (took_ms / 1_000));
  return `${number(sum.runs)} runs, ${number(sum.counts.facts)} steps, ${sum.bad} violations, ${pace} runs a second`;
}

export function summaryOf(sum: Sum, took_ms: number): string {
  const { counts, wrongs, failed } = sum;
  const names = Map.groupBy(failed, ({ violation }) => kindOf(violation));
  return [
    ...row("runs", `${number(sum.runs)} in ${(took_ms / 1_000).toFixed(1)} s`),
    ...row("steps played", number(counts.facts)),
    ...row("orders sent", number(counts.orders)),
    ...row("crashes", number(counts.crashes)),
    ...row("merges", `${number(counts.merges)}, asked for ${number(counts.requests)} times`),
    ...WRONGS.flatMap((wrong) => row(PLURAL[wrong], number(wrongs[wrong]))),
    ...[...names].map(
      ([name, seeds]) =>
        `  ${name} (seeds ${seeds
          .map(({ seed }) => seed)
          .slice(0, 5)
          .join(", ")})`,
    ),
    ...(Object.keys(SUBJECTS) as Subject[]).flatMap((subject) => coverageOf(sum, subject)),
  ].join("\n");
}

function row(name: string, value: string): string[] {
  return [`${name.padEnd(20)}${value}`];
}

function coverageOf({ coverage }: Sum, subject: Subject): string[] {
  const { all, reached, never } = coverage.of(subject);
  const states = subject === "validation" ? "validation state" : "run phase";
  const title = `coverage: ${reached} of ${all} pairs of ${states} and fact`;
  return never.length === 0 ? [title] : [`${title}; never reached:`, `  ${never.join("; ")}`];
}

export function jsonOf(sum: Sum, took_ms: number): string {
  const { runs, counts, wrongs, failed, coverage } = sum;
  return JSON.stringify({
    runs,
    took_ms,
    ...counts,
    false_merges: wrongs["false merge"],
    lost_events: wrongs["lost event"],
    duplicated_effects: wrongs["duplicated effect"],
    stuck_validations: wrongs["stuck validation"],
    other_violations: wrongs.other,
    failed,
    coverage: { validation: coverage.of("validation"), run: coverage.of("run") },
  });
}
