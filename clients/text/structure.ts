import type { GraphNode } from "../../models/graph.ts";
import type {
  CallsAnswer,
  CyclesAnswer,
  DependenciesAnswer,
  PathsAnswer,
  UnreferencedAnswer,
} from "../../models/questions.ts";
import { doubtOf, foot, nameOf, placeOf } from "./node.ts";
import { type Paint, shown } from "./paint.ts";
import { count, table } from "./table.ts";

export function dependenciesText(answer: DependenciesAnswer, paint: Paint): string {
  const nodes = new Map(answer.nodes.map((node) => [node.id, node]));
  const rows = answer.edges.map((edge) => [
    paint.cyan(edge.type),
    idText(edge.source, nodes),
    "->",
    idText(edge.target, nodes),
    paint.dim(`line ${edge.line}`),
    doubtOf(edge, paint),
  ]);
  return [
    `${paint.bold(shown(answer.root))}  ${count(answer.nodes.length, "node")}, ${count(answer.edges.length, "edge")}, ${count(answer.depth, "step")} far`,
    ...table(rows, "  "),
    ...foot(answer, answer.nodes.length, paint, answer.totals.nodes),
  ].join("\n");
}

/** An id with its path only once, since most edges stay within a file. */
function idText(id: string, nodes: ReadonlyMap<string, GraphNode>): string {
  const node = nodes.get(id);
  if (node === undefined || node.type === "file" || node.type === "external") return nameOf(id);
  return `${shown(node.path)} ${nameOf(id)}`;
}

export function callsText(answer: CallsAnswer, paint: Paint): string {
  const what = answer.direction === "callers" ? "caller" : "callee";
  const rows = answer.calls.map(({ node, distance, edges }) => [
    distance,
    nameOf(node.id),
    placeOf(node),
    paint.dim(edges.length === 0 ? "" : `line ${[...new Set(edges.map(({ line }) => line))].join(", ")}`),
    edges[0] === undefined ? "" : doubtOf(edges[0], paint),
  ]);
  const unresolved = answer.unresolved_calls.map((call) => [
    shown(call.text),
    `${nameOf(call.source)}`,
    paint.dim(`line ${call.line}`),
    call.reason.replaceAll("_", " "),
  ]);
  return [
    `${paint.bold(shown(answer.root))}  ${count(answer.totals.calls ?? answer.calls.length, what)}`,
    ...table(rows, "  "),
    ...(unresolved.length === 0
      ? []
      : ["", paint.yellow("Could not be followed:"), ...table(unresolved, "  ")]),
    ...foot(answer, answer.calls.length, paint, answer.totals.calls),
  ].join("\n");
}

export function pathsText(answer: PathsAnswer, paint: Paint): string {
  const lines = answer.paths.flatMap(({ nodes, edges }, at) => [
    ...(at === 0 ? [] : [""]),
    paint.bold(shown(nodes[0] ?? "")),
    ...table(
      edges.map((edge) => [
        paint.cyan(edge.type),
        shown(edge.target),
        paint.dim(`line ${edge.line}`),
        doubtOf(edge, paint),
      ]),
      "  -> ",
    ),
  ]);
  if (lines.length === 0) lines.push(`No path leads from ${shown(answer.from)} to ${shown(answer.to)}.`);
  return [...lines, ...foot(answer, answer.paths.length, paint)].join("\n");
}

export function cyclesText(answer: CyclesAnswer, paint: Paint): string {
  const what = answer.of === "IMPORTS" ? "import" : "call";
  if (answer.cycles.length === 0) return [`No ${what} cycle.`, ...foot(answer, 0, paint)].join("\n");
  const lines = answer.cycles.flatMap((cycle) => [
    paint.bold(`${count(cycle.length, "step")}, in a knot of ${count(cycle.component_size, "node")}`),
    ...[...cycle.nodes, cycle.nodes[0] ?? ""].map(
      (id, at) =>
        `  ${at === 0 ? "  " : "->"} ${nameOf(id)}${id.endsWith("::file") ? "" : paint.dim(`  ${pathOf(id)}`)}`,
    ),
  ]);
  return [...lines, ...foot(answer, answer.cycles.length, paint, answer.totals.cycles)].join("\n");
}

function pathOf(id: string): string {
  return shown(id.replace(/::(?:class|function)::.*$/s, ""));
}

export function unreferencedText(answer: UnreferencedAnswer, paint: Paint): string {
  const rows = answer.no_known_reference.map(({ node, reason, possible_calls }) => [
    nameOf(node.id),
    placeOf(node),
    shown(reason),
    possible_calls === 0 ? "" : paint.yellow(`${count(possible_calls, "possible call")}`),
  ]);
  return [
    `${paint.bold("No known reference")}: ${count(answer.totals.no_known_reference ?? rows.length, "definition")}. Something may still use them: by name, by reflection, from outside.`,
    ...table(rows, "  "),
    ...foot(answer, rows.length, paint, answer.totals.no_known_reference),
  ].join("\n");
}
