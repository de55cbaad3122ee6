import type { Finding } from "../../models/graph.ts";

/** What is said of a rule beside its findings. */
export interface SarifRule {
  id: string;
  /** One sentence. */
  title: string;
  /** Why it matters and what to do. */
  help?: string;
  severity: Finding["severity"];
  tags?: readonly string[];
}

export interface SarifOptions {
  rules: readonly SarifRule[];
  /** Version of the tool. */
  version: string;
  /** Commit that the findings are of. */
  sha?: string | undefined;
}

/** SARIF 2.1.0, for GitHub code scanning and editors. */
export function exportSarif(findings: readonly Finding[], options: SarifOptions): string {
  const rules = withUnknown(options.rules, findings);
  const places = new Map(rules.map((rule, at) => [rule.id, at]));
  const seen = new Map<string, number>();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "tidegate", semanticVersion: options.version, rules: rules.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { SRCROOT: { description: { text: "The root of the repository." } } },
        ...(options.sha !== undefined && { properties: { sha: options.sha } }),
        results: findings.map((finding) => resultOf(finding, places, seen)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A result must name a rule of the table, also when its rule is of another version. */
function withUnknown(rules: readonly SarifRule[], findings: readonly Finding[]): SarifRule[] {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  for (const { rule, severity } of findings) {
    if (!known.has(rule)) known.set(rule, { id: rule, title: rule, severity });
  }
  return [...known.values()];
}

function ruleOf(rule: SarifRule): object {
  return {
    id: rule.id,
    shortDescription: { text: wellFormed(rule.title) },
    ...(rule.help !== undefined && { help: { text: wellFormed(rule.help) } }),
    defaultConfiguration: { level: rule.severity },
    ...(rule.tags !== undefined && { properties: { tags: rule.tags } }),
  };
}

function resultOf(finding: Finding, places: ReadonlyMap<string, number>, seen: Map<string, number>): object {
  const start = Math.max(1, finding.lines[0]);
  // Without its line, so that a finding is the same one after lines above it moved.
  const print = `${finding.rule}\0${finding.path}\0${finding.message}`;
  const nth = seen.get(print) ?? 0;
  seen.set(print, nth + 1);
  return {
    ruleId: finding.rule,
    ruleIndex: places.get(finding.rule) ?? -1,
    level: finding.severity,
    message: { text: wellFormed(finding.message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(finding.path), uriBaseId: "SRCROOT" },
          region: { startLine: start, endLine: Math.max(start, finding.lines[1]) },
        },
      },
    ],
    partialFingerprints: { "tidegate/v1": `${hash(print)}:${nth}` },
  };
}

function uriOf(path: string): string {
  return path.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** FNV-1a, twice with different starts: tells findings of one file apart, nothing more. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193) >>> 0;
    two = Math.imul(two ^ code, 0x85ebca6b) >>> 0;
  }
  return one.toString(16).padStart(8, "0") + two.toString(16).padStart(8, "0");
}
