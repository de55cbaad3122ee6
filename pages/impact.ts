/** What the card of the code graph says, in words and marks. */
import type { Analysis, RiskMark } from "../models/analysis.ts";
import type { Finding } from "../models/graph.ts";
import { TERMINAL_STATES, type Validation, type ValidationDetail } from "../models/validation.ts";
import { count, type Mark } from "./words.ts";

const RISK_MARKS: Record<RiskMark["level"], Pick<Mark, "tone" | "shape">> = {
  critical: { tone: "bad", shape: "hand" },
  high: { tone: "warn", shape: "alert" },
  medium: { tone: "busy", shape: "dash" },
  low: { tone: "good", shape: "check" },
};

export function riskMark({ level, score }: RiskMark): Mark {
  return { word: `Risk ${level}, ${score} of 100`, ...RISK_MARKS[level] };
}

export const SEVERITY_MARKS: Record<Finding["severity"], Mark> = {
  error: { word: "Error", tone: "bad", shape: "cross" },
  warning: { word: "Warning", tone: "warn", shape: "alert" },
  note: { word: "Note", tone: "quiet", shape: "dash" },
};

export type ImpactView =
  | { kind: "none" }
  | { kind: "waiting"; words: string }
  | { kind: "lost"; words: string }
  | { kind: "found"; found: Analysis };

/** What there is to show of an analysis. */
export function impactView(detail: ValidationDetail): ImpactView {
  const { analysis, steps } = detail;
  if (analysis?.found != null) return { kind: "found", found: analysis.found };
  if (analysis === null) {
    const off = steps.some((step) => step.kind === "analyze" && step.state === "not_required");
    if (off || TERMINAL_STATES.has(detail.state)) return { kind: "none" };
    return { kind: "waiting", words: "The code is analysed as soon as the source is laid out." };
  }
  if (analysis.state === "running" || analysis.state === "queued")
    return { kind: "waiting", words: "The code graph is being built; the tests go on meanwhile." };
  if (analysis.state === "cancelled") return { kind: "none" };
  const why = analysis.reason ?? `The analysis is ${analysis.state.replace("_", " ")}`;
  return { kind: "lost", words: why };
}

/** The reach in one sentence. */
export function reachText({ totals }: Analysis): string {
  const changed = count(totals.changed_symbols, "definition");
  if (totals.affected_symbols === 0) return `${changed} changed; nothing else is known to depend on it.`;
  const affected = count(totals.affected_symbols, "definition");
  const files = count(totals.affected_files, "other file");
  return `${changed} changed; ${affected} in ${files} may be affected, ${totals.direct} directly.`;
}

/** Lines of a file at a commit, on GitHub. */
export function lineUrl(
  pullUrl: string,
  sha: string,
  path: string,
  lines?: readonly [number, number],
): string {
  const repository = pullUrl.replace(/\/pull\/\d+.*$/, "");
  const name = path.split("/").map(encodeURIComponent).join("/");
  const [from, to] = lines ?? [0, 0];
  const place = from === 0 ? "" : `#L${from}${to > from ? `-L${to}` : ""}`;
  return `${repository}/blob/${sha}/${name}${place}`;
}

/** What lists say of a pull request's risk; null when it is not known, or of an older commit. */
export function riskLine(newest: Validation | null, head: string): Mark | null {
  if (newest === null || newest.risk == null || newest.head_sha !== head) return null;
  return riskMark(newest.risk);
}
