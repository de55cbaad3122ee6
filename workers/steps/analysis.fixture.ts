/** An analysis for tests: of nothing, and changed by what a test is about. */
import type { Analysis } from "../../models/analysis.ts";
import { A } from "../project/decide.fixture.ts";

export function analysis(changes: Partial<Analysis> = {}): Analysis {
  return {
    graph_id: "g_0123456789ab",
    base_graph_id: "g_ba9876543210",
    sha: A,
    base_sha: "9".repeat(40),
    risk: { score: 5, level: "low", reasons: ["No other file is known to depend on it"], parts: {} },
    totals: { changed_symbols: 1, affected_files: 0, affected_symbols: 0, direct: 0, tests: 0, findings: 0 },
    changed_files: ["a.js"],
    changed_symbols: [],
    affected_files: [],
    affected_symbols: [],
    tests: [],
    owners: [],
    unresolved: 0,
    notes: [],
    findings: [],
    severities: { error: 0, warning: 0, note: 0 },
    ...changes,
  };
}
