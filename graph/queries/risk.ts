import type { Risk } from "../../models/impact.ts";
import { counted } from "./answer.ts";

/** What is known of a change when its risk is judged. */
export interface RiskSigns {
  /** Changed definitions and files, tests left out. */
  changed: number;
  /** Files of the repository that could be reached, tests left out. */
  files: number;
  /** Of these, how many the change reaches beside the changed ones; one that is only imported from counts a quarter. */
  files_reached: number;
  /** Definitions that use what changed at once. */
  direct: number;
  /** Longest of the shortest ways. */
  depth: number;
  /** Changed definitions that other programs or files may use. */
  exported: number;
  /** Changed definitions of which the header changed, or that are gone. */
  signatures: number;
  /** Highest cyclomatic complexity of what changed. */
  complexity: number;
  /** Tests that reach what changed. */
  tests: number;
  /** Of the calls in and around what changed, the share that could not be followed, 0 to 1. */
  unresolved: number;
  /** Test files that the change reaches. */
  test_files?: number;
  /** Changed files that are not in the graph: new, or not analysed. */
  absent?: number;
  /** Of these, code that was there before: something may depend on it, and nobody knows what. */
  unknown?: number;
  /** It reaches further than was followed. */
  cut?: boolean;
}

/**
 * Points of each sign at its most; together 100. Spread weighs 76, all others 24, and a level begins at 60, 40 and 20.
 * So what is critical has at least 36 points of spread and what is low fewer than 20, and since the points grow with
 * the power 0.4 of the spread, critical spreads at least (36 / 20) ^ 2.5 = 4.3 times as far as low in one repository.
 */
export const RISK_POINTS = {
  spread: 76,
  direct: 5,
  depth: 3,
  exported: 3,
  signatures: 5,
  complexity: 3,
  untested: 3,
  unresolved: 2,
} as const;
export const RISK_LEVEL_FROM = { critical: 60, high: 40, medium: 20, low: 0 } as const;
const SPREAD_POWER = 0.4;
/** Spread is mostly a share of the repository, but a hundred files are many in any repository. */
const SHARE_PART = 0.6;
const MANY_FILES = 40;

/** The one judgement of risk, from 0 to 100, for API, pull request, editor and dashboard. More of any sign never lowers it. */
export function risk(signs: RiskSigns): Risk {
  const reached = Math.max(0, signs.files_reached);
  const parts = {
    spread: RISK_POINTS.spread * spreadOf(reached, signs.files) ** SPREAD_POWER,
    direct: RISK_POINTS.direct * half(signs.direct, 10),
    depth: RISK_POINTS.depth * half(signs.depth - 1, 3),
    exported: RISK_POINTS.exported * half(signs.exported, 1),
    signatures: RISK_POINTS.signatures * half(signs.signatures, 1),
    complexity: RISK_POINTS.complexity * half(signs.complexity - 1, 15),
    untested: signs.changed > 0 && signs.tests <= 0 ? RISK_POINTS.untested : 0,
    unresolved: RISK_POINTS.unresolved * Math.min(1, Math.max(0, finite(signs.unresolved))),
  };
  const sum = Object.values(parts).reduce((total, points) => total + points, 0);
  // Low says that little depends on it; of what the graph does not have nobody can say so.
  const least = (signs.unknown ?? 0) > 0 ? RISK_LEVEL_FROM.medium : 0;
  const score = Math.max(least, Math.min(100, Math.round(sum)));
  const rounded = Object.fromEntries(
    Object.entries(parts).map(([sign, value]) => [sign, Math.round(value * 10) / 10]),
  );
  return {
    score,
    level: levelOf(score),
    ...(signs.cut === true && { at_least: true }),
    reasons: reasonsOf(signs, parts.untested > 0),
    parts: rounded,
  };
}

/** 0 to 1. */
function spreadOf(reached: number, files: number): number {
  const share = files > 0 ? Math.min(1, reached / files) : 0;
  return SHARE_PART * share + (1 - SHARE_PART) * half(reached, MANY_FILES);
}

/** Grows from 0 towards 1 and is one half at `middle`. */
function half(value: number, middle: number): number {
  const plain = Math.max(0, finite(value));
  return plain / (plain + middle);
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

export function levelOf(score: number): Risk["level"] {
  if (score >= RISK_LEVEL_FROM.critical) return "critical";
  if (score >= RISK_LEVEL_FROM.high) return "high";
  return score >= RISK_LEVEL_FROM.medium ? "medium" : "low";
}

function reasonsOf(signs: RiskSigns, untested: boolean): string[] {
  const reasons: string[] = [];
  const least = signs.cut === true ? "at least " : "";
  const reached = signs.files_reached > 0 ? Math.max(1, Math.round(signs.files_reached)) : 0;
  if (reached > 0) {
    const share = signs.files > 0 ? Math.round((100 * reached) / signs.files) : 0;
    reasons.push(
      `It reaches ${least}${counted(reached, "other file")}${share > 0 ? `, ${share} % of the code` : ""}`,
    );
  } else reasons.push(nobody(signs));
  const unknown = signs.unknown ?? 0;
  if (unknown > 0)
    reasons.push(
      `What depends on ${counted(unknown, "changed file")} is unknown: the graph does not have ${unknown === 1 ? "it" : "them"}`,
    );
  if (signs.direct > 0) {
    reasons.push(`${counted(signs.direct, "definition")} ${signs.direct === 1 ? "uses" : "use"} it directly`);
  }
  if (signs.depth > 1) reasons.push(`It spreads over ${least}${signs.depth} steps`);
  if (signs.signatures > 0) reasons.push(`${counted(signs.signatures, "header")} changed or gone`);
  if (signs.exported > 0) reasons.push(`${counted(signs.exported, "exported definition")} changed`);
  if (signs.complexity > 15) reasons.push(`What changed is complex (${signs.complexity} ways through it)`);
  if (untested) reasons.push("No test is known to reach it");
  if (signs.unresolved >= 0.05) {
    reasons.push(`${Math.round(signs.unresolved * 100)} % of the calls around it could not be followed`);
  }
  return reasons;
}

function nobody({ changed, test_files = 0, absent = 0 }: RiskSigns): string {
  if (test_files > 0) return "No other file but tests is known to depend on it";
  if (changed === 0 && absent > 0) return "Nothing of what changed is in the graph";
  return "No other file is known to depend on it";
}
