/** Text of a `.tidegate.yml` in, configuration or problems out, each problem with its line and field. */
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { Config } from "./config.ts";

export type Problem = { line: number; column: number; field: string; message: string };

/**
 * Reads a configuration.
 *
 * @returns the configuration, or every problem found, first line first; never throws on bad text
 */
export function readConfig(text: string): { config: Config } | { problems: Problem[] } {
  const lines = new LineCounter();
  // Aliases could make a small file a billion values; nobody needs them here.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        ...at(error.pos[0]),
        field: "",
        message: error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "is not YAML",
      })),
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return { problems: [{ line: 1, column: 1, field: "", message: String(error) }] };
  }
  const parsed = Config.safeParse(value ?? {});
  if (parsed.success) return { config: parsed.data };
  const problems = parsed.error.issues
    .flatMap((issue) => narrow(issue))
    .map((issue) => ({
      ...at(offsetOf(document, issue.path)),
      field: issue.path.join("."),
      message: issue.message,
    }));
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

/** One line a person can act on: `line 7, ui.0.steps.2: …`. */
export function problemText(problem: Problem): string {
  return `line ${problem.line}${problem.field === "" ? "" : `, ${problem.field}`}: ${problem.message}`;
}

type Flat = { path: (string | number)[]; message: string };

/** A union fails with one list of issues per branch: the branch that got furthest is the one that was meant. */
function narrow(issue: z.core.$ZodIssue, above: PropertyKey[] = []): Flat[] {
  const path = [...above, ...issue.path].map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branches = issue.errors.map((issues) => issues.flatMap((inner) => narrow(inner, path)));
    const depth = (flat: Flat[]): number => Math.max(0, ...flat.map((one) => one.path.length));
    const deepest = Math.max(...branches.map(depth));
    if (deepest > path.length) return branches.find((branch) => depth(branch) === deepest) ?? [];
    const messages = [
      ...new Set(branches.flat().map((flat) => flat.message.replace(/^Invalid input: /, ""))),
    ];
    return [{ path, message: `${messages.join(", or ")}` }];
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: `is not a key that is known here` }));
  }
  const missing =
    issue.code === "invalid_type" && issue.input === undefined && / received undefined$/.test(issue.message);
  return [{ path, message: missing ? "is missing" : issue.message.replace(/^Invalid input: /, "") }];
}

/** Where the field stands in the text; a field that is missing is pointed at where its parent begins. */
function offsetOf(document: Document, path: (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
