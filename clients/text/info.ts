import type { GraphInfo } from "../../models/graph.ts";
import { type Paint, shown } from "./paint.ts";
import { count, table, thousands } from "./table.ts";

/** One line a graph. */
export function listText(graphs: readonly GraphInfo[], paint: Paint): string {
  if (graphs.length === 0) return "No graphs yet: make one with tidegate analyze.";
  const rows = graphs.map((info) => [
    paint.bold(info.id),
    shown(info.repository.name),
    commitOf(info),
    info.status === "ready" ? "" : paint.yellow(info.status),
    paint.dim(info.created_at.slice(0, 16).replace("T", " ")),
    info.stats === undefined
      ? ""
      : `${thousands(info.stats.files)} files, ${thousands(info.stats.lines)} lines`,
    paint.dim(shown(info.repository.path)),
  ]);
  return table(rows).join("\n");
}

export function commitOf(info: GraphInfo): string {
  if (info.sha === undefined) return "no commit";
  return info.sha.slice(0, 10) + (info["x-dirty"] === true ? " and changes" : "");
}

/** Everything known of a graph without its nodes. */
export function statsText(info: GraphInfo, paint: Paint): string {
  const head = `${paint.bold(shown(info.repository.name))}  ${info.id}  ${commitOf(info)}`;
  const { stats } = info;
  if (stats === undefined) return `${head}\n${info.status}${info.error ? `: ${shown(info.error)}` : ""}`;
  const { resolved, external, unresolved } = stats.calls;
  const rows: [string, string][] = [
    ["files", thousands(stats.files)],
    ["lines", `${thousands(stats.lines)}, ${thousands(stats.sloc)} of them code`],
    ["languages", counts(stats.languages)],
    ["nodes", `${thousands(stats.total_nodes)}: ${counts(stats.node_types)}`],
    ["edges", `${thousands(stats.total_edges)}: ${counts(stats.edge_types)}`],
    [
      "calls",
      `${thousands(resolved)} resolved, ${thousands(external)} to the outside, ${thousands(unresolved)} not followed`,
    ],
    [
      "complexity",
      `${stats.average_complexity.toFixed(2)} on average, ${count(stats.hot_spots_count, "hot spot")}`,
    ],
  ];
  const warnings = (info.warnings ?? []).map((warning) => paint.yellow(`! ${shown(warning)}`));
  return [
    head,
    ...table(
      rows.map(([name, value]) => [paint.dim(name), value]),
      "  ",
    ),
    ...warnings,
  ].join("\n");
}

function counts(record: Record<string, number>): string {
  return Object.entries(record)
    .filter(([, number]) => number > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name, number]) => `${thousands(number)} ${name}`)
    .join(", ");
}
