/** What a browser saw, and what the analysis found, as lines of a report. */
import type { Finding } from "../../../models/graph.ts";
import type { Evidence } from "../../../models/step.ts";
import { cleanLines } from "./clean.ts";
import type { Failure } from "./failure.ts";

/** Lines of a console that are shown, errors first. */
const MOST_CONSOLE = 20;
const ALARMING = /error|warn|exception|failed|uncaught/i;

/** Flows that stopped, what pages threw, what they asked for in vain, and what they wrote to their consoles. */
export function pageText(evidence: Evidence | null, consoles: Failure["consoles"]): string[] {
  const flows = (evidence?.flows ?? []).filter(({ passed }) => !passed);
  if (flows.length === 0 && (evidence?.page_errors ?? []).length === 0) return [];
  return [
    ...flows.flatMap(({ name, failure, screenshots }) => [
      `flow "${name}" stopped: ${failure ?? "no reason is known"}`,
      ...screenshots.map((shot) => `  screenshot: ${shot}`),
    ]),
    ...listed("the page threw", evidence?.page_errors),
    ...listed("a request failed", evidence?.failed_requests),
    ...consoleLines(evidence, consoles),
  ];
}

function listed(what: string, texts: readonly string[] = []): string[] {
  return [...new Set(texts)].map((text) => `${what}: ${text}`);
}

function consoleLines(evidence: Evidence | null, consoles: Failure["consoles"]): string[] {
  const thrown = new Set(evidence?.page_errors);
  return (evidence?.artifacts ?? []).flatMap((name) => {
    const text = consoles?.get(name);
    if (text === undefined) return [];
    const lines = [...new Set(cleanLines(text))].filter((line) => line.trim() !== "" && !thrown.has(line));
    const first = lines.filter((line) => ALARMING.test(line));
    const rest = lines.filter((line) => !ALARMING.test(line));
    const kept = [...first, ...rest].slice(0, MOST_CONSOLE);
    return kept.length === 0 ? [] : [`console (${name}):`, ...kept.map((line) => `  ${line}`)];
  });
}

/** Worst first. */
const SEVERITIES = ["error", "warning", "note"] as const;

/** New findings, the worst first. */
export function findingsOf(evidence: Evidence | null): Finding[] {
  const found = evidence?.analysis?.findings ?? [];
  return SEVERITIES.flatMap((severity) => found.filter((one) => one.severity === severity));
}

/** Each with its place. */
export function findingsText(evidence: Evidence | null): string[] {
  return findingsOf(evidence).map(
    ({ severity, rule, path, lines: [first], message }) =>
      `${severity}: ${path}:${first}: ${rule}: ${message}`,
  );
}

/** Pictures of flows that stopped; of all when none did. */
export function screenshotsOf(evidence: readonly (Evidence | null)[]): string[] {
  const flows = evidence.flatMap((one) => one?.flows ?? []);
  const stopped = flows.filter(({ passed }) => !passed);
  return (stopped.length > 0 ? stopped : flows).flatMap(({ screenshots }) => screenshots);
}
