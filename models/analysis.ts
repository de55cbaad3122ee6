/** What the code graph says of a pull request: what it may break, how risky it is, and what it brings in anew. */
import { z } from "zod";
import { Finding } from "./graph.ts";
import { AffectedFile, AffectedSymbol, ChangedSymbol, OwnerImpact, Risk, TestFile } from "./impact.ts";

/** So much of each list is kept; `totals` says how much there is. */
export const ANALYSIS_BOUNDS = {
  symbols: 30,
  files: 50,
  tests: 30,
  owners: 20,
  findings: 150,
  notes: 20,
} as const;

/** A risk in short, as lists show it. */
export const RiskMark = Risk.pick({ score: true, level: true });
export type RiskMark = z.infer<typeof RiskMark>;

export const Analysis = z.object({
  /** Graph of the head; null when it holds no code that is read. */
  graph_id: z.string().nullable(),
  base_graph_id: z.string().nullable(),
  /** The commit it speaks of, and the one it was compared with. */
  sha: z.string(),
  base_sha: z.string(),
  /** Null when there is no code of which it could be judged. */
  risk: Risk.nullable(),
  totals: z.object({
    changed_symbols: z.int(),
    affected_files: z.int(),
    affected_symbols: z.int(),
    direct: z.int(),
    tests: z.int(),
    findings: z.int(),
  }),
  changed_files: z.array(z.string()),
  changed_symbols: z.array(ChangedSymbol),
  affected_files: z.array(AffectedFile),
  affected_symbols: z.array(AffectedSymbol.omit({ via: true })),
  tests: z.array(TestFile.omit({ tests: true })),
  owners: z.array(OwnerImpact.omit({ files: true })),
  /** Calls in and around the change that could not be followed. */
  unresolved: z.int(),
  /** What it cannot be sure of, in sentences. */
  notes: z.array(z.string()),
  /** In the head and not in the base. */
  findings: z.array(Finding),
  /** How many of them there are of each severity. */
  severities: z.object({ error: z.int(), warning: z.int(), note: z.int() }),
});
export type Analysis = z.infer<typeof Analysis>;
