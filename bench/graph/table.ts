/** The numbers as Markdown. */
import type { Report } from "../graph.ts";

export function markdown(report: Report): string {
  const rows = report.rows.map((row) => [
    row.corpus,
    row.how,
    seconds(row.ms),
    count((row.lines / row.ms) * 1000),
    row.ratio?.toFixed(2) ?? "",
    row.cpu === undefined ? "" : seconds(row.cpu),
    row.cpuRatio?.toFixed(2) ?? "",
    megabytes(row.memory),
    count(row.edges),
    count(row.rows),
    row.bytes === undefined ? "" : (row.bytes / row.lines).toFixed(0),
  ]);
  const head = [
    "corpus",
    "how",
    "time",
    "lines/s",
    "÷ bare",
    "processor",
    "÷ bare",
    "memory",
    "edges",
    "rows written",
    "bytes/line",
  ];
  const increments = report.increments.map((one) => [
    one.corpus,
    one.how,
    String(one.files),
    seconds(one.cpu),
    seconds(one.ms),
    count(one.rows),
  ]);
  const latencies = report.latencies.map(({ corpus, question, cold, warm }) => [
    corpus,
    question,
    ...[cold.p50, cold.p95, warm.p50, warm.p95].map((ms) => `${ms.toFixed(0)} ms`),
  ]);
  return [
    `${report.machine}`,
    table(
      ["corpus", "of", "files", "lines"],
      report.corpora.map((one) => [one.name, one.origin, count(one.files), count(one.lines)]),
    ),
    table(head, rows),
    table(
      ["corpus", "where", "changed files", "processor", "until it can be asked", "rows written"],
      increments,
    ),
    table(["corpus", "question", "cold p50", "cold p95", "warm p50", "warm p95"], latencies),
    "Memory: of Node the most of a process of its own; of workerd what its process (D1 included) took beyond idle. Edges: of the peer all but those of containment; of Node without those to the outside; of workerd all.",
    report.notes.map((note) => `* ${note}`).join("\n"),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function count(value: number | undefined): string {
  return value === undefined ? "" : Math.round(value).toLocaleString("en-US");
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? "" : `${Math.round(bytes / 1024 ** 2)} MB`;
}
