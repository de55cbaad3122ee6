import type { Finding, GraphNode } from "../../models/graph.ts";
import type { ImpactAnswer } from "../../models/impact.ts";
import type { Answer, DiffAnswer, HotSpotsAnswer, SearchAnswer } from "../../models/questions.ts";
import { foot, nameOf, placeOf } from "./node.ts";
import { type Paint, shown, shownLines } from "./paint.ts";
import { count, table } from "./table.ts";

export function hotSpotsText(answer: HotSpotsAnswer, paint: Paint): string {
  const rows = answer.hot_spots.map((spot) => [
    spot.rank,
    Math.round(spot.score),
    nameOf(spot.id),
    spot.lines === undefined ? shown(spot.path) : `${shown(spot.path)}:${spot.lines[0]}`,
    paint.dim(
      `complexity ${spot.complexity}, ${count(spot.dependents, "dependent")}${spot.changes === undefined ? "" : `, ${count(spot.changes, "change")}`}`,
    ),
  ]);
  return [
    paint.dim(`rank, score = ${shown(answer.formula)}`),
    ...table(rows, "  "),
    ...foot(answer, rows.length, paint, answer.totals.hot_spots),
  ].join("\n");
}

export function searchText(answer: SearchAnswer, paint: Paint): string {
  if (answer.results.length === 0)
    return [`Nothing fits "${shown(answer.query)}".`, ...foot(answer, 0, paint)].join("\n");
  const rows = answer.results.map(({ node, score, match }) => [
    score.toFixed(2),
    node["x-kind"] ?? node.type,
    paint.bold(nameOf(node.id)),
    placeOf(node),
    paint.dim(match),
  ]);
  return [...table(rows), ...foot(answer, rows.length, paint, answer.totals.results)].join("\n");
}

export function impactText(answer: ImpactAnswer, paint: Paint): string {
  const { risk } = answer;
  const level =
    risk.level === "critical" || risk.level === "high"
      ? paint.red
      : risk.level === "medium"
        ? paint.yellow
        : paint.green;
  const { totals } = answer;
  const section = (title: string, rows: string[], total = rows.length) =>
    rows.length === 0
      ? []
      : ["", paint.bold(title) + (total > rows.length ? ` (${rows.length} of ${total})` : ""), ...rows];
  const of = (list: readonly unknown[], total: number | undefined) => Math.max(list.length, total ?? 0);
  const tests =
    answer.affected_tests.length > 0 ? answer.affected_tests : answer.tests.map(({ path }) => path);
  const changed = of(answer.changed_symbols, totals.changed_symbols);
  const affected = of(answer.affected_files, totals.affected_files);
  const testFiles = of(tests, totals.affected_tests);
  return [
    `Risk ${level(`${risk.at_least === true ? "at least " : ""}${risk.level} (${risk.score} of 100)`)}  ${count(changed, "changed definition")}, ${count(affected, "affected file")}, ${count(testFiles, "test file")}`,
    ...risk.reasons.map((reason) => paint.dim(`  ${shown(reason)}`)),
    ...section(
      "Changed",
      table(
        answer.changed_symbols.map((one) => [paint.cyan(one.change), shown(one.id)]),
        "  ",
      ),
      changed,
    ),
    ...section(
      "Can break (reach)",
      table(
        answer.affected_files.map((one) => reachRow(one, paint)),
        "  ",
      ),
      affected,
    ),
    ...section(
      "Likely to change or fail too",
      table(
        answer.likely.map((one) => [one.score.toFixed(2), shown(one.path)]),
        "  ",
      ),
    ),
    ...section(
      "Tests to run",
      tests.map((path) => `  ${shown(path)}`),
      testFiles,
    ),
    ...section(
      "Owners",
      table(
        answer.owners.map((one) => [shown(one.owner), `${one.changed} changed, ${one.affected} affected`]),
        "  ",
      ),
    ),
    ...section(
      "Not in the graph",
      answer.unknown_files.map((path) => `  ${shown(path)}`),
    ),
    ...foot(answer, answer.affected_files.length, paint, answer.totals.affected_files),
  ].join("\n");
}

function reachRow(one: ImpactAnswer["affected_files"][number], paint: Paint): (string | number)[] {
  return [
    one.distance,
    shown(one.path),
    paint.dim(one.edges.join(", ")),
    one.weak ? paint.dim("only imports") : "",
  ];
}

export function diffText(answer: DiffAnswer, paint: Paint): string {
  const { files, nodes, edges } = answer.summary;
  const counts = (what: string, one: { added: number; removed: number; changed: number }) =>
    `${what} ${paint.green(`+${one.added}`)} ${paint.red(`-${one.removed}`)} ~${one.changed}`;
  const edgeText = ({ type, source, target }: DiffAnswer["added_edges"][number]) =>
    `${type} ${shown(source)} -> ${shown(target)}`;
  return [
    `${counts("files", files)}, ${count(files.renamed, "renamed", "renamed")}; ${counts("nodes", nodes)}; ${counts("edges", edges)}`,
    ...answer.renamed_files.map(({ from, to }) => `  ${shown(from)} => ${shown(to)}`),
    ...answer.added_nodes.map(({ id }) => paint.green(`+ ${shown(id)}`)),
    ...answer.removed_nodes.map(({ id }) => paint.red(`- ${shown(id)}`)),
    ...answer.changed_nodes.map(
      ({ after, changes }) => `~ ${shown(after.id)}  ${paint.dim(changes.join(", "))}`,
    ),
    ...answer.added_edges.map((edge) => paint.green(`+ ${edgeText(edge)}`)),
    ...answer.removed_edges.map((edge) => paint.red(`- ${edgeText(edge)}`)),
    ...foot(answer, answer.added_nodes.length + answer.removed_nodes.length, paint),
  ].join("\n");
}

export type FindingsAnswer = Answer & { findings: Finding[] };

export function findingsText(answer: FindingsAnswer, paint: Paint): string {
  if (answer.findings.length === 0) return ["No findings.", ...foot(answer, 0, paint)].join("\n");
  const colour = { error: paint.red, warning: paint.yellow, note: paint.cyan };
  const rows = answer.findings.map((one) => [
    `${shown(one.path)}:${one.lines[0]}`,
    colour[one.severity](one.severity),
    shown(one.rule),
    shown(one.message),
  ]);
  return [...table(rows), ...foot(answer, rows.length, paint, answer.totals.findings)].join("\n");
}

export type NodeAnswer = Answer & {
  node: GraphNode;
  members: GraphNode[];
  edges_out: number;
  edges_in: number;
};

export function nodeText(answer: NodeAnswer, paint: Paint): string {
  const { node } = answer;
  const complexity = node["x-complexity"];
  return [
    `${paint.bold(shown(node.id))}  ${node["x-kind"] ?? node.type}  ${placeOf(node)}`,
    ...(node["x-signature"] === undefined ? [] : [`  ${shown(node["x-signature"])}`]),
    ...(node.docstring
      ? shownLines(node.docstring)
          .split("\n")
          .map((line) => paint.dim(`  ${line}`))
      : []),
    ...(complexity === undefined
      ? []
      : [
          `  cyclomatic ${complexity.cyclomatic}, cognitive ${complexity.cognitive}, ${count(complexity.sloc, "line")} of code, maintainability ${Math.round(complexity.maintainability)}`,
        ]),
    `  ${count(answer.edges_in, "edge")} in, ${count(answer.edges_out, "edge")} out`,
    ...answer.members.map((member) => `  ${nameOf(member.id)}  ${paint.dim(placeOf(member))}`),
    ...foot(answer, answer.members.length, paint, answer.totals.members),
  ].join("\n");
}
