import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import type { Answer } from "../../models/questions.ts";
import { type Paint, shown } from "./paint.ts";
import { thousands } from "./table.ts";

/** `src/a.py:10`, or where an external comes from. */
export function placeOf(node: Pick<GraphNode, "path" | "lines" | "type">): string {
  if (node.type === "external") return node.path === "" ? "outside" : `outside (${shown(node.path)})`;
  return node.lines === undefined ? shown(node.path) : `${shown(node.path)}:${node.lines[0]}`;
}

/** The part of an id behind the path: `Helper.run`, or the path itself for a file. */
export function nameOf(id: string): string {
  const found = /::(?:class|function)::(.*)$/s.exec(id);
  if (found?.[1] !== undefined) return shown(found[1]);
  return shown(id.replace(/::file$/, "").replace(/^external::/, ""));
}

/** How sure an edge is, where it is not exact. */
export function doubtOf(edge: GraphEdge, paint: Paint): string {
  const confidence = edge["x-confidence"] ?? "exact";
  return confidence === "exact" ? "" : paint.yellow(confidence);
}

/** The last lines of every text: what was left out, what is not sure. */
export function foot(answer: Answer, shownItems: number, paint: Paint, total?: number): string[] {
  const lines: string[] = [];
  if (answer.truncated) {
    const of = total === undefined ? "" : ` of ${thousands(total)}`;
    lines.push(paint.dim(`${thousands(shownItems)}${of} shown; ask for more with limit and offset.`));
  }
  if (answer.unresolved > 0)
    lines.push(
      paint.yellow(
        `${thousands(answer.unresolved)} ${answer.unresolved === 1 ? "call" : "calls"} here could not be followed: the answer may lack something.`,
      ),
    );
  for (const note of answer.notes) lines.push(paint.dim(shown(note)));
  return lines.length === 0 ? [] : ["", ...lines];
}
