/** Puts together what two graphs say of a change: reach, risk, tests, owners, new findings. Pure but for reading them. */
import { impact } from "../../graph/queries/impact.ts";
import type { GraphReader } from "../../graph/store.ts";
import { ANALYSIS_BOUNDS, type Analysis } from "../../models/analysis.ts";
import type { ImpactAnswer } from "../../models/impact.ts";
import type { Comparison } from "../providers/github/index.ts";
import { movesIn, newFindings } from "./new-findings.ts";

/** As many as the question lets be asked for. */
const MOST = 1000;
const PLAIN = ["The diff was read as one"];

export type Sides = {
  before: GraphReader | null;
  after: GraphReader | null;
  comparison: Comparison;
  head_sha: string;
  codeowners: string | undefined;
  notes: readonly string[];
};

/**
 * What a change may break. Who used the old code is asked of the base, who uses the new code of the head; what the
 * head has no more cannot break.
 */
export async function analysisOf(sides: Sides): Promise<Analysis> {
  const { before, after, comparison, codeowners } = sides;
  const [old, young] = await Promise.all([
    asked(before, "before", comparison, codeowners),
    asked(after, "after", comparison, codeowners),
  ]);
  const there = after === null ? null : new Set((await after.files()).map((file) => file.path));
  const changed = [...new Set([...(young?.changed_files ?? []), ...(old?.changed_files ?? [])])];
  const still = changed.filter((path) => there?.has(path));
  const findings = after === null ? [] : await newFindings(before, after, still, movesIn(comparison.diff));
  const answers = [young, old].filter((answer) => answer !== null);
  const ids = (young?.changed_symbols ?? []).map((symbol) => symbol.id);
  const known = new Set((await before?.nodes(ids))?.map((node) => node.id));
  const result = merged(sides, answers, there, findings);
  const changed_symbols = result.changed_symbols.map((symbol) =>
    there?.has(symbol.path) && !known.has(symbol.id) ? { ...symbol, "x-new": true } : symbol,
  );
  return { ...result, changed_symbols, risk: riskOf(old, young), ...findingsPart(findings) };
}

async function asked(
  reader: GraphReader | null,
  side: "before" | "after",
  { diff, unseen }: Comparison,
  codeowners: string | undefined,
): Promise<ImpactAnswer | null> {
  if (reader === null) return null;
  // A file that this side has not is no question, and of one without lines all may have changed.
  const there = new Set((await reader.nodesOf(unseen)).map((node) => node.path));
  const files = unseen.filter((path) => there.has(path));
  const answer = await impact(reader, {
    diff,
    files,
    side,
    limit: MOST,
    ...(codeowners !== undefined && { codeowners }),
  });
  // Both graphs are asked with the same diff, and what is new is in no base: that needs no saying.
  const known = side === "before" ? [...PLAIN, "Files that are not in the graph"] : PLAIN;
  const notes = answer.notes.filter((note) => !known.some((words) => note.startsWith(words)));
  return { ...answer, notes };
}

function merged(
  { before, after, head_sha, comparison, notes }: Sides,
  answers: readonly ImpactAnswer[],
  there: ReadonlySet<string> | null,
  findings: Analysis["findings"],
): Omit<Analysis, "findings" | "severities" | "risk"> {
  const stays = ({ path }: { path: string }) => there === null || there.has(path);
  const files = nearest(answers.flatMap((answer) => answer.affected_files).filter(stays), ({ path }) => path);
  const symbols = nearest(answers.flatMap((answer) => answer.affected_symbols).filter(stays), ({ id }) => id);
  const tests = nearest(answers.flatMap((answer) => answer.tests).filter(stays), ({ path }) => path);
  const changes = unique(
    answers.flatMap((answer) => answer.changed_symbols),
    ({ id }) => id,
  );
  const owners = unique(
    answers.flatMap((answer) => answer.owners),
    ({ owner }) => owner,
  );
  // Lists that came whole are counted themselves; of one that was cut the answer knows how much there is.
  const all = (list: readonly unknown[], name: string) => {
    const most = Math.max(0, ...answers.map((answer) => answer.totals[name] ?? 0));
    return most > MOST ? most : list.length;
  };
  const bounds = ANALYSIS_BOUNDS;
  return {
    graph_id: after?.info.id ?? null,
    base_graph_id: before?.info.id ?? null,
    sha: head_sha,
    base_sha: comparison.start_sha,
    totals: {
      changed_symbols: all(changes, "changed_symbols"),
      affected_files: all(files, "affected_files"),
      affected_symbols: all(symbols, "affected_symbols"),
      direct: symbols.filter((symbol) => symbol.impact_type === "direct").length,
      tests: all(tests, "affected_tests"),
      findings: findings.length,
    },
    changed_files: unique(
      answers.flatMap((answer) => answer.changed_files),
      (path) => path,
    ).slice(0, bounds.files),
    changed_symbols: changes.slice(0, bounds.symbols),
    affected_files: files.slice(0, bounds.files),
    affected_symbols: symbols.slice(0, bounds.symbols).map(({ via: _, ...symbol }) => symbol),
    tests: tests.slice(0, bounds.tests).map(({ tests: _, ...file }) => file),
    owners: owners.slice(0, bounds.owners).map(({ files: _, ...owner }) => owner),
    unresolved: Math.max(0, ...answers.map((answer) => answer.unresolved)),
    notes: unique([...notes, ...answers.flatMap((answer) => answer.notes)], (note) => note).slice(
      0,
      bounds.notes,
    ),
  };
}

/** What is risky is what was used: new code has no users yet. Only where the base knows nothing of it the head is asked. */
function riskOf(old: ImpactAnswer | null, young: ImpactAnswer | null): Analysis["risk"] {
  if (old !== null && old.changed_symbols.length > 0) return old.risk;
  return young?.risk ?? old?.risk ?? null;
}

function findingsPart(findings: Analysis["findings"]): Pick<Analysis, "findings" | "severities"> {
  const of = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    findings: findings.slice(0, ANALYSIS_BOUNDS.findings),
    severities: { error: of("error"), warning: of("warning"), note: of("note") },
  };
}

/** Each once, at its shortest distance, nearest first; those only imported from come last. */
function nearest<T extends { distance: number }>(list: readonly T[], key: (item: T) => string): T[] {
  const weak = (item: T) => Number((item as { weak?: boolean }).weak ?? false);
  const sorted = list.toSorted((a, b) => weak(a) - weak(b) || a.distance - b.distance);
  return unique(sorted, key);
}

function unique<T>(list: readonly T[], key: (item: T) => string): T[] {
  const first = new Map<string, T>();
  for (const item of list) if (!first.has(key(item))) first.set(key(item), item);
  return [...first.values()];
}
