/** What an agent said as rows to read: lines that belong together are one, and a tool has its result. */
import type { Said } from "../models/said.ts";
import type { DiffStat } from "../models/turn.ts";
import { strip } from "./ansi.ts";

export type SaidRow =
  | { kind: "setup" | "text" | "thought" | "result" | "answer" | "error"; text: string }
  | { kind: "tool"; name: string; input: string; result: string | null };

type Tool = Extract<SaidRow, { kind: "tool" }>;

/** The rows, oldest first. What was written before the agent began is its set-up. */
export function saidRows(items: readonly Said[]): SaidRow[] {
  const rows: SaidRow[] = [];
  const waiting: Tool[] = [];
  for (const item of items) {
    switch (item.kind) {
      case "begin":
        toSetup(rows);
        break;
      case "text":
        addText(rows, strip(item.text));
        break;
      case "tool": {
        const tool: Tool = { kind: "tool", name: item.name, input: item.input, result: null };
        rows.push(tool);
        waiting.push(tool);
        break;
      }
      case "result": {
        // Tools that were called together answer in the order in which they were called.
        const tool = waiting.shift();
        if (tool === undefined) rows.push({ kind: "result", text: strip(item.text) });
        else tool.result = strip(item.text);
        break;
      }
      case "thought":
      case "answer":
      case "error":
        rows.push({ kind: item.kind, text: strip(item.text) });
        break;
      case "spent":
      case "diff":
        break;
    }
  }
  return rows;
}

/** All rows so far become set-up. */
function toSetup(rows: SaidRow[]): void {
  const lines = rows.flatMap((row) => (row.kind === "tool" ? [] : [row.text]));
  rows.length = 0;
  if (lines.length > 0) rows.push({ kind: "setup", text: lines.join("\n") });
}

function addText(rows: SaidRow[], text: string): void {
  const last = rows.at(-1);
  if (last?.kind === "text") last.text += `\n${text}`;
  else rows.push({ kind: "text", text });
}

/** How much the working copy differs by now; null before the agent's first word of it. */
export function statSaid(items: readonly Said[]): DiffStat | null {
  const last = items.findLast((item) => item.kind === "diff");
  if (last?.kind !== "diff") return null;
  const { files, added, removed } = last;
  return { files, added, removed };
}
