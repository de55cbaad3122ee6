/** What the programs write, as their documentation and a run of each show it, and what is to be read from it. */
import type { Said, SaidFormat } from "./said.ts";

export type Talk = { name: string; format: SaidFormat; lines: (string | object)[]; said: Said[] };

export const ANSWER: Said = { kind: "answer", text: "All done.\nSecond line." };
export const WAY: Said = { kind: "text", text: "I look first." };
export const SHELL = { command: "npm test", description: "Run the tests" };

export const TEXT_TALKS: Talk[] = [
  {
    name: "text: lines as a terminal shows them, and marks",
    format: "text",
    lines: [
      "# The agent begins",
      '::tidegate {"kind":"begin","agent":"custom"}',
      "\u001b[32mgreen\u001b[0m and \u001b]8;;http://x\u0007a link\u001b]8;;\u0007",
      "10%\r50%\r100% 🎉\r",
      "",
      '::tidegate {"kind":"thought","text":"ü"}',
      '::tidegate {"kind":"unheard of"}',
      "::tidegate no json",
      '::tidegate\t{"kind":"begin","agent":"x"}',
      '{"type":"result","result":"no format of mine"}',
      '::tidegate {"kind":"spent","cost_usd":0.1,"tokens":5}',
    ],
    said: [
      { kind: "text", text: "# The agent begins" },
      { kind: "begin", agent: "custom" },
      { kind: "text", text: "green and a link" },
      { kind: "text", text: "100% 🎉" },
      { kind: "text", text: "" },
      { kind: "thought", text: "ü" },
      { kind: "error", text: 'Tidegate did not understand this line: ::tidegate {"kind":"unheard of"}' },
      { kind: "error", text: "Tidegate did not understand this line: ::tidegate no json" },
      {
        kind: "error",
        text: 'Tidegate did not understand this line: ::tidegate {"kind":"begin","agent":"x"}',
      },
      { kind: "text", text: '{"type":"result","result":"no format of mine"}' },
      { kind: "spent", cost_usd: 0.1, tokens: 5 },
    ],
  },
];

/** The whole log of a talk. */
export function logOf({ lines }: Talk): string {
  return lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
}
