/** Ways of choosing code for a failure: the report, and what would be done without it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { splitWords } from "../../graph/analyzers/measures/words.ts";
import { bm25, type Document } from "../../graph/queries/bm25.ts";
import { isTestFile } from "../../graph/queries/test-files.ts";
import { estimateTokens } from "../../graph/queries/token-estimate.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { StepRecord } from "../../models/step.ts";
import { countTests } from "../../workers/steps/count-tests.ts";
import { cleanLines } from "../../workers/steps/diagnosis/clean.ts";
import { frames } from "../../workers/steps/diagnosis/frames.ts";
import { errorReport } from "../../workers/steps/diagnosis/index.ts";
import type { Case } from "./cases.ts";
import type { Subject } from "./subjects.ts";

/** Everything that a way may look at. */
export interface Ground {
  subject: Pick<Subject, "folder" | "paths">;
  reader: GraphReader;
  /** Files that are no tests: faults are made nowhere else, and whoever searches may know it. */
  sources: Set<string>;
  files: Documents;
  functions: Documents;
}

interface Documents {
  list: Document[];
  mean: number;
}

/** Code as it is shown, in tokens no more than the budget. */
export type Way = (one: Case, ground: Ground, budget: number) => Promise<string>;

export const WAYS: Record<string, Way> = {
  "report, without the diff": (one, ground, budget) => report(one, ground, budget, undefined),
  "report, with the diff": (one, ground, budget) => report(one, ground, budget, diffOf(one)),
  "files of the stack, whole": async (one, ground, budget) => {
    const named = frames(cleanLines(one.log).join("\n"), ground.subject.paths).map(({ path }) => path);
    return wholeFiles(one, ground, named, budget);
  },
  "BM25 over files": async (one, ground, budget) => wholeFiles(one, ground, best(one, ground.files), budget),
  "BM25 over functions": async (one, ground, budget) => {
    const ids = best(one, ground.functions);
    const nodes = new Map((await ground.reader.nodes(ids.slice(0, 300))).map((node) => [node.id, node]));
    const parts = ids.slice(0, 300).flatMap((id) => {
      const node = nodes.get(id);
      if (node?.lines === undefined) return [];
      const lines = textOf(one, ground, node.path)
        .split("\n")
        .slice(node.lines[0] - 1, node.lines[1]);
      return [`${headingOf(node.path)}\n${lines.join("\n")}\n`];
    });
    return filled(parts, budget);
  },
};

/** How the report heads the code of a file; every way does. */
export function headingOf(path: string): string {
  return `=== ${path} ===`;
}

export async function groundOf(subject: Ground["subject"], reader: GraphReader): Promise<Ground> {
  const files = await reader.files();
  const sources = new Set(files.filter((file) => !isTestFile(file)).map((file) => file.path));
  const nodes = (await reader.nodesOf([...sources])).filter((node) => node.type === "function");
  const text = new Map([...sources].map((path) => [path, readFileSync(join(subject.folder, path), "utf8")]));
  const functions = nodes.map((node) => {
    const lines = (text.get(node.path) ?? "").split("\n").slice((node.lines?.[0] ?? 1) - 1, node.lines?.[1]);
    return documentOf(node.id, `${node.path}\n${node.name}\n${lines.join("\n")}`);
  });
  return {
    subject,
    reader,
    sources,
    files: documents([...text].map(([path, whole]) => documentOf(path, `${path}\n${whole}`))),
    functions: documents(functions),
  };
}

function documents(list: Document[]): Documents {
  return { list, mean: list.reduce((sum, { length }) => sum + length, 0) / Math.max(1, list.length) };
}

function documentOf(id: string, text: string): Document {
  const words = splitWords(text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { id, length: words.length, counts };
}

/** Ids of the documents that fit the log best. */
function best(one: Case, { list, mean }: Documents): string[] {
  const query = new Map([...new Set(splitWords(one.log.slice(0, 200_000)))].map((word) => [word, 1]));
  const held = list.map((document) => ({
    ...document,
    counts: new Map([...document.counts].filter(([word]) => query.has(word))),
  }));
  return [...bm25(held, list.length, mean, query)].sort((a, b) => b[1] - a[1]).map(([id]) => id);
}

function wholeFiles(one: Case, ground: Ground, paths: readonly string[], budget: number): string {
  const sources = [...new Set(paths)].filter((path) => ground.sources.has(path)).slice(0, 20);
  return filled(
    sources.map((path) => `${headingOf(path)}\n${textOf(one, ground, path)}\n`),
    budget,
  );
}

/** Parts one after the other; the last one is cut where the budget ends. */
function filled(parts: readonly string[], budget: number): string {
  let text = "";
  let left = budget;
  for (const part of parts) {
    const cost = estimateTokens(part);
    if (cost > left) return text + cut(part, left);
    text += part;
    left -= cost;
  }
  return text;
}

function cut(text: string, budget: number): string {
  const lines = text.split("\n");
  let low = 0;
  for (let high = lines.length; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    if (estimateTokens(lines.slice(0, middle).join("\n")) <= budget) low = middle;
    else high = middle - 1;
  }
  return lines.slice(0, low).join("\n");
}

function textOf(one: Case, { subject }: Ground, path: string): string {
  return path === one.path ? one.text : readFileSync(join(subject.folder, path), "utf8");
}

/** The code that the report shows, with everything else that it says paid for. */
async function report(one: Case, ground: Ground, budget: number, diff: string | undefined): Promise<string> {
  const step = stepOf(one);
  const log = `$ ${one.command}\n${one.log}\n# "${one.command}" exited ${one.exit_code}, 1000 ms\n`;
  const { text } = await errorReport(
    {
      validation: { state: "failed", reason: { code: "command_failed", message: step.reason ?? "" } },
      steps: [step],
      logs: new Map([[step.id, log]]),
    },
    {
      reader: ground.reader,
      source: async (path) => (ground.subject.paths.includes(path) ? textOf(one, ground, path) : undefined),
      diff,
      paths: ground.subject.paths,
      budget,
    },
  );
  if (estimateTokens(text) > budget)
    throw new Error(`A report of ${estimateTokens(text)} tokens for a budget of ${budget}`);
  return text.slice(Math.max(0, text.indexOf("\n## Code")));
}

/** As the test step writes it down. */
function stepOf({ command, exit_code, log }: Case): StepRecord {
  const { failing, run, failed, counted_by } = countTests(log);
  return {
    id: "bench.test.1",
    validation_id: "bench",
    kind: "test",
    try: 1,
    state: "failed",
    reason: `"${command}" exited ${exit_code}`,
    evidence: {
      duration_ms: 1,
      commands: [
        { command, exit_code, end: "exited", signal: null, duration_ms: 1_000, peak_memory_bytes: 0 },
      ],
      tests_run: run,
      tests_failed: failed,
      failing_tests: failing,
      ...(counted_by !== null && { counted_by }),
    },
    log: null,
    started_at: 0,
    finished_at: 1,
  };
}

/** The fault as a unified diff with three lines around it. */
function diffOf({ path, before, text, line }: Case): string {
  const [old, young] = [before.split("\n"), text.split("\n")];
  const first = Math.max(0, line - 4);
  const last = Math.min(old.length, line + 3);
  const lines = old.slice(first, last).flatMap((written, at) => {
    const now = young[first + at] ?? "";
    return written === now ? [` ${written}`] : [`-${written}`, `+${now}`];
  });
  const size = last - first;
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${first + 1},${size} +${first + 1},${size} @@\n${lines.join("\n")}\n`;
}

/** What a text shows of a case: its file, and the faulty line with those beside it. */
export function hits(one: Case, text: string): { file: boolean; fn: boolean } {
  const lines = one.text.split("\n");
  const around = lines.slice(Math.max(0, one.line - 2), one.line + 1).join("\n");
  const file = text.includes(headingOf(one.path));
  return { file, fn: file && text.includes(around) };
}
