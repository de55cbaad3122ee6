import type { Analyzer } from "./analyzer.ts";
import { analyzeEcma } from "./ecma/analyze.ts";

export const typescript: Analyzer = {
  language: "typescript",
  version: 2,
  grammars: { ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx" },
  analyze: (tree, path) => analyzeEcma(tree, path, "typescript"),
};
